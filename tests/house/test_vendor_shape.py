"""Every vendor's folder has what every vendor needs, so that a reader of one finds the way in the others."""

from pathlib import Path
from typing import Final

import pytest

_VENDORS: Final = Path(__file__).resolve().parents[2] / "app" / "vendors"
_FILES: Final = {
    *("__init__.py", "application.py", "auth.py", "errors.py"),
    *("inventory.py", "pagination.py", "quirks.md", "vendor.py"),
}
_FOLDERS: Final = sorted(path for path in _VENDORS.iterdir() if path.is_dir() and path.name != "__pycache__")


def test_vendors_folder_holds_vendors_only() -> None:
    """Every folder beside `__init__.py` is a vendor with a descriptor."""
    assert [path.name for path in _VENDORS.iterdir() if path.is_file()] == ["__init__.py"]
    assert all((folder / "vendor.py").is_file() for folder in _FOLDERS)


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_vendor_has_the_files_of_every_vendor(folder: Path) -> None:
    """A vendor may have more modules than these, and not fewer."""
    assert {path.name for path in folder.iterdir()} >= _FILES


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_vendor_has_resources(folder: Path) -> None:
    """A resource is a module of `resources/`, or a package there when it passes the length of a file."""
    names = {path.stem for path in (folder / "resources").iterdir()} - {"__init__", "__pycache__"}

    assert names
