"""What is shipped names no registry and no place on anybody's machine, and its pages load nothing from elsewhere."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_STATIC: Final = _REPOSITORY / "app" / "dashboard" / "static"
_REGISTRIES: Final = re.compile(
    r"pypi[.](?:org|python)|pythonhosted[.]org|npmjs[.]|yarnpkg[.]com|(?:deb|security)[.]debian[.]org"
)
_MACHINES: Final = re.compile(r"(?<![\w.}])/(?:(?:work|root|tmp)/\w|(?:home|Users)/\w+/)")
_LOADED: Final = re.compile(r"""(?:src|href|url|action)\s*[=:(]\s*["']?(?:https?:)?//""")


@pytest.mark.parametrize("marks", [_REGISTRIES, _MACHINES], ids=["registries", "machines"])
def test_no_file_names(marks: re.Pattern[str]) -> None:
    """Neither among what is kept nor among what is new."""
    named = {path: sorted(set(marks.findall(text))) for path, text in _texts().items() if marks.search(text)}

    assert named == {}


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_no_address(file: str) -> None:
    """Whoever installs says from where."""
    text = (_REPOSITORY / file).read_text()

    assert "--hash=sha256:" in text
    assert "://" not in text


@pytest.mark.parametrize("page", ["docs.html", "docs.css", "docs.js"])
def test_docs_page_loads_nothing_from_elsewhere(page: str) -> None:
    """Every address on it begins on this server."""
    text = (_STATIC / page).read_text()

    assert not _LOADED.search(text)
    assert "@import" not in text


@cache
def _texts() -> dict[str, str]:
    """Every text file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - whichever git there is
        cwd=_REPOSITORY,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so nobody knows which files are shipped")
    paths = [_REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]
    return {str(path.relative_to(_REPOSITORY)): path.read_text(errors="replace") for path in paths if path.is_file()}
