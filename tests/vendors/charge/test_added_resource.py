"""A resource is added to Charge by a module of its own and its contract, and by nothing else."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest
import yaml

from app.data_files import OPENAPI
from app.vendors.charge import resources
from app.web import openapi
from tests.conftest import Sandbox, on_sqlite
from tests.contract.written import Operation, answer_faults
from tests.vendors.charge.refusals import refusal

_ADDED: Final = Path(__file__).parent / "added"
_MODULE: Final = f"{resources.__name__}.parking_permits"
_PERMITS: Final = "/v1/parking_permits"


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_sandbox: Callable[..., Sandbox]) -> Iterator[Sandbox]:
    """A sandbox whose Charge has parking permits, as if the module and the contract lay where all others do."""
    contracts = copytree(OPENAPI, tmp_path / "openapi")
    charge = openapi.contract("charge")
    permits = yaml.safe_load((_ADDED / "parking_permits.yaml").read_text())
    schemas = charge["components"]["schemas"] | permits["components"]["schemas"]
    merged = {
        **charge,
        "paths": charge["paths"] | permits["paths"],
        "components": charge["components"] | {"schemas": schemas},
    }
    (contracts / "charge.yaml").write_text(yaml.safe_dump(merged))
    monkeypatch.setattr("app.web.openapi.OPENAPI", contracts)
    monkeypatch.setattr(resources, "__path__", [*resources.__path__, str(_ADDED)])
    openapi.contract.cache_clear()
    yield open_sandbox()
    openapi.contract.cache_clear()
    sys.modules.pop(_MODULE, None)
    vars(resources).pop("parking_permits", None)


@on_sqlite
def test_added_resource_is_served(added: Sandbox) -> None:
    """The resource is created, retrieved and listed with filters and page links; every answer obeys the contract."""
    made = [_create(added, vehicle=f"veh_{n % 2}") for n in range(3)]
    first = added.charge(_PERMITS, limit=2)
    second = added.client.get(first.json()["next_page_url"], headers=added.charge_key())
    filtered = added.charge(_PERMITS, vehicle="veh_1")
    one = added.charge(f"{_PERMITS}/{made[0]['id']}")

    assert [*first.json()["data"], *second.json()["data"]] == made[::-1]
    assert second.json()["next_page_url"] is None
    assert filtered.json()["data"] == [made[1]]
    assert one.json() == made[0]
    for name, answer in (("listParkingPermits", first), ("retrieveParkingPermit", one)):
        assert answer_faults(_operation(name), answer) == []


@on_sqlite
def test_added_resource_refuses_as_charge_does(added: Sandbox) -> None:
    """Missing keys, unknown parameters and unknown ids get Charge's errors."""
    unknown = added.charge(f"{_PERMITS}/permit_1")

    assert added.client.get(_PERMITS).status_code == 401
    assert refusal(added.charge(_PERMITS, colour="red")) == (400, None, "colour")
    assert refusal(added.client.post(_PERMITS, json={}, headers=added.charge_key())) == (400, None, "vehicle")
    assert refusal(unknown) == (404, "parking_permit_not_found", "parking_permit")
    assert answer_faults(_operation("retrieveParkingPermit"), unknown) == []
    assert added.client.put(_PERMITS, headers=added.charge_key()).headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@on_sqlite
def test_added_resource_is_in_the_contract_that_is_served(added: Sandbox) -> None:
    """The served contract has the paths of the new resource beside the others."""
    served = added.client.get("/_sandbox/v1/openapi/charge.json").json()

    assert _PERMITS in served["paths"]
    assert "/v1/charging_sessions" in served["paths"]


def _create(sandbox: Sandbox, **body: str) -> dict[str, Any]:
    answer = sandbox.client.post(_PERMITS, json=body, headers=sandbox.charge_key())
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
