"""Who knows one vendor's folder knows them all."""

from pathlib import Path
from typing import Final

import pytest

_VENDORS: Final = Path(__file__).resolve().parents[2] / "app" / "vendors"
_SHAPE: Final = {
    "__init__.py",
    "router.py",
    "schemas.py",
    "translate.py",
    "errors.py",
    "auth.py",
    "vendor.py",
    "pagination.py",
    "quirks.md",
}
_FOLDERS: Final = sorted(path for path in _VENDORS.iterdir() if path.is_dir() and path.name != "__pycache__")


def test_there_are_three_vendors() -> None:
    """Besides them there is nothing in the folder."""
    assert [folder.name for folder in _FOLDERS] == ["cariqa", "charge", "podero"]
    assert [path.name for path in _VENDORS.iterdir() if path.is_file()] == ["__init__.py"]


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_vendor_has_the_same_files(folder: Path) -> None:
    """The same names, and no others."""
    assert {path.name for path in folder.iterdir() if path.name != "__pycache__"} == _SHAPE
