"""The machine that is measured on: what it is, and who runs on which core. Where none can be pinned, none is."""

import math
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app import __version__

_KIB_PER_MIB: Final = 1024
_USER_AND_SYSTEM: Final = slice(11, 13)
"""Their ticks in /proc/PID/stat, counted behind the process's name."""
_SHOWN: Final = ("fastapi", "uvicorn", "uvloop", "orjson", "sqlmodel")


def cores() -> list[int]:
    """The cores this process may use; none where they cannot be pinned."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


@contextmanager
def server_core() -> Iterator[None]:
    """Whatever is started meanwhile gets the last core, with all the threads it will ever have."""
    with _on(cores_at_start[-1:]):
        yield


@contextmanager
def any_core() -> Iterator[None]:
    """Whatever is started meanwhile runs where it likes."""
    with _on(cores_at_start):
        yield


def pin_load() -> None:
    """Gives this process, and the load it starts, the first core."""
    _pin(cores_at_start[:1])


def memory_mib(pid: int) -> float:
    """The resident memory of a process."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        kib = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    else:
        shown = ["ps", "-o", "rss=", "-p", str(pid)]
        kib = subprocess.run(shown, capture_output=True, text=True, check=True, timeout=10).stdout
    return int(kib) / _KIB_PER_MIB


def cpu_us(pid: int) -> float:
    """How long a process has kept cores busy so far; not a number where that is not told."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return math.nan
    fields = stat.read_text().rpartition(")")[2].split()
    return sum(map(int, fields[_USER_AND_SYSTEM])) / os.sysconf("SC_CLK_TCK") * 1e6


def facts() -> dict[str, str]:
    """What a reader has to know to compare results."""
    return {
        "Wattif": __version__,
        "CPU": _cpu(),
        "Cores": f"{os.cpu_count()}; {_shares()}",
        "Load before": ", ".join(f"{load:.2f}" for load in os.getloadavg()) + " (1, 5 and 15 minutes)",
        "OS": f"{_system()}, {platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in _SHOWN),
    }


@contextmanager
def _on(allowed: list[int]) -> Iterator[None]:
    """A process inherits the cores of the thread that starts it."""
    before = cores()
    _pin(allowed)
    try:
        yield
    finally:
        _pin(before)


def _pin(allowed: list[int]) -> None:
    if sys.platform == "linux" and allowed:
        os.sched_setaffinity(0, allowed)


def _shares() -> str:
    if not cores_at_start:
        return "not pinned"
    if len(cores_at_start) == 1:
        return "server and load on the same one"
    return f"server on core {cores_at_start[-1]}, load on core {cores_at_start[0]}"


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform(terse=True)


cores_at_start: Final = cores()
"""Before anything was pinned."""
