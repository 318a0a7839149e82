"""A vendor's name stands in its own folder, in `main.py` and in the types of the client and of tests only.

So a further vendor touches nothing else.
"""

import re
from pathlib import Path
from typing import Final

import pytest

_APP: Final = Path(__file__).resolve().parents[2] / "app"
_WORDS: Final = re.compile(r"cariqa|podero", re.IGNORECASE)
_CHARGE: Final = re.compile(r"\bCharge\b")
"""Lower-case `charge` is a common word of the code; the capitalised name is a vendor's."""
_TEXTS: Final = {".py", ".html", ".js", ".css"}
_FOREIGN: Final = "dashboard/static/swagger-ui/"
_NAMING: Final = {"main.py", "client/vendors.py", "testing/vendors.py"}
"""The composition root, the types of what a world shows of each vendor (decision 51), and the names of its clients."""


def _searched() -> list[str]:
    files = (path.relative_to(_APP).as_posix() for path in _APP.rglob("*") if path.suffix in _TEXTS)
    return sorted(name for name in files if name not in _NAMING and not name.startswith((_FOREIGN, "vendors/")))


@pytest.mark.parametrize("name", _searched())
def test_file_names_no_vendor(name: str) -> None:
    """A file outside `vendors/` and the three that name all of them has no vendor's name."""
    text = (_APP / name).read_text("utf-8")

    assert [*_WORDS.findall(text), *_CHARGE.findall(text)] == []


def test_vendors_do_not_name_one_another() -> None:
    """The Python files of a vendor's folder have no other vendor's name."""
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
