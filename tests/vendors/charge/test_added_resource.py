"""A resource is added to Charge by a module of its own and its contract, and by nothing else."""

from typing import Any

from app.web import openapi
from tests.conftest import Sandbox, on_sqlite
from tests.contract.written import Operation, answer_faults
from tests.vendors.charge.conftest import PERMITS
from tests.vendors.charge.refusals import refusal


@on_sqlite
def test_added_resource_is_served(added: Sandbox) -> None:
    """The resource is created, retrieved and listed with filters and page links; every answer obeys the contract."""
    made = [_create(added, vehicle=f"veh_{n % 2}") for n in range(3)]
    first = added.charge(PERMITS, limit=2)
    second = added.client.get(first.json()["next_page_url"], headers=added.charge_key())
    filtered = added.charge(PERMITS, vehicle="veh_1")
    one = added.charge(f"{PERMITS}/{made[0]['id']}")

    assert [*first.json()["data"], *second.json()["data"]] == made[::-1]
    assert second.json()["next_page_url"] is None
    assert filtered.json()["data"] == [made[1]]
    assert one.json() == made[0]
    for name, answer in (("listParkingPermits", first), ("retrieveParkingPermit", one)):
        assert answer_faults(_operation(name), answer) == []


@on_sqlite
def test_added_resource_refuses_as_charge_does(added: Sandbox) -> None:
    """Missing keys, unknown parameters and unknown ids get Charge's errors."""
    unknown = added.charge(f"{PERMITS}/permit_1")

    assert added.client.get(PERMITS).status_code == 401
    assert refusal(added.charge(PERMITS, colour="red")) == (400, None, "colour")
    assert refusal(added.client.post(PERMITS, json={}, headers=added.charge_key())) == (
        400,
        "parking_permit_invalid_input",
        "vehicle",
    )
    assert refusal(unknown) == (404, "parking_permit_not_found", "parking_permit")
    assert answer_faults(_operation("retrieveParkingPermit"), unknown) == []
    assert added.client.put(PERMITS, headers=added.charge_key()).headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@on_sqlite
def test_added_resource_is_in_the_contract_that_is_served(added: Sandbox) -> None:
    """The served contract has the paths of the new resource beside the others."""
    served = added.client.get("/_sandbox/v1/openapi/charge.json").json()

    assert PERMITS in served["paths"]
    assert "/v1/charging_sessions" in served["paths"]


def _create(sandbox: Sandbox, **body: str) -> dict[str, Any]:
    answer = sandbox.client.post(PERMITS, json=body, headers=sandbox.charge_key())
    assert answer_faults(_operation("createParkingPermit"), answer) == []
    made: dict[str, Any] = answer.json()
    return made


def _operation(name: str) -> Operation:
    return next(
        Operation("charge", method, path, item[method])
        for path, item in openapi.contract("charge")["paths"].items()
        for method in ("get", "post")
        if method in item and item[method]["operationId"] == name
    )
