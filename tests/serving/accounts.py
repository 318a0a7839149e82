"""Checks of database and API after a crowd, against the answers that the crowd got."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Row

from app.domain.pricing import Bill, bill, tariff
from app.domain.sessions.power_plan import unpacked
from app.domain.sessions.view import whole_wh
from tests.conftest import podero_path
from tests.databases import Kept
from tests.serving.callers import Caller
from tests.serving.crowds import SESSIONS, number
from tests.serving.servers import Server

_MILLION: Final = 1_000_000
_AT_ONCE: Final = 8


class Stay(NamedTuple):
    """A vehicle on a connector, from plug-in to unplug."""

    connector: tuple[str, str]
    vehicle: str
    created_at: int
    unplugged_at: int
    id: str


def stays(kept: Kept, first: int) -> list[Stay]:
    """The stays of the world `default` that end after its session of number `first` began, oldest first."""
    found = kept.rows(
        "SELECT station, connector, vehicle, created_at, unplugged_at, id FROM session WHERE world = :number"
        " AND unplugged_at >= (SELECT min(created_at) FROM session WHERE world = :number AND n >= :first)"
        " ORDER BY created_at, n",
        number=number(kept),
        first=first,
    )
    return [Stay((row.station, row.connector), row.vehicle, row.created_at, row.unplugged_at, row.id) for row in found]


def overlaps(kept: Kept, first: int) -> list[tuple[str, str]]:
    """Pairs of sessions since that number that occupy a connector or a vehicle at the same time."""
    every = stays(kept, first)
    return [*_overlaps(every, itemgetter(0)), *_overlaps(every, itemgetter(1))]


def _overlaps(every: list[Stay], what: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as operator has it
    for _, held in groupby(sorted(every, key=what), key=what):
        for one, other in pairwise(held):
            if other.created_at < one.unplugged_at:
                yield one.id, other.id


def hands(kept: Kept, first: int, started: set[str]) -> list[int]:
    """How many times each connector changed from one vehicle to another in a crowd's sessions, fewest first."""
    every = sorted((stay for stay in stays(kept, first) if stay.id in started), key=itemgetter(0))
    held_by = [[stay.vehicle for stay in held] for _, held in groupby(every, key=itemgetter(0))]
    return sorted(sum(one != other for one, other in pairwise(each)) for each in held_by)


def halves(kept: Kept, first: int) -> list[str]:
    """The sessions since that number that are inconsistent: a bill, a plan or an instant contradicts the rest."""
    found = kept.rows(
        "SELECT session.*, next_n FROM session JOIN world ON world.n = session.world"
        " WHERE session.world = :number AND session.n >= :first",
        number=number(kept),
        first=first,
    )
    return [row.id for row in found if not _is_whole(row)]


def _is_whole(row: Row[Any]) -> bool:
    instants = [row.created_at, row.started_at, row.power_ends_at, row.ended_at, row.unplugged_at]
    lines = Bill(row.kwh_cost, row.time_cost, row.session_cost, row.starting_cost, row.blocking_cost)
    return bool(
        row.n < row.next_n
        and instants == sorted(instants)
        and row.energy_wh == whole_wh(unpacked(row.plan)[-1][1])
        and lines == bill(tariff(row.tariff), row.energy_wh, (row.ended_at - row.started_at) // _MILLION)
    )


def denied(url: str, key: dict[str, str], started: Iterable[str], ended: Iterable[str]) -> list[str]:
    """The acknowledged starts and ends that a server does not show: the session is unknown, or still active."""
    return asyncio.run(_denied(url, key, sorted(started), set(ended)))


async def _denied(url: str, key: dict[str, str], started: list[str], ended: set[str]) -> list[str]:
    async def look(names: list[str]) -> list[str]:
        with closing(Caller(url, key)) as caller:
            answers = [(name, *await caller.ask("GET", f"{SESSIONS}/{name}")) for name in names]
        return [name for name, status, body in answers if not _agrees(name, status, body, is_over=name in ended)]

    found = await asyncio.gather(*(look(started[n::_AT_ONCE]) for n in range(_AT_ONCE)))
    return [name for names in found for name in names]


def _agrees(name: str, status: int, body: bytes, *, is_over: bool) -> bool:
    if status != 200:
        return False
    shown = orjson.loads(body)
    return bool(shown["id"] == name and not (is_over and shown["status"] == "active"))


def walk(server: Server) -> None:
    """Reads the lists of Cariqa and Podero to their ends; an answer other than 200 is an AssertionError."""
    keys = server.world()["credentials"]
    following: str | None = f"/api/v1/users/{keys['cariqa']['user_id']}/charging-sessions/?page_size=5"
    while following is not None:
        following = _page(server, following, keys["cariqa"]["token"])["next"]
    offset, total = 0, 1
    while offset < total:
        path = f"{podero_path(keys['podero'])}?from=2026-02-01&to=2026-12-31&limit=5&offset={offset}"
        total, offset = _page(server, path, keys["podero"]["token"])["total"], offset + 5


def _page(server: Server, path: str, token: str) -> dict[str, Any]:
    answer = server.client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def is_sound(kept: Kept) -> bool:
    """Whether SQLite's own check finds the database intact; True for another database."""
    return not kept.url.startswith("sqlite") or kept.rows("PRAGMA integrity_check")[0][0] == "ok"
