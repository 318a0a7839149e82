"""No file names a package registry or a folder of a developer's machine, and pages load nothing from the network."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_LOCKS: Final = [path for folder in (".", "docs", "tests/*") for path in _REPOSITORY.glob(f"{folder}/*.lock")]
_STATIC: Final = _REPOSITORY / "app" / "dashboard" / "static"
_REGISTRIES: Final = re.compile(
    r"pypi[.](?:org|python)|pythonhosted[.]org|npmjs[.]|yarnpkg[.]com|(?:deb|security)[.]debian[.]org"
)
_MACHINES: Final = re.compile(r"(?<![\w.}])/(?:(?:work|root|tmp)/\w|(?:home|Users)/\w+/)")
_LOADED: Final = re.compile(r"""(?:src|href|url|action)\s*[=:(]\s*["']?(?:https?:)?//""")


@pytest.mark.parametrize("pattern", [_REGISTRIES, _MACHINES], ids=["registries", "machines"])
def test_files_hold_no_address(pattern: re.Pattern[str]) -> None:
    """Neither committed nor new files match."""
    named = {path: sorted(set(pattern.findall(text))) for path, text in _texts().items() if pattern.search(text)}

    assert named == {}


@pytest.mark.parametrize("file", sorted(str(path.relative_to(_REPOSITORY)) for path in _LOCKS))
def test_locks_hold_no_address(file: str) -> None:
    """Lock files pin hashes and leave the address to the installer's configuration."""
    text = (_REPOSITORY / file).read_text()

    assert "--hash=sha256:" in text
    assert "://" not in text


def test_the_lock_of_npm_holds_no_registry() -> None:
    """It pins hashes, and npm takes the registry from its own configuration."""
    packages = json.loads((_REPOSITORY / "tests" / "generators" / "package-lock.json").read_text())["packages"]

    assert all("integrity" in package for path, package in packages.items() if path)
    assert all("resolved" not in package for package in packages.values())


@pytest.mark.parametrize("page", ["docs.html", "docs.css", "docs.js"])
def test_the_docs_page_loads_only_from_this_server(page: str) -> None:
    """Every address on it is relative."""
    text = (_STATIC / page).read_text()

    assert not _LOADED.search(text)
    assert "@import" not in text


@cache
def _texts() -> dict[str, str]:
    """Every text file that git tracks or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git is found on the PATH
        cwd=_REPOSITORY,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so the list of files is unknown")
    paths = [_REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]
    return {str(path.relative_to(_REPOSITORY)): path.read_text(errors="replace") for path in paths if path.is_file()}
