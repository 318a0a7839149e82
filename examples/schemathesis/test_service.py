"""The company's API keeps its own contract, with Charge's real answers behind it: the good ones and the refusals."""

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import settings
from service import app, charge

schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(autouse=True)
def sandbox(wattif):
    app.dependency_overrides[charge] = lambda: wattif.charge


@schema.parametrize()
@settings(max_examples=25, deadline=None)
def test_every_answer_is_in_the_contract(case):
    case.call_and_validate()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 201),
        ({"payment_method": "declined_card"}, 402),
        ({"charging_station": "offline_station"}, 409),
    ],
)
def test_start_is_in_the_contract(wattif, changed, status):
    order = wattif.orders["charge"] | {name: wattif.magic["charge"][which] for name, which in changed.items()}

    answer = TestClient(app).post("/sessions", json=order)

    assert answer.status_code == status
    schema["/sessions"]["POST"].validate_response(answer)
