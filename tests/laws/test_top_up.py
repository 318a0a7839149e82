"""Planning late is planning early: days added when the server starts again are the days that would have been there."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.world.clock import HOUR, NEVER, millis
from tests.conftest import HAMLET, settings
from tests.laws.callers import SESSIONS, copied, opened
from tests.laws.stories import Teller, cast, overlaps

AHEAD: Final = 26 * HOUR
"""A day begins with reservations made the day before, and up to two hours early by the universal clock."""
TABLES: Final = ("session", "reservation")
UNNUMBERED: Final = ("world", "n", "session")


@pytest.fixture(scope="module")
def far_sighted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hamlet, planned for seventeen days instead of three."""
    folder = tmp_path_factory.mktemp("far")
    scenario = folder / "hamlet.yaml"
    scenario.write_text(Path(HAMLET).read_text("utf-8").replace("coming_days: 3", "coming_days: 17"), "utf-8")
    with TestClient(create_app(settings(folder / "far.db", scenario=str(scenario)))):
        pass
    return folder / "far.db"


@pytest.mark.parametrize("leaps", [["P5D"], ["P1D", "PT36H", "P9D"]])
def test_days_added_late_are_the_days_planned_early(
    made: Path, far_sighted: Path, tmp_path: Path, leaps: list[str]
) -> None:
    """After leaps beyond the horizon, each followed by a new start, all days are as if planned at first."""
    file = copy(made, tmp_path)
    for leap in leaps:
        with opened(file) as somebody:
            somebody.advance(leap)
    with opened(file) as late, copied(far_sighted, scenario=None) as early:
        for leap in leaps:
            early.advance(leap)
        instants = (None, millis(horizon_of(file) - AHEAD))

        assert [late.everything(at) for at in instants] == [early.everything(at) for at in instants]
    assert planned(file, horizon_of(file) - AHEAD) == planned(far_sighted, horizon_of(file) - AHEAD)
    assert ids(planned(file, NEVER)) <= ids(planned(far_sighted, NEVER))


def test_a_start_without_a_leap_adds_nothing(made: Path, tmp_path: Path) -> None:
    """While the horizon is where it should be, starting again changes neither rows nor horizon."""
    file = copy(made, tmp_path)
    first, horizon = planned(file, horizon_of(file)), horizon_of(file)
    with opened(file):
        pass

    assert planned(file, horizon_of(file)) == first
    assert horizon_of(file) == horizon


def test_days_added_late_do_not_move_what_people_did(made: Path, tmp_path: Path) -> None:
    """A session that somebody started beyond the horizon is the same after the days around it have been added."""
    file = copy(made, tmp_path)
    with opened(file) as somebody:
        somebody.advance("P6DT3H")
        started = Teller(somebody, cast(made)).tells([("start", n, 3 * n) for n in range(8)])
        ids = [body["id"] for body in started if body["object"] == "charging_session"]
        before_start = {each: somebody.get(f"{SESSIONS}/{each}").json() for each in ids}
    with opened(file) as somebody:
        after_start = {each: somebody.get(f"{SESSIONS}/{each}").json() for each in ids}

    assert len(ids) > 3
    assert after_start == before_start


@pytest.mark.parametrize("leap", ["P6DT1H", "P4DT6H"])
def test_days_added_late_make_room_for_what_people_did(made: Path, tmp_path: Path, leap: str) -> None:
    """No day that is added plugs anybody in where, with whom or in which car somebody has charged meanwhile."""
    file = copy(made, tmp_path)
    with opened(file) as somebody:
        somebody.advance(leap)
        Teller(somebody, cast(made)).tells([("start", n, 3 * n) for n in range(24)])
        somebody.advance("P1D")

        assert overlaps(file) == []

    with opened(file):
        assert overlaps(file) == []


def copy(made: Path, folder: Path) -> Path:
    file = folder / "wattif.db"
    file.write_bytes(made.read_bytes())
    return file


def horizon_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("SELECT horizon FROM world WHERE name = 'default'").fetchone()[0])


def planned(file: Path, until: int) -> dict[str, list[dict[str, Any]]]:
    """Everything in `default` that is created before an instant, in order, but for its numbers."""
    found = {}
    with closing(sqlite3.connect(file)) as db:
        db.row_factory = sqlite3.Row
        for name in TABLES:
            rows = db.execute(
                f"SELECT * FROM {name} WHERE world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"  # noqa: S608 - a table's own name
                " AND created_at < ? ORDER BY created_at, id",
                (until,),
            ).fetchall()
            found[name] = [{key: row[key] for key in row.keys() if key not in UNNUMBERED} for row in rows]  # noqa: SIM118 - a row's values are what it iterates over
    return found


def ids(rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {row["id"] for some in rows.values() for row in some}
