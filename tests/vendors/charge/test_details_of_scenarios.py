"""All objects are shown, changed and used, also if a file gives them details or a body that make no sense."""

import json
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import METHODS, VEHICLES
from tests.vendors.charge.pages import every
from tests.vendors.charge.parties import sample, send

pytestmark = pytest.mark.own_server

WORLDS: Final = "/_sandbox/v1/worlds"
ODD: Final[list[Any]] = [
    *(None, "x", -1, 2.5, True, [], ["a"], {}),
    {"exp_year": "x", "exp_month": 1, "odometer": [], "reports": {"battery": "x"}, "battery_capacity": True},
]
MEMBERS: Final = (
    *("metadata", "registration_plate", "vin", "year", "telemetry", "opening"),
    *("card", "bank_account", "wallet", "billing_details"),
)
CHANGES: Final[dict[str, dict[str, Any]]] = {
    VEHICLES: {"metadata": {"a": "b"}, "battery_capacity": 50_000},
    METHODS: {"card": {"exp_year": 2040}, "billing_details": {"name": "A"}},
}


@pytest.mark.parametrize("odd", ODD, ids=json.dumps)
def test_odd_details_fail_no_call(sandbox: Sandbox, odd: object) -> None:
    """A member of the details that makes no sense counts as if it were left out."""
    file = sandbox.client.get(f"{WORLDS}/default/export").json()
    for kind in ("vehicles", "payment_methods"):
        for row in file[kind]:
            row["details"] = dict.fromkeys(MEMBERS, odd)
    taken = sandbox.client.post(f"{WORLDS}/import", params={"name": "odd"}, json=file)
    assert taken.status_code == 201, taken.text

    assert sandbox.charge(f"{VEHICLES}/{sample(sandbox, 'vehicle')}/telemetry", world="odd").status_code == 200
    assert sandbox.start("odd").status_code == 200
    for path, change in CHANGES.items():
        for row in every(sandbox, path, world="odd")[:8]:
            assert send(sandbox, f"{path}/{row['id']}", change, "odd").status_code in {200, 409}


ENTITIES: Final = ("fleets", "drivers", "vehicles", "payment_methods", "stations", "reservations")
SHOWN: Final = (
    *("metadata", "preferences", "opening", "phone", "license_number", "address", "description", "timezone"),
    *("metric_system", "capabilities", "opening_hours", "operator_contact", "range"),
)
ODD_TOTALS: Final[dict[str, Any]] = {
    "wallet_balance": "x",
    "total_sessions": [],
    "total_drivers": None,
    "default_payment_method": {},
}
LISTS: Final = (
    *("drivers", "fleets", "vehicles", "payment_methods", "charging_stations", "reservations", "transactions"),
    *("policies", "invoices", "reports", "webhook_endpoints"),
)
PERIOD: Final = {"period_start": "2026-03-01T00:00:00Z", "period_end": "2026-03-31T00:00:00Z"}
CREATED: Final[dict[str, dict[str, Any]]] = {
    "drivers": {"name": "A", "email": "a@company.example"},
    "fleets": {"name": "A"},
    "payment_methods": {"type": "wallet", "wallet": {"currency": "eur"}},
    "invoices": PERIOD,
    "reports": {"parameters": {"type": "charging_summary", **PERIOD}},
}
UPDATE: Final = {"metadata": {"a": "b"}, "preferences": {"notifications": False}}
PREFERRED: Final = "preferences.default_payment_method"
EXPANDED: Final = {"drivers": PREFERRED, "fleets": PREFERRED, "reports": "account"}


@pytest.mark.parametrize("odd", [*ODD, ODD_TOTALS], ids=json.dumps)
def test_odd_members_fail_no_list(sandbox: Sandbox, odd: object) -> None:
    """Members of details and of documents that make no sense fail no list, retrieve, create or update."""
    file = sandbox.client.get(f"{WORLDS}/documented/export").json()
    for row in (row for kind in ENTITIES for row in file[kind]):
        row["details"] = dict.fromkeys(SHOWN, odd)
    for document in file["documents"]:
        document["body"] = dict.fromkeys(document["body"], odd)
    assert sandbox.client.post(f"{WORLDS}/import", params={"name": "odd"}, json=file).status_code == 201

    paths = [f"/v1/accounts/{it['id']}" for it in file["documents"] if it["kind"] == "account"][:2]
    for name in LISTS:
        listed = sandbox.charge(f"/v1/{name}", world="odd", **{"expand": EXPANDED[name]} if name in EXPANDED else {})
        assert listed.status_code == 200, listed.text
        paths += [f"/v1/{name}/{row['id']}" for row in listed.json()["data"][:2]]
    for path in paths:
        assert sandbox.charge(path, world="odd").status_code == 200
        assert send(sandbox, path, UPDATE, "odd").status_code < 500
        assert send(sandbox, path, {"metadata": {"a": "b"}}, "odd").status_code < 500
    for name, body in CREATED.items():
        assert send(sandbox, f"/v1/{name}", body, "odd").status_code == 200
