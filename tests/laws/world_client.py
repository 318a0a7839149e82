"""A client with all keys of one world, which can read everything that its vendors show."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import orjson
from hypothesis import Phase
from starlette.testclient import TestClient

from tests.conftest import HOST, podero_path, resumed, started
from tests.databases import Databases, Kept
from tests.link_keys import without_link_keys

SESSIONS: Final = "/v1/charging_sessions"
RESERVATIONS: Final = "/v1/reservations"
WITHOUT_SHRINKING: Final = (Phase.explicit, Phase.reuse, Phase.generate)
"""Hypothesis phases for examples that open databases of their own: shrinking one would take minutes."""
ALL_DAYS: Final = "from=2025-12-01&to=2027-12-31&limit=200"
"""A Podero query that finds every session of a vehicle."""


@dataclass(frozen=True, slots=True)
class WorldClient:
    """The keys of a world by vendor, the paths of its Cariqa users' lists and of its Podero vehicles' lists."""

    http: TestClient
    kept: Kept
    world: str
    keys: dict[str, str]
    user_paths: tuple[str, ...]
    vehicle_paths: tuple[str, ...]

    def get(self, path: str, at: str | None = None) -> httpx2.Response:
        """A GET of any vendor with the world's key for that vendor."""
        return self.http.get(path, headers=self.headers(path) | ({} if at is None else {"X-Sandbox-At": at}))

    def post(self, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        return self.http.post(path, json=body, headers=self.headers(path))

    def start_body(self) -> dict[str, Any]:
        """The body of a start with the world's sample ids."""
        ids = self.http.get(f"/_sandbox/v1/worlds/{self.world}").json()["sample"]["charge"]
        return {name: value for name, value in ids.items() if name not in {"fleet", "account"}}

    def advance(self, by: str) -> httpx2.Response:
        return self.http.post(f"/_sandbox/v1/worlds/{self.world}/clock/advance", json={"by": by})

    def set_speed(self, speed: float) -> httpx2.Response:
        return self.http.patch(f"/_sandbox/v1/worlds/{self.world}/clock", json={"speed": speed})

    def reset(self) -> httpx2.Response:
        return self.http.post(f"/_sandbox/v1/worlds/{self.world}/reset")

    def rows(self, path: str, query: str = "", at: str | None = None) -> list[dict[str, Any]]:
        """Every row of one of Charge's lists, read page by page."""
        found: list[dict[str, Any]] = []
        following: str | None = f"{path}?limit=100{query}"
        while following is not None:
            body = self.get(following, at).json()
            found += body["data"]
            following = body["next_page_url"]
        return found

    def everything(self, at: str | None = None) -> dict[str, Any]:
        """The contents of every list of every vendor, by path; without link keys."""
        shown: dict[str, Any] = {path: self.rows(path, at=at) for path in (SESSIONS, RESERVATIONS)}
        shown |= {path: self._listed(f"{path}?page_size=100", at) for path in self.user_paths}
        return shown | {path: self.get(f"{path}?{ALL_DAYS}", at).json() for path in self.vehicle_paths}

    def _listed(self, path: str, at: str | None) -> Any:  # noqa: ANN401 - a JSON value
        return orjson.loads(without_link_keys(self.get(path, at).content))

    def headers(self, path: str) -> dict[str, str]:
        within = path.removeprefix(HOST)
        vendor = "charge" if within.startswith("/v1/") else "podero" if "/partners/" in within else "cariqa"
        return {"Authorization": f"Bearer {self.keys[vendor]}"}


def world_client(http: TestClient, kept: Kept, world: str = "default") -> WorldClient:
    """A client of a world. Its users and vehicles are read from the database."""
    keys = http.get(f"/_sandbox/v1/worlds/{world}").json()["credentials"]
    number = kept.rows("SELECT n FROM world WHERE name = :world AND state = 'open'", world=world)[0].n
    users = kept.rows("SELECT id FROM end_user WHERE world = :world AND org IS NULL ORDER BY id", world=number)
    vehicles = kept.dicts(
        "SELECT org AS org_id, owner AS user_id, uuid AS electric_vehicle_id"
        " FROM vehicle WHERE world = :world AND org IS NOT NULL ORDER BY id",
        world=number,
    )
    return WorldClient(
        http,
        kept,
        world,
        {
            "charge": keys["charge"]["secret_key"],
            "cariqa": keys["cariqa"]["token"],
            "podero": keys["podero"]["token"],
        },
        tuple(f"/api/v1/users/{user}/charging-sessions/" for (user,) in users),
        tuple(podero_path(vehicle) for vehicle in vehicles),
    )


@contextmanager
def client_of_copy(
    databases: Databases, made: Kept, world: str = "default", **changed: object
) -> Iterator[WorldClient]:
    """A client of a world in a copy of a made database. The copy is dropped at the end of the block."""
    kept = databases.copy(made)
    try:
        with started(kept, **changed) if changed else resumed(kept) as http:
            yield world_client(http, kept, world)
    finally:
        databases.drop(kept)


@contextmanager
def client_of(kept: Kept, world: str = "default", **changed: object) -> Iterator[WorldClient]:
    """A client of a world in this very database, on which a server starts in the usual way."""
    with started(kept, **changed) as http:
        yield world_client(http, kept, world)
