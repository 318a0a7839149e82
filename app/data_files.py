"""The folders of Wattif's data files: inside the package in an installation, beside it in a checkout."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """`wattif/NAME`, where the wheel has it, else `NAME` in the checkout."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


FIXTURES: Final = _folder("fixtures")
"""Scenarios, and in `catalogue/` the data that populations are drawn from."""
OPENAPI: Final = _folder("openapi")
"""The hand-written contracts."""
