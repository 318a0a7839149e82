"""A world is shown in the form that the contract promises, with keys that open it and ids that work."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
import yaml

from tests.conftest import Sandbox, podero_path

WORLDS: Final = "/_sandbox/v1/worlds"
CONTRACT: Final = Path(__file__).resolve().parents[2] / "openapi" / "sandbox.yaml"
BOTH: Final = ("default", "documented")


def test_the_list_holds_the_lasting_worlds(untouched: Sandbox) -> None:
    """There are `default` and `documented`, under `worlds`, each as it is shown by itself."""
    body = untouched.client.get(WORLDS).json()

    assert list(body) == ["worlds"]
    assert sorted(world["name"] for world in body["worlds"]) == sorted(BOTH)
    assert all(world == untouched.world(world["name"]) for world in body["worlds"])


@pytest.mark.parametrize("name", BOTH)
def test_a_world_has_the_promised_form(untouched: Sandbox, name: str) -> None:
    """Every member that the contract names is there, and no other."""
    faults = [f"{fault.instance_path}: {fault.message}" for fault in schema("World").iter_errors(untouched.world(name))]

    assert faults == []


def test_the_default_world_comes_from_its_scenario(untouched: Sandbox) -> None:
    """Scenario, seed and clock are what the scenario's file says."""
    world = untouched.world()

    assert world["seed"] == 7
    assert world["scenario"].endswith(("hamlet", "hamlet.yaml"))
    assert world["clock"] == {"now": "2026-03-04T12:00:00.000Z", "speed": 0, "horizon": "2026-03-12T00:00:00.000Z"}


def test_the_documented_world_has_the_documented_keys(untouched: Sandbox) -> None:
    """Its keys and ids are the placeholders that the vendors' documentation prints."""
    world = untouched.world("documented")
    example = "3c90c3cc-0d44-4b50-8888-8dd25736052a"

    assert world["clock"]["now"] == "2026-04-01T01:53:58.446Z"
    assert world["clock"]["speed"] == 0
    assert world["credentials"]["charge"] == {"secret_key": "ch_sk_test_..."}
    assert world["credentials"]["cariqa"] == {"token": "<token>", "user_id": "user_id"}
    assert world["credentials"]["podero"]["token"] == "<token>"
    assert [world["credentials"]["podero"][name] for name in ("org_id", "user_id", "electric_vehicle_id")] == [
        example
    ] * 3


@pytest.mark.parametrize("name", BOTH)
def test_the_keys_open_the_world(untouched: Sandbox, name: str) -> None:
    """Each vendor takes the world's key, and says that it opens this world."""
    answers = [
        untouched.charge(world=name),
        untouched.cariqa(world=name),
        untouched.podero(world=name, **days(untouched, name)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.headers["X-Sandbox-World"] for answer in answers] == [name] * 3


@pytest.mark.parametrize("name", BOTH)
def test_the_client_is_given_a_token(sandbox: Sandbox, name: str) -> None:
    """The world's client and its secret get a token that opens the world."""
    keys = sandbox.world(name)["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    token = sandbox.client.post("/oauth2/token/", json=asked).json()["access_token"]
    answer = sandbox.client.get(
        podero_path(keys),
        params=dict(sandbox.world(name)["sample"]["podero"]),
        headers={"Authorization": f"Bearer {token}"},
    )

    assert answer.status_code == 200
    assert answer.headers["X-Sandbox-World"] == name


@pytest.mark.parametrize("name", BOTH)
def test_the_sample_ids_work(sandbox: Sandbox, name: str) -> None:
    """A start with the sample ids delivers at once; the sample user and car have a past to show."""
    started = sandbox.start(name)

    assert started.status_code == 200
    assert started.json()["status"] == "active"
    assert sandbox.cariqa(world=name).json()["count"] > 0
    assert sandbox.podero(world=name, **days(sandbox, name)).json()["total"] > 0
    assert sandbox.charge(world=name, driver=started.json()["driver"]).json()["data"][0] is not None


def test_keys_are_not_shared(untouched: Sandbox) -> None:
    """No key of one world is a key of the other."""
    keys = {name: secrets(untouched.world(name)["credentials"]) for name in BOTH}

    assert keys["default"] & keys["documented"] == set()
    assert {name: len(some) for name, some in keys.items()} == {"default": 5, "documented": 4}


@cache
def schema(name: str) -> jsonschema_rs.Draft202012Validator:
    """A schema of the control API's contract."""
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": contract["components"]}
    )


def days(sandbox: Sandbox, name: str) -> dict[str, str]:
    """The days on which the sample car has a past."""
    span = sandbox.world(name)["sample"]["podero"]
    return {"from_": span["from"], "to": span["to"]}


def secrets(credentials: dict[str, dict[str, str]]) -> set[str]:
    """Everything in credentials that opens something."""
    names = ("secret_key", "token", "client_id", "client_secret")
    return {keys[name] for keys in credentials.values() for name in names if name in keys}
