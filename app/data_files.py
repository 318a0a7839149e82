"""Where the files that come with Wattif lie: beside the package in an installation, beside the folder in a checkout."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The folder of that name: `wattif/NAME` where the wheel put it, else the checkout's `NAME`."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


FIXTURES: Final = _folder("fixtures")
"""Scenarios and, in `catalogue/`, what populations are drawn from."""
OPENAPI: Final = _folder("openapi")
"""The hand-written contracts."""
