"""The recipes: folders of `examples/` that a reader copies."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.reader import Reader
from tests.installed import ROOT, Installed


@pytest.fixture
def reader_in(installed: Installed, tmp_path: Path) -> Iterator[Callable[[str], Reader]]:
    """A reader in a copy of an example."""
    with ExitStack() as stack:

        def copied(example: str) -> Reader:
            shutil.copytree(ROOT / "examples" / example, tmp_path / example)
            own = {"PYTEST_ADDOPTS": ""} if example == "schemathesis" else {}  # it needs that plugin
            return stack.enter_context(Reader(tmp_path / example, installed.environment(**own)))

        yield copied
