"""Somebody with the keys of a world, who looks at all that its vendors show; copies of a made database to look at."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
from hypothesis import Phase
from starlette.testclient import TestClient

from app.main import create_app
from tests.conftest import podero_path, settings

HOST: Final = "http://localhost:8000"
SESSIONS: Final = "/v1/charging_sessions"
RESERVATIONS: Final = "/v1/reservations"
UNSHRUNK: Final = (Phase.explicit, Phase.reuse, Phase.generate)
"""For examples that open databases of their own: a smaller one is not worth minutes."""
EVER: Final = "from=2025-12-01&to=2027-12-31&limit=200"


@dataclass(frozen=True, slots=True)
class Caller:
    """One who calls a world: the headers for each vendor, the paths of its Cariqa users and of its Podero cars."""

    client: TestClient
    file: Path
    world: str
    keys: dict[str, str]
    users: tuple[str, ...]
    cars: tuple[str, ...]

    def get(self, path: str, at: str | None = None) -> httpx2.Response:
        """A GET of any vendor with the world's key for it."""
        return self.client.get(path, headers=self._headers(path) | ({} if at is None else {"X-Sandbox-At": at}))

    def post(self, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        return self.client.post(path, json=body, headers=self._headers(path))

    def order(self) -> dict[str, Any]:
        """A start with the world's sample ids."""
        ids = self.client.get(f"/_sandbox/v1/worlds/{self.world}").json()["sample"]["charge"]
        return {name: value for name, value in ids.items() if name != "fleet"}

    def advance(self, by: str) -> httpx2.Response:
        return self.client.post(f"/_sandbox/v1/worlds/{self.world}/clock/advance", json={"by": by})

    def pace(self, speed: float) -> httpx2.Response:
        return self.client.patch(f"/_sandbox/v1/worlds/{self.world}/clock", json={"speed": speed})

    def reset(self) -> httpx2.Response:
        return self.client.post(f"/_sandbox/v1/worlds/{self.world}/reset")

    def rows(self, path: str, query: str = "", at: str | None = None) -> list[dict[str, Any]]:
        """Every row of one of Charge's lists, page after page."""
        found: list[dict[str, Any]] = []
        following: str | None = f"{path}?limit=100{query}"
        while following is not None:
            body = self.get(following, at).json()
            found += body["data"]
            following = body["next_page_url"]
        return found

    def everything(self, at: str | None = None) -> dict[str, Any]:
        """All that all vendors show, by path."""
        shown: dict[str, Any] = {path: self.rows(path, at=at) for path in (SESSIONS, RESERVATIONS)}
        shown |= {user: self.get(f"{user}?page_size=100", at).json() for user in self.users}
        return shown | {car: self.get(f"{car}?{EVER}", at).json() for car in self.cars}

    def _headers(self, path: str) -> dict[str, str]:
        within = path.removeprefix(HOST)
        vendor = "charge" if within.startswith("/v1/") else "podero" if "/partners/" in within else "cariqa"
        return {"Authorization": f"Bearer {self.keys[vendor]}"}


def caller(client: TestClient, file: Path, world: str = "default") -> Caller:
    """Somebody with the keys of a world; who its users and cars are is read from the database's file."""
    keys = client.get(f"/_sandbox/v1/worlds/{world}").json()["credentials"]
    with closing(sqlite3.connect(file)) as db:
        number = db.execute("SELECT n FROM world WHERE name = ? AND state = 'open'", (world,)).fetchone()
        users = db.execute("SELECT id FROM cariqa_user WHERE world = ? ORDER BY id", number).fetchall()
        cars = db.execute(
            "SELECT org AS org_id, owner AS user_id, uuid FROM vehicle WHERE world = ? AND org IS NOT NULL ORDER BY id",
            number,
        ).fetchall()
    return Caller(
        client,
        file,
        world,
        {
            "charge": keys["charge"]["secret_key"],
            "cariqa": keys["cariqa"]["token"],
            "podero": keys["podero"]["token"],
        },
        tuple(f"/api/v1/users/{user}/charging-sessions/" for (user,) in users),
        tuple(podero_path({"org_id": org, "user_id": owner, "electric_vehicle_id": uuid}) for org, owner, uuid in cars),
    )


@contextmanager
def copied(made: Path, world: str = "default", **changed: object) -> Iterator[Caller]:
    """Somebody who calls a world in a copy of a made database, which lasts as long as the block."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "wattif.db"
        shutil.copy(made, file)
        with opened(file, world, **changed) as somebody:
            yield somebody


@contextmanager
def opened(file: Path, world: str = "default", **changed: object) -> Iterator[Caller]:
    """Somebody who calls a world in that very database."""
    with TestClient(create_app(settings(file, **changed)), base_url=HOST) as client:
        yield caller(client, file, world)
