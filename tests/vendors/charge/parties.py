"""Calls with which tests create, change and delete accounts, drivers and fleets."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.vendors.charge.pages import page as get

ACCOUNTS: Final = "/v1/accounts"
DRIVERS: Final = "/v1/drivers"
FLEETS: Final = "/v1/fleets"

__all__ = ["ACCOUNTS", "DRIVERS", "FLEETS", "delete", "get", "made", "new_driver", "new_fleet", "sample", "send"]

Object = dict[str, Any]


def send(sandbox: Sandbox, path: str, body: object, world: str = "default") -> httpx2.Response:
    """A POST with the world's key."""
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key(world))


def made(sandbox: Sandbox, path: str, body: object, world: str = "default") -> Object:
    """The object that a POST answers with."""
    answer = send(sandbox, path, body, world)
    assert answer.status_code == 200, answer.text
    shown: Object = answer.json()
    return shown


def new_driver(sandbox: Sandbox, world: str = "default", **said: object) -> Object:
    """A driver who has just been created."""
    return made(sandbox, DRIVERS, {"name": "Example Driver", "email": "driver@company.example"} | said, world)


def new_fleet(sandbox: Sandbox, world: str = "default", **said: object) -> Object:
    """A fleet that has just been created."""
    return made(sandbox, FLEETS, {"name": "Example Fleet"} | said, world)


def delete(sandbox: Sandbox, path: str) -> httpx2.Response:
    """A DELETE with the world's key."""
    return sandbox.client.delete(path, headers=sandbox.charge_key())


def sample(sandbox: Sandbox, kind: str) -> str:
    """The id of the sample of that kind."""
    return str(sandbox.opened()["sample"]["charge"][kind])
