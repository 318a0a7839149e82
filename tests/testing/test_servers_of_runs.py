"""The server of a run: named by its address or started; and what a test is told that gets none."""

import socket
from typing import Final

import pytest

from tests.testing.conftest import PACKAGE, Runner

pytestmark = pytest.mark.slow

_ASKS: Final = """
def test_it(wattif):
    assert wattif.url == "{url}"
"""
_LOADED: Final = """
import sys

def test_it():
    loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("{package}", "httpx2", "fastapi"))
    assert loaded == ["{package}", "{package}.testing", "{package}.testing.plugin"]
"""


def test_option_comes_before_the_variable(runner: Runner, server_url: str) -> None:
    """`--wattif-url` names the server, also where `WATTIF_URL` names another; no other one is started."""
    runner.write("test_one.py", _ASKS.format(url=server_url))
    run = runner.run("--wattif-url", server_url, WATTIF_URL="http://127.0.0.1:1", TMPDIR="/nowhere/at/all")

    assert run.outcome("test_it") == "PASSED"


def test_absent_server_is_named(runner: Runner) -> None:
    """Where nothing listens at the address, the test is told so, and where the address is from."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    runner.write("test_one.py", _ASKS.format(url=url))
    run = runner.run(WATTIF_URL=url)

    assert run.outcome("test_it") == "ERROR"
    assert f"no answer from {url}: Connection refused; its address is from WATTIF_URL" in run.printed
    assert "another exception" not in run.printed
    assert "Traceback" not in run.printed


def test_failed_start_shows_the_log(runner: Runner) -> None:
    """Where the server does not start, the test is told what it wrote, without a traceback."""
    runner.write("test_one.py", _ASKS.format(url=""))
    run = runner.run(WATTIF_MAX_WORLDS="none")

    assert run.outcome("test_it") == "ERROR"
    assert "`wattif serve --for-tests` ended with exit code 2 before it was ready" in run.printed
    assert "wattif: max_worlds: none is not a number of worlds" in run.printed
    assert "servers.py" not in run.printed


def test_variables_of_another_server_do_not_count(runner: Runner) -> None:
    """The admin token and the database of the developer's own server have no effect on one for tests."""
    runner.write("test_one.py", _ASKS.format(url="").replace("==", "!="))
    runner.write(".env", "WATTIF_ADMIN_TOKEN=secret-of-another\nWATTIF_DATABASE_URL=sqlite:///another.db\n")
    run = runner.run(
        WATTIF_SCENARIO="town", WATTIF_PUBLIC_URL="https://tools.example.com", WATTIF_HOST="no-such-host.invalid"
    )

    assert run.outcome("test_it") == "PASSED"
    assert not (runner.folder / "another.db").exists()


def test_unused_plugin_loads_nothing(runner: Runner) -> None:
    """A run whose tests ask for no fixture of the plugin imports the plugin's own module, and no library."""
    runner.write("test_one.py", _LOADED.format(package=PACKAGE))
    run = runner.run()

    assert run.outcome("test_it") == "PASSED"
