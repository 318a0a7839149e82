"""Same scenario, seed and start: same bodies, however a world was made; other weeks have the same hours and money."""

import re
from time import monotonic, sleep
from typing import Any, Final

import pytest

from app.domain.clock import NEVER, WEEK, instant, millis, monday
from tests.conftest import Sandbox
from tests.control.making import created, number, without_stock
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WorldClient, world_client

START: Final = "2026-03-04T12:15:00.000Z"
INSTANTS: Final = (None, "2026-02-15T09:30:00.001Z", "2026-03-09T17:45:00.250Z")
TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
PATIENCE_S: Final = 10


def test_spares_and_copies_are_alike(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was made before anybody asked shows, byte for byte, what one shows that is copied then."""
    created(common)
    waiting = spare(common, START)
    without_stock(monkeypatch)
    first, second = (created(common)["name"] for _ in range(2))
    numbers = [number(common, name) for name in (first, second)]

    assert numbers[0] == waiting != numbers[1]
    assert [shown(common, second, at) for at in INSTANTS] == [shown(common, first, at) for at in INSTANTS]


def test_one_that_was_put_back_is_alike(common: Sandbox) -> None:
    """So does one that was made anew after things had happened in it, and one that was asked for word by word."""
    first, second = created(common), created(common, scenario="village", seed=30, clock={"at": START, "speed": 0})
    common.start(first["name"])
    common.client.post(f"/_sandbox/v1/worlds/{first['name']}/reset")

    assert shown(common, first["name"]) == shown(common, second["name"])
    assert first["sample"] == second["sample"]


@pytest.mark.parametrize("at", ["2026-03-02T00:00:00Z", "2026-03-04T12:15:00.001Z", "2026-03-08T23:59:59.999Z"])
def test_the_hour_does_not_matter(common: Sandbox, at: str) -> None:
    """Begun at another weekday and hour of the same week, a world shows the same at any one instant."""
    usual, other = created(common)["name"], created(common, clock={"at": at})["name"]

    assert [shown(common, other, when) for when in INSTANTS[1:]] == [
        shown(common, usual, when) for when in INSTANTS[1:]
    ]


@pytest.mark.parametrize("weeks", [-9, 1, 17, 60])
def test_another_week_is_like_this_one(common: Sandbox, weeks: int) -> None:
    """So many weeks later or earlier everything happens at the same hour of the same weekday and costs the same."""
    usual, other = created(common), created(common, clock={"at": shifted(START, weeks)})
    seen = world_client(common.client, common.kept, usual["name"]).everything()
    then = world_client(common.client, common.kept, other["name"]).everything()

    assert then != seen
    assert moved(then, -weeks) == moved(seen, 0)
    assert other["clock"]["horizon"] == shifted(usual["clock"]["horizon"], weeks)
    assert {name: value for name, value in other["sample"].items() if name != "podero"} == {
        name: value for name, value in usual["sample"].items() if name != "podero"
    }


def test_what_people_do_then_is_like_it_too(common: Sandbox) -> None:
    """The same calls, so many weeks later, have the same ids, energies and bills."""
    told = []
    for weeks in (0, 3):
        name = created(common, clock={"at": shifted(START, weeks)})["name"]
        bodies = [common.start(name).json(), common.advance("PT4M", name).json()]
        bodies += [common.end(bodies[0]["id"], name).json(), common.advance("P2D", name).json()]
        told.append(moved(bodies, -weeks))

    assert told[0] == told[1]


def test_nothing_is_planned_that_never_happens(common: Sandbox) -> None:
    """What was never to be is never to be in any week: cards are not declined, stations not silent, debts not paid."""
    name = created(common, clock={"at": "2031-07-01T00:00:00Z"})["name"]
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
    """The number of the village that is to spare in a week, as soon as there is one."""
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
    """The bytes of what each vendor shows of a village, by path."""
    somebody = world_client(sandbox.client, sandbox.kept, world)
    paths = [f"{SESSIONS}?limit=100", f"{SESSIONS}?status=active&limit=2", f"{RESERVATIONS}?limit=100"]
    paths += [*somebody.user_paths, *(f"{car}?{ALL_DAYS}" for car in somebody.vehicle_paths), *one_by_one(somebody, at)]
    return {path: somebody.get(path, at).content for path in paths}


def one_by_one(somebody: WorldClient, at: str | None) -> list[str]:
    """The paths of some sessions."""
    return [f"{SESSIONS}/{row['id']}" for row in somebody.rows(SESSIONS, at=at)[:5]]


def shifted(at: str, weeks: int) -> str:
    """An instant so many weeks later, to the millisecond."""
    return millis(instant(at) + weeks * WEEK)


def moved(told: Any, weeks: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    """What was told with all its instants so many weeks later, each in the form of a number."""
    if isinstance(told, dict):
        return {name: moved(value, weeks) for name, value in told.items() if not name.endswith("page_url")}
    if isinstance(told, list):
        return [moved(each, weeks) for each in told]
    if isinstance(told, str) and TIMESTAMP.fullmatch(told):
        return instant(told) + weeks * WEEK
    return told
