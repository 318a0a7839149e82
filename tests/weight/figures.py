"""What the long forms have counted, in a table that is printed and kept."""

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
COUNTED: Final[list["Figures"]] = []


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table; each field is a column."""

    what: str
    seconds: float
    starts: int
    ends: int
    refused: str
    hands: str
    p50_ms: float
    p99_ms: float
    kills: int = 0
    back_after_s: float = 0


def count(
    kind: str, servers: int, crowd: Crowd, hands: list[int], *, seconds: float, back_after: Sequence[float] = ()
) -> None:
    """Keeps what one test has counted."""
    refused = Counter(crowd.starts) + Counter(crowd.ends)
    del refused[200]
    percentiles = quantiles(crowd.seconds, n=100)
    row = Figures(
        what=f"{kind}, {servers} {'process' if servers == 1 else 'processes'}",
        seconds=round(seconds, 1),
        starts=len(crowd.started),
        ends=len(crowd.ended),
        refused=", ".join(f"{times:,} of {status}" for status, times in sorted(refused.items())),
        hands=f"{hands[0]:,} / {median(hands):,.0f}",
        p50_ms=round(percentiles[49] * 1000, 1),
        p99_ms=round(percentiles[98] * 1000, 1),
        kills=len(back_after),
        back_after_s=round(median(back_after), 2) if back_after else 0,
    )
    COUNTED.append(row)


def keep() -> Path:
    """Writes the table."""
    now = datetime.now(UTC)
    file = _RESULTS / f"soak-{now:%Y-%m-%d-%H%M}.md"
    names = [field.name for field in fields(Figures)]
    table = [[_HEADS.get(name, name) for name in names], ["---", *["---:"] * (len(names) - 1)]]
    table += [[_cell(getattr(row, name)) for name in names] for row in COUNTED]
    lines = [f"| {' | '.join(cells)} |" for cells in table]
    file.write_text("\n".join([f"# Soak, {now:%Y-%m-%d %H:%M} UTC", "", _about(), "", *lines, ""]), "utf-8")
    return file


_HEADS: Final = {
    "what": "",
    "seconds": "s",
    "refused": "refusals",
    "hands": "hands, fewest / median",
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "back_after_s": "ready again, s",
}


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and value else str(value or "")


def _about() -> str:
    return (
        "64 clients at speed 3,600 start sessions of at most 1 kWh, every fourth of 20 kWh, on 4 connectors, and end"
        " them. Hands are how many times a connector went from one car to another; refusals are of starts and ends;"
        " percentiles are of all calls, refused ones too; ready again is the median from a kill to the next ready line."
        f" {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, which servers,"
        " database and crowd share."
    )
