"""An advance tells what happens on the way: what, when, from which status to which, and why; in the order of time."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any, Final

import pytest

from app.domain import reservations
from app.domain.clock import MILLISECOND, instant, millis
from app.domain.sessions import lifecycle
from tests.conftest import HAMLET, Sandbox
from tests.control.making import WORLDS, created
from tests.control.test_worlds import schema
from tests.laws.callers import EVER, caller

START: Final = "2026-03-04T12:15:00.000Z"
MOST: Final = 100
Told = list[dict[str, Any]]


def advance(sandbox: Sandbox, world: str, **leap: object) -> dict[str, Any]:
    answer = sandbox.client.post(f"{WORLDS}/{world}/clock/advance", json=leap)

    assert answer.status_code == 200, answer.text

    body: dict[str, Any] = answer.json()
    return body


def walked(sandbox: Sandbox, world: str, by: str, times: int) -> Told:
    """What is told of so many advances, one after another."""
    bodies = [advance(sandbox, world, by=by) for _ in range(times)]

    assert not any(body["truncated"] for body in bodies)

    return [each for body in bodies for each in body["transitions"]]


def test_each_is_told_as_promised(common: Sandbox) -> None:
    """Every member that the contract names is there, and no other."""
    body = advance(common, created(common)["name"], by="P3D")
    faults = [fault for each in body["transitions"] for fault in schema("Transition").iter_errors(each)]

    assert set(body) == {"from", "to", "transitions", "truncated"}
    assert body["transitions"]
    assert faults == []


def test_the_story_of_a_session(common: Sandbox) -> None:
    """Somebody starts a session with a limit: it is completed, paid and unplugged, each at the instant shown for it."""
    name = created(common)["name"]
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


def test_what_people_do_is_no_news(common: Sandbox) -> None:
    """What happened before the advance, at the very instant at which it begins too, is not told; the rest is."""
    name = created(common)["name"]
    started = common.start(name).json()["id"]
    common.end(started, name)
    body = advance(common, name, by="PT10M")
    mine = [each for each in body["transitions"] if each["id"] == started]

    assert [(each["from"], each["to"]) for each in mine] == [("completed", "settled"), ("settled", "unplugged")]
    assert advance(common, name, by="PT0S")["transitions"] == []


def test_every_status_is_told(common: Sandbox) -> None:
    """In ten days in a small town sessions and reservations come to everything that they can come to."""
    name = created(common, scenario=HAMLET, clock={"at": "2026-03-02T00:00:00Z"})["name"]
    told = walked(common, name, "PT4H", 60)
    statuses = defaultdict(set)
    for each in told:
        statuses[each["kind"]].add(each["to"])

    assert statuses == {"charging_session": set(lifecycle.STATUSES), "reservation": set(reservations.STATUSES)}
    assert all(each["reason"] for each in told)


def test_one_thing_becomes_another(common: Sandbox) -> None:
    """Of each thing every `from` is the `to` before it; what is told first of something new is that it is there."""
    name = created(common)["name"]
    stories = defaultdict(list)
    for each in walked(common, name, "P1D", 7):
        stories[each["kind"], each["id"]].append(each)

    assert len(stories) > 20
    for story in stories.values():
        assert [later["from"] for _, later in pairwise(story)] == [before["to"] for before, _ in pairwise(story)]
        assert [each["at"] for each in story] == sorted(each["at"] for each in story)
        assert (story[0]["from"] is None) is (story[0]["to"] in {"active", "pending"})


def test_it_is_what_the_vendors_show(common: Sandbox) -> None:
    """At the instant that is told each vendor shows the new status under its own id, and a millisecond before another.

    What lasts no millisecond is passed over, as nobody sees it.
    """
    name = created(common)["name"]
    somebody = caller(common.client, common.kept, name)
    told = advance(common, name, by="P2D")["transitions"]
    for each in told:
        shown = {"active", "completed", "failed", "cancelled", "pending", "confirmed", "expired"}
        if each["to"] not in shown or "charge" not in each["ids"]:
            continue
        kind = "charging_sessions" if each["kind"] == "charging_session" else "reservations"
        rows = somebody.rows(f"/v1/{kind}", at=each["at"])
        before = somebody.rows(f"/v1/{kind}", at=millis(instant(each["at"]) - MILLISECOND))
        [status] = [row["status"] for row in rows if row["id"] == each["ids"]["charge"]]
        earlier = [row["status"] for row in before if row["id"] == each["ids"]["charge"]]

        assert status == each["to"]
        assert earlier == ([] if each["from"] is None else [each["from"]])


def test_each_vendor_knows_it_by_its_id(common: Sandbox) -> None:
    """`ids` are those under which each vendor shows it, and `id` the one at the vendor whose it is."""
    name = created(common)["name"]
    somebody = caller(common.client, common.kept, name)
    told = [each for each in walked(common, name, "P1D", 5) if each["kind"] == "charging_session"]
    seen = {
        "charge": {row["id"] for row in somebody.rows("/v1/charging_sessions")},
        "cariqa": {
            row["id"] for user in somebody.users for row in somebody.get(f"{user}?page_size=100").json()["results"]
        },
        "podero": {row["id"] for car in somebody.cars for row in somebody.get(f"{car}?{EVER}").json()["items"]},
    }

    assert {vendor for each in told for vendor in each["ids"]} == set(seen)
    for each in told:
        assert each["id"] in each["ids"].values()
        assert (each["id"][:3] == "cs_") is ("charge" in each["ids"])
        for vendor, shown in each["ids"].items():
            assert vendor == "podero" or shown in seen[vendor]
            assert vendor != "podero" or each["to"] in {"active", "settled"} or shown in seen[vendor]


@pytest.mark.parametrize("leap", [{"by": "P10D"}, {"by": "P10Y"}, {"to": "9998-12-31T23:59:59.999Z"}], ids=repr)
def test_the_first_hundred_are_told(common: Sandbox, leap: dict[str, str]) -> None:
    """However far the clock goes: those that come first, and that there are more; it takes as long as a short way."""
    walker, leaper = (created(common, scenario=HAMLET)["name"] for _ in range(2))
    first = walked(common, walker, "PT3H", 8)
    body = advance(common, leaper, **leap)

    assert len(first) > MOST
    assert body["truncated"] is True
    assert body["transitions"] == first[:MOST]


def test_a_hundred_are_not_too_many(common: Sandbox) -> None:
    """Where there are a hundred and no more, all of them are told, and that these are all."""
    walker, leaper = (created(common, scenario=HAMLET)["name"] for _ in range(2))
    first = walked(common, walker, "PT3H", 8)
    last = first[MOST - 1]["at"]
    count = sum(each["at"] <= last for each in first)
    body = advance(common, leaper, to=millis(instant(last)))

    assert body["transitions"] == first[:MOST]
    assert body["truncated"] is (count > MOST)
    assert advance(common, leaper, to=first[count]["at"])["transitions"] == [
        each for each in first if last < each["at"] <= first[count]["at"]
    ]


def test_they_are_in_the_order_of_time(common: Sandbox) -> None:
    """And always in the same order where several things happen at one time."""
    told = [advance(common, created(common)["name"], by="P9D")["transitions"] for _ in range(2)]

    assert [each["at"] for each in told[0]] == sorted(each["at"] for each in told[0])
    assert told[0] == told[1]


def test_of_many_advances_each_tells_its_own(common: Sandbox) -> None:
    """Eight at one time go one after the other: together they tell what one would have told, each thing once."""
    walker, leaper = (created(common)["name"] for _ in range(2))
    with ThreadPoolExecutor(8) as crowd:
        steps = [crowd.submit(partial(advance, common, walker, by="PT5H")) for _ in range(8)]
    bodies = sorted((step.result() for step in steps), key=lambda body: str(body["from"]))
    whole = advance(common, leaper, by="PT40H")

    assert [body["from"] for body in bodies[1:]] == [body["to"] for body in bodies[:-1]]
    assert (bodies[0]["from"], bodies[-1]["to"]) == (whole["from"], whole["to"])
    assert [each for body in bodies for each in body["transitions"]] == whole["transitions"]
    assert whole["truncated"] is False


def test_of_two_that_wait_for_the_same_one_moves_the_clock(common: Sandbox) -> None:
    """The other one comes when it is so already, and moves nothing."""
    name = created(common)["name"]
    started = common.start(name).json()["id"]
    until = {"id": started, "status": "completed"}
    with ThreadPoolExecutor(4) as crowd:
        bodies = list(crowd.map(lambda _: advance(common, name, until=until), range(4)))
    moving = [body for body in bodies if body["from"] != body["to"]]
    told = [each for body in bodies for each in body["transitions"] if each["id"] == started]

    assert len(moving) == 1
    assert [each["to"] for each in told] == ["completed"]
    assert {body["to"] for body in bodies} == {moving[0]["to"]}


def test_a_world_in_which_nothing_happens(common: Sandbox) -> None:
    """Ten years in which nobody is there: nothing is told."""
    name = created(common, scenario="empty")["name"]
    advance(common, name, by="P8D")
    body = advance(common, name, by="P10Y")

    assert (body["transitions"], body["truncated"]) == ([], False)
