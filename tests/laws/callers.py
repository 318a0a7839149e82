"""Somebody with the keys of a world, who looks at all that its vendors show; copies of a made database to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from hypothesis import Phase
from starlette.testclient import TestClient

from tests.conftest import HOST, podero_path, resumed, started
from tests.databases import Databases, Kept

SESSIONS: Final = "/v1/charging_sessions"
RESERVATIONS: Final = "/v1/reservations"
UNSHRUNK: Final = (Phase.explicit, Phase.reuse, Phase.generate)
"""For examples that open databases of their own: a smaller one is not worth minutes."""
EVER: Final = "from=2025-12-01&to=2027-12-31&limit=200"


@dataclass(frozen=True, slots=True)
class Caller:
    """One who calls a world: the headers for each vendor, the paths of its Cariqa users and of its Podero cars."""

    client: TestClient
    kept: Kept
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


def caller(client: TestClient, kept: Kept, world: str = "default") -> Caller:
    """Somebody with the keys of a world; who its users and cars are is read from the database."""
    keys = client.get(f"/_sandbox/v1/worlds/{world}").json()["credentials"]
    number = kept.rows("SELECT n FROM world WHERE name = :world AND state = 'open'", world=world)[0].n
    users = kept.rows("SELECT id FROM end_user WHERE world = :world ORDER BY id", world=number)
    cars = kept.dicts(
        "SELECT org AS org_id, owner AS user_id, uuid AS electric_vehicle_id"
        " FROM vehicle WHERE world = :world AND org IS NOT NULL ORDER BY id",
        world=number,
    )
    return Caller(
        client,
        kept,
        world,
        {
            "charge": keys["charge"]["secret_key"],
            "cariqa": keys["cariqa"]["token"],
            "podero": keys["podero"]["token"],
        },
        tuple(f"/api/v1/users/{user}/charging-sessions/" for (user,) in users),
        tuple(podero_path(car) for car in cars),
    )


@contextmanager
def copied(databases: Databases, made: Kept, world: str = "default") -> Iterator[Caller]:
    """Somebody who calls a world in a copy of a made database, which lasts as long as the block."""
    kept = databases.copy(made)
    try:
        with resumed(kept) as client:
            yield caller(client, kept, world)
    finally:
        databases.drop(kept)


@contextmanager
def opened(kept: Kept, world: str = "default", **changed: object) -> Iterator[Caller]:
    """Somebody who calls a world in that very database, on which a server starts."""
    with started(kept, **changed) as client:
        yield caller(client, kept, world)
