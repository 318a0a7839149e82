"""Links in a checkout lead to files, and to headings that are there; on the site every page is in the navigation."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from docs.tools.stage import ROOT, prose

_PAGES: Final = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("app/vendors/*/quirks.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
)
_LINK: Final = re.compile(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)")
_CODE: Final = re.compile(r"`[^`]*`")
_HEADING: Final = re.compile(r"#{1,6} (.+)")


@pytest.mark.parametrize("page", _PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """The file is there, and so is the heading, by the anchor that GitHub gives it."""
    broken = []
    for n, line in prose(page.read_text("utf-8").split("\n")):
        for name, anchor in _LINK.findall(_CODE.sub("", line)):
            file = (page.parent / name).resolve() if name else page
            is_there = file.exists() and (not anchor or anchor in _anchors(file))
            if not is_there:
                broken.append(f"line {n + 1}: {name}{'#' if anchor else ''}{anchor}")

    assert broken == []


def test_every_page_is_in_the_navigation() -> None:
    """A page in `docs/` can be found without a search."""
    settings = tomllib.loads((ROOT / "docs" / "zensical.toml").read_text("utf-8"))

    assert {path.name for path in (ROOT / "docs").glob("*.md")} <= set(_named(settings["project"]["nav"]))


@cache
def _anchors(page: Path) -> set[str]:
    found: set[str] = set()
    for _, line in prose(page.read_text("utf-8").split("\n")):
        if heading := _HEADING.match(line):
            words = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading[1]).lower()
            found.add(re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-"))
    return found


def _named(nav: list[dict[str, Any]]) -> Iterator[str]:
    """The pages of a part of the navigation."""
    for entry in nav:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from _named(value)
