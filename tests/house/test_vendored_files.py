"""Vendored files are unchanged and listed in VENDORED.txt, with their licences."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

_STATIC: Final = Path(__file__).resolve().parents[2] / "app" / "dashboard" / "static"
_LINE: Final = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
_LISTED: Final = {path: digest for digest, path in _LINE.findall((_STATIC / "VENDORED.txt").read_text())}


def test_vendored_files_are_unchanged() -> None:
    """Each file has the digest that VENDORED.txt gives."""
    found = {path: sha256((_STATIC / path).read_bytes()).hexdigest() for path in _LISTED}

    assert _LISTED
    assert found == _LISTED


def test_vendored_folders_hold_nothing_else() -> None:
    """Every file in a vendored folder is listed."""
    folders = {Path(path).parts[0] for path in _LISTED}
    there = {
        str(path.relative_to(_STATIC)) for folder in folders for path in (_STATIC / folder).rglob("*") if path.is_file()
    }

    assert there == set(_LISTED)


def test_vendored_folders_hold_a_licence() -> None:
    """Each vendored folder holds the licence of its files."""
    for folder in {Path(path).parts[0] for path in _LISTED}:
        assert f"{folder}/LICENSE" in _LISTED
