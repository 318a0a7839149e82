"""A release has one version, which the package, the project file and the changelog agree on."""

import re
import tomllib
from pathlib import Path
from typing import Final

import app

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_CHANGELOG: Final = (_REPOSITORY / "CHANGELOG.md").read_text("utf-8")
_KINDS: Final = ["Added", "Changed", "Fixed", "Removed"]


def test_versions_agree() -> None:
    """`app.__version__`, the project's version and the newest release in the changelog are the same."""
    project = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] == app.__version__
    assert _releases()[0] == app.__version__


def test_releases_are_listed_newest_first() -> None:
    """Each release is listed once, and none stands above a later one."""
    numbers = [tuple(map(int, release.split("."))) for release in _releases()]

    assert numbers == sorted(set(numbers), reverse=True)


def test_changes_are_listed_by_kind() -> None:
    """Every section has the headings Added, Changed, Fixed and Removed, in this order, as far as it needs them."""
    for section in re.split(r"^## ", _CHANGELOG, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)

        assert kinds
        assert kinds == [kind for kind in _KINDS if kind in kinds]


def _releases() -> list[str]:
    """The versions of the changelog's headings, from top to bottom, without `Unreleased`."""
    found = re.findall(r"^## (\d+\.\d+\.\d+)(?: - \d{4}-\d{2}-\d{2})?$", _CHANGELOG, re.MULTILINE)
    assert found
    return found
