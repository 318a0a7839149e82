"""The fixtures: every test gets a sandbox of its own, a copy of one small frozen town, called through its HTTP API."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, Final, Protocol

import httpx2
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests import lanes
from tests.cluster import NoClusterError, cluster, memory_folder
from tests.databases import KINDS, Databases, Kept, PostgresDatabases, SqliteFiles
from tests.direct_client import DirectClient
from tests.installed import Installed, install
from tests.lanes import Length

SCENARIOS: Final = Path(__file__).parent
"""The folder in which the servers of the tests look for scenarios, such as `hamlet`."""
HAMLET = str(SCENARIOS / "hamlet.yaml")
HOST = "http://localhost:8000"
_PATIENCE_S: Final = 60
NOT_TESTED = "NOT TESTED"

on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
"""Marks for promises about one kind of database only."""


@dataclass(slots=True)
class Sandbox:
    """A running sandbox and the calls that most tests make."""

    client: TestClient
    kept: Kept
    _opened: dict[str, dict[str, Any]] = field(default_factory=dict)

    def world(self, name: str = "default") -> dict[str, Any]:
        """A world as the control API shows it."""
        body: dict[str, Any] = self.client.get(f"/_sandbox/v1/worlds/{name}").json()
        return body

    def opened(self, name: str = "default") -> dict[str, Any]:
        """A world as it was when first asked for; its keys and sample ids do not change."""
        return self._opened.get(name) or self._opened.setdefault(name, self.world(name))

    def charge(
        self,
        path: str = "/v1/charging_sessions",
        *,
        world: str = "default",
        at: str | None = None,
        **query: str | int | list[str],
    ) -> httpx2.Response:
        """A GET of Charge's API with the world's key."""
        return self.client.get(path, params=query, headers=self.charge_key(world) | _at(at))

    def start(self, world: str = "default", **changed: object) -> httpx2.Response:
        """A POST that starts a session with the world's sample ids, some of them changed; None leaves one out."""
        sample = self.opened(world)["sample"]["charge"]
        order = {name: value for name, value in sample.items() if name not in {"fleet", "account"}} | changed
        body = {name: value for name, value in order.items() if value is not None}
        return self.client.post("/v1/charging_sessions", json=body, headers=self.charge_key(world))

    def end(self, session: str, world: str = "default") -> httpx2.Response:
        return self.client.post(f"/v1/charging_sessions/{session}/end", headers=self.charge_key(world))

    def cariqa(
        self, user: str | None = None, *, world: str = "default", at: str | None = None, **query: str | int
    ) -> httpx2.Response:
        """The sessions of a Cariqa user, by default the sample user."""
        keys = self.opened(world)["credentials"]["cariqa"]
        headers = {"Authorization": f"Bearer {keys['token']}"} | _at(at)
        return self.client.get(
            f"/api/v1/users/{user or keys['user_id']}/charging-sessions/", params=query, headers=headers
        )

    def podero(self, *, world: str = "default", at: str | None = None, **query: str | int) -> httpx2.Response:
        """The sessions of the world's sample Podero vehicle; `from` is written `from_`."""
        keys = self.opened(world)["credentials"]["podero"]
        named = {name.rstrip("_"): value for name, value in query.items()}
        return self.client.get(
            podero_path(keys), params=named, headers={"Authorization": f"Bearer {keys['token']}"} | _at(at)
        )

    def called_from(self, address: str) -> "Sandbox":
        """The same sandbox, called from another address; on the event loop that runs it, which others may not enter."""
        client = TestClient(self.client.app, base_url=HOST, client=(address, 50_000))
        client.portal = self.client.portal
        return Sandbox(client, self.kept)

    def charge_key(self, world: str = "default") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.opened(world)['credentials']['charge']['secret_key']}"}

    def advance(self, by: str, world: str = "default") -> httpx2.Response:
        """Advances a world's clock."""
        return self.client.post(f"/_sandbox/v1/worlds/{world}/clock/advance", json={"by": by})

    def now(self, world: str = "default") -> str:
        return str(self.client.get(f"/_sandbox/v1/worlds/{world}/clock").json()["now"])


def podero_path(keys: dict[str, str]) -> str:
    """The path of the sessions of a world's sample Podero vehicle."""
    org, user, vehicle = keys["org_id"], keys["user_id"], keys["electric_vehicle_id"]
    return f"/api/partners/v2.0/org/{org}/users/{user}/electric-vehicles/{vehicle}/sessions"


def _at(at: str | None) -> dict[str, str]:
    return {} if at is None else {"X-Sandbox-At": at}


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Wattif as its users have it."""
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="session")
def sqlite_files() -> Iterator[SqliteFiles]:
    """Creates SQLite databases, in memory if there is room."""
    with TemporaryDirectory(prefix="wattif-sqlite-", dir=memory_folder(), ignore_cleanup_errors=True) as folder:
        yield SqliteFiles(Path(folder))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    """Creates PostgreSQL databases, in one cluster for all tests of a process."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(cluster())
        except NoClusterError as error:
            if os.environ.get("CI"):
                pytest.fail(f"{NOT_TESTED} ON POSTGRESQL: {error}", pytrace=False)
            pytest.skip(f"{NOT_TESTED} ON POSTGRESQL: {error}")
        yield PostgresDatabases(running)


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Creates databases. A test that needs one runs on both kinds, on PostgreSQL in the slow lane only."""
    named = {"sqlite": "sqlite_files", "postgresql": "postgres_databases"}[request.param]
    found: Databases = request.getfixturevalue(named)
    return found


@pytest.fixture(scope="session")
def made(databases: Databases) -> Kept:
    """A database that holds the worlds `default` and `documented`; tests copy it and never open it."""
    return made_in(databases)


@pytest.fixture
def empty(databases: Databases) -> Iterator[Kept]:
    """An empty database of the test's own."""
    new = databases.new()
    yield new
    databases.drop(new)


@pytest.fixture
def kept(databases: Databases, made: Kept) -> Iterator[Kept]:
    """A copy of `made`, of the test's own."""
    copied = databases.copy(made)
    yield copied
    databases.drop(copied)


@pytest.fixture
def open_sandbox(kept: Kept) -> Iterator[Callable[..., Sandbox]]:
    """Opens a sandbox on a copy of `made`; keyword arguments change settings."""
    with ExitStack() as stack:

        def opened(**changed: object) -> Sandbox:
            return Sandbox(stack.enter_context(resumed(kept, **changed)), kept)

        yield opened


@pytest.fixture(scope="session")
def untouched(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox for tests whose requests are refused or only read: it stays as it was made."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)


def pytest_addoption(parser: pytest.Parser) -> None:
    lanes.add_options(parser)
    parser.addoption("--shared", action="store_true", help="run all tests that can share a server on one")
    parser.addoption("--server", metavar="URL", help="a running server, for --shared")
    parser.addoption("--every", type=int, default=1, metavar="N", help="with --shared: run one of N tests")


def pytest_configure(config: pytest.Config) -> None:
    from tests import own_server  # noqa: PLC0415 - both import this module
    from tests.shared_server import SharedServer  # noqa: PLC0415

    config.addinivalue_line("markers", lanes.SLOW_MARKER)
    config.addinivalue_line("markers", lanes.ONE_DATABASE_MARKER)
    config.addinivalue_line("markers", "own_server: needs a server of its own, although it asks for a sandbox only")
    server = config.getoption("server")
    is_shared = config.getoption("shared") or server
    config.pluginmanager.register(SharedServer(config, server) if is_shared else own_server)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Leaves PostgreSQL out of tests with the mark `one_database`."""
    if "databases" in metafunc.fixturenames and metafunc.definition.get_closest_marker("one_database"):
        metafunc.definition.add_marker(on_sqlite)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests that are not in the chosen lane."""
    lanes.deselect_others(config, items)


@pytest.fixture(scope="session")
def length(pytestconfig: pytest.Config) -> Length:
    """How long a test that can be made longer takes: short in the fast lane, medium in the others, long with --long."""
    return lanes.length_of(pytestconfig)


class Turns(Protocol):
    """Calls `lanes.turns` with the options of this run."""

    def __call__(self, seconds: float, medium: int = 1) -> Iterator[int]: ...


@pytest.fixture(scope="session")
def turns(pytestconfig: pytest.Config) -> Turns:
    """The turns of a test: one in the fast lane, `medium` in the others, and with --long as many as time allows."""

    def counted(seconds: float, medium: int = 1) -> Iterator[int]:
        return lanes.turns(pytestconfig, seconds, medium)

    return counted


def made_in(databases: Databases, **changed: object) -> Kept:
    """A new database that holds the worlds of a new server, and the spare village that a server makes after them."""
    kept = databases.new()
    states = "SELECT state FROM world WHERE state IN ('building', 'spare')"
    with started(kept, **changed):
        deadline = monotonic() + _PATIENCE_S
        while [row.state for row in kept.rows(states)] != ["spare"]:
            assert monotonic() < deadline, "the server made no spare village"
            sleep(0.05)
    return kept


def started(kept: Kept, **changed: object) -> TestClient:
    """A client of a server that starts on a database in the usual way: it creates `documented` and plans due days."""
    return DirectClient(create_app(settings(kept, **changed)), base_url=HOST)


def resumed(kept: Kept, **changed: object) -> TestClient:
    """A client of a server on a copy of a made database, which skips the usual start: it has nothing to create."""
    app = create_app(settings(kept, **changed))
    app.state.context.ready = not changed.keys() & {"scenario", "seed", "start", "speed"}
    return DirectClient(app, base_url=HOST)


def settings(kept: Kept, **changed: object) -> Settings:
    """Settings for a database, independent of environment variables."""
    if not changed:
        return _usual().model_copy(update={"database_url": kept.url})
    given: dict[str, Any] = {"scenario": HAMLET, "scenarios": SCENARIOS, "database_url": kept.url, **changed}
    return Settings(_env_file=None, **given)


@cache
def _usual() -> Settings:
    """Cached, because reading the environment takes longer than starting the server."""
    return Settings(_env_file=None, scenario=HAMLET, scenarios=SCENARIOS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in every run, even with -qq, when tests were skipped because a program is missing."""
    skipped = (str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ()))
    for reason in sorted({text.removeprefix("Skipped: ") for text in skipped if NOT_TESTED in text}):
        terminalreporter.write_line(reason, red=True)


def pytest_collection_finish() -> None:
    """Exempts all that is loaded so far from garbage collection, which would search it again and again."""
    gc.collect()
    gc.freeze()
