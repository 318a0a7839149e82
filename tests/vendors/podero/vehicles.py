"""Calls with which tests read the sessions of a Podero vehicle."""

from base64 import b64encode
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox, podero_path

ALL: Final = {"from_": "2026-01-01", "to": "2026-12-31"}
"""All days on which the sample vehicle has sessions."""

Body = dict[str, Any]


def keys(sandbox: Sandbox, world: str = "default") -> dict[str, str]:
    """The credentials of a world, with the ids of its sample vehicle."""
    found: dict[str, str] = sandbox.world(world)["credentials"]["podero"]
    return found


def path(sandbox: Sandbox, world: str = "default") -> str:
    """The path of the sessions of a world's sample vehicle."""
    return podero_path(keys(sandbox, world))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def header(client: str, secret: str) -> dict[str, str]:
    """HTTP Basic credentials."""
    return {"Authorization": "Basic " + b64encode(f"{client}:{secret}".encode()).decode()}


def basic(sandbox: Sandbox) -> dict[str, str]:
    """The credentials of the default world's client."""
    ours = keys(sandbox)
    return header(ours["client_id"], ours["client_secret"])


def get(sandbox: Sandbox, url: str, *, world: str = "default") -> httpx2.Response:
    """The answer at a path, with the world's ready-made token."""
    return sandbox.client.get(url, headers=bearer(keys(sandbox, world)["token"]), follow_redirects=False)


def every(sandbox: Sandbox, *, world: str = "default", at: str | None = None) -> list[Body]:
    """All sessions of a world's vehicle, which are fewer than a page holds at most."""
    body: Body = sandbox.podero(world=world, at=at, limit=200, **ALL).json()
    found: list[Body] = body["items"]
    assert body["total"] == len(found)
    return found
