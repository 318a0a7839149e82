"""A car measures its own charging, also where the operator of the station sends few messages of it, or none."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import CARD_ON_THE_ROAD, NO_PROGRESS, ON_THE_ROAD, TEN_MESSAGES, customer

pytestmark = pytest.mark.own_server

CAR: Final = (
    "/api/partners/v2.0/org/00000000-0000-4000-8000-0000000000a0/users/00000000-0000-4000-8000-0000000000b0"
    "/electric-vehicles/00000000-0000-4000-8000-0000000000c1"
)
"""The car of the magic user on the road."""


@pytest.mark.parametrize("evse_id", [NO_PROGRESS, TEN_MESSAGES])
def test_a_car_charges_between_two_messages(sandbox: Sandbox, evse_id: str) -> None:
    """Its power and its level are those of a car that charges, and the listed session has power as well."""
    driver = customer(sandbox).other(ON_THE_ROAD)
    token = sandbox.world(driver.world)["credentials"]["podero"]["token"]

    def ask(path: str) -> dict[str, Any]:
        body: dict[str, Any] = sandbox.client.get(f"{CAR}{path}", headers={"Authorization": f"Bearer {token}"}).json()
        return body

    started = driver.start(evse_id=evse_id, payment_method_id=CARD_ON_THE_ROAD)
    driver.advance("PT8M30S")
    early = ask("")
    driver.advance("PT4M")
    later, current = ask(""), ask("/sessions/current")["session"]

    assert early["is_charging"] is later["is_charging"] is True
    assert min(early["charge_rate_w"], later["charge_rate_w"]) > 1_000
    assert later["battery_level"] > early["battery_level"]
    assert current["avg_charge_power_kw"] > 1
    assert driver.stop(started["id"]).status_code == 204
    driver.advance("PT2M")
    [listed, *_] = ask("/sessions?from=2026-01-01&to=2026-12-31")["items"]
    assert listed["id"] == started["id"]
    assert listed["peak_charge_power_kw"] >= listed["avg_charge_power_kw"] > 1
