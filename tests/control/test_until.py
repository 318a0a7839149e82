"""A clock can be moved on until something has happened: to that very instant, or nowhere if it never will."""

from typing import Any, Final

import httpx2
import pytest

from app.domain import reservations
from app.domain.clock import MILLISECOND, instant, millis
from app.domain.sessions import lifecycle
from tests.conftest import HAMLET, Sandbox
from tests.control.making import WORLDS, created
from tests.laws.callers import caller

NOON: Final = "2026-03-04T12:15:00.000Z"
CHARGES: Final = "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"
BOOKED: Final = "res_c4PukAee4b57fNPiS72AQjlnUq7lOzpx"
DOCUMENTED_NOW: Final = "2026-04-01T01:53:58.446Z"


def wait(sandbox: Sandbox, world: str, id_: str, status: str) -> httpx2.Response:
    """Moves a world's clock on until a thing has a status."""
    leap = {"until": {"id": id_, "status": status}}
    return sandbox.client.post(f"{WORLDS}/{world}/clock/advance", json=leap)


def waited(sandbox: Sandbox, world: str, id_: str, status: str) -> dict[str, Any]:
    answer = wait(sandbox, world, id_, status)

    assert answer.status_code == 200, answer.text

    body: dict[str, Any] = answer.json()
    return body


def test_it_stops_when_it_is_so(common: Sandbox) -> None:
    """Status by status, each at the first millisecond at which it is so, and told as the last thing that happens."""
    name = created(common)["name"]
    started = common.start(name).json()
    path = f"/v1/charging_sessions/{started['id']}"
    for status in ("completed", "settled", "unplugged"):
        body = waited(common, name, started["id"], status)
        last = [each for each in body["transitions"] if each["id"] == started["id"]][-1]

        assert (last["to"], last["at"]) == (status, body["to"])
        assert common.now(name) == body["to"]
        assert body["to"] > body["from"]
    ended = common.charge(path, world=name).json()
    before = millis(instant(ended["session_ended"]) - MILLISECOND)

    assert ended["status"] == "completed"
    assert common.charge(path, world=name, at=before).json()["status"] == "active"


@pytest.mark.parametrize("status", ["active", "completed", "unplugged", "settled"])
def test_what_is_so_already_moves_nothing(common: Sandbox, status: str) -> None:
    """The answer says from where to where it went, which is nowhere, and tells nothing."""
    name = created(common)["name"]
    started = common.start(name).json()["id"]
    if status != "active":
        common.advance("P1D", name)
    before = common.now(name)
    body = waited(common, name, started, status)

    assert body == {"from": before, "to": before, "transitions": [], "truncated": False}
    assert common.now(name) == before


@pytest.mark.parametrize("vendor", ["charge", "cariqa", "podero"])
def test_every_vendors_id_will_do(common: Sandbox, vendor: str) -> None:
    """Charge's id, the UUID at Cariqa and the one at Podero: it is waited for until it is over, and that is told."""
    name = created(common)["name"]
    find = {"charge": started, "cariqa": charging, "podero": coming_home}[vendor]
    shown = find(common, name)
    body = waited(common, name, shown, "completed")
    mine = [each for each in body["transitions"] if each["ids"].get(vendor) == shown]

    assert [each["at"] for each in mine if each["to"] == "completed"] == [body["to"]]
    assert body["to"] > NOON


def test_the_instant_may_lie_far_ahead(common: Sandbox) -> None:
    """What nobody has seen yet is waited for as well: it begins then, and not before."""
    name = created(common)["name"]
    later = "2026-03-10T00:00:00Z"
    planned = common.charge(world=name, at=later).json()["data"][0]
    body = waited(common, name, planned["id"], "active")

    assert body["to"] == planned["created"] > NOON
    assert common.charge(f"/v1/charging_sessions/{planned['id']}", world=name).json()["status"] == "active"
    assert waited(common, name, planned["id"], "settled")["to"] < "2026-03-12"


@pytest.mark.parametrize("kind", ["charging_session", "reservation"])
def test_every_status_comes(common: Sandbox, kind: str) -> None:
    """Whatever is told of a few days can be waited for in a world that begins as that one did, and comes then."""
    start = {"scenario": HAMLET, "clock": {"at": "2026-03-02T00:00:00Z"}}
    walker = created(common, **start)["name"]
    told = []
    for _ in range(12):
        told += common.advance("PT6H", walker).json()["transitions"]
    firsts: dict[str, dict[str, Any]] = {}
    for each in told:
        if each["kind"] == kind:
            firsts.setdefault(each["to"], each)
    for status, first in firsts.items():
        waiter = created(common, **start)["name"]

        assert waited(common, waiter, first["id"], status)["to"] == first["at"]
    assert len(firsts) >= 4


def test_a_fault_is_waited_for(common: Sandbox) -> None:
    """A connector that always fails does so ten minutes after the start, and power has flowed meanwhile."""
    name = created(common)["name"]
    magic = {"charging_station": "chst_MagicStationFaulty00000000000000", "connector": "connector_a1"}
    started = common.start(name, **magic).json()["id"]
    body = waited(common, name, started, "failed")

    assert body["to"] == "2026-03-04T12:25:00.000Z"
    assert [each["reason"] for each in body["transitions"] if each["id"] == started] == ["fault"]


def test_a_reservation_is_waited_for(sandbox: Sandbox) -> None:
    """Confirmed, then expired, each when Charge shows it."""
    for status, at in (("confirmed", "2026-04-01T02:15:20.858Z"), ("expired", "2026-04-01T03:15:42.123Z")):
        body = waited(sandbox, "documented", BOOKED, status)
        [shown] = [
            row for row in sandbox.charge("/v1/reservations", world="documented").json()["data"] if row["id"] == BOOKED
        ]

        assert body["to"] == at
        assert shown["status"] == status


@pytest.mark.parametrize(
    ("id_", "status", "instead", "at", "says"),
    [
        (CHARGES, "failed", "completed", "2026-04-01T02:35:44.364Z", "will not be failed: it will be completed"),
        (CHARGES, "cancelled", "completed", "2026-04-01T02:35:44.364Z", "will not be cancelled"),
        ("cs_DocumentedOlderSession0000000000", "active", "completed", "2026-03-30T16:34:37.300Z", "no longer active"),
        (BOOKED, "completed", "expired", "2026-04-01T03:15:42.123Z", "will not be completed: it will be expired"),
        (BOOKED, "failed", "expired", "2026-04-01T03:15:42.123Z", "will not be failed"),
    ],
)
def test_what_never_comes_is_refused(  # noqa: PLR0917 - the columns of the table
    untouched: Sandbox, id_: str, status: str, instead: str, at: str, says: str
) -> None:
    """409: a sentence and two members say what it is, or will be, instead, and when; the clock stays."""
    answer = wait(untouched, "documented", id_, status)
    body = answer.json()

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (body["will_be"], body["at"]) == (instead, at)
    assert says in body["detail"]
    assert at in body["detail"]
    assert untouched.now("documented") == DOCUMENTED_NOW


def test_a_payment_that_fails_is_never_settled(common: Sandbox) -> None:
    """Whoever waits for it is told so at once, and told when the session ends instead."""
    name = created(common)["name"]
    started = common.start(name, payment_method="pm_MagicCardFailsAtSettlement000000").json()["id"]
    refused = wait(common, name, started, "settled").json()
    body = waited(common, name, started, refused["will_be"])

    assert "payment" in refused["detail"]
    assert body["to"] == refused["at"]
    assert wait(common, name, started, "settled").status_code == 409


def test_what_happens_instead_happens_then(common: Sandbox) -> None:
    """Whoever waits for what the refusal names arrives at the instant that it names."""
    name = created(common)["name"]
    started = common.start(name).json()["id"]
    refused = wait(common, name, started, "failed").json()

    assert waited(common, name, started, refused["will_be"])["to"] == refused["at"]


@pytest.mark.parametrize(
    ("id_", "words"),
    [(CHARGES, lifecycle.STATUSES), (BOOKED, reservations.STATUSES)],
    ids=["charging_session", "reservation"],
)
def test_a_status_of_nobodys_is_refused(untouched: Sandbox, id_: str, words: tuple[str, ...]) -> None:
    """A status that a thing of its kind never has is 400, with those that there are."""
    others = {*lifecycle.STATUSES, *reservations.STATUSES, "ACTIVE", "paid", "", "active "} - set(words)
    for status in sorted(others):
        answer = wait(untouched, "documented", id_, status)

        assert answer.status_code == 400, status
        assert all(word in answer.json()["detail"] for word in words)
    assert untouched.now("documented") == DOCUMENTED_NOW


@pytest.mark.parametrize(
    "id_", ["cs_None", "res_None", CHARGES.lower(), CHARGES[3:], "3c90c3cc-0d44-4b50-8888-8dd25736052c", "%", "x" * 255]
)
def test_what_is_not_there_is_not_found(untouched: Sandbox, id_: str) -> None:
    """An id that nothing in this world is shown under is 404, even if it is one of another world's."""
    assert wait(untouched, "documented", id_, "completed").status_code == 404
    assert wait(untouched, "default", CHARGES, "completed").status_code == 404
    assert untouched.now("documented") == DOCUMENTED_NOW


def test_no_id_of_the_other_vendor(untouched: Sandbox) -> None:
    """The UUID that no vendor shows of a session of Charge's own, and Charge's id of Cariqa's, are 404."""
    hidden = untouched.kept.rows(
        "SELECT id, uuid, channel FROM session WHERE (id = 'cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4'"
        " OR id = 'cs_DocumentedCariqaSession000000000') AND world ="
        " (SELECT n FROM world WHERE name = 'documented' AND state = 'open')"
    )
    names = {row.channel: row.uuid if row.channel == "charge" else row.id for row in hidden}

    assert {wait(untouched, "documented", id_, "settled").status_code for id_ in names.values()} == {404}
    assert set(names) == {"charge", "cariqa"}


@pytest.mark.parametrize(
    "until",
    [
        {},
        {"id": CHARGES},
        {"status": "completed"},
        {"id": CHARGES, "status": None},
        {"id": None, "status": "completed"},
        {"id": "", "status": "completed"},
        {"id": 7, "status": "completed"},
        {"id": "x" * 256, "status": "completed"},
        {"id": CHARGES, "status": ["completed"]},
        {"id": CHARGES, "status": "completed", "by": "PT1H"},
        {"id": "cs_\x00", "status": "completed"},
        [],
        CHARGES,
        None,
    ],
    ids=repr,
)
def test_whatever_else_is_awaited_is_refused(untouched: Sandbox, until: object) -> None:
    """An id and a status, both as text, and nothing else: else 400, and the clock stays."""
    answer = untouched.client.post(f"{WORLDS}/documented/clock/advance", json={"until": until})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert untouched.now("documented") == DOCUMENTED_NOW


def test_a_running_clock_runs_on_from_there(common: Sandbox) -> None:
    """It is moved to that instant, and goes on from it as fast as before."""
    name = created(common, clock={"speed": 60})["name"]
    started = common.start(name).json()["id"]
    body = waited(common, name, started, "completed")

    assert body["to"] <= common.now(name)
    assert common.world(name)["clock"]["speed"] == 60


def started(sandbox: Sandbox, world: str) -> str:
    """A session that has just been started through Charge."""
    return str(sandbox.start(world).json()["id"])


def charging(sandbox: Sandbox, world: str) -> str:
    """A session of somebody who charges through Cariqa now."""
    user = sandbox.world(world)["sample"]["cariqa"]["active_user_id"]
    [found] = [row["id"] for row in sandbox.cariqa(user, world=world).json()["results"] if row["is_active"]]
    return str(found)


def coming_home(sandbox: Sandbox, world: str) -> str:
    """The next session of Podero's cars that is still to begin."""
    somebody, later = caller(sandbox.client, sandbox.kept, world), "2026-03-12T00:00:00Z"
    pages = [somebody.get(f"{car}?from=2026-03-05&to=2026-03-12", later).json()["items"] for car in somebody.cars]
    return str(min((row for items in pages for row in items), key=lambda row: str(row["plug_in_time"]))["id"])
