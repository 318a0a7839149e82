"""Worlds of the same scenario, seed and start have the same bodies, no matter how they were made."""

import re
from time import monotonic, sleep
from typing import Any, Final

import pytest

from app.domain.clock import NEVER, WEEK, instant, millis, monday
from tests.conftest import Sandbox
from tests.control.worlds import create_world, disable_spares, number
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WorldClient, world_client
from tests.link_keys import without_link_keys

START: Final = "2026-03-04T12:15:00.000Z"
INSTANTS: Final = (None, "2026-02-15T09:30:00.001Z", "2026-03-09T17:45:00.250Z")
TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
PATIENCE_S: Final = 10


def test_a_spare_and_a_copy_have_the_same_bodies(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that was made in advance shows byte for byte what a world shows that is copied on request."""
    create_world(common)
    waiting = spare(common, START)
    disable_spares(monkeypatch)
    first, second = (create_world(common)["name"] for _ in range(2))
    numbers = [number(common, name) for name in (first, second)]

    assert numbers[0] == waiting != numbers[1]
    assert [shown(common, second, at) for at in INSTANTS] == [shown(common, first, at) for at in INSTANTS]


def test_a_reset_world_has_the_same_bodies(common: Sandbox) -> None:
    """So do a world that was reset, and one whose seed and start were given explicitly."""
    first, second = (
        create_world(common),
        create_world(common, scenario="village", seed=30, clock={"at": START, "speed": 0}),
    )
    common.start(first["name"])
    common.client.post(f"/_sandbox/v1/worlds/{first['name']}/reset")

    assert shown(common, first["name"]) == shown(common, second["name"])
    assert first["sample"] == second["sample"]


@pytest.mark.parametrize("at", ["2026-03-02T00:00:00Z", "2026-03-04T12:15:00.001Z", "2026-03-08T23:59:59.999Z"])
def test_worlds_of_one_week_have_the_same_bodies(common: Sandbox, at: str) -> None:
    """Begun on another weekday or hour of a week, a world shows the same at any one instant."""
    usual, other = create_world(common)["name"], create_world(common, clock={"at": at})["name"]

    assert [shown(common, other, when) for when in INSTANTS[1:]] == [
        shown(common, usual, when) for when in INSTANTS[1:]
    ]


@pytest.mark.parametrize("weeks", [-9, 1, 17, 60])
def test_another_week_has_the_same_sessions_at_the_same_prices(common: Sandbox, weeks: int) -> None:
    """Everything happens at the same hour of the same weekday and costs the same, weeks apart."""
    usual, other = create_world(common), create_world(common, clock={"at": shifted(START, weeks)})
    seen = world_client(common.client, common.kept, usual["name"]).everything()
    then = world_client(common.client, common.kept, other["name"]).everything()

    assert then != seen
    assert moved(then, -weeks) == moved(seen, 0)
    assert other["clock"]["horizon"] == shifted(usual["clock"]["horizon"], weeks)
    assert {name: value for name, value in other["sample"].items() if name != "podero"} == {
        name: value for name, value in usual["sample"].items() if name != "podero"
    }


def test_the_same_calls_in_another_week_give_the_same_results(common: Sandbox) -> None:
    """Weeks later the same calls give the same ids, energies and bills."""
    told = []
    for weeks in (0, 3):
        name = create_world(common, clock={"at": shifted(START, weeks)})["name"]
        bodies = [common.start(name).json(), common.advance("PT4M", name).json()]
        bodies += [common.end(bodies[0]["id"], name).json(), common.advance("P2D", name).json()]
        told.append(moved(bodies, -weeks))

    assert told[0] == told[1]


def test_events_that_never_happen_are_not_shifted(common: Sandbox) -> None:
    """In another week no further card is declined, no station is silent and no debt is paid."""
    name = create_world(common, clock={"at": "2031-07-01T00:00:00Z"})["name"]
    n = number(common, name)
    nevers = {
        column: common.kept.rows(f"SELECT count(*) FROM {table} WHERE world = {n} AND {column} = {NEVER}")[0][0]  # noqa: S608 - the test's own names
        for table, column in (
            ("payment_method", "declined_from"),
            ("station", "silent_from"),
            ("connector", "broken_until"),
            ("session", "settled_at"),
        )
    }

    assert min(nevers.values()) > 0


def spare(sandbox: Sandbox, start: str) -> int:
    """The number of the spare village of a week, as soon as there is one."""
    give_up = monotonic() + PATIENCE_S
    while monotonic() < give_up:
        found = sandbox.kept.rows(
            "SELECT n FROM world WHERE state = 'spare' AND name = 'village' AND seed = 30 AND monday = :monday",
            monday=monday(instant(start)),
        )
        if found:
            return int(found[0][0])
        sleep(0.02)
    raise AssertionError("no spare is made")


def shown(sandbox: Sandbox, world: str, at: str | None = None) -> dict[str, bytes]:
    """The bytes that each vendor shows of a village, by path."""
    reader = world_client(sandbox.client, sandbox.kept, world)
    paths = [f"{SESSIONS}?limit=100", f"{SESSIONS}?status=active&limit=2", f"{RESERVATIONS}?limit=100"]
    paths += [
        *reader.user_paths,
        *(f"{path}?{ALL_DAYS}" for path in reader.vehicle_paths),
        *one_by_one(reader, at),
    ]
    return {path: without_link_keys(reader.get(path, at).content) for path in paths}


def one_by_one(reader: WorldClient, at: str | None) -> list[str]:
    """The paths of some sessions."""
    return [f"{SESSIONS}/{row['id']}" for row in reader.rows(SESSIONS, at=at)[:5]]


def shifted(at: str, weeks: int) -> str:
    """An instant that many weeks later, to the millisecond."""
    return millis(instant(at) + weeks * WEEK)


def moved(told: Any, weeks: int) -> Any:  # noqa: ANN401 - any JSON value
    """The body with all its instants as numbers, that many weeks later."""
    if isinstance(told, dict):
        return {name: moved(value, weeks) for name, value in told.items() if not name.endswith("page_url")}
    if isinstance(told, list):
        return [moved(each, weeks) for each in told]
    if isinstance(told, str) and TIMESTAMP.fullmatch(told):
        return instant(told) + weeks * WEEK
    return told
