"""Sessions started and ended, as many as the server takes; only those count that got 200 twice and a new id."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from time import perf_counter
from typing import Final

from . import load, machine
from .client import Client, MeasureFailedError
from .load import Load
from .server import Server
from .town import Order, Town

WORKERS: Final = 8
_PARTIES: Final = 64
_UNPLUGGED: Final = "PT61S"
"""A car stays plugged in for a minute after its session was ended."""
_MOST_BUSY: Final = 0.05

Times = dict[str, float]
"""How many seconds it took to start and end a session, by its id."""


def measured(server: Server, seconds: int) -> Load:
    """Waves of one session for every free car. Between them the clock moves on, uncounted, until all is free again."""
    town = Town(Client(server.port))
    shares = _shares(_free(town))
    clients = [Client(server.port) for _ in shares]
    times: Times = {}
    tried, spent, worked = 0, 0.0, 0.0
    with ThreadPoolExecutor(len(shares)) as pool:
        while spent < seconds:
            town.advance(_UNPLUGGED)
            began, before = perf_counter(), machine.cpu_us(server.pid)
            waves = list(pool.map(_wave, [town] * len(shares), clients, shares))
            spent += perf_counter() - began
            worked += machine.cpu_us(server.pid) - before
            tried += sum(map(len, shares))
            for wave in waves:
                _add(times, wave)
    if len(times) < tried * (1 - _MOST_BUSY):
        raise MeasureFailedError(f"of {tried} sessions only {len(times)} were started")
    return load.timed(list(times.values()), spent, worked)


def _free(town: Town) -> list[Order]:
    """Those who can charge now. They have done so by the end of this."""
    found = []
    for order in islice(town.orders(), _PARTIES):
        session = town.start(order)
        if session is not None:
            town.end(session)
            found.append(order)
    return found


def _shares(orders: list[Order]) -> list[list[Order]]:
    if len(orders) < WORKERS:
        raise MeasureFailedError(f"only {len(orders)} cars and connectors are free")
    return [orders[worker::WORKERS] for worker in range(WORKERS)]


def _wave(town: Town, client: Client, orders: list[Order]) -> Times:
    times: Times = {}
    for order in orders:
        began = perf_counter()
        session = town.start(order, client)
        if session is not None:
            town.end(session, client)
            _add(times, {session: perf_counter() - began})
    return times


def _add(times: Times, more: Times) -> None:
    if known := times.keys() & more.keys():
        raise MeasureFailedError(f"{known.pop()} was given to two sessions")
    times |= more
