"""Keys can be chosen when a world is made; one that is taken or cannot be a key is refused, and no world is made."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import (
    WORLDS,
    create_world,
    let_real_time_pass,
    look_at_each_vendor,
    names,
    request_delete,
    request_token,
    request_world,
    secrets,
)

HOUR: Final = 3_600_000_000
LONG: Final = 2_048


def own_keys(mark: str) -> dict[str, dict[str, str]]:
    """All keys that can be chosen, different for each mark."""
    return {
        "charge": {"secret_key": f"ch_sk_test_my-own-key.{mark:0>8}"},
        "cariqa": {"token": f"my/own+token_{mark:0>8}=="},
        "podero": {
            "client_id": f"my-client-id~{mark:0>8}",
            "client_secret": f"my-client-secret-{mark:0>8}",
            "token": f"my-podero-token-{mark:0>8}",
        },
    }


@pytest.mark.parametrize("origin", [{}, {"fork": "documented"}], ids=["village", "fork"])
def test_chosen_keys_open_the_world(common: Sandbox, origin: dict[str, str]) -> None:
    """Each vendor takes them, the token call of the client too, and the answer and the list show them."""
    keys = own_keys(f"open{len(origin)}")
    world = create_world(common, credentials=keys, **origin)
    shown = {vendor: {name: world["credentials"][vendor][name] for name in keys[vendor]} for vendor in keys}
    listed = next(each for each in common.client.get(WORLDS).json()["worlds"] if each["name"] == world["name"])

    assert shown == keys
    assert listed["credentials"] == world["credentials"]
    assert [answer.status_code for answer in look_at_each_vendor(common, world).values()] == [200] * 3
    assert request_token(common, world).headers["X-Sandbox-World"] == world["name"]


def test_keys_that_are_left_out_are_issued(common: Sandbox) -> None:
    """Any subset can be chosen, a client's secret without its id too; the other keys are random."""
    world = create_world(common, credentials={"podero": {"client_secret": "s" * 16}, "charge": {}})
    other = create_world(common, credentials={})

    assert world["credentials"]["podero"]["client_secret"] == "s" * 16
    assert len(world["credentials"]["podero"]["client_id"]) == 40
    assert request_token(common, world).status_code == 200
    assert secrets(world) & secrets(other) == set()


@pytest.mark.parametrize(
    ("member", "first"),
    [
        ("charge.secret_key", {"charge": {"secret_key": "ch_sk_test_taken-key-0123456"}}),
        ("cariqa.token", {"podero": {"token": "taken-token-of-podero"}}),
        ("podero.client_id", {"podero": {"client_id": "taken-client-of-podero"}}),
    ],
)
def test_taken_key_is_refused(common: Sandbox, member: str, first: dict[str, dict[str, str]]) -> None:
    """It is 409, also at another vendor; the detail names member and world, not the key, and no world is made."""
    world = create_world(common, credentials=first)
    [[key]] = [list(keys.values()) for keys in first.values()]
    before = names(common)
    refused = request_world(common, name="second", credentials=member_of(member, key))

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith(f"credentials.{member}: the world {world['name']} has this key")
    assert key not in refused.text
    assert names(common) == before


def test_key_that_was_issued_is_taken(common: Sandbox) -> None:
    """The shown credentials of another world are refused as a whole, those of `default` too."""
    world = create_world(common)

    for shown in (world["credentials"], common.world("default")["credentials"]):
        refused = request_world(common, credentials=shown)
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith("credentials.charge.secret_key: ")


def test_key_that_is_chosen_twice_is_refused(common: Sandbox) -> None:
    """Two vendors cannot have the same key in one request; a client's secret may be like another key."""
    refused = request_world(common, credentials={"cariqa": {"token": "k" * 16}, "podero": {"token": "k" * 16}})
    alike = request_world(common, credentials={"podero": {"client_id": "i" * 16, "client_secret": "i" * 16}})

    assert refused.status_code == 409
    assert "credentials.podero.token: this is the same key as credentials.cariqa.token" in refused.json()["detail"]
    assert alike.status_code == 201


def test_one_of_several_worlds_gets_the_key(common: Sandbox) -> None:
    """Of concurrent requests for the same key one is 201 and opens its world, the others are 409."""
    keys = own_keys("race")
    with ThreadPoolExecutor(4) as crowd:
        made = list(crowd.map(lambda _: request_world(common, credentials=keys), range(4)))
    [world] = [answer.json() for answer in made if answer.status_code == 201]

    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]
    assert {answer.headers["X-Sandbox-World"] for answer in look_at_each_vendor(common, world).values()} == {
        world["name"]
    }


def test_keys_of_a_deleted_world_are_free_at_once(common: Sandbox) -> None:
    """A world of the same name takes the whole shown object, and the keys open the new world."""
    before = create_world(common, name="same", credentials=own_keys("free"))
    for _ in range(3):
        look_at_each_vendor(common, before)
        request_delete(common, "same")
        after = create_world(common, name="same", credentials=before["credentials"], scenario="village")

        assert after["credentials"] == before["credentials"]
        assert [answer.status_code for answer in look_at_each_vendor(common, after).values()] == [200] * 3


def test_keys_of_an_expired_world_are_free(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The creation of a world removes expired ones first."""
    create_world(common, expires_in="PT1H", credentials=own_keys("expired"))
    let_real_time_pass(monkeypatch, 2 * HOUR)

    assert create_world(common, credentials=own_keys("expired"))


def test_reset_keeps_chosen_keys(common: Sandbox) -> None:
    """The reset world shows and takes the same keys."""
    world = create_world(common, credentials=own_keys("reset"))
    reset = common.client.post(f"{WORLDS}/{world['name']}/reset").json()

    assert reset["credentials"] == world["credentials"]
    assert [answer.status_code for answer in look_at_each_vendor(common, reset).values()] == [200] * 3


def test_copies_get_keys_of_their_own(common: Sandbox) -> None:
    """An export has no chosen key, and neither an import nor a fork gets one."""
    world = create_world(common, credentials=own_keys("copies"))
    exported = common.client.get(f"{WORLDS}/{world['name']}/export")
    imported = common.client.post(f"{WORLDS}/import", params={"name": "copied"}, json=exported.json())
    fork = create_world(common, fork=world["name"])

    assert [key for key in secrets(world) if key in exported.text] == []
    assert imported.status_code == 201
    assert secrets(imported.json()) & secrets(world) == secrets(fork) & secrets(world) == set()


def test_ids_beside_keys_may_be_those_of_the_world(common: Sandbox) -> None:
    """Another id is 400, which names the member and the world's own id, and no world is made."""
    shown = create_world(common)["credentials"]
    ids = {
        name: {key: shown[name][key] for key in shown[name] if key.endswith("_id") and key != "client_id"}
        for name in shown
    }
    before = names(common)
    refused = request_world(common, credentials={"cariqa": {"user_id": "someone-else"}})

    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("credentials.cariqa.user_id: an id cannot be chosen")
    assert shown["cariqa"]["user_id"] in refused.json()["detail"]
    assert names(common) == before
    assert request_world(common, credentials=ids).status_code == 201


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"charge": {"secret_key": f"ch_sk_live_{'k' * 24}"}}, "charge.secret_key: this is a live mode key"),
        ({"charge": {"secret_key": f"ch_sk_test_{'k' * 15}"}}, "charge.secret_key: a key has ch_sk_test_ and then"),
        ({"charge": {"secret_key": "k" * 40}}, "charge.secret_key: a key has ch_sk_test_ and then"),
        ({"charge": {"secret_key": "ch_sk_test_..."}}, "charge.secret_key: a key has ch_sk_test_ and then"),
        ({"cariqa": {"token": "<token>"}}, "cariqa.token: a key has at least 16 characters"),
        ({"cariqa": {"token": f"{'k' * 15}=="}}, "cariqa.token: a key has at least 16 characters"),
        ({"cariqa": {"token": f"{'k' * 20} {'k' * 20}"}}, "cariqa.token: a key has letters, digits"),
        ({"cariqa": {"token": f"{'k' * 20}\n"}}, "cariqa.token: a key has letters, digits"),
        ({"podero": {"token": f"{'k' * 20}é"}}, "podero.token: a key has letters, digits"),
        ({"podero": {"client_id": f"{'k' * 20}:"}}, "podero.client_id: a key has letters, digits"),
        ({"podero": {"client_secret": f"{'k' * 20}\0"}}, "podero.client_secret: a key has letters, digits"),
        ({"podero": {"token": "k" * (LONG + 1)}}, f"podero.token: a key has at most {LONG} characters"),
        ({"podero": {"token": 1}}, "podero.token: this must be a string"),
        ({"podero": {"token": None}}, "podero.token: this must be a string"),
        ({"podero": {"secret_key": "k" * 16}}, "podero.secret_key: this is not known; there is client_id"),
        ({"podero": ["token"]}, "podero: this must be an object"),
        ({"acme": {}}, "acme: this is not known; there is charge, cariqa, podero"),
    ],
)
def test_bad_key_is_refused(common: Sandbox, written: dict[str, Any], reason: str) -> None:
    """It is 400 with the member and the reason, and the detail does not repeat the key."""
    before = names(common)
    refused = request_world(common, credentials=written)

    assert refused.status_code == 400
    assert f"credentials.{reason}" in refused.json()["detail"]
    assert "kkkk" not in refused.text
    assert names(common) == before


@pytest.mark.parametrize("written", ["keys", [], 1, True])
def test_credentials_are_an_object(common: Sandbox, written: object) -> None:
    """Anything else is 400."""
    refused = request_world(common, credentials=written)

    assert (refused.status_code, refused.json()["detail"]) == (400, "credentials must be an object")


def test_longest_key_opens_its_world(common: Sandbox) -> None:
    """A key of the largest length can be stored and sent."""
    key = f"ch_sk_test_{'k' * (LONG - 11)}"
    world = create_world(common, credentials={"charge": {"secret_key": key}})

    assert look_at_each_vendor(common, world)["charge"].headers["X-Sandbox-World"] == world["name"]


def member_of(member: str, key: str) -> dict[str, dict[str, str]]:
    vendor, name = member.split(".")
    return {vendor: {name: f"ch_sk_test_{key}" if vendor == "charge" and not key.startswith("ch_") else key}}
