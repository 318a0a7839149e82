"""Tests that await use the same worlds, whichever plugin runs their event loop."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.testing.conftest import Runner

pytestmark = pytest.mark.slow

_ASYNCIO_AND_TRIO: Final = """
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture(params={backends})
def anyio_backend(request):
    return request.param
"""


def test_pytest_asyncio_runs_them(on_server: Runner, needs: Callable[[str], None]) -> None:
    """With pytest-asyncio, each test has an event loop of its own, and all pass without a warning."""
    needs("pytest_asyncio")
    on_server.sample("async_worlds")

    run = on_server.run("-o", "asyncio_mode=auto", "-p", "no:anyio")

    assert run.code == 0, run.printed
    assert "4 passed" in run.printed


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_anyio_runs_them(on_server: Runner, needs: Callable[[str], None], loop: str) -> None:
    """With anyio's plugin they pass without a warning, under asyncio and under trio."""
    needs(loop)
    on_server.sample("async_worlds")
    on_server.write("conftest.py", _ASYNCIO_AND_TRIO.format(backends=[loop]).replace("pytestmark", "_unused"))

    run = on_server.run("-p", "no:asyncio", "-o", "anyio_mode=auto")

    assert run.code == 0, run.printed
    assert "4 passed" in run.printed
