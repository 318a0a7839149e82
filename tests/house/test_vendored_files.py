"""Files that others wrote are the ones that were taken in, and all of them are written down."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

_STATIC: Final = Path(__file__).resolve().parents[2] / "app" / "dashboard" / "static"
_LINE: Final = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
_LISTED: Final = {path: digest for digest, path in _LINE.findall((_STATIC / "VENDORED.txt").read_text())}


def test_vendored_files_are_unchanged() -> None:
    """Each has the digest that is written down for it."""
    found = {path: sha256((_STATIC / path).read_bytes()).hexdigest() for path in _LISTED}

    assert _LISTED
    assert found == _LISTED


def test_vendored_folders_hold_nothing_else() -> None:
    """Every file beside a vendored one is written down as well."""
    folders = {Path(path).parts[0] for path in _LISTED}
    there = {
        str(path.relative_to(_STATIC)) for folder in folders for path in (_STATIC / folder).rglob("*") if path.is_file()
    }

    assert there == set(_LISTED)


def test_licences_come_along() -> None:
    """Whatever was taken in brings the licence that it was given under."""
    for folder in {Path(path).parts[0] for path in _LISTED}:
        assert f"{folder}/LICENSE" in _LISTED
