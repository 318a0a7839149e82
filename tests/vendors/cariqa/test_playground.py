"""Cariqa's own client makes its sixteen calls in a row, in its own forms, with a card that the control API adds."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import confirm
from tests.vendors.cariqa.users import token

pytestmark = pytest.mark.own_server

_API: Final = "/api/v1"
_JSON: Final = {"Content-Type": "application/json"}
_USER: Final = {"email": None, "locale": "en", "custom_properties": {"external_id": "my-external-id-1"}}
_BILLING: Final = {
    "country": "DE",
    "line1": "Berliner Str. 123",
    "postal_code": "10119",
    "city": "Berlin",
    "account_type": "personal",
    "company_name": "",
    "vat_id": "",
    "tax_id": "",
    "first_name": "Max",
    "last_name": "Mustermann",
}
_TILE: Final = "x=8803&y=5374&z=14&max_price=&only_available=false&only_partners=false"
_AROUND: Final = "latitude=52.51&longitude=13.45&distance=10000&page_size=20&page=1&max_price=&power_groups=slow"


class _Client:
    """The client; `calls` counts those that it has made."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._headers = sandbox, token(sandbox) | _JSON
        self.calls = 0

    def __call__(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:  # noqa: ANN401 - any JSON
        """What the server answers to a call, which has that status."""
        answer = self._sandbox.client.request(
            method, f"{_API}/{path}", headers=self._headers, json=body, follow_redirects=False
        )
        self.calls += 1
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None


def test_client_of_the_vendor_makes_its_calls(sandbox: Sandbox) -> None:
    """It finds a station on the map, charges there, pays, rates the session, and takes its card back."""
    client = _Client(sandbox)

    user = client("POST", "users/", _USER, status=201)
    assert client("GET", "users/?page=1&page_size=20&search=")["results"][0] == user
    mine = f"users/{user['id']}"
    assert client("PUT", f"{mine}/billing-details/", _BILLING) == _BILLING
    intent = client("GET", f"{mine}/setup-intents/?pm_type=card")["setup_intent_client_secret"]
    assert confirm(sandbox, "setup", intent, card="visa").status_code == 200
    method = client("GET", f"{mine}/payment-methods/")["results"][0]["id"]

    features = client("GET", f"stations/tile/?{_TILE}")["features"]
    station = next(each["station_id"] for each in features if "station_id" in each)
    assert client("GET", f"stations/around/?{_AROUND}")["results"]
    details = client("GET", f"stations/details/?id={station}&type=station_id")
    evse = details["evses"][0]["evse_id"]

    order = {"evse_id": evse, "payment_method_id": method}
    session = client("POST", f"{mine}/charging/start/", order, status=201)["id"]
    sandbox.advance("PT20M")
    assert client("GET", f"{mine}/charging-sessions/{session}/")["is_active"]
    assert client("POST", f"{mine}/charging/stop/{session}/", status=204) is None
    sandbox.advance("PT10M")
    [listed] = client("GET", f"{mine}/charging-sessions/")["results"]
    assert not listed["is_active"]
    assert client("PATCH", f"{mine}/charging-sessions/{session}/", {"rates": "5"})["rates"] == 5
    assert client("GET", f"{mine}/charging/debts/")["count"] == 0
    [invoice] = client("GET", f"{mine}/invoices/")["results"]
    assert (invoice["charging_session_id"], invoice["total"]) == (session, listed["session_cost"]["invoice_summary"])
    assert client("DELETE", f"{mine}/payment-methods/{method}", status=204) is None

    assert client.calls == 16
