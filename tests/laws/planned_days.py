"""What the tests of day planning share: the horizon of `default`, and the rows that are planned up to an instant."""

import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from app.domain.clock import EARLIEST, HOUR
from tests.conftest import made_in
from tests.databases import Databases, Kept

FOLDER: Final = Path(__file__).parents[1]
CROFT: Final[dict[str, Any]] = {"scenario": "croft", "scenarios": FOLDER}
"""The settings of a server with a small town that goes on."""
OVERLAP: Final = 26 * HOUR
"""How long before a day its rows may be created: reservations a day, and time zones two hours more."""
_TABLES: Final = ("session", "reservation")
_NUMBERS: Final = ("world", "n", "session")
_PATIENCE_S: Final = 30


def made_with_coming_days(databases: Databases, folder: Path, days: int) -> Kept:
    """A database with the croft, but planned for more days ahead than its three, after which it ends."""
    scenario = folder / "croft.yaml"
    text = (FOLDER / "croft.yaml").read_text("utf-8")
    assert "coming_days: 3\n  goes_on: true" in text
    scenario.write_text(text.replace("coming_days: 3\n  goes_on: true", f"coming_days: {days}"), "utf-8")
    return made_in(databases, scenario=str(scenario))


def horizon_of(kept: Kept) -> int:
    """The instant up to which `default` is planned."""
    return int(kept.rows("SELECT horizon FROM world WHERE name = 'default'")[0].horizon)


def gaps_of(kept: Kept) -> list[list[int]]:
    """The days before its horizon that `default` lacks."""
    found: list[list[int]] = json.loads(kept.rows("SELECT gaps FROM world WHERE name = 'default'")[0].gaps)
    return found


def planned(kept: Kept, until: int, since: int = EARLIEST) -> dict[str, list[dict[str, Any]]]:
    """The rows of `default` that are created between two instants, in order and without their numbers, by table."""
    found = {}
    for name in _TABLES:
        rows = kept.dicts(
            f"SELECT * FROM {name} WHERE world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"  # noqa: S608 - a table's own name
            " AND created_at >= :since AND created_at < :until ORDER BY created_at, id",
            since=since,
            until=until,
        )
        found[name] = [{key: value for key, value in row.items() if key not in _NUMBERS} for row in rows]
    return found


def ids(rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {row["id"] for some in rows.values() for row in some}


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + _PATIENCE_S
    while not condition():
        assert monotonic() < deadline, "waited too long"
        sleep(0.01)
