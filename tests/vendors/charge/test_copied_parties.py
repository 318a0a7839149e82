"""Exports, forks and resets know what callers have created, changed and deleted."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import every
from tests.vendors.charge.parties import ACCOUNTS, DRIVERS, FLEETS, delete, get, made, new_driver, new_fleet, sample

pytestmark = pytest.mark.own_server

_WORLDS: Final = "/_sandbox/v1/worlds"
_ACCOUNT: Final = {"name": "Second", "email": "second@company.example", "type": "individual"}


def _change(sandbox: Sandbox) -> str:
    """Creates, changes and deletes a few things; returns the id of an account that was created."""
    driver, fleet = new_driver(sandbox, metadata={"a": "b"})["id"], new_fleet(sandbox)["id"]
    made(sandbox, f"{DRIVERS}/{driver}/attach", {"fleet": fleet})
    made(sandbox, f"{DRIVERS}/{driver}/attach", {"fleet": sample(sandbox, "fleet")})
    made(sandbox, f"{FLEETS}/{fleet}", {"status": "suspended", "timezone": "Europe/Paris"})
    delete(sandbox, f"{DRIVERS}/{new_driver(sandbox)['id']}").raise_for_status()
    return str(made(sandbox, ACCOUNTS, _ACCOUNT)["id"])


def _shown(sandbox: Sandbox, account: str, world: str = "default") -> list[Any]:
    lists = [every(sandbox, path, world=world) for path in (DRIVERS, FLEETS)]
    return [*lists, sandbox.charge(f"{ACCOUNTS}/{account}", world=world).json()]


@pytest.mark.parametrize("way", ["fork", "import"])
def test_copy_of_a_world_shows_the_same(sandbox: Sandbox, way: str) -> None:
    """A fork and an import have the drivers, the fleets and the accounts of the world as they are."""
    account = _change(sandbox)
    if way == "fork":
        copied = sandbox.client.post(_WORLDS, json={"name": "copy", "fork": "default"})
    else:
        export = sandbox.client.get(f"{_WORLDS}/default/export").json()
        copied = sandbox.client.post(f"{_WORLDS}/import", params={"name": "copy"}, json=export)
    copied.raise_for_status()

    assert _shown(sandbox, account, "copy") == _shown(sandbox, account)


def test_reset_forgets_what_was_created(sandbox: Sandbox) -> None:
    """After a reset the world has the drivers and fleets of its beginning."""
    before = [every(sandbox, path) for path in (DRIVERS, FLEETS)]
    account = _change(sandbox)
    sandbox.client.post(f"{_WORLDS}/default/reset").raise_for_status()

    assert [every(sandbox, path) for path in (DRIVERS, FLEETS)] == before
    assert sandbox.charge(f"{ACCOUNTS}/{account}").status_code == 404
    assert get(sandbox, f"{DRIVERS}/{sample(sandbox, 'driver')}")["status"] == "active"
