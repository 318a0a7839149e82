"""Every Python file can be read in one sitting."""

from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_LONGEST: Final = 300


@pytest.mark.parametrize("folder", ["app", "tests", "bench"])
def test_files_are_short(folder: str) -> None:
    """No file has more than three hundred lines."""
    lengths = {path: len(path.read_text().splitlines()) for path in (_REPOSITORY / folder).rglob("*.py")}
    longer = {str(path.relative_to(_REPOSITORY)): length for path, length in lengths.items() if length > _LONGEST}

    assert lengths
    assert longer == {}
