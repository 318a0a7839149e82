"""What callers make of devices is part of the world: forks and imports have it, a reset has not."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import call, get, put
from tests.vendors.podero.people import ORG, good, new_user

pytestmark = [pytest.mark.slow, pytest.mark.own_server]

KINDS: Final = ("heat-pumps", "inverters", "wallboxes")
WORLDS: Final = "/_sandbox/v1/worlds"


def changed(sandbox: Sandbox) -> str:
    """Registers and changes devices in `default`; the id of the heat pump, whose settings have changed twice."""
    call(sandbox, "POST", "inverters", {"solar_power_rating_kw": 3.3}, world="default").raise_for_status()
    [wallbox], [pump] = get(sandbox, "wallboxes", world="default"), get(sandbox, "heat-pumps", world="default")
    put(sandbox, f"wallboxes/{wallbox['id']}", {"comment": "In the garage"}, world="default")
    for offset in (1.5, -1):
        put(sandbox, f"heat-pumps/{pump['id']}", {"indoor_target_temperature_offset": offset}, world="default")
        sandbox.advance("PT7H30M")
    return str(pump["id"])


def shown(sandbox: Sandbox, world: str, pump: str) -> Iterator[object]:
    """All that a world tells of its sample user's devices."""
    for kind in KINDS:
        yield get(sandbox, kind, world=world)
    yield get(sandbox, f"heat-pumps/{pump}/statistics", world=world, resolution="1DAY,1WEEK,1MONTH")["data"]


def test_fork_has_the_devices(sandbox: Sandbox) -> None:
    """A fork shows the same, also hours later, and what happens in it does not show in its origin."""
    pump = changed(sandbox)
    sandbox.client.post(WORLDS, json={"name": "fork", "fork": "default"}).raise_for_status()
    for world in ("default", "fork"):
        sandbox.advance("PT5H", world)
    before = [*shown(sandbox, "default", pump)]

    assert before == [*shown(sandbox, "fork", pump)]
    put(sandbox, f"heat-pumps/{pump}", {"is_space_heating_enabled": False}, world="fork")
    assert before == [*shown(sandbox, "default", pump)]


def test_import_has_the_devices(sandbox: Sandbox) -> None:
    """A world that is made from an export shows the same."""
    pump = changed(sandbox)
    exported = sandbox.client.get(f"{WORLDS}/default/export").raise_for_status().content
    made = sandbox.client.post(
        f"{WORLDS}/import?name=again", content=exported, headers={"Content-Type": "application/json"}
    )

    assert made.status_code == 201, made.text
    assert [*shown(sandbox, "default", pump)] == [*shown(sandbox, "again", pump)]


def test_reset_forgets_what_callers_made(sandbox: Sandbox) -> None:
    """After a reset the devices are as in the beginning, under the same ids."""
    before = [get(sandbox, kind, world="documented") for kind in KINDS]
    call(sandbox, "POST", "heat-pumps", {}).raise_for_status()
    put(sandbox, f"inverters/{before[1][0]['id']}", {"solar_power_rating_kw": 1})
    sandbox.client.post(f"{WORLDS}/documented/reset").raise_for_status()

    assert [get(sandbox, kind, world="documented") for kind in KINDS] == before


def test_export_with_odd_settings_is_refused(sandbox: Sandbox) -> None:
    """A file whose heat pump has a member of another type is refused, because it could not be shown."""
    changed(sandbox)
    world = sandbox.client.get(f"{WORLDS}/default/export").json()
    pump = next(each for each in world["documents"] if each["kind"] == "heat_pump")
    pump["body"]["optimization_level"] = "High"
    refused = sandbox.client.post(f"{WORLDS}/import?name=odd", json=world)

    assert refused.status_code == 400
    assert "optimization_level" in refused.text


@pytest.mark.parametrize("country", [None, "DE", "at", "DEU", "1*", "ÄÖ", "", "  "])
def test_import_has_the_home_of_a_registered_vehicle(sandbox: Sandbox, country: str | None) -> None:
    """The station at the home is valid, also where the country that the caller wrote is none."""
    user = new_user(sandbox, country=country, town="", street_and_number="<b>")
    path = f"{ORG}/users/{user['id']}/electric-vehicles"
    made = good(sandbox, "POST", path, json={"device_model": {"manufacturer": "", "model": "x" * 100}})
    before = good(sandbox, "GET", path)
    exported = sandbox.client.get(f"{WORLDS}/default/export").raise_for_status().content
    header = {"Content-Type": "application/json"}
    answer = sandbox.client.post(f"{WORLDS}/import?name=again", content=exported, headers=header)

    assert answer.status_code == 201, answer.text
    assert [each["id"] for each in before] == [made["id"]]
    assert good(sandbox, "GET", path, world="again") == before
