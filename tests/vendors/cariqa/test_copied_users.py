"""Exports, forks and resets know what callers have done with users, cards and intents."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import answered, call, confirm, new_card, new_user, secret

pytestmark = [pytest.mark.own_server, pytest.mark.slow]

_WORLDS: Final = "/_sandbox/v1/worlds"
_ADDRESS: Final = {"line1": "Berliner Str. 123", "postal_code": "10119", "country": "DE"}


def _change(sandbox: Sandbox) -> str:
    """Creates, changes and deletes a few things; returns the id of a user."""
    user = new_user(sandbox, email="user@example.com", custom_properties={"external_id": "abc"})
    new_card(sandbox, user)
    gone = new_card(sandbox, user, card="declined")
    new_card(sandbox, user, card="mastercard", wallet="apple_pay")
    call(sandbox, "DELETE", f"{user}/payment-methods/{gone}/").raise_for_status()
    answered(sandbox, "PUT", f"{user}/billing-details/", json=_ADDRESS)
    call(sandbox, "DELETE", f"{new_user(sandbox)}/").raise_for_status()
    return user


def _shown(sandbox: Sandbox, user: str, world: str = "default") -> list[Any]:
    paths = ("", f"{user}/billing-details/", f"{user}/payment-methods/", f"{user}/setup-intents/")
    return [answered(sandbox, "GET", path, world=world) for path in paths]


def _copy(sandbox: Sandbox, way: str) -> None:
    if way == "fork":
        copied = sandbox.client.post(_WORLDS, json={"name": "copy", "fork": "default"})
    else:
        export = sandbox.client.get(f"{_WORLDS}/default/export").json()
        copied = sandbox.client.post(f"{_WORLDS}/import", params={"name": "copy"}, json=export)
    copied.raise_for_status()


@pytest.mark.parametrize("way", ["fork", "import"])
def test_copy_of_a_world_shows_the_same_users(sandbox: Sandbox, way: str) -> None:
    """A fork and an import have the users, their cards, addresses and open intents, and go on alike."""
    user = _change(sandbox)
    _copy(sandbox, way)

    assert _shown(sandbox, user, "copy") == _shown(sandbox, user)
    made = {world: (new_user(sandbox, world), new_card(sandbox, user, world)) for world in ("default", "copy")}
    assert made["copy"] == made["default"]


@pytest.mark.parametrize("way", ["fork", "import"])
def test_intent_of_a_copy_is_confirmed_there_only(sandbox: Sandbox, way: str) -> None:
    """The two worlds have the same open intent, and a card that one adds is not in the other."""
    user = _change(sandbox)
    _copy(sandbox, way)
    before = _shown(sandbox, user)
    answer = confirm(sandbox, "setup", secret(sandbox, user), "copy", card="visa")

    assert answer.status_code == 200
    assert _shown(sandbox, user) == before
    assert _shown(sandbox, user, "copy") != before


def test_reset_forgets_created_users(sandbox: Sandbox) -> None:
    """After a reset the world has the users and the cards of its beginning."""
    sample = sandbox.opened()["credentials"]["cariqa"]["user_id"]
    before = _shown(sandbox, sample)
    user = _change(sandbox)
    new_card(sandbox, sample)
    sandbox.client.post(f"{_WORLDS}/default/reset").raise_for_status()

    assert _shown(sandbox, sample) == before
    assert call(sandbox, "GET", f"{user}/").status_code == 404
