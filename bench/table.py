"""The one table: a row for each measurement, with its bar and whether it is met. What failed says so in its row."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from math import isnan, nan
from statistics import median
from typing import Final

from .load import Load, Loads, middle, ratio
from .server import Wait

_HEAD: Final = ("", "measured", "p50", "p99", "work", "beside", "its work", "ratio", "bar", "")
_LEFT: Final = 1

UNDISTURBED: Final = 0.85
"""The share of its core that a server under full load has on a machine that does nothing else."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, as it is written."""

    title: str
    measured: str = ""
    p50: str = ""
    p99: str = ""
    work: str = ""
    beside: str = ""
    its_work: str = ""
    ratio: str = ""
    bar: str = ""
    verdict: str = ""

    @property
    def failed(self) -> bool:
        return self.verdict == "FAILED"


def load_row(title: str, load: Load, unit: str = "/s", *, least: float | None = None) -> Row:
    """A load; `least` is the bar to how much is done a second."""
    return Row(
        title,
        f"{load.per_second:,.0f}{unit}",
        _ms(load.p50),
        _ms(load.p99),
        _us(load.work),
        bar="" if least is None else f"≥ {least:,g}{unit}",
        verdict="" if least is None else _verdict(load.share, met=load.per_second >= least),
    )


def constant_row(title: str, loads: Loads) -> Row:
    """A constant by itself."""
    load = middle(loads)
    return replace(load_row(title, load), verdict=_verdict(load.share, met=None))


def beside_row(
    title: str, ours: Loads, name: str, theirs: Loads, least: float | None = None, *, busy: bool = True
) -> Row:
    """A load beside another that was measured in the same rounds; `least` is the bar to their ratio.

    A server that is not `busy` waits for another one, and never has a core to itself.
    """
    mine, other = middle(ours), middle(theirs)
    times = ratio(ours, theirs)
    shares = (mine.share, other.share) if busy else ()
    return replace(
        load_row(title, mine),
        beside=f"{name} {other.per_second:,.0f}/s",
        its_work=_us(other.work),
        ratio=f"{times:.2f}",
        bar="" if least is None else f"≥ {least:.2f} of it",
        verdict=_verdict(*shares, met=None if least is None else times >= least),
    )


def sooner_row(title: str, ours: Loads, name: str, theirs: Loads) -> Row:
    """The p99 of a load, which is to be below another's."""
    mine, other = middle(ours), middle(theirs)
    return Row(
        title,
        _ms(mine.p99),
        beside=f"{name} {_ms(other.p99)}",
        ratio=f"{mine.p99 / other.p99:.2f}",
        bar="below it",
        verdict=_verdict(mine.share, other.share, met=mine.p99 < other.p99),
    )


def quick_row(title: str, load: Load, *, p50: float | None = None, p99: float | None = None, share: float = nan) -> Row:
    """Calls with a bar to how soon (ms) half, or nearly all, are answered; `share` is how much of a core it had."""
    bars = [(name, bar, got) for name, bar, got in (("p50", p50, load.p50), ("p99", p99, load.p99)) if bar is not None]
    return replace(
        load_row(title, load),
        bar=", ".join(f"{name} ≤ {bar:g} ms" for name, bar, _ in bars),
        verdict=_verdict(share, met=all(got <= bar for _, bar, got in bars)),
    )


def bounded(title: str, measured: float, most: float, unit: str) -> Row:
    """An amount that is not to be exceeded."""
    return Row(title, f"{measured:.0f} {unit}", bar=f"≤ {most:g} {unit}", verdict=_verdict(met=measured <= most))


def rate_row(title: str, count: int, wait: Wait, least: float) -> Row:
    """How much is done a second in one long wait."""
    rate = count / wait.seconds
    verdict = _verdict(wait.share, met=rate >= least)
    return Row(title, f"{rate:,.0f}/s", work=_us(wait.work_s / count * 1e6), bar=f"≥ {least:,g}/s", verdict=verdict)


def wait_row(title: str, waits: Sequence[Wait], most_s: float) -> Row:
    """The median of waits that are not to be longer."""
    wait = Wait(median(wait.seconds for wait in waits), median(wait.work_s for wait in waits))
    work = "" if isnan(wait.work_s) else f"{wait.work_s:.2f} s"
    verdict = _verdict(wait.share, met=wait.seconds <= most_s)
    return Row(title, f"{wait.seconds:.2f} s", work=work, bar=f"≤ {most_s:g} s", verdict=verdict)


def missing(title: str, reason: str) -> Row:
    """What cannot be measured on this machine, and why."""
    return Row(title, reason, verdict="missing")


def failed(title: str, reason: str) -> Row:
    return Row(title, " ".join(reason.split()).replace("|", "¦"), verdict="FAILED")


def markdown(rows: Sequence[Row]) -> str:
    """The table, with columns wide enough to be read as it is."""
    cells = [_HEAD, *(astuple(row) for row in rows)]
    lined_up = [replace(row, measured="") if row.verdict in ("FAILED", "missing") else row for row in rows]
    widths = [max(3, *map(len, column)) for column in zip(_HEAD, *map(astuple, lined_up), strict=True)]
    rule = ["-" * width if column < _LEFT else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join(_line(line, widths) for line in (cells[0], rule, *cells[1:]))


def page(day: str, facts: Mapping[str, str], how: str, rows: Sequence[Row]) -> str:
    """A result as it is kept."""
    told = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    return f"# {day}\n\n{told}\n\n{how}\n\n{markdown(rows)}\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.ljust(width) if column < _LEFT else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.2f} ms"


def _us(microseconds: float) -> str:
    return "" if isnan(microseconds) else f"{microseconds:,.0f} µs"


def _verdict(*shares: float, met: bool | None) -> str:
    """Nothing to meet if `met` is None; `noisy` where a server was kept from its core: the figure is not its own."""
    words = [] if met is None else ["met" if met else "missed"]
    if any(share < UNDISTURBED for share in shares):
        words.append("noisy")
    return ", ".join(words)
