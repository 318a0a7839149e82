"""An advance lists the transitions on the way in the order of time: what, when, between which statuses, and why."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any, Final

import pytest

from app.domain import reservations
from app.domain.clock import MILLISECOND, instant, millis
from app.domain.sessions import lifecycle
from tests.conftest import Sandbox
from tests.control.test_worlds import schema
from tests.control.worlds import WORLDS, create_world
from tests.laws.world_client import ALL_DAYS, world_client

START: Final = "2026-03-04T12:15:00.000Z"
MOST: Final = 100
Told = list[dict[str, Any]]


def advance(sandbox: Sandbox, world: str, **leap: object) -> dict[str, Any]:
    answer = sandbox.client.post(f"{WORLDS}/{world}/clock/advance", json=leap)

    assert answer.status_code == 200, answer.text

    body: dict[str, Any] = answer.json()
    return body


def walked(sandbox: Sandbox, world: str, by: str, times: int) -> Told:
    """The transitions of several advances, one after another."""
    bodies = [advance(sandbox, world, by=by) for _ in range(times)]

    assert not any(body["truncated"] for body in bodies)

    return [each for body in bodies for each in body["transitions"]]


def test_a_transition_has_the_form_of_the_contract(common: Sandbox) -> None:
    """Every member of the contract is there, and no other."""
    body = advance(common, create_world(common)["name"], by="P3D")
    faults = [fault for each in body["transitions"] for fault in schema("Transition").iter_errors(each)]

    assert set(body) == {"from", "to", "transitions", "truncated"}
    assert body["transitions"]
    assert faults == []


def test_a_started_session_is_completed_paid_and_unplugged(common: Sandbox) -> None:
    """Each transition is at the instant that the session shows for it."""
    name = create_world(common)["name"]
    started = common.start(name, session_limit=3_000).json()
    body = advance(common, name, by="PT6H")
    ended = common.charge(f"/v1/charging_sessions/{started['id']}", world=name).json()
    mine = [each for each in body["transitions"] if each["id"] == started["id"]]

    assert [(each["from"], each["to"], each["reason"]) for each in mine] == [
        ("active", "completed", "limit"),
        ("completed", "settled", "paid"),
        ("settled", "unplugged", "unplugged"),
    ]
    assert mine[0]["at"] == ended["session_ended"]
    assert {each["kind"] for each in mine} == {"charging_session"}
    assert [each["ids"]["charge"] for each in mine] == [started["id"]] * 3


def test_transitions_up_to_the_start_of_an_advance_are_not_listed(common: Sandbox) -> None:
    """Those at the very instant at which it begins are not either; later ones are."""
    name = create_world(common)["name"]
    started = common.start(name).json()["id"]
    common.end(started, name)
    body = advance(common, name, by="PT10M")
    mine = [each for each in body["transitions"] if each["id"] == started]

    assert [(each["from"], each["to"]) for each in mine] == [("completed", "settled"), ("settled", "unplugged")]
    assert advance(common, name, by="PT0S")["transitions"] == []


def test_every_status_is_listed(common: Sandbox) -> None:
    """In ten days in a small town sessions and reservations reach every status."""
    name = create_world(common, scenario="hamlet", clock={"at": "2026-03-02T00:00:00Z"})["name"]
    told = walked(common, name, "PT4H", 60)
    statuses = defaultdict(set)
    for each in told:
        statuses[each["kind"]].add(each["to"])

    assert statuses == {"charging_session": set(lifecycle.STATUSES), "reservation": set(reservations.STATUSES)}
    assert all(each["reason"] for each in told)


def test_each_from_is_the_to_before_it(common: Sandbox) -> None:
    """The first transition of something new has no status before it."""
    name = create_world(common)["name"]
    stories = defaultdict(list)
    for each in walked(common, name, "P1D", 7):
        stories[each["kind"], each["id"]].append(each)

    assert len(stories) > 20
    for story in stories.values():
        assert [later["from"] for _, later in pairwise(story)] == [before["to"] for before, _ in pairwise(story)]
        assert [each["at"] for each in story] == sorted(each["at"] for each in story)
        assert (story[0]["from"] is None) is (story[0]["to"] in {"active", "pending"})


def test_transitions_are_what_the_vendors_show(common: Sandbox) -> None:
    """At its instant each vendor shows the new status under its own id, and a millisecond before another one.

    A status that lasts less than a millisecond cannot be seen, and is left out.
    """
    name = create_world(common)["name"]
    reader = world_client(common.client, common.kept, name)
    told = advance(common, name, by="P2D")["transitions"]
    for each in told:
        shown = {"active", "completed", "failed", "cancelled", "pending", "confirmed", "expired"}
        if each["to"] not in shown or "charge" not in each["ids"]:
            continue
        kind = "charging_sessions" if each["kind"] == "charging_session" else "reservations"
        rows = reader.rows(f"/v1/{kind}", at=each["at"])
        before = reader.rows(f"/v1/{kind}", at=millis(instant(each["at"]) - MILLISECOND))
        [status] = [row["status"] for row in rows if row["id"] == each["ids"]["charge"]]
        earlier = [row["status"] for row in before if row["id"] == each["ids"]["charge"]]

        assert status == each["to"]
        assert earlier == ([] if each["from"] is None else [each["from"]])


def test_ids_are_those_of_each_vendor(common: Sandbox) -> None:
    """`ids` has the id at each vendor that shows the session, and `id` that of the vendor that sold it."""
    name = create_world(common)["name"]
    reader = world_client(common.client, common.kept, name)
    told = [each for each in walked(common, name, "P1D", 5) if each["kind"] == "charging_session"]
    seen = {
        "charge": {row["id"] for row in reader.rows("/v1/charging_sessions")},
        "cariqa": {
            row["id"] for user in reader.user_paths for row in reader.get(f"{user}?page_size=100").json()["results"]
        },
        "podero": {
            row["id"] for vehicle in reader.vehicle_paths for row in reader.get(f"{vehicle}?{ALL_DAYS}").json()["items"]
        },
    }

    assert {vendor for each in told for vendor in each["ids"]} == set(seen)
    for each in told:
        assert each["id"] in each["ids"].values()
        assert (each["id"][:3] == "cs_") is ("charge" in each["ids"])
        for vendor, shown in each["ids"].items():
            assert vendor == "podero" or shown in seen[vendor]
            assert vendor != "podero" or each["to"] in {"active", "settled"} or shown in seen[vendor]


@pytest.mark.parametrize("leap", [{"by": "P10D"}, {"by": "P10Y"}, {"to": "9998-12-31T23:59:59.999Z"}], ids=repr)
def test_the_first_hundred_transitions_are_listed(common: Sandbox, leap: dict[str, str]) -> None:
    """A long advance says that there are more, and takes as long as a short one."""
    walker, leaper = (create_world(common, scenario="hamlet")["name"] for _ in range(2))
    first = walked(common, walker, "PT3H", 8)
    body = advance(common, leaper, **leap)

    assert len(first) > MOST
    assert body["truncated"] is True
    assert body["transitions"] == first[:MOST]


def test_a_list_of_exactly_a_hundred_transitions_is_complete(common: Sandbox) -> None:
    """It does not say that there are more."""
    walker, leaper = (create_world(common, scenario="hamlet")["name"] for _ in range(2))
    first = walked(common, walker, "PT3H", 8)
    last = first[MOST - 1]["at"]
    count = sum(each["at"] <= last for each in first)
    body = advance(common, leaper, to=millis(instant(last)))

    assert body["transitions"] == first[:MOST]
    assert body["truncated"] is (count > MOST)
    assert advance(common, leaper, to=first[count]["at"])["transitions"] == [
        each for each in first if last < each["at"] <= first[count]["at"]
    ]


def test_transitions_are_in_the_order_of_time(common: Sandbox) -> None:
    """At one instant their order is always the same."""
    told = [advance(common, create_world(common)["name"], by="P9D")["transitions"] for _ in range(2)]

    assert [each["at"] for each in told[0]] == sorted(each["at"] for each in told[0])
    assert told[0] == told[1]


def test_concurrent_advances_list_each_transition_once(common: Sandbox) -> None:
    """Eight concurrent advances run one after the other, and together list the transitions of one."""
    walker, leaper = (create_world(common)["name"] for _ in range(2))
    with ThreadPoolExecutor(8) as crowd:
        steps = [crowd.submit(partial(advance, common, walker, by="PT5H")) for _ in range(8)]
    bodies = sorted((step.result() for step in steps), key=lambda body: str(body["from"]))
    whole = advance(common, leaper, by="PT40H")

    assert [body["from"] for body in bodies[1:]] == [body["to"] for body in bodies[:-1]]
    assert (bodies[0]["from"], bodies[-1]["to"]) == (whole["from"], whole["to"])
    assert [each for body in bodies for each in body["transitions"]] == whole["transitions"]
    assert whole["truncated"] is False


def test_one_of_two_equal_waits_moves_the_clock(common: Sandbox) -> None:
    """The other finds the status reached already, and moves nothing."""
    name = create_world(common)["name"]
    started = common.start(name).json()["id"]
    until = {"id": started, "status": "completed"}
    with ThreadPoolExecutor(4) as crowd:
        bodies = list(crowd.map(lambda _: advance(common, name, until=until), range(4)))
    moving = [body for body in bodies if body["from"] != body["to"]]
    told = [each for body in bodies for each in body["transitions"] if each["id"] == started]

    assert len(moving) == 1
    assert [each["to"] for each in told] == ["completed"]
    assert {body["to"] for body in bodies} == {moving[0]["to"]}


def test_an_empty_world_has_no_transitions(common: Sandbox) -> None:
    """Ten years in it list none."""
    name = create_world(common, scenario="empty")["name"]
    advance(common, name, by="P8D")
    body = advance(common, name, by="P10Y")

    assert (body["transitions"], body["truncated"]) == ([], False)
