"""A vendor's name stands in its own folder and in `main.py` only, so that a further vendor touches nothing else."""

import re
from pathlib import Path
from typing import Final

import pytest

_APP: Final = Path(__file__).resolve().parents[2] / "app"
_WORDS: Final = re.compile(r"cariqa|podero", re.IGNORECASE)
_CHARGE: Final = re.compile(r"\bCharge\b")
"""The verb is a word of the trade; the capitalised name is a vendor's."""
_TEXTS: Final = {".py", ".html", ".js", ".css"}
_FOREIGN: Final = "dashboard/static/swagger-ui/"
_EXCEPTIONS: Final = frozenset(
    {
        "cli/messages.py",
        "cli/program.py",
        "dashboard/static/docs.js",
        "domain/smart_charging.py",
        "server.py",
        "store/histories.py",
        "store/rows.py",
        "store/schema/partial_indexes.py",
        "store/schema/table_catalogue.py",
        "store/schema/tables.py",
        "store/sessions.py",
    }
)
"""Files that still have to be changed; to be deleted when the branches of their packages are merged."""


def _searched() -> list[str]:
    files = (path.relative_to(_APP).as_posix() for path in _APP.rglob("*") if path.suffix in _TEXTS)
    return sorted(
        name for name in files if not name.startswith((_FOREIGN, "vendors/")) and name not in {"main.py", *_EXCEPTIONS}
    )


@pytest.mark.parametrize("name", _searched())
def test_file_names_no_vendor(name: str) -> None:
    """A file outside the vendors' own places has none of their names."""
    text = (_APP / name).read_text("utf-8")

    assert [*_WORDS.findall(text), *_CHARGE.findall(text)] == []


def test_vendors_do_not_name_one_another() -> None:
    """A vendor's folder has no other vendor's name, but for the file of its quirks."""
    folders = [path for path in (_APP / "vendors").iterdir() if path.is_dir() and path.name != "__pycache__"]
    foreign = {
        f"{folder.name}/{path.name}"
        for folder in folders
        for path in folder.rglob("*.py")
        for word in _WORDS.findall(path.read_text("utf-8"))
        if word.lower() != folder.name
    }

    assert len(folders) == 3
    assert foreign == set()
