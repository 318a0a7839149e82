"""A sandbox of its own for every test: a small frozen town, made once and copied, behind the app's real HTTP face."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import httpx2
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.cluster import NoClusterError, cluster
from tests.databases import KINDS, Databases, Kept, PostgresDatabases, SqliteFiles
from tests.direct import DirectClient

HAMLET = str(Path(__file__).parent / "hamlet.yaml")
HOST = "http://localhost:8000"
_PATIENCE_S: Final = 60
NOT_TESTED = "NOT TESTED ON POSTGRESQL"

on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
"""For what is promised of one kind only."""


@dataclass(slots=True)
class Sandbox:
    """A running sandbox and the calls that most tests make of it."""

    client: TestClient
    kept: Kept
    _opened: dict[str, dict[str, Any]] = field(default_factory=dict)

    def world(self, name: str = "default") -> dict[str, Any]:
        """A world as the control API shows it."""
        body: dict[str, Any] = self.client.get(f"/_sandbox/v1/worlds/{name}").json()
        return body

    def opened(self, name: str = "default") -> dict[str, Any]:
        """A world as it was when it was first looked at: its keys and sample ids stay the same."""
        return self._opened.get(name) or self._opened.setdefault(name, self.world(name))

    def charge(
        self, path: str = "/v1/charging_sessions", *, world: str = "default", at: str | None = None, **query: str | int
    ) -> httpx2.Response:
        """A GET of Charge's API with the world's key."""
        return self.client.get(path, params=query, headers=self.charge_key(world) | _at(at))

    def start(self, world: str = "default", **changed: object) -> httpx2.Response:
        """A POST that starts a session with the world's sample ids, some of them changed; None leaves one out."""
        sample = self.opened(world)["sample"]["charge"]
        order = {name: value for name, value in sample.items() if name != "fleet"} | changed
        body = {name: value for name, value in order.items() if value is not None}
        return self.client.post("/v1/charging_sessions", json=body, headers=self.charge_key(world))

    def end(self, session: str, world: str = "default") -> httpx2.Response:
        return self.client.post(f"/v1/charging_sessions/{session}/end", headers=self.charge_key(world))

    def cariqa(
        self, user: str | None = None, *, world: str = "default", at: str | None = None, **query: str | int
    ) -> httpx2.Response:
        """A Cariqa user's sessions; the sample user's unless another is named."""
        keys = self.opened(world)["credentials"]["cariqa"]
        headers = {"Authorization": f"Bearer {keys['token']}"} | _at(at)
        return self.client.get(
            f"/api/v1/users/{user or keys['user_id']}/charging-sessions/", params=query, headers=headers
        )

    def podero(self, *, world: str = "default", at: str | None = None, **query: str | int) -> httpx2.Response:
        """The sessions of the world's Podero car; `from` is written `from_`."""
        keys = self.opened(world)["credentials"]["podero"]
        named = {name.rstrip("_"): value for name, value in query.items()}
        return self.client.get(
            podero_path(keys), params=named, headers={"Authorization": f"Bearer {keys['token']}"} | _at(at)
        )

    def charge_key(self, world: str = "default") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.opened(world)['credentials']['charge']['secret_key']}"}

    def advance(self, by: str, world: str = "default") -> httpx2.Response:
        """Moves a world's clock on."""
        return self.client.post(f"/_sandbox/v1/worlds/{world}/clock/advance", json={"by": by})

    def now(self, world: str = "default") -> str:
        return str(self.client.get(f"/_sandbox/v1/worlds/{world}/clock").json()["now"])


def podero_path(keys: dict[str, str]) -> str:
    """Where the sessions of a world's Podero car are."""
    org, user, car = keys["org_id"], keys["user_id"], keys["electric_vehicle_id"]
    return f"/api/partners/v2.0/org/{org}/users/{user}/electric-vehicles/{car}/sessions"


def _at(at: str | None) -> dict[str, str]:
    return {} if at is None else {"X-Sandbox-At": at}


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Where databases of SQLite are made."""
    return SqliteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    """Where databases of PostgreSQL are made: one cluster for all tests of a process."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(cluster())
        except NoClusterError as error:
            if os.environ.get("CI"):
                pytest.fail(f"{NOT_TESTED}: {error}", pytrace=False)
            pytest.skip(f"{NOT_TESTED}: {error}")
        yield PostgresDatabases(running)


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where databases are made; whatever needs one is tested on both kinds."""
    named = {"sqlite": "sqlite_files", "postgresql": "postgres_databases"}[request.param]
    found: Databases = request.getfixturevalue(named)
    return found


@pytest.fixture(scope="session")
def made(databases: Databases) -> Kept:
    """A database in which the worlds are made already; to be copied, not opened."""
    return made_in(databases)


@pytest.fixture
def empty(databases: Databases) -> Iterator[Kept]:
    """A database of the test's own in which there is nothing yet."""
    new = databases.new()
    yield new
    databases.drop(new)


@pytest.fixture
def kept(databases: Databases, made: Kept) -> Iterator[Kept]:
    """A copy of it, of the test's own."""
    copied = databases.copy(made)
    yield copied
    databases.drop(copied)


@pytest.fixture
def open_sandbox(kept: Kept) -> Iterator[Callable[..., Sandbox]]:
    """Opens a sandbox on a copy of the made database; settings may be changed."""
    with ExitStack() as stack:

        def opened(**changed: object) -> Sandbox:
            return Sandbox(stack.enter_context(resumed(kept, **changed)), kept)

        yield opened


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="let crowds press for a minute, kill servers 50 times, and so on"
    )
    parser.addoption("--shared", action="store_true", help="run the tests that can be tenants of one server as such")
    parser.addoption("--server", metavar="URL", help="a server that runs already, for --shared")


def pytest_configure(config: pytest.Config) -> None:
    from tests import alone  # noqa: PLC0415 - both build on this file
    from tests.tenants import Sharing  # noqa: PLC0415

    config.addinivalue_line("markers", "own_server: needs a server of its own, although it asks for a sandbox only")
    server = config.getoption("server")
    is_shared = config.getoption("shared") or server
    config.pluginmanager.register(Sharing(config, server) if is_shared else alone)


def made_in(databases: Databases, **changed: object) -> Kept:
    """A new database in which the worlds are made already, and what a server makes behind them as well."""
    kept = databases.new()
    states = "SELECT state FROM world WHERE state IN ('building', 'spare')"
    with started(kept, **changed):
        give_up = monotonic() + _PATIENCE_S
        while [row.state for row in kept.rows(states)] != ["spare"]:
            assert monotonic() < give_up, "no spare village is made"
            sleep(0.05)
    return kept


def started(kept: Kept, **changed: object) -> TestClient:
    """Calls a server that starts on a database as every server does: `documented` is made, and days are added."""
    return DirectClient(create_app(settings(kept, **changed)), base_url=HOST)


def resumed(kept: Kept, **changed: object) -> TestClient:
    """Calls a server on a copy of a made database. Nothing is to be made there, so that it need not be looked for."""
    app = create_app(settings(kept, **changed))
    app.state.context.ready = not changed.keys() & {"scenario", "seed", "start", "speed"}
    return DirectClient(app, base_url=HOST)


def settings(kept: Kept, **changed: object) -> Settings:
    """Settings for a database, without what the machine's environment says."""
    if not changed:
        return _usual().model_copy(update={"database_url": kept.url})
    given: dict[str, Any] = {"scenario": HAMLET, "database_url": kept.url, **changed}
    return Settings(_env_file=None, **given)


@cache
def _usual() -> Settings:
    """Looking for variables takes longer than starting the server does."""
    return Settings(_env_file=None, scenario=HAMLET)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Whoever has no PostgreSQL is told what that means, however little else is shown."""
    skipped = (str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ()))
    for reason in sorted({text.removeprefix("Skipped: ") for text in skipped if NOT_TESTED in text}):
        terminalreporter.write_line(reason, red=True)


def pytest_collection_finish() -> None:
    """What has been loaded by now stays until the end: nobody needs to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
