"""Loads: GETs by wrk on sixteen connections, and the rates and latencies of any load. One error fails a load."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, TypeVar

import orjson

from . import machine
from .servers import MeasureFailedError, Server

CONNECTIONS: Final = 16
ROUNDS: Final = 3
TEN: Final = 10
_REPORT: Final = Path(__file__).with_name("report.lua")
_PATIENCE_S: Final = 30
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Load:
    """Answers a second, percentiles of latency in ms, and the server's processor time for each answer in µs or NaN."""

    per_second: float
    p50: float
    p99: float
    work: float

    @property
    def share(self) -> float:
        """The share of a core that the server had; far below one, something else used the core."""
        return self.per_second * self.work / 1e6


Loads = Sequence[Load]
"""The same load in several rounds."""


@dataclass(frozen=True, slots=True)
class Target:
    """A GET of a server; `rows` is the key of the ten objects in its answer, None if it is no page of ten."""

    title: str
    server: Server
    path: str
    key: str = ""
    rows: str | None = "data"
    warm_up_s: int = 1

    def read(self) -> bytes:
        """The answer. Raises MeasureFailedError if it is not as large as it should be."""
        with self.server.client(self.key) as client:
            body = client.get(self.path).content
        if self.rows is not None and len(orjson.loads(body)[self.rows]) != TEN:
            raise MeasureFailedError(f"GET {self.path} does not answer ten objects")
        return body

    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The answer, of any length."""
        with self.server.client(self.key) as client:
            return orjson.loads(client.get(self.path).content)

    def load(self, seconds: int) -> Load:
        """What wrk measures in that time."""
        before = machine.cpu_us(self.server.pid)
        report = _wrk(self.server.url + self.path, self.key, seconds)
        work = (machine.cpu_us(self.server.pid) - before) / report["requests"]
        return Load(report["requests"] / report["duration"] * 1e6, report["p50"] / 1e3, report["p99"] / 1e3, work)


def by_turns(measures: Sequence[Callable[[], _T]], turns: int = ROUNDS) -> list[list[_T]]:
    """The results of each measure, in that many turns. Every second turn goes backwards, so that drift cancels out."""
    results: list[list[_T]] = [[] for _ in measures]
    for turn in range(turns):
        for measure, found in list(zip(measures, results, strict=True))[:: -1 if turn % 2 else 1]:
            found.append(measure())
    return results


def compared(targets: Sequence[Target], seconds: int) -> list[list[Load]]:
    """The loads of each target by turns, after a warm-up of each."""
    for target in targets:
        if target.warm_up_s:
            target.load(target.warm_up_s)
    return by_turns([partial(target.load, seconds) for target in targets])


def ratio(ours: Loads, theirs: Loads) -> float:
    """The median of the rounds' ratios of answers a second."""
    return median(mine.per_second / other.per_second for mine, other in zip(ours, theirs, strict=True))


def middle(loads: Loads) -> Load:
    """The medians of the rounds."""
    return Load(*map(median, zip(*map(astuple, loads), strict=True)))


def timed(times_s: Sequence[float], spent_s: float, worked_us: float) -> Load:
    """The load of calls that were timed one by one; `spent_s` and the server's `worked_us` are of all together."""
    hundredths = quantiles(times_s, n=100, method="inclusive")
    count = len(times_s)
    return Load(count / spent_s, hundredths[49] * 1e3, hundredths[98] * 1e3, worked_us / count)


def _wrk(url: str, key: str, seconds: int) -> dict[str, int]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "5s", "-s", str(_REPORT)]
    command += ["-H", f"Authorization: Bearer {key}", url]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + _PATIENCE_S)
    except subprocess.SubprocessError as error:
        raise MeasureFailedError(f"wrk: {error}") from None
    report: dict[str, int] = orjson.loads(ran.stdout.splitlines()[-1])
    if report["refused"] or report["broken"] or not report["requests"]:
        raise MeasureFailedError(
            f"of {report['requests']} answers {report['refused']} are errors; {report['broken']} more are incomplete"
        )
    return report
