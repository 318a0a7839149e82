"""Load: wrk with one thread and sixteen connections. One answer that is an error, and nothing of it counts."""

import subprocess
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import orjson

from . import machine
from .client import MeasureFailedError
from .server import Server

CONNECTIONS: Final = 16
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


def wrk(server: Server, path: str, key: str, seconds: int) -> Load:
    """GETs with a vendor's key for so many seconds."""
    before = machine.cpu_us(server.pid)
    report = _wrk(server.url + path, key, seconds)
    work = (machine.cpu_us(server.pid) - before) / report["requests"]
    return Load(report["requests"] / report["duration"] * 1e6, report["p50"] / 1e3, report["p99"] / 1e3, work)


def timed(times_s: Sequence[float], spent_s: float, worked_us: float) -> Load:
    """The same of calls that were timed one by one, in seconds; how long they and the server's work took in all."""
    hundredths = quantiles(times_s, n=100, method="inclusive")
    count = len(times_s)
    return Load(count / spent_s, hundredths[49] * 1e3, hundredths[98] * 1e3, worked_us / count)


def middle(loads: Sequence[Load]) -> Load:
    """The medians of repeated loads."""
    return Load(*map(median, zip(*map(astuple, loads), strict=True)))


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
