"""A vendor's descriptor can be read without a web framework or a database, which commands need not wait for."""

import subprocess
import sys
from typing import Final

import pytest

from app.main import VENDORS
from app.scenario.terms import KeyTerm, key_terms

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


def test_settings_of_keys_are_distinct() -> None:
    """Each key that a vendor shows has a setting of its own, by which it can be chosen for `default`."""
    terms = [term for _, term in key_terms(VENDORS)]
    settings = [name for term in terms for name in term.settings]

    assert [len(term.settings) for term in terms] == [len(term.shown_as) for term in terms]
    assert len(set(settings)) == len(settings)


@pytest.mark.parametrize("term", [term for _, term in key_terms(VENDORS)], ids=lambda term: term.kind)
def test_issued_keys_have_the_form_of_chosen_ones(term: KeyTerm) -> None:
    """A key that was issued for one world can be chosen for another, and the documentation's placeholder cannot."""
    issued, placeholder = term.issue("a"), term.placeholder
    assert placeholder is not None

    assert _faults(term, issued) == [None] * len(term.shown_as)
    assert len(_faults(term, placeholder)) == len(term.shown_as)
    assert all(_faults(term, placeholder))


def _faults(term: KeyTerm, key: str | tuple[str, str]) -> list[str | None]:
    return [term.form.fault(text) for text in ((key,) if isinstance(key, str) else key)]
