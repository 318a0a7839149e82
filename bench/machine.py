"""The machine that runs the benchmark: its description, its cores, and what /proc tells about a process."""

import math
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

_USER_AND_SYSTEM: Final = slice(11, 13)
"""The fields of processor time in /proc/PID/stat, counted from the end of the process's name."""
_PACKAGES: Final = ("fastapi", "uvicorn", "uvloop", "orjson", "sqlmodel")

CORES: Final = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
"""The cores that this process may use; empty where processes cannot be pinned."""
LOAD_CORES: Final = CORES[:1]
SERVER_CORES: Final = CORES[-1:]


def pin(pid: int, cores: Sequence[int]) -> None:
    """Restricts a process, and the threads it starts from now on, to these cores; pid 0 is this process."""
    if cores:
        os.sched_setaffinity(pid, cores)


def memory_mib(pid: int, *, most: bool = False) -> float:
    """The resident memory of a process, or the most that it ever had; NaN where there is no /proc."""
    name = "VmHWM:" if most else "VmRSS:"
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), math.nan)


def cpu_us(pid: int) -> float:
    """The processor time that a process has used so far, in microseconds; NaN where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return math.nan
    fields = stat.read_text().rpartition(")")[2].split()
    return sum(map(int, fields[_USER_AND_SYSTEM])) / os.sysconf("SC_CLK_TCK") * 1e6


def facts() -> dict[str, str]:
    """What a reader needs to compare results from different machines and commits."""
    pinned = f"server on core {CORES[-1]}, load on core {CORES[0]}" if CORES else "not pinned"
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return {
        "Commit": commit.stdout.strip() or "unknown",
        "CPU": _cpu(),
        "Cores": f"{os.cpu_count()}; {pinned}",
        "Load before": ", ".join(f"{load:.2f}" for load in os.getloadavg()) + " (1, 5 and 15 minutes)",
        "OS": platform.platform(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
