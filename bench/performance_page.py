"""The table of docs/performance.md, filled in from the rows of a run: which figure comes from which row."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from . import table
from .table import Row

_MISSING: Final = "not measured"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table.

    `row` matches the title of a row of the benchmark, and `than` what that row is beside. `measured` and `beside` are
    templates with the row's columns, and `{times}` for the rate of the table's first line over that of the row.
    """

    title: str
    row: str = ""
    measured: str = ""
    beside: str = ""
    than: str = ""


_RATE: Final = "{measured}, p99 {p99}"
LINES: Final = (
    Line("**in their first seconds, as they start by themselves**"),
    Line("ten completed sessions, from a million", "ten completed sessions, just started", _RATE),
    Line("ten as a constant: json-server 0.17", ".*just started: json-server", _RATE, "{times} times as many here"),
    Line("ten as a constant: Prism 5.14", ".*just started: Prism", _RATE, "{times} times"),
    Line("ten as a constant: WireMock 3.13", ".*just started: WireMock", _RATE, "{times} times"),
    Line("**tuned, and warm**"),
    Line("ten completed sessions", "ten completed sessions$", _RATE, "{ratio} of FastAPI's own constant", "FastAPI"),
    Line("ten active sessions, computed for that instant", "ten active sessions$", _RATE, "{ratio} of it", "FastAPI"),
    Line("ten as a constant: json-server", "ten as a constant: json-server", _RATE),
    Line("ten as a constant: Prism", "ten as a constant: Prism", _RATE),
    Line("ten as a constant: WireMock", "ten as a constant: WireMock", _RATE),
    Line("one session", "one session$", "{measured}", "{ratio} of FastAPI's own constant"),
    Line("any one filter", "one filter", "", "at worst {ratio} of the rate without"),
    Line("driver, fleet or vehicle with a status", "driver, fleet or vehicle", "", "at worst {ratio}"),
    Line("every other combination of filters", "every other combination", "{p50} at most"),
    Line("pages that are not full", "a page that is not full", "{p50} at most"),
    Line("page 10,000", "page 10,000", "{measured}", "{ratio} times page 1"),
    Line("Cariqa, ten of a user's sessions", "Cariqa.* with ", "{measured}", "{ratio} of Charge's"),
    Line("Podero, ten of a vehicle's sessions", "Podero.* with ", "{measured}", "{ratio} of Charge's"),
    Line("the last of sixty-four operations", "the last of sixty-four", "{measured}", "{ratio} of the first"),
    Line("a session started", "sessions started.* ids$", _RATE, "each a new one"),
    Line("the same with 1,000 villages beside", "sessions started.* villages$", _RATE),
    Line("the clock advanced by an hour", "clock advanced by PT1H", "{p50}", "lists a hundred transitions"),
    Line("the clock advanced by ten years", "clock advanced by P10Y", "{p50}"),
    Line("a village created", "village made$", "{p50}", "p99 {p99}"),
    Line("a village reset", "village put back$", "{p50}", "p99 {p99}"),
    Line("a village deleted", "village removed$", "{p50}", "p99 {p99}"),
    Line("a village created, back to back", "village made, one", "{p50}", "p99 {p99}"),
    Line("a village reset, back to back", "village put back, one", "{p50}", "p99 {p99}"),
    Line("a village deleted, back to back", "village removed, one", "{p50}", "p99 {p99}"),
    Line("a village with 100,000 sessions more reset", "village with .* put back", "{p50}"),
    Line("a village with 100,000 sessions more deleted", "village with .* removed", "{p50}"),
    Line("a town created, with its ten thousand sessions", "town made", "{p50}"),
    Line("a GET while towns are created", "GET of ten while towns", "p99 later by {measured}"),
    Line("a POST while towns are created", "POST while towns", "p99 later by {measured}"),
    Line("ten completed, 1,000 villages beside", "ten completed.* villages$", "{measured}", "{ratio} of those without"),
    Line("ten active, 1,000 villages beside", "ten active.* villages$", "{measured}", "{ratio} of those without"),
    Line("a GET while another million is generated", "GET of ten while .* sessions are made", "p99 {p99}"),
    Line("a POST while another million is generated", "POST while .* sessions are made", "p99 {p99}"),
    Line("a million sessions generated", "sessions made", "{measured}"),
    Line("start to first answer", "start to first answer of health", "{measured}", "{ratio} of the imports alone"),
    Line("memory after all lists", "resident memory", "{measured}"),
    Line("PostgreSQL: ten completed sessions", "PostgreSQL: ten.* sessions$", "{measured}", "{ratio} of SQLite's"),
    Line("PostgreSQL: two servers on two cores", "PostgreSQL.* two workers", "{measured}", "{ratio} times one"),
)  # fmt: skip


def markdown(rows: Sequence[Row]) -> str:
    """The table; a line whose row was not measured says so."""
    first = _found(LINES[1], rows)
    return table.lines(("", "measured", "beside it"), [(each.title, *_cells(each, rows, first)) for each in LINES])


def _cells(line: Line, rows: Sequence[Row], first: Row | None) -> tuple[str, str]:
    if not line.row:
        return "", ""
    row = _found(line, rows)
    if row is None:
        return _MISSING, ""
    times = f"{_rate(first) / _rate(row):.1f}" if first and "{times}" in line.beside else ""
    columns = asdict(row)
    return line.measured.format(**columns), line.beside.format(**columns, times=times)


def _found(line: Line, rows: Sequence[Row]) -> Row | None:
    fitting = (row for row in rows if re.match(line.row, row.title) and row.beside.startswith(line.than))
    return next((row for row in fitting if row.verdict not in ("FAILED", "missing")), None)


def _rate(row: Row) -> float:
    return float(row.measured.removesuffix("/s").replace(",", ""))
