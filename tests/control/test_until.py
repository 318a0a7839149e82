"""A clock advances until something has a status, to that very instant, or not at all if it never will."""

from typing import Any, Final

import httpx2
import pytest

from app.domain import reservations
from app.domain.clock import MILLISECOND, instant, millis
from app.domain.sessions import lifecycle
from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world
from tests.laws.world_client import world_client

NOON: Final = "2026-03-04T12:15:00.000Z"
CHARGES: Final = "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"
BOOKED: Final = "res_c4PukAee4b57fNPiS72AQjlnUq7lOzpx"
DOCUMENTED_NOW: Final = "2026-04-01T01:53:58.446Z"


def request_wait(sandbox: Sandbox, world: str, id_: str, status: str) -> httpx2.Response:
    """Asks a world's clock to advance until something has a status."""
    leap = {"until": {"id": id_, "status": status}}
    return sandbox.client.post(f"{WORLDS}/{world}/clock/advance", json=leap)


def wait_for(sandbox: Sandbox, world: str, id_: str, status: str) -> dict[str, Any]:
    answer = request_wait(sandbox, world, id_, status)

    assert answer.status_code == 200, answer.text

    body: dict[str, Any] = answer.json()
    return body


def test_the_clock_stops_when_the_status_is_reached(common: Sandbox) -> None:
    """Each status is reached at its first millisecond, and is the last transition listed."""
    name = create_world(common)["name"]
    started = common.start(name).json()
    path = f"/v1/charging_sessions/{started['id']}"
    for status in ("completed", "settled", "unplugged"):
        body = wait_for(common, name, started["id"], status)
        last = [each for each in body["transitions"] if each["id"] == started["id"]][-1]

        assert (last["to"], last["at"]) == (status, body["to"])
        assert common.now(name) == body["to"]
        assert body["to"] > body["from"]
    ended = common.charge(path, world=name).json()
    before = millis(instant(ended["session_ended"]) - MILLISECOND)

    assert ended["status"] == "completed"
    assert common.charge(path, world=name, at=before).json()["status"] == "active"


@pytest.mark.parametrize("status", ["active", "completed", "unplugged", "settled"])
def test_a_status_that_is_reached_already_moves_nothing(common: Sandbox, status: str) -> None:
    """The answer has the same instant twice, and no transitions."""
    name = create_world(common)["name"]
    started = common.start(name).json()["id"]
    if status != "active":
        common.advance("P1D", name)
    before = common.now(name)
    body = wait_for(common, name, started, status)

    assert body == {"from": before, "to": before, "transitions": [], "truncated": False}
    assert common.now(name) == before


@pytest.mark.parametrize("vendor", ["charge", "cariqa", "podero"])
def test_a_session_is_found_by_each_vendors_id(common: Sandbox, vendor: str) -> None:
    """Charge's id and the UUIDs at Cariqa and Podero name a session to wait for."""
    name = create_world(common)["name"]
    find = {"charge": start, "cariqa": charging, "podero": coming_home}[vendor]
    shown = find(common, name)
    body = wait_for(common, name, shown, "completed")
    mine = [each for each in body["transitions"] if each["ids"].get(vendor) == shown]

    assert [each["at"] for each in mine if each["to"] == "completed"] == [body["to"]]
    assert body["to"] > NOON


def test_a_planned_session_can_be_waited_for(common: Sandbox) -> None:
    """A session that has not been created yet begins at its instant, and not before."""
    name = create_world(common)["name"]
    later = "2026-03-10T00:00:00Z"
    coming = common.charge(world=name, at="2026-03-12T00:00:00Z", **{"created[lt]": later}).json()["data"]
    planned = next(each for each in coming if each["amount_paid"] == each["amount_due"] > 0)
    body = wait_for(common, name, planned["id"], "active")

    assert body["to"] == planned["created"] > NOON
    assert common.charge(f"/v1/charging_sessions/{planned['id']}", world=name).json()["status"] == "active"
    assert wait_for(common, name, planned["id"], "settled")["to"] < "2026-03-12"


@pytest.mark.parametrize("kind", ["charging_session", "reservation"])
def test_every_listed_transition_can_be_waited_for(common: Sandbox, kind: str) -> None:
    """In a world that begins alike each comes at the instant that was listed."""
    start = {"scenario": "hamlet", "clock": {"at": "2026-03-02T00:00:00Z"}}
    walker = create_world(common, **start)["name"]
    told = []
    for _ in range(12):
        told += common.advance("PT6H", walker).json()["transitions"]
    firsts: dict[str, dict[str, Any]] = {}
    for each in told:
        if each["kind"] == kind:
            firsts.setdefault(each["to"], each)
    for status, first in firsts.items():
        waiter = create_world(common, **start)["name"]

        assert wait_for(common, waiter, first["id"], status)["to"] == first["at"]
    assert len(firsts) >= 4


def test_a_fault_can_be_waited_for(common: Sandbox) -> None:
    """A connector that always fails does so ten minutes after the start, with energy delivered until then."""
    name = create_world(common)["name"]
    magic = {"charging_station": "chst_MagicStationFaulty00000000000000", "connector": "connector_a1"}
    started = common.start(name, **magic).json()["id"]
    body = wait_for(common, name, started, "failed")

    assert body["to"] == "2026-03-04T12:25:00.000Z"
    assert [each["reason"] for each in body["transitions"] if each["id"] == started] == ["fault"]


def test_a_reservation_can_be_waited_for(sandbox: Sandbox) -> None:
    """Confirmed, then expired, each when Charge shows it."""
    for status, at in (("confirmed", "2026-04-01T02:15:20.858Z"), ("expired", "2026-04-01T03:15:42.123Z")):
        body = wait_for(sandbox, "documented", BOOKED, status)
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
def test_a_status_that_never_comes_is_refused(  # noqa: PLR0917 - the columns of the table
    untouched: Sandbox, id_: str, status: str, instead: str, at: str, says: str
) -> None:
    """It is 409; detail and two members say what comes instead, and when; the clock stays."""
    answer = request_wait(untouched, "documented", id_, status)
    body = answer.json()

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (body["will_be"], body["at"]) == (instead, at)
    assert says in body["detail"]
    assert at in body["detail"]
    assert untouched.now("documented") == DOCUMENTED_NOW


def test_a_failed_payment_is_never_settled(common: Sandbox) -> None:
    """The refusal says so, and names the session's end instead."""
    name = create_world(common)["name"]
    started = common.start(name, payment_method="pm_MagicCardFailsAtSettlement000000").json()["id"]
    refused = request_wait(common, name, started, "settled").json()
    body = wait_for(common, name, started, refused["will_be"])

    assert "payment" in refused["detail"]
    assert body["to"] == refused["at"]
    assert request_wait(common, name, started, "settled").status_code == 409


def test_the_status_of_the_refusal_comes_at_its_instant(common: Sandbox) -> None:
    """Waiting for the status that the refusal names ends at the instant that it names."""
    name = create_world(common)["name"]
    started = common.start(name).json()["id"]
    refused = request_wait(common, name, started, "failed").json()

    assert wait_for(common, name, started, refused["will_be"])["to"] == refused["at"]


@pytest.mark.parametrize(
    ("id_", "words"),
    [(CHARGES, lifecycle.STATUSES), (BOOKED, reservations.STATUSES)],
    ids=["charging_session", "reservation"],
)
def test_an_unknown_status_is_refused(untouched: Sandbox, id_: str, words: tuple[str, ...]) -> None:
    """It is 400, with the statuses that exist for the kind."""
    others = {*lifecycle.STATUSES, *reservations.STATUSES, "ACTIVE", "paid", "", "active "} - set(words)
    for status in sorted(others):
        answer = request_wait(untouched, "documented", id_, status)

        assert answer.status_code == 400, status
        assert all(word in answer.json()["detail"] for word in words)
    assert untouched.now("documented") == DOCUMENTED_NOW


@pytest.mark.parametrize(
    "id_", ["cs_None", "res_None", CHARGES.lower(), CHARGES[3:], "3c90c3cc-0d44-4b50-8888-8dd25736052c", "%", "x" * 255]
)
def test_an_unknown_id_is_not_found(untouched: Sandbox, id_: str) -> None:
    """An id that nothing in this world is shown under is 404, even if another world has it."""
    assert request_wait(untouched, "documented", id_, "completed").status_code == 404
    assert request_wait(untouched, "default", CHARGES, "completed").status_code == 404
    assert untouched.now("documented") == DOCUMENTED_NOW


def test_an_id_that_no_vendor_shows_is_not_found(untouched: Sandbox) -> None:
    """The UUID of a session of Charge's, and the Charge id of one of Cariqa's, are 404."""
    hidden = untouched.kept.rows(
        "SELECT id, uuid, channel FROM session WHERE (id = 'cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4'"
        " OR id = 'cs_DocumentedCariqaSession000000000') AND world ="
        " (SELECT n FROM world WHERE name = 'documented' AND state = 'open')"
    )
    names = {row.channel: row.uuid if row.channel == "charge" else row.id for row in hidden}

    assert {request_wait(untouched, "documented", id_, "settled").status_code for id_ in names.values()} == {404}
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
def test_an_invalid_wait_is_refused(untouched: Sandbox, until: object) -> None:
    """Only an id and a status, both text, are accepted: else 400, and the clock stays."""
    answer = untouched.client.post(f"{WORLDS}/documented/clock/advance", json={"until": until})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert untouched.now("documented") == DOCUMENTED_NOW


def test_a_running_clock_keeps_running_after_a_wait(common: Sandbox) -> None:
    """It is moved to the instant, and continues from it at its speed."""
    name = create_world(common, clock={"speed": 60})["name"]
    started = common.start(name).json()["id"]
    body = wait_for(common, name, started, "completed")

    assert body["to"] <= common.now(name)
    assert common.world(name)["clock"]["speed"] == 60


def start(sandbox: Sandbox, world: str) -> str:
    """The id of a session that was just started through Charge."""
    return str(sandbox.start(world).json()["id"])


def charging(sandbox: Sandbox, world: str) -> str:
    """The id of a session that is active at Cariqa."""
    user = sandbox.world(world)["sample"]["cariqa"]["active_user_id"]
    [found] = [row["id"] for row in sandbox.cariqa(user, world=world).json()["results"] if row["is_active"]]
    return str(found)


def coming_home(sandbox: Sandbox, world: str) -> str:
    """The id of the next session of a vehicle of Podero's."""
    reader, later = world_client(sandbox.client, sandbox.kept, world), "2026-03-12T00:00:00Z"
    pages = [
        reader.get(f"{vehicle}?from=2026-03-05&to=2026-03-12", later).json()["items"]
        for vehicle in reader.vehicle_paths
    ]
    return str(min((row for items in pages for row in items), key=lambda row: str(row["plug_in_time"]))["id"])


def test_an_object_whose_status_is_not_waited_for_is_not_found(untouched: Sandbox) -> None:
    """The refusal says that only sessions and reservations are waited for, and what to use for a driver."""
    answer = request_wait(untouched, "documented", "drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth", "archived")

    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("No session and no reservation of this world has that id.")
