"""Tests that await use the same worlds, under pytest-asyncio and under anyio."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.testing.conftest import Runner

pytestmark = pytest.mark.slow

_LOOP: Final = """
import pytest

@pytest.fixture
def anyio_backend():
    return "{loop}"
"""

_IS_REFUSED: Final = """
async def test_it(wattif_async):
    await wattif_async.advance("8h")
"""


def test_pytest_asyncio_runs_them(on_server: Runner, needs: Callable[[str], None]) -> None:
    """With pytest-asyncio, each test has an event loop of its own, and all pass without a warning."""
    needs("pytest_asyncio")
    on_server.sample("async_worlds")

    run = on_server.run("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function", using="asyncio")

    assert run.code == 0, run.printed
    assert "4 passed" in run.printed


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_anyio_runs_them(on_server: Runner, needs: Callable[[str], None], loop: str) -> None:
    """With anyio's plugin they pass without a warning, under asyncio and under trio."""
    needs(loop)
    on_server.sample("async_worlds")
    on_server.write("conftest.py", _LOOP.format(loop=loop))

    run = on_server.run("-o", "anyio_mode=auto", using="anyio")

    assert run.code == 0, run.printed
    assert "4 passed" in run.printed


def test_refused_call_has_a_short_traceback(on_server: Runner) -> None:
    """It ends at the test's own line, and shows no line of the thread in which the call was made."""
    on_server.write("test_one.py", _IS_REFUSED)
    on_server.write("conftest.py", _LOOP.format(loop="asyncio"))

    run = on_server.run("-o", "anyio_mode=auto", using="anyio")

    assert '    await wattif_async.advance("8h")\nE  ' in run.printed
    assert "to_thread" not in run.printed
