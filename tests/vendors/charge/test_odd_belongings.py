"""Vehicles and payment methods are shown, changed and used, also if a file gives them details that make no sense.

Of these members no form says what they are; see tests/archive/test_damaged_documents.py for those that have one.
"""

import json
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import METHODS, VEHICLES
from tests.vendors.charge.pages import every
from tests.vendors.charge.parties import sample, send

pytestmark = [pytest.mark.own_server, pytest.mark.slow]

WORLDS: Final = "/_sandbox/v1/worlds"
ODD: Final[list[Any]] = [
    *(None, "x", -1, 2.5, True, [], ["a"], {}),
    {"exp_year": "x", "exp_month": 1, "odometer": [], "reports": {"battery": "x"}, "battery_capacity": True},
]
MEMBERS: Final = (
    *("registration_plate", "vin", "year", "telemetry", "opening"),
    *("card", "bank_account", "billing_details"),
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
