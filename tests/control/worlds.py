"""Calls with which tests create worlds, look at them through each vendor, and delete them."""

from functools import partial
from typing import Any, Final

import httpx2
import pytest

from app.control import worlds as control_worlds
from app.wall_clock import wall_now
from app.worlds import deletion, directory, lifecycle
from app.worlds.spares import Kind, Spares
from tests.conftest import Sandbox, podero_path

WORLDS: Final = "/_sandbox/v1/worlds"
VENDORS: Final = ("charge", "cariqa", "podero")
World = dict[str, Any]


def request_world(sandbox: Sandbox, /, **wanted: object) -> httpx2.Response:
    return sandbox.client.post(WORLDS, json=wanted)


def create_world(sandbox: Sandbox, /, **wanted: object) -> World:
    """The new world as the answer shows it."""
    answer = request_world(sandbox, **wanted)

    assert answer.status_code == 201, answer.text

    world: World = answer.json()
    return world


def request_delete(sandbox: Sandbox, name: str) -> httpx2.Response:
    return sandbox.client.delete(f"{WORLDS}/{name}")


def names(sandbox: Sandbox) -> set[str]:
    """The names of the worlds in the list."""
    return {world["name"] for world in sandbox.client.get(WORLDS).json()["worlds"]}


def number(sandbox: Sandbox, name: str) -> int:
    """The number of the open world of that name."""
    [[found]] = sandbox.kept.rows("SELECT n FROM world WHERE name = :name AND state = 'open'", name=name)
    return int(found)


def look_at_each_vendor(sandbox: Sandbox, world: World) -> dict[str, httpx2.Response]:
    """The answer of each vendor to a list call with the world's credentials, whether the world exists or not."""
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


def request_token(sandbox: Sandbox, world: World) -> httpx2.Response:
    """The answer of Podero to a token request of the world's client."""
    keys = world["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    return sandbox.client.post("/oauth2/token/", json=asked)


def secrets(world: World) -> set[str]:
    """Every secret among a world's credentials."""
    kinds = ("secret_key", "token", "client_id", "client_secret")
    return {keys[name] for keys in world["credentials"].values() for name in kinds if name in keys}


def disable_spares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops servers from making spare worlds in the background, so that worlds and rows can be counted."""
    monkeypatch.setattr(Spares, "request", _nothing)


def let_real_time_pass(monkeypatch: pytest.MonkeyPatch, micros: int) -> None:
    """Moves real time forward for the creation, opening and removal of worlds, by microseconds."""
    for module in (control_worlds, deletion, directory, lifecycle):
        monkeypatch.setattr(module, "wall_now", partial(_wall_after, micros))


def _nothing(_spares: Spares, _kind: Kind) -> None:
    pass


def _wall_after(micros: int) -> int:
    return wall_now() + micros
