"""Worlds as whoever tests something makes them, looks at them and removes them again."""

from functools import partial
from typing import Any, Final

import httpx2
import pytest

from app.control import worlds as faces
from app.wall_clock import wall_now
from app.worlds import lifecycle as lives
from app.worlds.spares import Kind, Spares
from tests.conftest import Sandbox, podero_path

WORLDS: Final = "/_sandbox/v1/worlds"
VENDORS: Final = ("charge", "cariqa", "podero")
World = dict[str, Any]


def create(sandbox: Sandbox, /, **wanted: object) -> httpx2.Response:
    return sandbox.client.post(WORLDS, json=wanted)


def created(sandbox: Sandbox, /, **wanted: object) -> World:
    """The new world as it is shown."""
    answer = create(sandbox, **wanted)

    assert answer.status_code == 201, answer.text

    world: World = answer.json()
    return world


def delete(sandbox: Sandbox, name: str) -> httpx2.Response:
    return sandbox.client.delete(f"{WORLDS}/{name}")


def names(sandbox: Sandbox) -> set[str]:
    """What the worlds are called that there are."""
    return {world["name"] for world in sandbox.client.get(WORLDS).json()["worlds"]}


def number(sandbox: Sandbox, name: str) -> int:
    """The number of the open world of that name."""
    [[found]] = sandbox.kept.rows("SELECT n FROM world WHERE name = :name AND state = 'open'", name=name)
    return int(found)


def looks(sandbox: Sandbox, world: World) -> dict[str, httpx2.Response]:
    """What each vendor answers to whoever brings the world's keys, whether it is still there or not."""
    keys = world["credentials"]
    paths = {
        "charge": "/v1/charging_sessions?limit=5",
        "cariqa": f"/api/v1/users/{keys['cariqa']['user_id']}/charging-sessions/",
        "podero": f"{podero_path(keys['podero'])}?from=2025-12-01&to=2027-12-31",
    }
    bearers = {vendor: keys[vendor].get("token") or keys[vendor]["secret_key"] for vendor in paths}
    return {
        vendor: sandbox.client.get(path, headers={"Authorization": f"Bearer {bearers[vendor]}"})
        for vendor, path in paths.items()
    }


def token(sandbox: Sandbox, world: World) -> httpx2.Response:
    """What Podero answers to the world's client, who asks for a token."""
    keys = world["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    return sandbox.client.post("/oauth2/token/", json=asked)


def secrets(world: World) -> set[str]:
    """Everything in a world's credentials that opens something."""
    kinds = ("secret_key", "token", "client_id", "client_secret")
    return {keys[name] for keys in world["credentials"].values() for name in kinds if name in keys}


def without_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets servers make no spares, which would come and go while somebody counts."""
    monkeypatch.setattr(Spares, "request", _nothing)


def later(monkeypatch: pytest.MonkeyPatch, micros: int) -> None:
    """Lets so much real time pass, as far as the making and removing of worlds goes."""
    for module in (faces, lives):
        monkeypatch.setattr(module, "wall_now", partial(_wall_after, micros))


def _nothing(_spares: Spares, _kind: Kind) -> None:
    pass


def _wall_after(micros: int) -> int:
    return wall_now() + micros
