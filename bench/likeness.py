"""How like real charging the town is. `python -m bench.likeness` prints the comparison and draws docs/likeness.svg."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import correlation
from typing import Final

from . import laws
from .picture import picture
from .visits import EVENTS, FIGURES, WEEKS, Classes, classes, hours, law, measured, published, quantiles, visits

PICTURE: Final = Path(__file__).resolve().parents[1] / "docs" / "likeness.svg"
LAW, QUANTILE, HOURS, CORRELATION = 0.10, 0.20, 0.12, 0.10
"""How far is close enough: by Kolmogorov-Smirnov, as a share of the value, by total variation, by difference."""
_QUARTILES: Final = frozenset({0.25, 0.5, 0.75})
_HEAD: Final = ("class", "figure", "Wattif", "published", "apart", "bar", "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the sessions of a class are from what is published about them, and how far they may be."""

    of: str
    what: str
    ours: str
    published: str
    apart: float
    bar: float

    @property
    def holds(self) -> bool:
        return self.apart <= self.bar


def to_laws(found: Classes) -> Iterator[Comparison]:
    """Energy and stay beside the laws that were fitted to them."""
    for name, facts in published().items():
        for figure in [figure for figure in FIGURES if "law" in facts.get(figure, {})]:
            apart = laws.ks(measured(found[name], figure), law(facts[figure]))
            yield Comparison(name, figure, "", facts[figure]["law"]["name"], apart, LAW)


def to_quantiles(found: Classes) -> Iterator[Comparison]:
    """Every figure beside its published quartiles, or beside what quantiles there are where it has none."""
    for name, facts in published().items():
        for figure in [figure for figure in FIGURES if figure in facts]:
            sample, known = measured(found[name], figure), quantiles(facts[figure])
            for at in sorted(_QUARTILES if known.keys() >= _QUARTILES else known):
                ours, theirs = laws.quantile(sample, at), known[at]
                what = f"{figure} p{100 * at:.0f}"
                yield Comparison(name, what, f"{ours:.2f}", f"{theirs:.2f}", abs(ours / theirs - 1), QUANTILE)


def to_hours(found: Classes) -> Iterator[Comparison]:
    """Local hours beside the published histograms."""
    for name, facts in published().items():
        for event in [event for event in EVENTS if event in facts]:
            for days, percents in facts[event].items():
                apart = laws.total_variation(hours(found[name], event, days), percents)
                yield Comparison(name, f"{event} hours, {days}", "", "", apart, HOURS)


def to_correlations(found: Classes) -> Iterator[Comparison]:
    """What belongs together, as much as it is published to."""
    for name, facts in published().items():
        for pair, theirs in facts.get("correlations", {}).items():
            ours = correlation(*(measured(found[name], figure) for figure in pair.split()))
            yield Comparison(
                name, f"{pair} correlation", f"{ours:.2f}", f"{theirs:.2f}", abs(ours - theirs), CORRELATION
            )


def comparisons(found: Classes) -> list[Comparison]:
    """Everything that is compared."""
    return [*to_laws(found), *to_quantiles(found), *to_correlations(found), *to_hours(found)]


def table(found: Classes) -> str:
    """The comparisons in Markdown."""
    lines = [_HEAD, ("---",) * len(_HEAD)]
    for it in comparisons(found):
        verdict = "holds" if it.holds else "FAILS"
        lines.append((it.of, it.what, it.ours, it.published, f"{it.apart:.3f}", f"{it.bar:.2f}", verdict))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    parser = ArgumentParser(prog="python -m bench.likeness", description="Compare the town with published charging.")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the town [default: 1]")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="where to draw it [default: docs/likeness.svg]")
    asked = parser.parse_args()
    found = classes(visits(asked.seed))
    print(table(found))
    asked.picture.write_text(picture(found, f"seed {asked.seed}, {WEEKS} weeks"))
    return 0 if all(it.holds for it in comparisons(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
