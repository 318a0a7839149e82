"""A vendor's descriptor can be read without a web framework or a database, which commands need not wait for."""

import subprocess
import sys
from typing import Final

import pytest

from app.main import VENDORS

_HEAVY: Final = ("fastapi", "starlette", "sqlalchemy", "sqlmodel")
_LOOK: Final = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sys.modules)"


@pytest.mark.parametrize("name", [vendor.name for vendor in VENDORS])
def test_descriptor_imports_no_framework(name: str) -> None:
    """Its module, with all that it imports, imports neither FastAPI, Starlette nor SQLAlchemy."""
    command = [sys.executable, "-c", _LOOK, f"app.vendors.{name}.vendor"]
    loaded = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()  # noqa: S603 - our own

    assert f"app.vendors.{name}.vendor" in loaded
    assert set(_HEAVY) & set(loaded) == set()


def test_mounts_are_distinct() -> None:
    """No two applications of the vendors have the same path or name."""
    mounts = [mount for vendor in VENDORS for mount in vendor.mounts]

    assert len({mount.path for mount in mounts}) == len(mounts)
    assert len({mount.name for mount in mounts}) == len(mounts)
