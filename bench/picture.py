"""The town's sessions beside published ones, drawn: a row for each class, with energy, stay and hours of plugging in.

An SVG by itself, for light and dark; the same sessions give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from . import laws
from .visits import Classes, Visit, hours, law, measured, published, quantiles

_ROWS: Final = ("dc", "home", "street", "destination", "work")
_WIDTH, _HEAD, _FOOT, _MARGIN = 1000, 124, 60, 24
_LEFT, _PITCH, _GAP = 164, 144, 34
_PANEL, _TALL = 178, 90
_AXES: Final[Mapping[tuple[str, str], tuple[int, int]]] = {
    ("dc", "energy_kwh"): (80, 20),
    ("dc", "stay_minutes"): (90, 30),
    ("home", "stay_hours"): (24, 6),
    ("work", "stay_hours"): (12, 4),
}
"""Where an axis ends and how far its ticks are apart; elsewhere as below."""
_AXIS: Final = {"energy_kwh": (40, 10), "stay_hours": (20, 5)}
_UNITS: Final = {"energy_kwh": "kWh", "stay_hours": "hours", "stay_minutes": "minutes"}
_PERCENT, _PERCENT_TICK = 20, 5
_TITLE: Final = "The sessions of Wattif beside published ones"
_ABOUT: Final = (
    "For each class of place: energy and time plugged in as cumulative shares of sessions, and the hours of plugging "
    "in as bars. The sessions of Wattif lie close to the published statistics."
)
_DRAWN: Final = "What is drawn comes from these statistics; the curves show what the simulation makes of it."
_NOTE: Final = "Hours are local and count failed sessions too; at home nobody stays beyond 20 hours."
_MEASURES: Final = (
    "KS: the largest gap between two curves. Variation: the share of sessions that would have to move to another hour."
)
_SOURCES: Final = (
    "Published: EPFL DESL Level-3 (CH) · Trondheim flats, Sørensen et al. 2021 (NO) · ElaadNL 2019 (NL), hours from "
    "Boulder (US) · ACN Caltech 2021 (US)."
)
_STYLE: Final = """
svg { --ground: #fff; --ink: #1d2433; --faint: #667085; --line: #e4e7ec; --theirs: #98a2b3; --ours: #0e7c86; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #10151d; --ink: #e7eaf0; --faint: #9aa4b5; --line: #28303c; --theirs: #75819a; --ours: #3cc4c0; }
}
text { font: 11px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--faint); }
.title { font-size: 17px; font-weight: 600; fill: var(--ink); }
.name { font-size: 13px; font-weight: 600; fill: var(--ink); }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.ground { fill: var(--ground); }
.grid { stroke: var(--line); fill: none; }
.fit { stroke: var(--theirs); stroke-opacity: .5; stroke-width: 6; fill: none; stroke-linejoin: round; }
.dot { fill: var(--ground); stroke: var(--ink); stroke-width: 1.4; }
.steps { stroke: var(--ink); stroke-width: 1.4; fill: none; }
.curve { stroke: var(--ours); stroke-width: 2; fill: none; stroke-linejoin: round; }
.bar { fill: var(--ours); fill-opacity: .62; }
"""


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
        """Lines for what is on the left, numbers for both."""
        for tick in y_ticks:
            x, y = self.at(0, tick).split(",")
            yield f'<path class="grid" d="M{x},{y}h{self.width}"/>'
            yield _text(f"{tick}", float(x) - 5, float(y) + 4, "end")
        for tick in x_ticks:
            x, y = self.at(tick, 0).split(",")
            yield f'<path class="grid" d="M{x},{y}v4"/>'
            yield _text(f"{tick}", float(x), float(y) + 16, "middle")


def picture(found: Classes, which: str) -> str:
    """The picture; `which` says which sessions these are."""
    height = _HEAD + _PITCH * len(_ROWS) + _FOOT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{_TITLE}</title>",
        f"<desc>{_ABOUT}</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{height}" rx="10"/>',
        *_head(),
        *(line for n, name in enumerate(_ROWS) for line in _row(name, found[name], _HEAD + n * _PITCH)),
        _text(_SOURCES, _MARGIN, height - 50),
        _text(f"Wattif: the town ten times as large, {which}. {_NOTE}", _MARGIN, height - 34),
        _text(_MEASURES, _MARGIN, height - 18),
        "</svg>\n",
    ]
    return "\n".join(lines)


def _head() -> Iterator[str]:
    yield _text(_TITLE, _MARGIN, 34, "title")
    yield _text(_DRAWN, _MARGIN, 54)
    yield '<path class="curve" d="M548,30h26"/><rect class="bar" x="580" y="23" width="5" height="12"/>'
    yield '<rect class="bar" x="587" y="26" width="5" height="9"/>' + _text("Wattif", 600, 34)
    yield '<path class="fit" d="M658,30h26"/>' + _text("published, fitted law", 692, 34)
    yield '<circle class="dot" cx="828" cy="30" r="3.4"/><path class="steps" d="M840,35v-9h7v4h7v5"/>'
    yield _text("published, counted", 862, 34)
    heads = {"Energy": "kWh", "Plugged in for": "minutes or hours", "Plugged in at": "hour of the day"}
    for n, (title, unit) in enumerate(heads.items()):
        yield _text(title, _column(n), _HEAD - 34, "name")
        yield _text(f"{unit}; % of sessions", _column(n), _HEAD - 18)


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
    """Which share takes or stays so much at most."""
    ends, tick = _AXES.get((name, figure)) or _AXIS[figure]
    facts, sample = published()[name][figure], measured(some, figure)
    panel = _Panel(left, top, _PANEL, ends, 100)
    yield from panel.grid(range(0, ends + 1, tick), range(0, 101, 25))
    values = [ends * n / _PANEL for n in range(0, _PANEL + 1, 2)]
    if "law" in facts:
        fitted = law(facts)
        yield _path("fit", [panel.at(value, 100 * fitted(value)) for value in values])
    yield _path(
        "curve",
        [panel.at(value, 100 * share) for value, share in zip(values, laws.shares(sample, values), strict=True)],
    )
    known = quantiles(facts)
    for share, value in known.items():
        x, y = panel.at(value, 100 * share).split(",")
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="3.4"/>'
    yield _text(_UNITS[figure], left + _PANEL, top + _TALL + 30, "end")
    yield _text(_apart(facts, sample), left + _PANEL - 4, top + _TALL - 7, "end")


def _apart(facts: Mapping[str, Any], sample: Sequence[float]) -> str:
    if "law" in facts:
        return f"KS {laws.ks(sample, law(facts)):.2f}"
    off = max(abs(laws.quantile(sample, at) / quantiles(facts)[at] - 1) for at in (0.25, 0.5, 0.75))
    return f"quartiles within {100 * off:.0f} %"


def _hours(panel: _Panel, days: str, counts: Sequence[int], percents: Sequence[float]) -> Iterator[str]:
    """Which share plugs in within each hour."""
    yield from panel.grid(range(0, 25, 6), range(0, _PERCENT, _PERCENT_TICK))
    for hour, count in enumerate(counts):
        x, y = panel.at(hour + 0.12, 100 * count / sum(counts)).split(",")
        tall = panel.top + _TALL - float(y)
        yield f'<rect class="bar" x="{x}" y="{y}" width="{panel.width / 32:.1f}" height="{tall:.1f}"/>'
    yield _path("steps", [panel.at(hour + side, share) for hour, share in enumerate(percents) for side in (0, 1)])
    apart = laws.total_variation(counts, percents)
    yield _text(days, panel.left + 5, panel.top + 10)
    yield _text(f"variation {apart:.2f}", panel.left + panel.width - 2, panel.top + 10, "end")


def _column(n: int) -> float:
    return _LEFT + n * (_PANEL + _GAP)


def _path(kind: str, points: Sequence[str]) -> str:
    return f'<path class="{kind}" d="M{"L".join(points)}"/>'


def _text(text: str, x: float, y: float, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{text}</text>'
