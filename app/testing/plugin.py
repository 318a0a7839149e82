"""The pytest plugin: the fixtures `wattif`, `wattif_async`, `wattif_worlds` and `wattif_server`.

pytest loads this module in every run, so it imports nothing but pytest. A server starts with the first test that asks
for one of the fixtures.
"""

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..client.values import Instant
    from .async_world import AsyncWorld
    from .making import WorldFactory
    from .sandbox_world import SandboxWorld
    from .servers import TestServer
    from .worlds_of_test import WorldsOfTest

_MARKER = "wattif(scenario=, seed=, start=, speed=): what the world of the fixtures wattif and wattif_async is made of"
_WORLDS: "pytest.StashKey[WorldsOfTest]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("wattif")
    group.addoption(
        "--wattif-url",
        metavar="URL",
        help="Use the server at this address; by default the one in WATTIF_URL, else one that the run starts.",
    )
    group.addoption(
        "--wattif-keep",
        action="store_true",
        help="Keep the worlds of failed tests: on the server if you named one, else in files.",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds a section about the test's worlds to the report of a failure, and shortens its traceback."""
    # A failure of unittest is put into the call later, by pytest's own hook.
    may_have_failed = call.excinfo is not None or call.when == "call"
    if may_have_failed and f"{__package__}.servers" in sys.modules:
        from .tracebacks import leave_out_own_lines  # noqa: PLC0415 - a run without sandboxes pays nothing

        leave_out_own_lines()
    report = yield
    worlds = item.stash.get(_WORLDS, None)
    if worlds is not None and report.failed and (section := worlds.section()):
        report.sections.append(("wattif", section))
    return report


@pytest.fixture(scope="session")
def wattif_server(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[TestServer]":
    """The server of the tests: its `url`, and a `client` of its control API."""
    from .server_of_run import server_of_run  # noqa: PLC0415 - a run without sandboxes pays nothing

    with server_of_run(pytestconfig, tmp_path_factory) as server:
        yield server


@pytest.fixture
def wattif_worlds(
    request: pytest.FixtureRequest, wattif_server: "TestServer", tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[WorldFactory]":
    """Makes private worlds, which are deleted after the test.

    It takes `scenario`, `seed`, `start` and `speed`; by default a world is a village whose clock stands still.
    """
    from .worlds_of_test import WorldsOfTest  # noqa: PLC0415 - the same

    worlds = request.node.stash[_WORLDS] = WorldsOfTest(wattif_server, request.node, tmp_path_factory)

    def make(
        *,
        scenario: str | None = None,
        seed: int | None = None,
        start: "Instant | None" = None,
        speed: float = 0,
    ) -> "SandboxWorld":
        return worlds.make(scenario=scenario, seed=seed, start=start, speed=speed)

    yield make
    worlds.delete()


@pytest.fixture
def wattif(request: pytest.FixtureRequest, wattif_worlds: "WorldFactory") -> "SandboxWorld":
    """A private world whose clock stands still, which is deleted after the test.

    The marker `wattif` chooses its scenario, seed, start and speed.
    """
    return wattif_worlds(**_marked(request.node))


@pytest.fixture
def wattif_async(wattif: "SandboxWorld") -> "AsyncWorld":
    """The world of the fixture `wattif`, for tests that await."""
    from .async_world import AsyncWorld  # noqa: PLC0415 - the same

    return AsyncWorld(wattif)


def _marked(item: pytest.Item) -> dict[str, Any]:
    """What the nearest marker says of each option."""
    chosen: dict[str, Any] = {}
    for marker in item.iter_markers("wattif"):
        unknown = sorted(marker.kwargs.keys() - {"scenario", "seed", "start", "speed"})
        if marker.args or unknown:
            what = unknown[0] if unknown else repr(marker.args[0])
            pytest.fail(f"The marker wattif takes scenario=, seed=, start= and speed=, not {what}.", pytrace=False)
        chosen = {**marker.kwargs, **chosen}
    return chosen
