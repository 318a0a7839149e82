"""Many concurrent clients that start and end sessions on few connectors, and record the answers."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Any, Final

import orjson

from tests.databases import Kept
from tests.serving.callers import Caller, GoneError

SESSIONS: Final = "/v1/charging_sessions"
FAST: Final = ("--speed", "3600")
"""A connector is free again a minute after the end: at this speed that takes milliseconds."""
_LIMIT_WH: Final = 1_000
_ROOMY_WH: Final = 20_000
_ROOMY_EVERY: Final = 4
"""One of this many sessions lasts until it is ended by a call; the others are often over before."""
_PATIENCE_S: Final = 30
_LOOKS_AGAIN_S: Final = 0.02


@dataclass(slots=True)
class Crowd:
    """The answers that a crowd got: statuses of starts and ends, seconds, and the ids of acknowledged sessions."""

    orders: list[dict[str, Any]]
    seed: int = 1
    starts: Counter[int] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    started: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    gone: int = 0

    @property
    def statuses(self) -> set[int]:
        return set(self.starts) | set(self.ends)

    def press(self, urls: Sequence[str], key: dict[str, str], people: int, is_over: Callable[[], bool]) -> None:
        """Lets `people` clients, distributed over the servers, start and end sessions until `is_over`.

        A client whose server is gone calls the one that takes its place in `urls`; an empty string means none yet.
        """
        asyncio.run(self._press(urls, key, people, is_over))

    async def _press(self, urls: Sequence[str], key: dict[str, str], people: int, is_over: Callable[[], bool]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for n in range(people):
                self.seed += 1
                tasks.create_task(self._act(urls, n % len(urls), key, Random(self.seed), is_over))

    async def _act(
        self, urls: Sequence[str], n: int, key: dict[str, str], rng: Random, is_over: Callable[[], bool]
    ) -> None:
        while not is_over():
            if not urls[n]:
                await asyncio.sleep(_LOOKS_AGAIN_S)
                continue
            with closing(Caller(urls[n], key)) as caller:
                try:
                    while not is_over():
                        await self._charge(caller, rng)
                except GoneError:
                    self.gone += 1
                    await asyncio.sleep(_LOOKS_AGAIN_S)

    async def _charge(self, caller: Caller, rng: Random) -> None:
        limit = _LIMIT_WH if rng.randrange(_ROOMY_EVERY) else _ROOMY_WH
        order = orjson.dumps(rng.choice(self.orders) | {"session_limit": limit})
        status, body = await self._timed(caller, SESSIONS, order)
        self.starts[status] += 1
        if status == 200:
            name = orjson.loads(body)["id"]
            self.started.add(name)
            status, _ = await self._timed(caller, f"{SESSIONS}/{name}/end", b"")
            self.ends[status] += 1
            if status == 200:
                self.ended.add(name)

    async def _timed(self, caller: Caller, path: str, body: bytes) -> tuple[int, bytes]:
        begin = perf_counter()
        async with asyncio.timeout(_PATIENCE_S):
            answer = await caller.ask("POST", path, body)
        self.seconds.append(perf_counter() - begin)
        return answer


def orders(kept: Kept) -> list[dict[str, Any]]:
    """The body of every possible start with two slow and two fast connectors and 24 vehicles of `default`."""
    places = [
        place
        for standard in ("IEC_62196_T2", "IEC_62196_T2_COMBO")
        for place in kept.rows(_PLACES, number=number(kept), standard=standard, limit=2)
    ]
    people = kept.rows(_PEOPLE, number=number(kept), limit=24)
    return [
        {
            "charging_station": place.station,
            "connector": place.id,
            "driver": person.driver,
            "vehicle": person.vehicle,
            "payment_method": person.card,
        }
        for place in places
        for person in people
    ]


def number(kept: Kept, name: str = "default") -> int:
    """The number of the open world of that name. A reset changes it."""
    [[found]] = kept.rows("SELECT n FROM world WHERE name = :name AND state = 'open'", name=name)
    return int(found)


def next_number(kept: Kept) -> int:
    """The number of the next session of the world `default`."""
    [[found]] = kept.rows("SELECT next_n FROM world WHERE n = :number", number=number(kept))
    return int(found)


_PLACES: Final = (
    "SELECT connector.station, connector.id FROM connector"
    " JOIN station ON station.world = connector.world AND station.id = connector.station"
    " WHERE connector.world = :number AND standard = :standard AND in_service AND online AND faults_after_s IS NULL"
    " AND station NOT LIKE 'chst_Magic%' ORDER BY power_kw, connector.station, connector.id LIMIT :limit"
)
_PEOPLE: Final = (
    "SELECT attachment.driver, vehicle.id AS vehicle, payment_method.id AS card FROM vehicle"
    " JOIN attachment ON attachment.world = vehicle.world AND attachment.target = vehicle.id"
    " JOIN payment_method ON payment_method.world = vehicle.world AND payment_method.driver = attachment.driver"
    " WHERE vehicle.world = :number AND vehicle.plug = 'CCS' AND payment_method.card = 'good'"
    " ORDER BY vehicle.id LIMIT :limit"
)
