"""A world of a scenario file has the keys of the file, as long as no other world has them."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import HAMLET, Sandbox
from tests.control.worlds import WORLDS, create_world, look_at_each_vendor, request_delete, request_world, secrets

pytestmark = pytest.mark.slow

KEYS: Final = """
keys:
  charge: ch_sk_test_hotelKey01234567
  podero_client: [hotel-client-0123, hotel-secret-0123]
"""
CHOSEN: Final = {"ch_sk_test_hotelKey01234567", "hotel-client-0123", "hotel-secret-0123"}
PLACEHOLDERS: Final = {"ch_sk_test_...", "<token>", "client_id", "client_secret"}


@pytest.fixture
def keyed(open_sandbox: Callable[..., Sandbox], tmp_path: Path) -> Sandbox:
    """A server that has a scenario with keys in its folder."""
    (tmp_path / "keyed.yaml").write_text(Path(HAMLET).read_text("utf-8") + KEYS, "utf-8")
    return open_sandbox(scenarios=tmp_path)


def test_world_has_the_keys_of_its_scenario(keyed: Sandbox) -> None:
    """Those that the file leaves out are random, and a reset keeps all."""
    world = create_world(keyed, scenario="keyed")
    reset = keyed.client.post(f"{WORLDS}/{world['name']}/reset").json()

    assert secrets(world) > CHOSEN
    assert len(secrets(world)) == 5
    assert reset["credentials"] == world["credentials"]
    assert [answer.status_code for answer in look_at_each_vendor(keyed, world).values()] == [200] * 3


def test_second_world_of_the_scenario_is_refused(keyed: Sandbox) -> None:
    """It is 409 while the first has the keys; the detail names the part of the file and the first world, and no key."""
    first = create_world(keyed, scenario="keyed")
    refused = request_world(keyed, scenario="keyed")
    request_delete(keyed, first["name"])
    second = create_world(keyed, scenario="keyed")

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith(f"the scenario's keys.charge: the world {first['name']} has this key")
    assert [key for key in CHOSEN if key in refused.text] == []
    assert secrets(second) > CHOSEN


def test_credentials_take_the_place_of_the_scenarios_keys(keyed: Sandbox) -> None:
    """With others for each key that is taken, further worlds of the scenario can be made."""
    create_world(keyed, scenario="keyed")
    others = {"charge": {"secret_key": "ch_sk_test_anotherKey012345"}, "podero": {"client_id": "another-client-0"}}
    world = create_world(keyed, scenario="keyed", credentials=others)

    assert world["credentials"]["charge"] == others["charge"]
    assert world["credentials"]["podero"]["client_id"] == "another-client-0"
    assert world["credentials"]["podero"]["client_secret"] == "hotel-secret-0123"


def test_fork_of_the_world_gets_new_keys(keyed: Sandbox) -> None:
    """The scenario's keys stay those of the first world."""
    world = create_world(keyed, scenario="keyed")

    assert secrets(create_world(keyed, fork=world["name"])) & secrets(world) == set()


def test_placeholders_open_documented_only(common: Sandbox) -> None:
    """Another world of that scenario has random keys, and a reset of `documented` keeps the placeholders."""
    other = create_world(common, scenario="documented")
    documented = common.client.post(f"{WORLDS}/documented/reset").json()

    assert secrets(other) & PLACEHOLDERS == set()
    assert len(secrets(other)) == 5
    assert secrets(documented) == PLACEHOLDERS
