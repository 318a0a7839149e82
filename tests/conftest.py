"""A sandbox of its own for every test: a small frozen town, made once and copied, behind the app's real HTTP face."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

HAMLET = str(Path(__file__).parent / "hamlet.yaml")


@dataclass(slots=True)
class Sandbox:
    """A running sandbox and the calls that most tests make of it."""

    client: TestClient
    file: Path

    def world(self, name: str = "default") -> dict[str, Any]:
        """A world as the control API shows it."""
        body: dict[str, Any] = self.client.get(f"/_sandbox/v1/worlds/{name}").json()
        return body

    def charge(
        self, path: str = "/v1/charging_sessions", *, world: str = "default", at: str | None = None, **query: str | int
    ) -> httpx2.Response:
        """A GET of Charge's API with the world's key."""
        return self.client.get(path, params=query, headers=self.charge_key(world) | _at(at))

    def start(self, world: str = "default", **changed: object) -> httpx2.Response:
        """A POST that starts a session with the world's sample ids, some of them changed; None leaves one out."""
        sample = self.world(world)["sample"]["charge"]
        order = {name: value for name, value in sample.items() if name != "fleet"} | changed
        body = {name: value for name, value in order.items() if value is not None}
        return self.client.post("/v1/charging_sessions", json=body, headers=self.charge_key(world))

    def end(self, session: str, world: str = "default") -> httpx2.Response:
        return self.client.post(f"/v1/charging_sessions/{session}/end", headers=self.charge_key(world))

    def cariqa(
        self, user: str | None = None, *, world: str = "default", at: str | None = None, **query: str | int
    ) -> httpx2.Response:
        """A Cariqa user's sessions; the sample user's unless another is named."""
        keys = self.world(world)["credentials"]["cariqa"]
        headers = {"Authorization": f"Bearer {keys['token']}"} | _at(at)
        return self.client.get(
            f"/api/v1/users/{user or keys['user_id']}/charging-sessions/", params=query, headers=headers
        )

    def podero(self, *, world: str = "default", at: str | None = None, **query: str | int) -> httpx2.Response:
        """The sessions of the world's Podero car; `from` is written `from_`."""
        keys = self.world(world)["credentials"]["podero"]
        named = {name.rstrip("_"): value for name, value in query.items()}
        return self.client.get(
            podero_path(keys), params=named, headers={"Authorization": f"Bearer {keys['token']}"} | _at(at)
        )

    def charge_key(self, world: str = "default") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.world(world)['credentials']['charge']['secret_key']}"}

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
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which the worlds are made already; to be copied, not opened."""
    file = tmp_path_factory.mktemp("made") / "made.db"
    with TestClient(create_app(settings(file))):
        pass
    return file


@pytest.fixture
def open_sandbox(made: Path, tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Opens a sandbox on a copy of the made database; settings may be changed."""
    with ExitStack() as stack:

        def opened(**changed: object) -> Sandbox:
            file = tmp_path / "wattif.db"
            if not file.exists():
                shutil.copy(made, file)
            client = TestClient(create_app(settings(file, **changed)), base_url="http://localhost:8000")
            return Sandbox(stack.enter_context(client), file)

        yield opened


@pytest.fixture
def sandbox(open_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox of the test's own."""
    return open_sandbox()


def settings(file: Path, **changed: object) -> Settings:
    """Settings for a database file, without what the machine's environment says."""
    given: dict[str, Any] = {"scenario": HAMLET, "database_url": f"sqlite:///{file}", **changed}
    return Settings(_env_file=None, **given)
