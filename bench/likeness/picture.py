"""The sessions beside published ones as an SVG: a row for each class, with energy, stay and hours of plugging in.

Below are maps of one week of five people.

The same sessions give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

from . import distributions
from .mobility import People
from .sessions import MONDAY, Classes, Visit, distribution, hours, measured, published, quantiles
from .week_map import week_map

_TEMPLATE: Final = Path(__file__).with_suffix(".svg")
"""The page without its rows; it has room for five."""
_ROWS: Final = ("dc", "home", "street", "destination", "work")
_HEAD, _MARGIN, _MAPS = 124, 24, 896
_LEFT, _PITCH, _GAP = 164, 144, 34
_PANEL, _TALL = 178, 90
_AXES: Final[Mapping[tuple[str, str], tuple[int, int]]] = {
    ("dc", "energy_kwh"): (80, 20),
    ("dc", "stay_minutes"): (90, 30),
    ("home", "stay_hours"): (24, 6),
    ("work", "stay_hours"): (12, 4),
}
"""The end of an axis and the distance of its ticks, where they are not those of _AXIS."""
_AXIS: Final = {"energy_kwh": (40, 10), "stay_hours": (20, 5)}
_UNITS: Final = {"energy_kwh": "kWh", "stay_hours": "hours", "stay_minutes": "minutes"}
_PERCENT, _PERCENT_TICK = 20, 5


@dataclass(frozen=True, slots=True)
class _Panel:
    """A coordinate system on the page."""

    left: float
    top: float
    width: float
    x_ends: float
    y_ends: float

    def at(self, x: float, y: float) -> str:
        return f"{self.left + self.width * x / self.x_ends:.1f},{self.top + _TALL * (1 - y / self.y_ends):.1f}"

    def grid(self, x_ticks: Iterable[int], y_ticks: Iterable[int]) -> Iterator[str]:
        """Lines for the values on the left, and the numbers of both axes."""
        for tick in y_ticks:
            x, y = self.at(0, tick).split(",")
            yield f'<path class="grid" d="M{x},{y}h{self.width}"/>'
            yield _text(f"{tick}", float(x) - 5, float(y) + 4, "end")
        for tick in x_ticks:
            x, y = self.at(tick, 0).split(",")
            yield f'<path class="grid" d="M{x},{y}v4"/>'
            yield _text(f"{tick}", float(x), float(y) + 16, "middle")


def picture(found: Classes, of_each: People, which: str) -> str:
    """The drawing as SVG; `which` describes the sessions in its caption."""
    rows = (line for n, name in enumerate(_ROWS) for line in _row(name, found[name], _HEAD + n * _PITCH))
    week = week_map(of_each, MONDAY, _MAPS)
    page = Template(_TEMPLATE.read_text("utf-8"))
    return page.substitute(rows="\n".join(rows), week="\n".join(week), which=which)


def _row(name: str, some: Sequence[Visit], top: float) -> Iterator[str]:
    facts = published()[name]
    count = sum(visit.charged for visit in some)
    yield _text(facts["title"], _MARGIN, top + 12, "name")
    for n, line in enumerate((facts["about"], f"{count:,} sessions", *facts["source"].split(", "))):
        yield _text(line, _MARGIN, top + 30 + 16 * n)
    for column, figure in enumerate(figure for figure in _UNITS if figure in facts):
        yield from _shares(name, figure, some, _column(column), top)
    width = _PANEL if len(facts["start"]) > 1 else 2 * _PANEL + _GAP
    for n, (days, percents) in enumerate(facts["start"].items()):
        panel = _Panel(_column(2 + n), top, width, 24, _PERCENT)
        yield from _hours(panel, days, hours(some, "start", days), percents)


def _shares(name: str, figure: str, some: Sequence[Visit], left: float, top: float) -> Iterator[str]:
    """The share of sessions at or below each value of a figure."""
    ends, tick = _AXES.get((name, figure)) or _AXIS[figure]
    facts, sample = published()[name][figure], measured(some, figure)
    panel = _Panel(left, top, _PANEL, ends, 100)
    yield from panel.grid(range(0, ends + 1, tick), range(0, 101, 25))
    values = [ends * n / _PANEL for n in range(0, _PANEL + 1, 2)]
    if "law" in facts:
        fitted = distribution(facts)
        yield _path("fit", [panel.at(value, 100 * fitted(value)) for value in values])
    yield _path(
        "curve",
        [
            panel.at(value, 100 * share)
            for value, share in zip(values, distributions.shares(sample, values), strict=True)
        ],
    )
    known = quantiles(facts)
    for share, value in known.items():
        x, y = panel.at(value, 100 * share).split(",")
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="3.4"/>'
    yield _text(_UNITS[figure], left + _PANEL, top + _TALL + 30, "end")
    yield _text(_apart(facts, sample), left + _PANEL - 4, top + _TALL - 7, "end")


def _apart(facts: Mapping[str, Any], sample: Sequence[float]) -> str:
    if "law" in facts:
        return f"KS {distributions.ks(sample, distribution(facts)):.2f}"
    off = max(abs(distributions.quantile(sample, at) / quantiles(facts)[at] - 1) for at in (0.25, 0.5, 0.75))
    return f"quartiles within {100 * off:.0f} %"


def _hours(panel: _Panel, days: str, counts: Sequence[int], percents: Sequence[float]) -> Iterator[str]:
    """The share of sessions that begin in each hour."""
    yield from panel.grid(range(0, 25, 6), range(0, _PERCENT, _PERCENT_TICK))
    for hour, count in enumerate(counts):
        x, y = panel.at(hour + 0.12, 100 * count / sum(counts)).split(",")
        tall = panel.top + _TALL - float(y)
        yield f'<rect class="bar" x="{x}" y="{y}" width="{panel.width / 32:.1f}" height="{tall:.1f}"/>'
    yield _path("steps", [panel.at(hour + side, share) for hour, share in enumerate(percents) for side in (0, 1)])
    apart = distributions.total_variation(counts, percents)
    yield _text(days, panel.left + 5, panel.top + 10)
    yield _text(f"variation {apart:.2f}", panel.left + panel.width - 2, panel.top + 10, "end")


def _column(n: int) -> float:
    return _LEFT + n * (_PANEL + _GAP)


def _path(kind: str, points: Sequence[str]) -> str:
    return f'<path class="{kind}" d="M{"L".join(points)}"/>'


def _text(text: str, x: float, y: float, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{text}</text>'
