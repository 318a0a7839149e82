"""The types of the JavaScript client are those of its code, and of the server's answers."""

import re
from pathlib import Path
from typing import Final

import pytest

from app.client import vendors
from tests.generators.tools import MODULES, npm_program
from tests.javascript.tools import CLIENT, node, run

pytestmark = pytest.mark.slow

_FORMS: Final = ("Urls", "Credentials", "ChosenCredentials", "Sample", "Magic")


def test_calls_of_the_tests_obey_the_types() -> None:
    """The strict compiler accepts every call that the client's own tests make."""
    run([npm_program("tsc"), "--project", CLIENT, "--typeRoots", MODULES / "@types"], CLIENT, {})


def test_every_name_has_a_type(tmp_path: Path) -> None:
    """The modules export what their declarations say, and nothing else."""
    for module in ("index", "global-setup"):
        listed = "Object.keys(await import(process.argv[1])).sort().join()"
        source = (CLIENT / "src" / f"{module}.js").as_uri()
        exported = run([node(), "--input-type=module", "-e", f"console.log({listed})", source], tmp_path, {})
        declared = (CLIENT / "src" / f"{module}.d.ts").read_text()
        names = set(re.findall(r"^export (?:class|function|const) (\w+)", declared, re.MULTILINE))

        assert set(exported.strip().split(",")) == names | ({"default"} if "export default" in declared else set())


def test_members_of_a_world_have_the_same_names_in_both_languages() -> None:
    """Addresses, keys, sample and magic ids are declared as in Python."""
    declared = (CLIENT / "src" / "vendors.d.ts").read_text()
    blocks = dict(re.findall(r"^export interface (\w+) {\n(.*?)^}", declared, re.MULTILINE | re.DOTALL))

    assert {form: _members(blocks[form]) for form in _FORMS} == {form: _python_members(form) for form in _FORMS}


def _members(block: str) -> dict[str, list[str]]:
    """The members of an interface by vendor, without comments and types."""
    without_comments = re.sub(r"/\*\*.*?\*/", "", block, flags=re.DOTALL)
    found = re.findall(r"^  (\w+)\??: (?:{(.*?)}|string);", without_comments, re.MULTILINE | re.DOTALL)
    return {vendor: re.findall(r"(\w+\??): ", members) for vendor, members in found}


def _python_members(form: str) -> dict[str, list[str]]:
    """The keys of the dictionary of that name by vendor; a question mark follows those that may be missing."""
    members: dict[str, list[str]] = {}
    for vendor, kind in getattr(vendors, form).__annotations__.items():
        optional: frozenset[str] = getattr(kind, "__optional_keys__", frozenset())
        members[vendor] = [f"{name}?" if name in optional else name for name in getattr(kind, "__annotations__", {})]
    return members
