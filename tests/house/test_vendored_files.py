"""Vendored files are unchanged and listed in VENDORED.txt, with their licences."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

_APP: Final = Path(__file__).resolve().parents[2] / "app"
_LINE: Final = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
_FOLDERS: Final = sorted(path.parent for path in _APP.rglob("VENDORED.txt"))


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.parent.name)
def test_vendored_files_are_unchanged(folder: Path) -> None:
    """Each file has the digest that VENDORED.txt gives."""
    listed = _listed(folder)
    found = {path: sha256((folder / path).read_bytes()).hexdigest() for path in listed}

    assert listed
    assert found == listed


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.parent.name)
def test_vendored_folders_hold_nothing_else(folder: Path) -> None:
    """Every file in a vendored folder is listed."""
    vendored = {Path(path).parts[0] for path in _listed(folder)}
    there = {
        str(path.relative_to(folder)) for name in vendored for path in (folder / name).rglob("*") if path.is_file()
    }

    assert there == set(_listed(folder))


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.parent.name)
def test_vendored_folders_hold_a_licence(folder: Path) -> None:
    """Each vendored folder holds the licence of its files."""
    for name in {Path(path).parts[0] for path in _listed(folder)}:
        assert f"{name}/LICENSE" in _listed(folder)


def _listed(folder: Path) -> dict[str, str]:
    """The digests in VENDORED.txt, by the paths of the files."""
    return {path: digest for digest, path in _LINE.findall((folder / "VENDORED.txt").read_text())}
