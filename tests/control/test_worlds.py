"""A world is shown in the form of the contract, with credentials that open it and sample ids that work."""

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


def test_the_list_has_the_lasting_worlds(untouched: Sandbox) -> None:
    """`default` and `documented` are listed as each is shown by itself."""
    body = untouched.client.get(WORLDS).json()

    assert list(body) == ["worlds"]
    assert sorted(world["name"] for world in body["worlds"]) == sorted(BOTH)
    assert all(world == untouched.world(world["name"]) for world in body["worlds"])


@pytest.mark.parametrize("name", BOTH)
def test_a_world_has_the_form_of_the_contract(untouched: Sandbox, name: str) -> None:
    """Every member of the contract is there, and no other."""
    faults = [f"{fault.instance_path}: {fault.message}" for fault in schema("World").iter_errors(untouched.world(name))]

    assert faults == []


def test_the_default_world_is_as_its_scenario_says(untouched: Sandbox) -> None:
    """Scenario, seed and clock are those of the scenario's file."""
    world = untouched.world()

    assert world["seed"] == 7
    assert world["scenario"].endswith(("hamlet", "hamlet.yaml"))
    assert world["clock"] == {
        "now": "2026-03-04T12:00:00.000Z",
        "speed": 0,
        "horizon": "2026-03-12T00:00:00.000Z",
        "goes_on": False,
    }


def test_the_documented_world_has_the_documented_credentials(untouched: Sandbox) -> None:
    """They are the placeholders in the vendors' documentation."""
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
def test_the_credentials_open_the_world(untouched: Sandbox, name: str) -> None:
    """Each vendor accepts the credential, and its answer names this world."""
    answers = [
        untouched.charge(world=name),
        untouched.cariqa(world=name),
        untouched.podero(world=name, **days(untouched, name)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.headers["X-Sandbox-World"] for answer in answers] == [name] * 3


@pytest.mark.parametrize("name", BOTH)
def test_the_client_gets_a_token(sandbox: Sandbox, name: str) -> None:
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
    """A start with them delivers energy immediately; the sample user and vehicle have past sessions."""
    started = sandbox.start(name)

    assert started.status_code == 200
    assert started.json()["status"] == "active"
    assert sandbox.cariqa(world=name).json()["count"] > 0
    assert sandbox.podero(world=name, **days(sandbox, name)).json()["total"] > 0
    assert sandbox.charge(world=name, driver=started.json()["driver"]).json()["data"][0] is not None


def test_default_and_documented_share_no_credentials(untouched: Sandbox) -> None:
    """No credential of one world is one of the other's."""
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
    """The days on which the sample vehicle has past sessions."""
    span = sandbox.world(name)["sample"]["podero"]
    return {"from_": span["from"], "to": span["to"]}


def secrets(credentials: dict[str, dict[str, str]]) -> set[str]:
    """Every secret among a world's credentials."""
    names = ("secret_key", "token", "client_id", "client_secret")
    return {keys[name] for keys in credentials.values() for name in names if name in keys}
