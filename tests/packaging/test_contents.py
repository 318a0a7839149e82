"""What is in the wheel and in the sdist."""

import re
import subprocess
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.conftest import Built
from tests.packaging.environments import ROOT, run, tools_python

pytestmark = pytest.mark.slow

_RENAMED = re.compile(r"^app/")
_INSIDE = re.compile(r"^(?=(?:openapi|fixtures)/)")


def test_the_wheel_holds_the_package(built: Built) -> None:
    """The wheel holds every file of `app`, `openapi` and `fixtures` as the package `wattif`, and none besides."""
    files = _of_the_repository("app", "openapi", "fixtures")
    with ZipFile(built.wheel) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert {"app/py.typed", "app/client/__init__.py", "app/vendors/charge/quirks.md"} <= files
    assert names == {_INSIDE.sub("wattif/", _RENAMED.sub("wattif/", file)) for file in files}


def test_the_sdist_holds_what_the_wheel_is_built_from(built: Built) -> None:
    """The sdist holds the files of the wheel as they lie in a checkout, and those that say what it is."""
    said = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".gitignore"}
    with tarfile.open(built.sdist) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}

    assert names == _of_the_repository("app", "openapi", "fixtures") | said | {"PKG-INFO"}


def test_sdist_and_checkout_build_the_same_wheel(built: Built, tmp_path: Path) -> None:
    """The wheel, which is built from the sdist, is byte for byte the one that is built from the checkout."""
    run(tools_python(), "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    [wheel] = tmp_path.glob("*.whl")

    assert wheel.name == built.wheel.name
    assert wheel.read_bytes() == built.wheel.read_bytes()


def _of_the_repository(*folders: str) -> set[str]:
    """The files in these folders that are committed, or new and not ignored."""
    listed = subprocess.run(  # noqa: S603 - git, with fixed words
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders],  # noqa: S607 - git is on the PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {file for file in listed.stdout.splitlines() if (ROOT / file).is_file()}
