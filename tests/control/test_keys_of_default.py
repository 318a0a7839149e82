"""Settings choose the keys of `default`: they replace its former keys at the next start, and what is not set stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from app.main import ServerSettings, create_app
from app.worlds.credentials import KeyTakenError
from tests.conftest import HAMLET, HOST, SCENARIOS, Sandbox
from tests.control.worlds import WORLDS, create_world, look_at_each_vendor, request_token, secrets
from tests.databases import Kept
from tests.direct_client import DirectClient

KEYS: Final = {
    "charge_key": "ch_sk_test_my-own-key-0123456",
    "cariqa_token": "my-own-token-0123456789",
    "podero_client_id": "my-own-client-0123456789",
    "podero_client_secret": "my-own-secret-0123456789",
    "podero_token": "my-podero-token-0123456789",
}


@contextmanager
def started(kept: Kept, **keys: str) -> Iterator[Sandbox]:
    """A server that starts on the database in the usual way, with these settings."""
    given: dict[str, Any] = {"scenario": HAMLET, "scenarios": SCENARIOS, "database_url": kept.url, **keys}
    with DirectClient(create_app(ServerSettings(_env_file=None, **given)), base_url=HOST) as client:
        yield Sandbox(client, kept)


def charge_status(sandbox: Sandbox, key: str) -> int:
    return sandbox.client.get("/v1/charging_sessions", headers={"Authorization": f"Bearer {key}"}).status_code


def test_settings_choose_every_key(kept: Kept) -> None:
    """The world shows and takes them, a reset keeps them, and its former keys open nothing."""
    with started(kept) as sandbox:
        before = sandbox.world("default")
    with started(kept, **KEYS) as sandbox:
        world = sandbox.world("default")
        reset = sandbox.client.post(f"{WORLDS}/default/reset").json()

        assert secrets(world) == secrets(reset) == set(KEYS.values())
        assert [answer.status_code for answer in look_at_each_vendor(sandbox, reset).values()] == [200] * 3
        assert request_token(sandbox, reset).status_code == 200
        assert [answer.status_code for answer in look_at_each_vendor(sandbox, before).values()] == [401, 403, 401]
        assert request_token(sandbox, before).status_code == 401


def test_setting_that_changes_replaces_the_key(kept: Kept) -> None:
    """From the next start on the former key opens nothing; other keys stay, and so does one that is no longer set."""
    with started(kept, **KEYS) as sandbox:
        first = sandbox.world("default")["credentials"]
    with started(kept, charge_key="ch_sk_test_my-second-key-0123") as sandbox:
        second = sandbox.world("default")["credentials"]

        assert charge_status(sandbox, "ch_sk_test_my-second-key-0123") == 200
        assert charge_status(sandbox, KEYS["charge_key"]) == 401
    with started(kept) as sandbox:
        third = sandbox.world("default")["credentials"]

    assert second == first | {"charge": {"secret_key": "ch_sk_test_my-second-key-0123"}}
    assert third == second


def test_half_of_a_client_can_be_set(kept: Kept) -> None:
    """With the secret alone, the id of the client stays as it was, and the token call takes both."""
    with started(kept) as sandbox:
        before = sandbox.world("default")["credentials"]["podero"]
    with started(kept, podero_client_secret=KEYS["podero_client_secret"]) as sandbox:
        world = sandbox.world("default")

        assert world["credentials"]["podero"] == before | {"client_secret": KEYS["podero_client_secret"]}
        assert request_token(sandbox, world).status_code == 200


def test_keys_can_change_places(kept: Kept) -> None:
    """Two vendors exchange their keys at one start."""
    with started(kept, cariqa_token="a" * 16, podero_token="b" * 16):
        pass
    with started(kept, cariqa_token="b" * 16, podero_token="a" * 16) as sandbox:
        shown = sandbox.world("default")["credentials"]

    assert (shown["cariqa"]["token"], shown["podero"]["token"]) == ("b" * 16, "a" * 16)


def test_key_of_another_world_is_refused(kept: Kept) -> None:
    """The start fails with the variable's name and the world's, without the key, and all keys stay as they were."""
    chosen = {"podero": {"token": KEYS["podero_token"]}}
    with started(kept) as sandbox:
        before = sandbox.world("default")
        create_world(sandbox, name="other", credentials=chosen)
    with pytest.raises(KeyTakenError) as refused, started(kept, **KEYS):
        pass
    with started(kept) as sandbox:
        assert sandbox.world("default")["credentials"] == before["credentials"]
        sandbox.client.delete(f"{WORLDS}/other")
    with started(kept, **KEYS) as sandbox:
        assert secrets(sandbox.world("default")) == set(KEYS.values())

    assert str(refused.value).startswith("WATTIF_PODERO_TOKEN: the world other has this key")
    assert KEYS["podero_token"] not in str(refused.value)


@pytest.mark.parametrize("replaced", [True, False], ids=["another key", "the same key"])
def test_keys_stay_while_another_server_serves(kept: Kept, *, replaced: bool) -> None:
    """A second server on the same database changes no key under the callers of the first one; one by itself does."""
    key = "ch_sk_test_my-second-key-0123" if replaced else KEYS["charge_key"]
    with started(kept, **KEYS) as one, started(kept, charge_key=key) as other:
        assert {charge_status(each, KEYS["charge_key"]) for each in (one, other)} == {200}
        assert charge_status(other, key) == (401 if replaced else 200)
    with started(kept, charge_key=key) as alone:
        assert charge_status(alone, key) == 200
        assert charge_status(alone, KEYS["charge_key"]) == (401 if replaced else 200)


def test_token_of_the_token_call_can_be_set(kept: Kept) -> None:
    """A token that the world has issued, and which expires, becomes one that lasts."""
    with started(kept) as sandbox:
        token = request_token(sandbox, sandbox.world("default")).json()["access_token"]
    with started(kept, podero_token=token) as sandbox:
        sandbox.advance("P2D")
        world = sandbox.world("default")

        assert world["credentials"]["podero"]["token"] == token
        assert look_at_each_vendor(sandbox, world)["podero"].status_code == 200
