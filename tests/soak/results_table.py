"""The results of the long forms, in a table that is printed and kept."""

import os
import platform
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench import machine, table
from tests.databases import Databases, Kept
from tests.serving.crowds import Crowd
from tests.serving.servers import Server

_FOLDER: Final = Path(__file__).resolve().parents[2] / "bench" / "results"
_GOOD: Final = {200, 409}
_HEAD: Final = ("", "minutes", "calls", "errors", "p99, ms", "kills", "ready again, s", "memory, MiB", "database, MiB")
_HEAD_OF_CHECKS: Final = "done and checked"
_NAMES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_MIB: Final = 1 << 20
RESULTS: Final[list["Result"]] = []


@dataclass(frozen=True, slots=True)
class Sizes:
    """The memory of the largest of some servers, and the size of their database, in MiB."""

    memory: float
    database: float


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the table; each field is a column, and an empty one does not apply."""

    part: str
    minutes: str
    calls: str
    errors: str
    p99_ms: str = ""
    kills: str = ""
    back_after_s: str = ""
    memory: str = ""
    database: str = ""
    checked: str = ""


def sizes(servers: Sequence[Server], kept: Kept) -> Sizes:
    if kept.url.startswith("sqlite"):
        size = sum(part.stat().st_size for part in kept.file.parent.glob(f"{kept.file.name}*"))
    else:
        [[size]] = kept.rows("SELECT pg_database_size(current_database())")
    return Sizes(max(machine.memory_mib(each.process.pid) for each in servers), size / _MIB)


def add(
    part: str,
    databases: Databases | None,
    *,
    seconds: float,
    checked: str,
    calls: int | None = None,
    crowd: Crowd | None = None,
    before: Sizes | None = None,
    after: Sizes | None = None,
    back_after: Sequence[float] | None = None,
) -> None:
    """Adds the result of a test that has passed; `back_after` are the seconds from each kill to the next ready line.

    A test without `calls` or a crowd counts no calls. Errors are answers of a crowd other than 200 and 409.
    """
    if crowd is not None:
        calls = crowd.starts.total() + crowd.ends.total()
    errors = sum((crowd.starts + crowd.ends)[status] for status in crowd.statuses - _GOOD) if crowd else 0
    RESULTS.append(
        Result(
            part=f"{part}, {_NAMES[databases.kind]}" if databases else part,
            minutes=f"{seconds / 60:.1f}",
            calls="" if calls is None else f"{calls:,}",
            errors=f"{errors:,}",
            p99_ms=f"{quantiles(crowd.seconds, n=100)[98] * 1000:.0f}" if crowd else "",
            kills="" if back_after is None else f"{len(back_after):,}",
            back_after_s=f"{median(back_after):.2f}" if back_after else "",
            memory=f"{before.memory:.0f} to {after.memory:.0f}" if before and after else "",
            database=f"{before.database:.0f} to {after.database:.0f}" if before and after else "",
            checked=checked,
        )
    )


def page(minutes: float) -> str:
    """The table in Markdown, with what a reader needs to understand it."""
    rows = [astuple(each) for each in RESULTS]
    title = f"# Soak of {minutes:g} minutes, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{title}\n\n{_about()}\n\n{table.lines((*_HEAD, _HEAD_OF_CHECKS), rows)}\n"


def keep(text: str) -> Path:
    """Writes a page to a new file beside the benchmark's results and returns the file."""
    file = _FOLDER / f"soak-{datetime.now(UTC):%Y-%m-%d-%H%M}.md"
    file.write_text(text, "utf-8")
    return file


def _about() -> str:
    return (
        "Crowd: 64 clients at speed 3,600 start sessions of at most 1 kWh, every fourth of 20 kWh, on 4 connectors, and"
        " end them. Calls include those that are refused with 409; errors are answers other than 200 and 409, and while"
        " servers are killed 503; ready again is the median time from a kill to the next ready line; memory is that of"
        " the largest server, from the part's beginning to its end."
        f" {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, shared by servers,"
        " database and clients."
    )
