"""The JavaScript client does what its own tests say, against this server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.databases import SqliteFiles
from tests.javascript.tools import CLIENT, node, path_with_program, run
from tests.serving.servers import serving

pytestmark = pytest.mark.slow

_TESTS: Final = ("--test", "--test-reporter=tap")


@pytest.fixture(scope="module")
def url(sqlite_files: SqliteFiles) -> Iterator[str]:
    """The address of a running server."""
    with serving(sqlite_files.new(), "--scenario", "empty") as server:
        yield server.url


@pytest.mark.parametrize("file", ["world", "errors"])
def test_worlds_of_a_running_server(url: str, file: str) -> None:
    """Node's test runner reports no failure where WATTIF_URL names the server."""
    said = run([node(), *_TESTS, f"test/{file}.test.js"], CLIENT, {"WATTIF_URL": url})

    assert _passed(said) > 0


def test_a_server_is_started_and_ends(tmp_path: Path) -> None:
    """The same where no server is named, and `wattif` is a program on the PATH."""
    said = run([node(), *_TESTS, "test/server.test.js"], CLIENT, {"PATH": path_with_program(tmp_path)})

    assert _passed(said) > 0


def test_every_file_of_tests_is_run() -> None:
    """The files named above are all that there are."""
    assert {each.name for each in CLIENT.glob("test/*.js")} == {"world.test.js", "errors.test.js", "server.test.js"}


def _passed(said: str) -> int:
    """The number of tests that passed, of a run without failures."""
    return int(dict(line.split()[1:] for line in said.splitlines() if line.startswith("# pass "))["pass"])
