"""Reads never write, and time alone changes nothing in the database."""

from time import sleep
from typing import Any

from app.domain.clock import LATEST, millis
from tests.conftest import Sandbox, on_sqlite
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WorldClient, world_client

CONTROL = "/_sandbox/v1"


def test_two_hundred_reads_change_no_byte(sandbox: Sandbox) -> None:
    """While the clock runs at speed 60, reads of every kind leave the database as it is."""
    client = world_client(sandbox.client, sandbox.kept)
    client.set_speed(60)
    reads = paths(client)
    before = sandbox.kept.traces()
    statuses = {client.get(reads[n % len(reads)]).status_code for n in range(200)}

    assert sandbox.kept.traces() == before
    assert statuses == {200, 404}


def test_looking_ahead_and_back_changes_no_byte(sandbox: Sandbox) -> None:
    """Reading everything at instants of the past and the future leaves the database as it is."""
    client = world_client(sandbox.client, sandbox.kept)
    instants = ("2026-02-01T00:00:00Z", "2026-03-07T00:00:00Z", millis(LATEST))
    before = sandbox.kept.traces()
    for at in instants:
        client.everything(at)

    assert sandbox.kept.traces() == before


def test_time_alone_changes_nothing(sandbox: Sandbox) -> None:
    """While a quarter of an hour passes on a fast clock without requests, no byte changes."""
    client = world_client(sandbox.client, sandbox.kept)
    client.set_speed(3600)
    then = sandbox.now()
    before = sandbox.kept.traces()
    sleep(0.25)

    assert sandbox.kept.traces() == before
    assert sandbox.now() > then


def test_an_advance_changes_one_row(sandbox: Sandbox) -> None:
    """An advance writes two columns of one row: the clock's anchor and its wall-clock time."""
    before = sandbox.kept.contents()
    sandbox.advance("P25D")
    after = sandbox.kept.contents()

    assert {name for name in before if before[name] != after[name]} == {"world"}
    assert changed(before["world"], after["world"]) == {"anchor", "wall"}


@on_sqlite
def test_an_advance_costs_the_same_for_any_span(sandbox: Sandbox) -> None:
    """An advance by a year writes as many bytes to SQLite's log as one by a second."""
    log = sandbox.kept.file.with_name(f"{sandbox.kept.file.name}-wal")
    sandbox.advance("PT1S")
    written = []
    for span in ("PT1S", "P1Y", "P100D", "PT1S"):
        size = log.stat().st_size
        sandbox.advance(span)
        written.append(log.stat().st_size - size)

    assert written == [written[0]] * 4


def test_a_change_is_committed_before_its_answer(sandbox: Sandbox) -> None:
    """When the answer to a start or an end arrives, every other connection sees the change."""
    started = sandbox.start().json()["id"]
    seen = sandbox.kept.rows("SELECT outcome, reason FROM session WHERE id = :id", id=started)
    sandbox.advance("PT2M")
    sandbox.end(started)
    then = sandbox.kept.rows("SELECT outcome, reason FROM session WHERE id = :id", id=started)

    assert seen == [("completed", "full")]
    assert then == [("completed", "stopped")]


def test_a_refused_change_changes_no_byte(sandbox: Sandbox) -> None:
    """A start or an end that is refused changes no row, not even a counter."""
    before = sandbox.kept.contents()
    refusals = [
        sandbox.start(payment_method="pm_MagicCardDeclined000000000000000"),
        sandbox.start(charging_station="chst_MagicStationOffline0000000000000"),
        sandbox.start(vehicle="veh_None"),
        sandbox.start(session_limit=0),
        sandbox.end("cs_None"),
    ]

    assert sandbox.kept.contents() == before
    assert [each.status_code for each in refusals] == [402, 409, 404, 400, 404]


def paths(client: WorldClient) -> list[str]:
    """Reads of every kind, with ids that exist and ids that do not."""
    session = client.rows(SESSIONS)[0]["id"]
    return [
        SESSIONS,
        f"{SESSIONS}?status=active&limit=100",
        f"{SESSIONS}/{session}",
        f"{SESSIONS}/cs_None",
        RESERVATIONS,
        f"{RESERVATIONS}?status=confirmed",
        *client.user_paths,
        *(f"{vehicle}?{ALL_DAYS}" for vehicle in client.vehicle_paths),
        *(f"{CONTROL}/{each}" for each in ("health", "ready", "worlds", "worlds/default/clock", "openapi/charge.json")),
        "/docs",
    ]


def changed(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> set[str]:
    """The columns in which the one row differs that is not the same in both lists."""
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]

    assert len(pairs) == 1

    return {name for old, new in pairs for name in old if old[name] != new[name]}
