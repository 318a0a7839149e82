"""The npm package has the files that it needs, and the version of Wattif."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

import app
from tests.javascript.tools import CLIENT, node, run
from tests.serving.servers import ROOT

_MODULES: Final = ("control", "errors", "forms", "global-setup", "index", "instants", "server", "world")
_TYPES: Final = ("global-setup", "index", "vendors")


def test_versions_agree() -> None:
    """The package has Wattif's version."""
    assert _package()["version"] == app.__version__


def test_the_package_needs_no_other() -> None:
    """The package names no dependency of any kind."""
    assert [name for name in _package() if name.lower().endswith("dependencies")] == []


def test_the_license_is_that_of_the_repository() -> None:
    """The text is the same."""
    assert (CLIENT / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


@pytest.mark.slow
def test_the_package_holds_its_modules_and_types(tmp_path: Path) -> None:
    """What npm packs is the code, the types, the license and the page."""
    node()
    (packed,) = json.loads(run([shutil.which("npm"), "pack", "--dry-run", "--json", CLIENT], tmp_path, {}))

    modules = {f"src/{name}.js" for name in _MODULES} | {f"src/{name}.d.ts" for name in _TYPES}
    assert {file["path"] for file in packed["files"]} == modules | {"LICENSE", "README.md", "package.json"}


def _package() -> dict[str, object]:
    package: dict[str, object] = json.loads((CLIENT / "package.json").read_text())
    return package
