"""Planning late is planning early: days added when the server starts again are the days that would have been there."""

from pathlib import Path
from typing import Any, Final

import pytest

from app.domain.clock import HOUR, NEVER, millis
from tests.conftest import HAMLET, made_in
from tests.databases import Databases, Kept
from tests.laws.callers import SESSIONS, copied, opened
from tests.laws.stories import Teller, cast, overlaps

AHEAD: Final = 26 * HOUR
"""A day begins with reservations made the day before, and up to two hours early by the universal clock."""
TABLES: Final = ("session", "reservation")
UNNUMBERED: Final = ("world", "n", "session")


@pytest.fixture(scope="module")
def far_sighted(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The hamlet, planned for seventeen days after its week instead of three."""
    scenario = tmp_path_factory.mktemp("far") / "hamlet.yaml"
    scenario.write_text(Path(HAMLET).read_text("utf-8").replace("coming_days: 3", "coming_days: 17"), "utf-8")
    return made_in(databases, scenario=str(scenario))


@pytest.mark.parametrize("leaps", [["P9D"], ["P5D", "PT36H", "P9D"]])
def test_days_added_late_are_the_days_planned_early(
    databases: Databases, kept: Kept, far_sighted: Kept, leaps: list[str]
) -> None:
    """After leaps beyond the horizon, each followed by a new start, all days are as if planned at first."""
    for leap in leaps:
        with opened(kept) as somebody:
            somebody.advance(leap)
    with opened(kept) as late, copied(databases, far_sighted) as early:
        for leap in leaps:
            early.advance(leap)
        instants = (None, millis(horizon_of(kept) - AHEAD))

        assert [late.everything(at) for at in instants] == [early.everything(at) for at in instants]
    assert planned(kept, horizon_of(kept) - AHEAD) == planned(far_sighted, horizon_of(kept) - AHEAD)
    assert ids(planned(kept, NEVER)) <= ids(planned(far_sighted, NEVER))


def test_a_start_without_a_leap_adds_nothing(kept: Kept) -> None:
    """While the horizon is where it should be, starting again changes neither rows nor horizon."""
    first, horizon = planned(kept, horizon_of(kept)), horizon_of(kept)
    with opened(kept):
        pass

    assert planned(kept, horizon_of(kept)) == first
    assert horizon_of(kept) == horizon


def test_days_added_late_do_not_move_what_people_did(kept: Kept, made: Kept) -> None:
    """A session that somebody started beyond the horizon is the same after the days around it have been added."""
    with opened(kept) as somebody:
        somebody.advance("P10DT3H")
        started = Teller(somebody, cast(made)).tells([("start", n, 3 * n) for n in range(8)])
        ids = [body["id"] for body in started if body["object"] == "charging_session"]
        before_start = {each: somebody.get(f"{SESSIONS}/{each}").json() for each in ids}
    with opened(kept) as somebody:
        after_start = {each: somebody.get(f"{SESSIONS}/{each}").json() for each in ids}

    assert len(ids) > 3
    assert after_start == before_start


@pytest.mark.parametrize("leap", ["P10DT1H", "P8DT6H"])
def test_days_added_late_make_room_for_what_people_did(kept: Kept, made: Kept, leap: str) -> None:
    """No day that is added plugs anybody in where, with whom or in which car somebody has charged meanwhile."""
    with opened(kept) as somebody:
        somebody.advance(leap)
        Teller(somebody, cast(made)).tells([("start", n, 3 * n) for n in range(24)])
        somebody.advance("P1D")

        assert overlaps(kept) == []

    with opened(kept):
        assert overlaps(kept) == []


def horizon_of(kept: Kept) -> int:
    return int(kept.rows("SELECT horizon FROM world WHERE name = 'default'")[0].horizon)


def planned(kept: Kept, until: int) -> dict[str, list[dict[str, Any]]]:
    """Everything in `default` that is created before an instant, in order, but for its numbers."""
    found = {}
    for name in TABLES:
        rows = kept.dicts(
            f"SELECT * FROM {name} WHERE world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"  # noqa: S608 - a table's own name
            " AND created_at < :until ORDER BY created_at, id",
            until=until,
        )
        found[name] = [{key: value for key, value in row.items() if key not in UNNUMBERED} for row in rows]
    return found


def ids(rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {row["id"] for some in rows.values() for row in some}
