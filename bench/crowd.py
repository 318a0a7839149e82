"""A hundred thousand stations, a fleet with as many sessions, and fleets with few: rows are added to the database."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from . import lists, maps, resources
from .default_world import World
from .loads import TEN, Target
from .run import Run
from .servers import DATABASE, MeasureFailedError, copied, serving
from .table import Row

_STATIONS: Final = 100_000
_SESSIONS: Final = 100_000
_FEW: Final = 100
_MOST_INSIDE: Final = 1_000
_RADIUS_M: Final = 100_000
_SPREAD: Final = (("latitude", (42.0, 58.0), 0.7548776662), ("longitude", (-5.0, 25.0), 0.5698402910))
"""Between which degrees the stations lie, and the steps of Roberts's sequence, which spreads them evenly.

Less than a thousand are inside the radius.
"""
_POINTS: Final = ((44.0, 2.0), (48.8, 2.3), (52.5, 13.4))
_WORLD: Final = "SELECT n FROM world WHERE name = 'default' AND state = 'open'"
_MOVED: Final = (
    "UPDATE session SET fleet = ? WHERE world = ? AND n IN (SELECT n FROM session "
    "WHERE world = ? AND driver IS NOT NULL AND outcome = 'completed' ORDER BY n LIMIT ? OFFSET ?)"
)

Values = dict[str, Any]


def rows(run: Run) -> Iterator[Row]:
    """The list of fleets, the totals of the large one, stations around points, and maps."""
    with copied(run.database.folder, run.folder / "crowd") as folder:
        run.say(f"{_STATIONS:,} stations more")
        fleet = _fill(folder / DATABASE)
        with serving(folder) as server:
            world = World(server)
            page = Target(f"ten fleets, {_FEW} sessions each", server, f"/v1/fleets?limit={TEN}", world.charge)
            yield resources.beside_sessions(run, world, page, 0.35)
            found = Target("", server, f"/v1/fleets/{fleet}", world.charge, rows=None).json()
            if found["total_sessions"] < _SESSIONS:
                raise MeasureFailedError(f"the fleet has {found['total_sessions']} sessions")
            totals = Target(f"{found['total_sessions']:,} sessions", server, f"/v1/fleets/{fleet}", world.charge)
            yield lists.slowest("totals of a fleet", [totals], 20)
            yield lists.slowest("stations around a point", [_around(world, *point) for point in _POINTS])
            yield from maps.rows(world, _STATIONS)


def _around(world: World, latitude: float, longitude: float) -> Target:
    """The ten nearest stations. Raises MeasureFailedError if more are inside than the bar is about."""
    where = {"latitude": latitude, "longitude": longitude, "radius": _RADIUS_M}

    def nearest(limit: int) -> Target:
        path = f"/v1/charging_stations?{urlencode(where | {'limit': limit})}"
        return Target("", world.server, path, world.charge)

    inside = sum(len(page["data"]) for page in world.pages(nearest(100)))
    if not TEN <= inside <= _MOST_INSIDE:
        raise MeasureFailedError(f"{inside} stations are inside")
    return Target(f"{inside} of {_STATIONS:,} inside", world.server, nearest(TEN).path, world.charge)


def _fill(database: Path) -> str:
    """Adds stations, and fleets that take sessions over; returns the id of the fleet with the most."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        (world,) = connection.execute(_WORLD).fetchone()
        _add_stations(connection, world)
        newest = _newest(connection, "fleet", world)
        large, *small = (
            newest | {"id": f"flt_{n:032d}", "n": newest["n"] + 1 + n, "created_at": newest["created_at"] + 1}
            for n in range(TEN + 2)
        )
        # A page reads one fleet more than it shows, which has few sessions, too.
        fleets = [large | {"created_at": newest["created_at"] - 1}, *small]
        _insert(connection, "fleet", fleets)
        begin = 0
        for fleet, number in zip(fleets, [_SESSIONS, *[_FEW] * len(small)], strict=True):
            connection.execute(_MOVED, (fleet["id"], world, world, number, begin))
            begin += number
        connection.commit()
    return str(large["id"])


def _add_stations(connection: sqlite3.Connection, world: int) -> None:
    newest = _newest(connection, "station", world)
    socket = connection.execute("SELECT * FROM connector WHERE world = ? LIMIT 1", (world,)).fetchone()
    stations = [
        newest
        | {"id": f"chst_{n:032d}", "n": newest["n"] + n}
        | {name: f"{low + n * step % 1 * (high - low):.6f}" for name, (low, high), step in _SPREAD}
        for n in range(1, _STATIONS + 1)
    ]
    _insert(connection, "station", stations)
    _insert(connection, "connector", [dict(socket) | {"station": station["id"]} for station in stations])


def _newest(connection: sqlite3.Connection, name: str, world: int) -> Values:
    where = "WHERE world = ? AND kind <> 'home'" if name == "station" else "WHERE world = ?"
    newest = f"SELECT * FROM {name} {where} ORDER BY created_at DESC, n DESC LIMIT 1"  # noqa: S608 - a table of ours
    return dict(connection.execute(newest, (world,)).fetchone())


def _insert(connection: sqlite3.Connection, name: str, found: Sequence[Mapping[str, Any]]) -> None:
    columns = ", ".join(f'"{column}"' for column in found[0])
    values = ", ".join("?" * len(found[0]))
    statement = f"INSERT INTO {name} ({columns}) VALUES ({values})"  # noqa: S608 - a table of ours
    connection.executemany(statement, [tuple(each.values()) for each in found])
