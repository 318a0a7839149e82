"""The one table: a row for each measurement, with its bar and whether it is met. What failed says so in its row."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from math import isnan
from statistics import median
from typing import Final

from .load import Load
from .server import Wait

_HEAD: Final = ("", "measured", "p50", "p99", "work", "constant", "its work", "ratio", "bar", "")
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
    constant: str = ""
    its_work: str = ""
    ratio: str = ""
    bar: str = ""
    verdict: str = ""

    @property
    def failed(self) -> bool:
        return self.verdict == "FAILED"


def load_row(title: str, load: Load, unit: str = "/s") -> Row:
    """A load with no bar to it."""
    return Row(title, f"{load.per_second:,.0f}{unit}", _ms(load.p50), _ms(load.p99), _us(load.work))


def beside_constant(title: str, load: Load, constant: Load, least: float | None) -> Row:
    """A load beside the same bytes as a constant; `least` is the bar to their ratio."""
    ratio = load.per_second / constant.per_second
    return replace(
        load_row(title, load),
        constant=f"{constant.per_second:,.0f}/s",
        its_work=_us(constant.work),
        ratio=f"{ratio:.2f}",
        bar="" if least is None else f"≥ {least:.2f} of constant",
        verdict=_verdict(load.share, constant.share, met=None if least is None else ratio >= least),
    )


def quick_row(title: str, load: Load, most_ms: float) -> Row:
    """A load of single calls with a bar to how soon half of them are answered."""
    verdict = _verdict(met=load.p50 <= most_ms)
    return replace(load_row(title, load), bar=f"p50 ≤ {most_ms:g} ms", verdict=verdict)


def bounded(title: str, measured: float, most: float, unit: str) -> Row:
    """An amount that is not to be exceeded."""
    return Row(title, f"{measured:.0f} {unit}", bar=f"≤ {most:g} {unit}", verdict=_verdict(met=measured <= most))


def wait_row(title: str, waits: Sequence[Wait], most_s: float) -> Row:
    """The median of waits that are not to be longer."""
    wait = Wait(median(wait.seconds for wait in waits), median(wait.work_s for wait in waits))
    work = "" if isnan(wait.work_s) else f"{wait.work_s:.2f} s"
    verdict = _verdict(wait.share, met=wait.seconds <= most_s)
    return Row(title, f"{wait.seconds:.2f} s", work=work, bar=f"≤ {most_s:g} s", verdict=verdict)


def failed(title: str, reason: str) -> Row:
    return Row(title, " ".join(reason.split()).replace("|", "¦"), verdict="FAILED")


def markdown(rows: Sequence[Row]) -> str:
    """The table, with columns wide enough to be read as it is."""
    cells = [_HEAD, *(astuple(row) for row in rows)]
    lined_up = [replace(row, measured="") if row.failed else row for row in rows]
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
