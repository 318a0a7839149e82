"""Load: wrk with one thread and sixteen connections. One answer that is an error, and nothing of it counts."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import orjson

from . import machine
from .client import MeasureFailedError
from .server import Server

CONNECTIONS: Final = 16
ROUNDS: Final = 3
_WARM_UP_S: Final = 1
_REPORT: Final = Path(__file__).with_name("report.lua")
_PATIENCE_S: Final = 30


@dataclass(frozen=True, slots=True)
class Load:
    """How much was answered a second, how soon (ms), and how long the server worked for each (µs, NaN if not known)."""

    per_second: float
    p50: float
    p99: float
    work: float

    @property
    def share(self) -> float:
        """The share of a core that the server had; what is far below one was disturbed."""
        return self.per_second * self.work / 1e6


Loads = Sequence[Load]
"""The same load, once a round."""


@dataclass(frozen=True, slots=True)
class Target:
    """A GET that is measured, under its name in the table; `warm_up_s` is what its server needs to be at its best."""

    name: str
    server: Server
    path: str
    key: str = ""
    warm_up_s: int = _WARM_UP_S

    def loaded(self, seconds: int) -> Load:
        """What is answered within so many seconds."""
        return wrk(self.server, self.path, self.key, seconds)


def by_turns(targets: Sequence[Target], seconds: int, say: Callable[[str], None]) -> list[Loads]:
    """The loads of each target in rounds, so that noise hits all of them."""
    say(f"{targets[0].name} beside {', '.join(target.name for target in targets[1:])}")
    for target in targets:
        if target.warm_up_s:
            target.loaded(target.warm_up_s)
    rounds = [[target.loaded(seconds) for target in targets] for _ in range(ROUNDS)]
    return list(zip(*rounds, strict=True))


def ratio(ours: Loads, theirs: Loads) -> float:
    """How many times as fast: the median of the rounds."""
    return median(mine.per_second / other.per_second for mine, other in zip(ours, theirs, strict=True))


def middle(loads: Loads) -> Load:
    """The medians of repeated loads."""
    return Load(*map(median, zip(*map(astuple, loads), strict=True)))


def timed(times_s: Sequence[float], spent_s: float, worked_us: float) -> Load:
    """The same of calls that were timed one by one, in seconds; how long they and the server's work took in all."""
    hundredths = quantiles(times_s, n=100, method="inclusive")
    count = len(times_s)
    return Load(count / spent_s, hundredths[49] * 1e3, hundredths[98] * 1e3, worked_us / count)


def wrk(server: Server, path: str, key: str, seconds: int) -> Load:
    """GETs with a vendor's key for so many seconds."""
    before = machine.cpu_us(server.pid)
    report = _wrk(server.url + path, key, seconds)
    work = (machine.cpu_us(server.pid) - before) / report["requests"]
    return Load(report["requests"] / report["duration"] * 1e6, report["p50"] / 1e3, report["p99"] / 1e3, work)


def _wrk(url: str, key: str, seconds: int) -> dict[str, int]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "5s", "-s", str(_REPORT)]
    try:
        ran = subprocess.run(
            [*command, "-H", f"Authorization: Bearer {key}", url],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + _PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        raise MeasureFailedError("wrk did not come to an end") from None
    if ran.returncode:
        raise MeasureFailedError(f"wrk ended with {ran.returncode}: {ran.stderr.strip()[:200]}")
    report: dict[str, int] = orjson.loads(ran.stdout.splitlines()[-1])
    if report["refused"] or report["broken"] or not report["requests"]:
        raise MeasureFailedError(
            f"of {report['requests']} answers, errors: {report['refused']}; besides, never complete: {report['broken']}"
        )
    return report
