"""Every quirk's number has an entry, and every entry names a source and a test, and is cited."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_VENDORS: Final = ("charge", "cariqa", "podero")
_CITING: Final = (
    "app",
    "fixtures",
    "openapi",
    "tests",
    "bench",
    "docs",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
)
_KINDS: Final = {".py", ".yaml", ".md", ".js", ".html"}
_NUMBER: Final = re.compile(r"\b(?:CHARGE|CARIQA|PODERO)-\d+\b")
_HEADING: Final = re.compile(r"^## ([A-Z]+-\d{3}): \S.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One quirk in its vendor's file."""

    number: str
    text: str

    def line(self, name: str) -> str | None:
        """The text after `- NAME:` in the entry's list."""
        found = re.search(rf"^- {name}: (.+)$", self.text, re.MULTILINE)
        return found[1].strip() if found else None


@pytest.mark.parametrize("vendor", _VENDORS)
def test_numbers_run_without_gaps(vendor: str) -> None:
    """Numbers run from 001 on, each once and in order."""
    numbers = [entry.number for entry in _entries(vendor)]

    assert numbers
    assert numbers == [f"{vendor.upper()}-{n:03d}" for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("vendor", _VENDORS)
def test_entries_are_whole(vendor: str) -> None:
    """Each entry says what Wattif does and gives the address of its source."""
    for entry in _entries(vendor):
        assert entry.line("Wattif"), entry.number
        assert (entry.line("Source") or "").startswith("https://"), entry.number


@pytest.mark.parametrize("vendor", _VENDORS)
def test_entries_name_a_test_that_is_there(vendor: str) -> None:
    """The test is a file or a function in it, and the file names the quirk."""
    for entry in _entries(vendor):
        path, _, name = (entry.line("Test") or "").partition("::")
        file = _REPOSITORY / path
        assert file.is_file(), entry.number
        assert not name or f"def {name}(" in file.read_text(), entry.number
        assert entry.number in file.read_text(), entry.number


def test_cited_numbers_have_entries() -> None:
    """Code, fixtures, contracts, tests and pages name only quirks that have an entry, and every entry is named."""
    known = {entry.number for vendor in _VENDORS for entry in _entries(vendor)}
    cited = _cited()

    assert {number: sorted(places) for number, places in cited.items() if number not in known} == {}
    assert known - set(cited) == set()


def test_contracts_name_every_quirk() -> None:
    """A contract names all quirks of its vendor and no others."""
    for vendor in _VENDORS:
        named = set(_NUMBER.findall((_REPOSITORY / "openapi" / f"{vendor}.yaml").read_text()))
        assert named == {entry.number for entry in _entries(vendor)}


def _entries(vendor: str) -> list[Entry]:
    text = (_REPOSITORY / "app" / "vendors" / vendor / "quirks.md").read_text()
    found = list(_HEADING.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return [Entry(match[1], text[match.end() : end]) for match, end in zip(found, ends, strict=True)]


def _cited() -> dict[str, set[str]]:
    """The files that name each number, apart from the entries themselves."""
    cited: dict[str, set[str]] = {}
    for place in _CITING:
        root = _REPOSITORY / place
        for path in [root] if root.is_file() else root.rglob("*"):
            if path.suffix in _KINDS and path.name != "quirks.md" and path.is_file():
                for number in _NUMBER.findall(path.read_text()):
                    cited.setdefault(number, set()).add(str(path.relative_to(_REPOSITORY)))
    return cited
