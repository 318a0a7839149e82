"""The table of results: a row for each measurement, with its bars and a verdict, and for each that failed."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from math import isnan
from typing import Final

from .loads import Load, Loads, middle, ratio

_HEAD: Final = ("", "measured", "p50", "p99", "work", "beside", "ratio", "bar", "")

UNDISTURBED: Final = 0.85
"""The share of its core that a server under full load has if the machine does nothing else."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit as it is printed, and whether it is met."""

    text: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table as it is printed."""

    title: str
    measured: str
    p50: str = ""
    p99: str = ""
    work: str = ""
    beside: str = ""
    ratio: str = ""
    bar: str = ""
    verdict: str = ""

    @property
    def failed(self) -> bool:
        return self.verdict == "FAILED"


def at_least(value: float, bar: float, unit: str) -> Bar:
    return Bar(f"≥ {bar:,g}{unit}", value >= bar)


def at_most(value: float, bar: float, unit: str, name: str = "") -> Bar:
    """`name` is what has the bar, if that is not what the row measures."""
    return Bar(f"{name} ≤ {bar:,g}{unit}".strip(), value <= bar)


def row(title: str, measured: str, *bars: Bar, shares: Sequence[float] = ()) -> Row:
    """A row with bars; `shares` are the shares of a core that the servers had, of which a low one is `noisy`."""
    words = [] if not bars else ["met" if all(bar.is_met for bar in bars) else "missed"]
    words += ["noisy"] if any(share < UNDISTURBED for share in shares) else []
    return Row(title, measured, bar=", ".join(bar.text for bar in bars), verdict=", ".join(words))


def load_row(title: str, load: Load, *bars: Bar, shares: Sequence[float] = ()) -> Row:
    """A rate with its latencies."""
    work = "" if isnan(load.work) else f"{load.work:,.0f} µs"
    begun = row(title, f"{load.per_second:,.0f}/s", *bars, shares=shares)
    return replace(begun, p50=f"{load.p50:.2f} ms", p99=f"{load.p99:.2f} ms", work=work)


def latency_row(
    title: str, load: Load, *, p50: float | None = None, p99: float | None = None, shares: Sequence[float] = ()
) -> Row:
    """A rate with bars to its latencies in ms."""
    bars = [
        at_most(got, bar, " ms", name)
        for name, got, bar in (("p50", load.p50, p50), ("p99", load.p99, p99))
        if bar is not None
    ]
    return load_row(title, load, *bars, shares=shares)


def beside_row(
    title: str, ours: Loads, name: str, theirs: Loads, least: float | None = None, *, busy: bool = True
) -> Row:
    """A rate and its ratio to another's in the same rounds; `least` is the bar to that ratio.

    A server that is not `busy` waits for another process, and never has a core to itself.
    """
    mine, other, times = middle(ours), middle(theirs), ratio(ours, theirs)
    bars = () if least is None else (at_least(times, least, " of it"),)
    begun = load_row(title, mine, *bars, shares=(mine.share, other.share) if busy else ())
    return replace(begun, beside=f"{name} {other.per_second:,.0f}/s", ratio=f"{times:.2f}")


def sooner_row(title: str, ours: Loads, name: str, theirs: Loads) -> Row:
    """A p99 that is to be below another's."""
    mine, other = middle(ours), middle(theirs)
    bar = Bar("below it", mine.p99 < other.p99)
    begun = row(title, f"{mine.p99:.2f} ms", bar, shares=(mine.share, other.share))
    return replace(begun, beside=f"{name} {other.p99:.2f} ms", ratio=f"{mine.p99 / other.p99:.2f}")


def missing(title: str, reason: str) -> Row:
    """A measurement that this machine cannot make."""
    return Row(title, reason, verdict="missing")


def failed(title: str, reason: str) -> Row:
    return Row(title, " ".join(reason.split()).replace("|", "¦"), verdict="FAILED")


def markdown(rows: Sequence[Row]) -> str:
    """The table in Markdown, with aligned columns; a long reason does not widen them."""
    fitting = [replace(each, measured="") if each.verdict in ("FAILED", "missing") else each for each in rows]
    return lines(_HEAD, [astuple(each) for each in rows], [astuple(each) for each in fitting])


def lines(head: Sequence[str], cells: Sequence[Sequence[str]], fitting: Sequence[Sequence[str]] = ()) -> str:
    """Any table in Markdown; `fitting` are the cells that decide how wide the columns are, by default all."""
    widths = [max(3, *map(len, column)) for column in zip(head, *(fitting or cells), strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    padded = [
        [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        for line in (head, rule, *cells)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def page(day: str, facts: Mapping[str, str], how: str, rows: Sequence[Row]) -> str:
    """A result as it is kept."""
    described = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    return f"# {day}\n\n{described}\n\n{how}\n\n{markdown(rows)}\n"
