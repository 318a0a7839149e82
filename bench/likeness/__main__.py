"""The command: prints the comparison and draws it. Exits with 1 if a figure is further off than its bar."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from ..table import lines
from .comparisons import Comparison, comparisons
from .mobility import compared, people
from .picture import picture
from .sessions import WEEKS, classes, visits

_PICTURE: Final = Path(__file__).resolve().parents[2] / "docs" / "likeness.svg"
_HEAD: Final = ("class", "figure", "Wattif", "published", "distance", "bar", "")


def main() -> int:
    parser = ArgumentParser(prog="python -m bench.likeness", description="Compare the town with published charging.")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the town [default: 1]")
    parser.add_argument("--picture", type=Path, default=_PICTURE, help="where to draw it [default: docs/likeness.svg]")
    asked = parser.parse_args()
    some = visits(asked.seed)
    found, of_each = classes(some), people(some)
    results = [*comparisons(found), *compared(of_each)]
    print(lines(_HEAD, [_cells(each) for each in results]))
    asked.picture.write_text(picture(found, of_each, f"seed {asked.seed}, {WEEKS} weeks"))
    return 0 if all(each.holds for each in results) else 1


def _cells(it: Comparison) -> tuple[str, ...]:
    verdict = "holds" if it.holds else "FAILS"
    return (it.of, it.what, it.ours, it.published, f"{it.distance:.3f}", f"{it.bar:.2f}", verdict)


if __name__ == "__main__":
    sys.exit(main())
