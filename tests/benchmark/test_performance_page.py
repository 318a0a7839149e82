"""The table of measurements in docs/performance.md has the lines that the benchmark fills in."""

from pathlib import Path
from typing import Final

from bench import performance_page, table
from bench.loads import Load

_PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
_HEADING: Final = "## A million sessions"


def test_page_has_the_lines_of_the_benchmark() -> None:
    """Each line of the table under that heading is one that `make bench` prints, in the same order."""
    part = _PAGE.read_text("utf-8").partition(_HEADING)[2].partition("\n## ")[0]
    lines = part.partition("\n| --- ")[2].partition("\n\n")[0].splitlines()[1:]
    titles = [line.split("|")[1].strip() for line in lines]

    assert titles == [line.title for line in performance_page.LINES]


def test_lines_are_filled_in_from_rows() -> None:
    """A line takes the columns of its row, and the rate of the first line over it; a missing row is named."""
    ours, theirs = [Load(4_000.0, 1.0, 8.0, 200.0)], [Load(2_000.0, 2.0, 25.0, 400.0)]
    rows = [
        table.beside_row("ten completed sessions, just started", ours, "FastAPI", theirs),
        table.load_row("ten as a constant, just started: json-server 0.17.4", theirs[0]),
    ]
    lines = performance_page.markdown(rows).splitlines()

    assert _cells(lines, "ten completed sessions, from a million") == ["4,000/s, p99 8.00 ms", ""]
    assert _cells(lines, "ten as a constant: json-server 0.17")[1] == "2.0 times as many here"
    assert _cells(lines, "one session") == ["not measured", ""]


def _cells(lines: list[str], title: str) -> list[str]:
    [line] = [line for line in lines if line.startswith(f"| {title} ")]
    return [cell.strip() for cell in line.split("|")[2:-1]]
