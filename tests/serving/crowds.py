"""Crowds: many people who start and end sessions at one time, on few connectors, and remember what they were told."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

import httpx2

SESSIONS: Final = "/v1/charging_sessions"


@dataclass(slots=True)
class Crowd:
    """What a crowd has been told: the statuses of all answers, and the sessions whose start or end was acknowledged."""

    orders: list[dict[str, str]]
    statuses: set[int] = field(default_factory=set)
    started: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)

    def press(self, urls: list[str], key: dict[str, str], people: int, is_over: Callable[[], bool]) -> None:
        """So many people at each server start and end sessions until it is over, or nobody answers any more."""
        with ThreadPoolExecutor(people * len(urls)) as threads:
            for url in urls:
                for first in range(people):
                    threads.submit(self._act, url, key, first, is_over)

    def _act(self, url: str, key: dict[str, str], first: int, is_over: Callable[[], bool]) -> None:
        with httpx2.Client(base_url=url, headers=key, timeout=10) as client:
            for n in count(first):
                if is_over():
                    return
                try:
                    self._charge(client, self.orders[n * 7 % len(self.orders)])
                except httpx2.TransportError:
                    return

    def _charge(self, client: httpx2.Client, order: dict[str, str]) -> None:
        started = client.post(SESSIONS, json=order)
        self.statuses.add(started.status_code)
        if started.status_code == httpx2.codes.OK:
            name = started.json()["id"]
            self.started.add(name)
            ended = client.post(f"{SESSIONS}/{name}/end")
            self.statuses.add(ended.status_code)
            if ended.status_code == httpx2.codes.OK:
                self.ended.add(name)


def orders(file: Path, connectors: int, cars: int) -> list[dict[str, str]]:
    """Every start that is possible with so many connectors and cars of the world `default`."""
    with closing(sqlite3.connect(file)) as db:
        places = db.execute(
            "SELECT station, id FROM connector WHERE world = ? AND standard = 'IEC_62196_T2_COMBO'"
            " AND station NOT LIKE 'chst_Magic%' ORDER BY station, id LIMIT ?",
            (_number(db), connectors),
        ).fetchall()
        people = db.execute(
            "SELECT vehicle.driver, vehicle.id, payment_method.id FROM vehicle"
            " JOIN payment_method ON payment_method.world = vehicle.world AND payment_method.driver = vehicle.driver"
            " WHERE vehicle.world = ? AND vehicle.plug = 'CCS' ORDER BY vehicle.id LIMIT ?",
            (_number(db), cars),
        ).fetchall()
    return [
        {"charging_station": station, "connector": plug, "driver": driver, "vehicle": car, "payment_method": card}
        for station, plug in places
        for driver, car, card in people
    ]


def overlaps(file: Path, first: int) -> list[tuple[str, str]]:
    """Pairs of sessions, one of them of a number from `first` on, that hold a connector or a car at one time."""
    with closing(sqlite3.connect(file)) as db:
        return db.execute(
            "SELECT a.id, b.id FROM session a JOIN session b ON a.world = b.world AND a.n < b.n"
            " AND a.created_at < b.unplugged_at AND b.created_at < a.unplugged_at"
            " AND ((a.station = b.station AND a.connector = b.connector) OR a.vehicle = b.vehicle)"
            " WHERE a.world = ? AND b.n >= ?",
            (_number(db), first),
        ).fetchall()


def next_number(file: Path) -> int:
    """The number of the next session of the world `default`."""
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("SELECT next_n FROM world WHERE n = ?", (_number(db),)).fetchone()[0])


def _number(db: sqlite3.Connection) -> int:
    """The number of the world `default`; a reset gives it another."""
    return int(db.execute("SELECT n FROM world WHERE name = 'default' AND state = 'open'").fetchone()[0])
