"""An active policy in the mode `enforcement` refuses the starts that would break one of its rules."""

import re
from typing import Any, Final

import orjson
import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import every
from tests.vendors.charge.refusals import refusal
from tests.vendors.charge.test_policies import POLICIES, create, delete, send

pytestmark = pytest.mark.own_server

BLOCKED: Final = (403, "policy_blocked", None)
CHEAP: Final = {"max_price_per_kwh": 1}
"""A rule that no station obeys at which energy has a price."""


def name_policies(sandbox: Sandbox, kind: str, *policies: str) -> None:
    """Makes the sample driver, vehicle or fleet name these policies and no other."""
    sandbox.kept.run(
        f"UPDATE {kind} SET policy_ids = :policies WHERE id = :id",  # noqa: S608 - our own words
        policies=orjson.dumps(policies).decode(),
        id=_ids(sandbox)[kind],
    )


def _ids(sandbox: Sandbox) -> dict[str, str]:
    """The sample driver and vehicle, and the fleet for which they charge."""
    sample = sandbox.opened()["sample"]["charge"]
    [[fleet]] = sandbox.kept.rows(
        "SELECT DISTINCT coalesce(vehicle.fleet, (SELECT target FROM attachment WHERE kind = 'fleet'"
        " AND driver = :driver ORDER BY n, target LIMIT 1)) FROM vehicle WHERE id = :vehicle",
        driver=sample["driver"],
        vehicle=sample["vehicle"],
    )
    return {"driver": sample["driver"], "vehicle": sample["vehicle"], "fleet": fleet}


@pytest.mark.parametrize("kind", ["driver", "vehicle", "fleet"])
def test_policies_of_driver_vehicle_and_fleet_are_enforced(sandbox: Sandbox, kind: str) -> None:
    """A policy that any of them names refuses the start; the message says which policy and which rule, and why.

    See CHARGE-081.
    """
    before = every(sandbox)
    policy = create(sandbox, name="Thrifty", rules=CHEAP)
    name_policies(sandbox, kind, policy["id"])
    answer = sandbox.start()

    assert refusal(answer) == BLOCKED
    assert re.fullmatch(
        rf"The policy {policy['id']} \(Thrifty\) blocks this session by its max_price_per_kwh:"
        r" a kWh costs \d+ there, and at most 1 is allowed\.",
        answer.json()["message"],
    )
    assert every(sandbox) == before


def test_suggestions_and_inactive_policies_refuse_nothing(sandbox: Sandbox) -> None:
    """Only an active policy that is enforced refuses a start; both can be changed at any time (CHARGE-081)."""
    policy = create(sandbox, mode="suggestion", rules=CHEAP)["id"]
    name_policies(sandbox, "driver", policy)
    path = f"{POLICIES}/{policy}"

    assert sandbox.start().status_code == 200
    send(sandbox, path, mode="enforcement")
    assert refusal(sandbox.start()) == BLOCKED
    send(sandbox, path, status="inactive")
    assert refusal(sandbox.start())[0] == 409


def test_deleted_and_unknown_policies_refuse_nothing(sandbox: Sandbox) -> None:
    """Ids in `policy_ids` that name no policy have no effect (CHARGE-084)."""
    policy = create(sandbox, rules=CHEAP)["id"]
    name_policies(sandbox, "vehicle", "pol_Unknown", policy)

    assert refusal(sandbox.start()) == BLOCKED
    delete(sandbox, policy)
    assert sandbox.start().status_code == 200


def test_policies_come_after_unknown_ids_and_before_conflicts(sandbox: Sandbox) -> None:
    """An unknown id is refused first; a busy connector and a declined card are refused only if policies allow it.

    See CHARGE-081.
    """
    name_policies(sandbox, "driver", create(sandbox, rules=CHEAP)["id"])
    offline = {"charging_station": "chst_MagicStationOffline0000000000000", "connector": "connector_a1"}

    assert refusal(sandbox.start(vehicle="veh_Unknown"))[0] == 404
    assert refusal(sandbox.start(**offline)) == BLOCKED
    assert refusal(sandbox.start(payment_method="pm_MagicCardDeclined000000000000000")) == BLOCKED


@pytest.mark.parametrize(("zone", "allowed"), [("UTC", False), ("Asia/Tokyo", True), (None, False)])
def test_windows_are_in_the_time_zone_of_the_fleet(sandbox: Sandbox, zone: str | None, *, allowed: bool) -> None:
    """At noon UTC on a Wednesday it is nine in the evening in Tokyo; a fleet without a zone has UTC (CHARGE-083)."""
    evening: dict[str, Any] = {"days_of_week": ["wednesday"], "start_time": "20:00", "end_time": "22:00"}
    name_policies(sandbox, "fleet", create(sandbox, rules={"time_windows": [evening]})["id"])
    details = {} if zone is None else {"timezone": zone}
    sandbox.kept.run(
        "UPDATE fleet SET details = :details WHERE id = :id",
        details=orjson.dumps(details).decode(),
        id=_ids(sandbox)["fleet"],
    )

    assert (sandbox.start().status_code == 200) == allowed


def test_rules_name_operators_by_their_slugs(sandbox: Sandbox) -> None:
    """A rule names the operator that the station shows in lower case, with `_` between the words (CHARGE-082)."""
    station = sandbox.charge(f"/v1/charging_stations/{sandbox.opened()['sample']['charge']['charging_station']}").json()
    slug = station["operator"].lower().replace(" ", "_")
    policy = create(sandbox, rules={"denied_operators": [slug]})["id"]
    name_policies(sandbox, "driver", policy)

    assert refusal(sandbox.start()) == BLOCKED
    send(sandbox, f"{POLICIES}/{policy}", rules={"denied_operators": [], "allowed_operators": [slug]})
    assert sandbox.start().status_code == 200


def test_ceiling_is_about_the_price_that_the_station_shows(sandbox: Sandbox) -> None:
    """The price for energy that the station shows is allowed; a ceiling of one less is not (CHARGE-082)."""
    station = sandbox.charge(f"/v1/charging_stations/{sandbox.opened()['sample']['charge']['charging_station']}").json()
    [price] = [each["price"] for each in station["pricing"] if each["type"] == "ENERGY"]
    policy = create(sandbox, rules={"max_price_per_kwh": price - 1})["id"]
    name_policies(sandbox, "driver", policy)

    assert refusal(sandbox.start()) == BLOCKED
    send(sandbox, f"{POLICIES}/{policy}", rules={"max_price_per_kwh": price})
    assert sandbox.start().status_code == 200
