"""Fleets are created, retrieved, changed and listed."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import every, ids
from tests.vendors.charge.parties import ACCOUNTS, DRIVERS, FLEETS, get, made, new_fleet, send
from tests.vendors.charge.refusals import refusal

NOW: Final = "2026-03-04T12:00:00.000Z"
KEYS: Final = [
    *("id", "object", "address", "created", "description", "email", "metadata", "metric_system", "name", "phone"),
    *("policy_ids", "preferences", "status", "timezone", "total_drivers", "total_energy_consumed_kwh"),
    *("total_sessions", "total_vehicles", "updated", "wallet_balance"),
]
TOTALS: Final = ("total_drivers", "total_energy_consumed_kwh", "total_sessions", "total_vehicles", "wallet_balance")
NOWHERE: Final = {"line1": None, "line2": None, "postal_code": None, "state": None}


def test_new_fleet_has_what_was_said(sandbox: Sandbox) -> None:
    """What a create says is shown, the totals are 0, and the fleet is the first of the list."""
    said: dict[str, Any] = {
        "name": "Vans",
        "email": "vans@company.example",
        "address": {"city": "Paris", "country": "FR"} | NOWHERE,
        "description": "Vans of the north",
        "metadata": {"depot": "north"},
        "metric_system": "imperial_system",
        "phone": "+33189000029",
        "timezone": "Europe/Paris",
    }
    fleet = made(sandbox, FLEETS, said)

    assert list(fleet) == KEYS
    assert fleet == fleet | said | dict.fromkeys(TOTALS, 0)
    assert (fleet["object"], fleet["status"], fleet["policy_ids"]) == ("fleet", "active", [])
    assert fleet["created"] == fleet["updated"] == NOW
    assert get(sandbox, f"{FLEETS}/{fleet['id']}") == fleet


def test_charge_046_rows_of_fleets_have_no_metadata(sandbox: Sandbox) -> None:
    """CHARGE-046: a row is the fleet as it is retrieved, but for its metadata."""
    fleet = new_fleet(sandbox, metadata={"depot": "north"})
    row = every(sandbox, FLEETS)[0]

    assert row == {name: value for name, value in fleet.items() if name != "metadata"}
    assert list(row) == [name for name in KEYS if name != "metadata"]


def test_charge_047_new_fleet_has_what_the_account_has(sandbox: Sandbox) -> None:
    """CHARGE-047: address, e-mail and currency that a create does not say are those of the world's own account."""
    account = {"name": "Own", "email": "own@company.example", "type": "business", "default_currency": "chf"}
    own = made(sandbox, ACCOUNTS, account)["id"] if _own(sandbox) is None else _own(sandbox)
    address = {"city": "Bern", "country": "CH"} | NOWHERE
    made(sandbox, f"{ACCOUNTS}/{own}", {"billing_details": {"billing_address": address}, "default_currency": "chf"})
    email = get(sandbox, f"{ACCOUNTS}/{own}")["email"]
    fleet = new_fleet(sandbox)
    other = new_fleet(sandbox, email=None, address=None, preferences={"default_currency": "gbp"})

    assert (fleet["email"], fleet["address"]) == (email, address)
    assert fleet["preferences"]["default_currency"] == "chf"
    assert (other["email"], other["address"], other["preferences"]["default_currency"]) == (None, None, "gbp")


def test_charge_054_update_keeps_what_it_does_not_say(sandbox: Sandbox) -> None:
    """CHARGE-054: only the fields that are sent change; an empty body changes nothing but `updated`."""
    fleet = new_fleet(sandbox, metadata={"a": "1"}, description="Vans", phone="+1")
    path = f"{FLEETS}/{fleet['id']}"
    sandbox.advance("PT1H")
    sent = {"name": "Cars", "phone": None, "metadata": {"b": "2"}, "preferences": {"notifications": False}}
    changed = made(sandbox, path, sent)

    assert changed == fleet | {
        "name": "Cars",
        "phone": None,
        "metadata": {"a": "1", "b": "2"},
        "preferences": fleet["preferences"] | {"notifications": False},
        "updated": "2026-03-04T13:00:00.000Z",
    }
    assert made(sandbox, path, {}) == changed


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"name": None}, "name"),
        ({"email": "maria"}, "email"),
        ({"address": {"street": "x"}}, "address.street"),
        ({"address": {"country": "France"}}, "address.country"),
        ({"metric_system": "metric"}, "metric_system"),
        ({"timezone": "Europe/"}, "timezone"),
        ({"timezone": None}, "timezone"),
        ({"status": "closed"}, "status"),
        ({"preferences": {"reporting_enabled": True}}, "preferences.reporting_enabled"),
        ({"total_drivers": 1}, "total_drivers"),
    ],
)
def test_charge_043_wrong_fields_of_fleets_are_refused(sandbox: Sandbox, said: dict[str, Any], param: str) -> None:
    """CHARGE-043: a field of another type, out of bounds or unknown is 400 and names the field."""
    assert refusal(send(sandbox, f"{FLEETS}/{new_fleet(sandbox)['id']}", said)) == (400, None, param)


def test_filters_give_the_fleets_of_a_driver_a_vehicle_and_a_status(sandbox: Sandbox) -> None:
    """A fleet is found by each driver and each vehicle that belongs to it, and by its status."""
    drivers = every(sandbox, DRIVERS)
    for driver in drivers[:10]:
        assert ids(every(sandbox, f"{FLEETS}?driver={driver['id']}")) == driver["fleets"]
        for vehicle in driver["vehicles"]:
            found = ids(every(sandbox, f"{FLEETS}?vehicle={vehicle}"))
            assert found == driver["fleets"]
    fleet = new_fleet(sandbox)["id"]
    made(sandbox, f"{FLEETS}/{fleet}", {"status": "suspended"})

    assert ids(every(sandbox, f"{FLEETS}?status=suspended")) == [fleet]
    assert fleet not in ids(every(sandbox, f"{FLEETS}?status=active"))
    assert [every(sandbox, f"{FLEETS}?{name}=unknown") for name in ("driver", "vehicle")] == [[], []]


def test_pages_lead_on_and_back(sandbox: Sandbox) -> None:
    """Pages of one fleet have every fleet in both directions, also with a filter."""
    for _ in range(3):
        new_fleet(sandbox)
    whole = ids(every(sandbox, f"{FLEETS}?status=active"))
    page = get(sandbox, f"{FLEETS}?status=active&limit=1")
    forth, back = [page], []
    while forth[-1]["next_page_url"]:
        forth.append(get(sandbox, forth[-1]["next_page_url"]))
    back.append(forth[-1])
    while back[-1]["previous_page_url"]:
        back.append(get(sandbox, back[-1]["previous_page_url"]))

    assert [each["data"][0]["id"] for each in forth] == whole
    assert [each["data"][0]["id"] for each in back] == whole[::-1]


def _own(sandbox: Sandbox) -> str | None:
    """The id of the world's own account, where it has one."""
    named: str | None = sandbox.opened()["sample"]["charge"].get("account")
    return named
