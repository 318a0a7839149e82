"""What callers have created is in exports and forks, and a reset forgets it."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import METHODS, VEHICLES, new_card, new_vehicle
from tests.vendors.charge.pages import every, ids
from tests.vendors.charge.parties import made, new_driver, sample

pytestmark = pytest.mark.own_server

WORLDS: Final = "/_sandbox/v1/worlds"


@pytest.mark.parametrize("way", ["export", "fork"])
def test_copies_have_what_callers_have_created(sandbox: Sandbox, way: str) -> None:
    """Vehicles, telemetry and payment methods are the same in a copy, with those to whom they are attached."""
    vehicle = new_vehicle(sandbox, charging_standard="Type2")["id"]
    method = new_card(sandbox, "4000000000009995")["id"]
    made(sandbox, f"{VEHICLES}/{vehicle}/attach", {"driver": new_driver(sandbox)["id"]})
    made(sandbox, f"{METHODS}/{method}/attach", {"fleet": sample(sandbox, "fleet")})
    if way == "fork":
        copy = sandbox.client.post(WORLDS, json={"name": "copy", "fork": "default"})
    else:
        file = sandbox.client.get(f"{WORLDS}/default/export").json()
        copy = sandbox.client.post(f"{WORLDS}/import", params={"name": "copy"}, json=file)

    assert copy.status_code == 201, copy.text
    for path in (VEHICLES, METHODS):
        assert every(sandbox, path) == every(sandbox, path, world="copy")
    telemetry = f"{VEHICLES}/{vehicle}/telemetry"
    assert sandbox.charge(telemetry).json() == sandbox.charge(telemetry, world="copy").json()
    assert sandbox.start("copy", payment_method=method).status_code == 402


def test_reset_forgets_what_callers_have_created(sandbox: Sandbox) -> None:
    """Afterwards the world has the vehicles and payment methods of its scenario, unchanged."""
    before = every(sandbox, VEHICLES), every(sandbox, METHODS)
    new_vehicle(sandbox)
    new_card(sandbox)
    made(sandbox, f"{VEHICLES}/{sample(sandbox, 'vehicle')}", {"status": "retired"})
    sandbox.client.post(f"{WORLDS}/default/reset")

    assert (every(sandbox, VEHICLES), every(sandbox, METHODS)) == before
    assert sample(sandbox, "vehicle") in ids(before[0])
