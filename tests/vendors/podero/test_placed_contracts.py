"""The prices of an energy contract that a file places count with a document of its rates (docs/scenario-format.md)."""

from typing import Any, Final

import orjson
import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world

pytestmark = pytest.mark.own_server

_CONTRACT: Final = "11111111-1111-4111-8111-111111111111"
_RATES: Final = "22222222-2222-4222-8222-222222222222"
_PRICE: Final = 1.25
"""EUR per kWh."""


@pytest.mark.parametrize("has_rates", [True, False])
def test_rates_beside_a_contract_count(sandbox: Sandbox, *, has_rates: bool) -> None:
    """With them a session at home costs by the contract, and without them by the market, which is cheaper."""
    exported = sandbox.client.get(f"{WORLDS}/{create_world(sandbox)['name']}/export").json()
    owner, car, org = (
        exported["world"]["sample"]["podero"][f"{name}_id"] for name in ("user", "electric_vehicle", "org")
    )
    like = next(each for each in exported["documents"] if each["vendor"] == "charge")
    contract = {"energy_prices": [{"price": _PRICE, "timestamp": None}]}
    rates = {"contract": _CONTRACT, "since": 0, "prices": [[0, round(1_000_000 * _PRICE)]]}
    placed: list[tuple[str, str, dict[str, Any]]] = [("energy_contract", _CONTRACT, contract)]
    placed += [("energy_rates", _RATES, rates)] if has_rates else []
    exported["documents"] += [
        {
            **like,
            "vendor": "podero",
            "kind": kind,
            "id": name,
            "n": 900_000,
            "owner": owner,
            "body": body,
            "first": None,
        }
        for kind, name, body in placed
    ]
    headers = {"Content-Type": "application/json"}
    answer = sandbox.client.post(f"{WORLDS}/import?name=placed", content=orjson.dumps(exported), headers=headers)
    assert answer.status_code == 201, answer.text

    event = {"event": "plug_in", "id": car, "battery_level": 20}
    assert sandbox.client.post(f"{WORLDS}/placed/simulate", json=event).status_code == 200
    sandbox.advance("P1D", "placed")
    key = {"Authorization": f"Bearer {answer.json()['credentials']['podero']['token']}"}
    path = f"/api/partners/v2.0/org/{org}/users/{owner}"
    [shown] = sandbox.client.get(f"{path}/energy-contracts", headers=key).json()
    query = {"from": "2026-03-04", "to": "2026-03-05"}
    listed = sandbox.client.get(f"{path}/electric-vehicles/{car}/sessions", params=query, headers=key).json()["items"]
    price = listed[0]["actual_cost_eur"] / listed[0]["energy_charged_kwh"]

    assert shown["energy_prices"][0]["price"] == _PRICE
    assert (price > _PRICE) is has_rates
