"""Cariqa's own published client makes sixteen calls in a row, in its own forms, and each is answered."""

from math import cos, floor, log, pi, radians, tan
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world

Body = dict[str, Any]

CENTRE: Final = (52.5176, 13.4166)
"""Of the map that the client opens with."""
ZOOM: Final = 14
BILLING: Final = {
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


class Playground:
    """The client: it calls with its token, and takes the first card, charging point and station that it is shown."""

    def __init__(self, sandbox: Sandbox) -> None:
        world = create_world(sandbox, scenario="village")
        self.world, self._client = world["name"], sandbox.client
        self._key = {"Authorization": f"Bearer {world['credentials']['cariqa']['token']}"}

    def call(self, method: str, path: str, status: int = 200, **more: Any) -> httpx2.Response:  # noqa: ANN401 - httpx's own
        headers = self._key | more.pop("headers", {})
        answer = self._client.request(method, f"/api/v1/{path}", headers=headers, follow_redirects=True, **more)
        assert answer.status_code == status, (path, answer.text)
        return answer

    def confirm(self, secret: str) -> Body:
        """What the payment provider's front end does with the secret of a setup intent."""
        intent = secret.partition("_secret_")[0]
        path = f"{WORLDS}/{self.world}/setup-intents/{intent}/confirm"
        answer = self._client.post(path, json={"card": "visa"})
        assert answer.status_code < 300, answer.text
        body: Body = answer.json()
        return body

    def advance(self, by: str) -> None:
        answer = self._client.post(f"{WORLDS}/{self.world}/clock/advance", json={"by": by})
        assert answer.status_code == 200, answer.text


def test_the_sixteen_calls_of_the_vendors_client(sandbox: Sandbox) -> None:
    """From a new user to the invoice, and back to a user without a card."""
    client = Playground(sandbox)
    new = {"email": None, "locale": "en", "custom_properties": {"external_id": "my-external-id-1"}}
    user = client.call("POST", "users/", 201, json=new).json()["id"]
    mine = f"users/{user}"

    users = client.call("GET", "users/").json()
    billing = client.call("PUT", f"{mine}/billing-details/", json=BILLING).json()
    secret = client.call("GET", f"{mine}/setup-intents/?pm_type=card").json()["setup_intent_client_secret"]
    client.confirm(secret)
    card = client.call("GET", f"{mine}/payment-methods/").json()["results"][0]["id"]

    tile = client.call("GET", f"stations/tile/?{_tile()}&z={ZOOM}&max_price=&only_available=false").json()
    station = next(it["station_id"] for it in tile["features"] if it.get("station_id"))
    around = client.call("GET", "stations/around/?latitude=52.51&longitude=13.45&distance=10000&page_size=20&page=1")
    details = client.call("GET", f"stations/details/?id={station}&type=station_id").json()
    evse = details["evses"][0]["evse_id"]

    order = {"evse_id": evse, "payment_method_id": card}
    session = client.call("POST", f"{mine}/charging/start/", 201, json=order).json()["id"]
    client.advance("PT20M")
    active = client.call("GET", f"{mine}/charging-sessions/{session}/").json()
    client.call("POST", f"{mine}/charging/stop/{session}/", 204, headers={"Content-Type": "application/json"})
    client.advance("PT2M")
    sessions = client.call("GET", f"{mine}/charging-sessions/").json()
    rated = client.call("PATCH", f"{mine}/charging-sessions/{session}/", json={"rates": "5"}).json()
    debts = client.call("GET", f"{mine}/charging/debts/").json()
    invoices = client.call("GET", f"{mine}/invoices/").json()
    # The client leaves out the slash at the end.
    client.call("DELETE", f"{mine}/payment-methods/{card}", 204)

    assert user in {each["id"] for each in users["results"]}
    assert billing["line1"] == BILLING["line1"]
    assert around.json()["results"]
    assert active["is_active"]
    assert [each["id"] for each in sessions["results"]] == [session]
    assert (rated["rates"], debts["count"]) == (5, 0)
    assert [each["charging_session_id"] for each in invoices["results"]] == [session]
    assert client.call("GET", f"{mine}/payment-methods/").json()["count"] == 0


def _tile() -> str:
    """The tile at the centre and its eight neighbours, as the client repeats its parameters."""
    latitude, longitude = CENTRE
    north = radians(latitude)
    x = floor((longitude + 180) / 360 * 2**ZOOM)
    y = floor((1 - log(tan(north) + 1 / cos(north)) / pi) / 2 * 2**ZOOM)
    near = (-1, 0, 1)
    return "&".join([*(f"x={x + dx}" for dx in near), *(f"y={y + dy}" for dy in near)])
