"""The results of the long forms, in a table that is printed and kept."""

import os
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from tests.serving.crowds import Crowd

_RESULTS: Final = Path(__file__).resolve().parents[2] / "bench" / "results"
RESULTS: Final[list["Result"]] = []


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table; each field is a column."""

    what: str
    seconds: float
    starts: int
    ends: int
    refused: str
    vehicle_changes: str
    p50_ms: float
    p99_ms: float
    kills: int = 0
    back_after_s: float = 0


def add(
    kind: str,
    servers: int,
    crowd: Crowd,
    vehicle_changes: list[int],
    *,
    seconds: float,
    back_after: Sequence[float] = (),
) -> None:
    """Adds the result of one test; `vehicle_changes` are those of each connector, fewest first."""
    refused = Counter(crowd.starts) + Counter(crowd.ends)
    del refused[200]
    percentiles = quantiles(crowd.seconds, n=100)
    row = Result(
        what=f"{kind}, {servers} {'process' if servers == 1 else 'processes'}",
        seconds=round(seconds, 1),
        starts=len(crowd.started),
        ends=len(crowd.ended),
        refused=", ".join(f"{times:,} of {status}" for status, times in sorted(refused.items())),
        vehicle_changes=f"{vehicle_changes[0]:,} / {median(vehicle_changes):,.0f}",
        p50_ms=round(percentiles[49] * 1000, 1),
        p99_ms=round(percentiles[98] * 1000, 1),
        kills=len(back_after),
        back_after_s=round(median(back_after), 2) if back_after else 0,
    )
    RESULTS.append(row)


def write() -> Path:
    """Writes the table to a new file beside the benchmark's results and returns the file."""
    now = datetime.now(UTC)
    file = _RESULTS / f"soak-{now:%Y-%m-%d-%H%M}.md"
    names = [field.name for field in fields(Result)]
    table = [[_HEADINGS.get(name, name) for name in names], ["---", *["---:"] * (len(names) - 1)]]
    table += [[_cell(getattr(row, name)) for name in names] for row in RESULTS]
    lines = [f"| {' | '.join(cells)} |" for cells in table]
    file.write_text("\n".join([f"# Soak, {now:%Y-%m-%d %H:%M} UTC", "", _about(), "", *lines, ""]), "utf-8")
    return file


_HEADINGS: Final = {
    "what": "",
    "seconds": "s",
    "refused": "refusals",
    "vehicle_changes": "changes of vehicle, fewest / median",
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "back_after_s": "ready again, s",
}


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and value else str(value or "")


def _about() -> str:
    return (
        "64 clients at speed 3,600 start sessions of at most 1 kWh, every fourth of 20 kWh, on 4 connectors, and end"
        " them. Changes of vehicle are counted per connector; refusals are of starts and ends;"
        " percentiles are of all calls, refused ones too; ready again is the median time from a kill to the next"
        " ready line."
        f" {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, shared by servers,"
        " database and clients."
    )
