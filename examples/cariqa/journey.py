"""A driver's journey at Cariqa, from the map to the paid debt, with Python's standard library alone.

    python journey.py http://localhost:8000 eyJhbGciOi...

The token is that of a world of the sandbox; `python -m app worlds create mine` prints one. In a frozen world the
journey moves the clock wherever a real driver would wait; in one whose clock runs it waits. With another address, a
payment provider's front end in the place of `Sandbox.confirm`, and without `Sandbox.wait`, this is a program for Cariqa
itself.
"""

import json
import math
import sys
import time
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

MINUTE = timedelta(minutes=1)
LATITUDE, LONGITUDE = 52.5176, 13.4166
"""Where the driver is: in the middle of Berlin."""
ZOOM = 14
CONNECTOR = "IEC_62196_T2"
LONGEST = 60
"""How many minutes a session is watched at most."""


class Sandbox:
    """Cariqa's API, and the clock and the cards of the world that the token belongs to."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token
        self.world = self.now = ""

    def get(self, path: str, **query: object) -> Any:
        """Retrieves an object or a page."""
        return self._cariqa("GET", f"{path}?{urlencode(query, doseq=True)}" if query else path)

    def post(self, path: str, **body: object) -> Any:
        """Creates an object, or does something; None if the answer has no body."""
        return self._cariqa("POST", path, body)

    def put(self, path: str, **body: object) -> Any:
        """Writes an object as a whole."""
        return self._cariqa("PUT", path, body)

    def patch(self, path: str, **body: object) -> Any:
        """Changes an object."""
        return self._cariqa("PATCH", path, body)

    def confirm(self, intents: str, secret: str, **body: object) -> None:
        """Does what the front end of a payment provider does with a client secret and the customer's card."""
        self._call("POST", f"{self.url}/_sandbox/v1/worlds/{self.world}/{intents}/{secret}/confirm", body)

    def wait(self, span: timedelta) -> None:
        """Lets time pass in the world: its clock is moved if it stands still, else this program sleeps."""
        clock = f"{self.url}/_sandbox/v1/worlds/{self.world}/clock"
        speed = self._call("GET", clock)["speed"]
        if speed:
            time.sleep(span.total_seconds() / speed)
        else:
            self._call("POST", f"{clock}/advance", {"by": f"PT{span.total_seconds():f}S"})

    def _cariqa(self, method: str, path: str, body: object = None) -> Any:
        return self._call(method, f"{self.url}/api/v1/{path}", body, {"Authorization": f"Bearer {self.token}"})

    def _call(self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = Request(url, content, {"Content-Type": "application/json", **(headers or {})}, method=method)
        with urlopen(request, timeout=30) as answer:
            # Every answer of the sandbox names the world and the instant in it.
            self.world = answer.headers["X-Sandbox-World"] or self.world
            self.now = answer.headers["X-Sandbox-Now"] or self.now
            return json.loads(answer.read() or "null")


def journey(cariqa: Sandbox) -> None:
    """Goes all the way, and prints a line for each step."""
    # The map: the tile around the driver, then the cheapest station nearby with a free connector, and its details.
    x, y = tile_of(LATITUDE, LONGITUDE, ZOOM)
    features = cariqa.get("stations/tile/", x=x, y=y, z=ZOOM)["features"]
    print(f"{cariqa.now}  tile {ZOOM}/{x}/{y} has {len(features)} stations")
    around = {"latitude": LATITUDE, "longitude": LONGITUDE, "distance": 20_000}
    found = cariqa.get("stations/around/", **around, only_available="true", connector_types=[CONNECTOR], page_size=100)[
        "results"
    ]
    station = min(found, key=lambda it: min(map(kwh_price, free_groups(it)), default=math.inf))
    station = cariqa.get("stations/details/", id=station["id"], type="station_id")
    group = min(free_groups(station), key=kwh_price)
    evse = free_evses(station, group)[0]
    price = f"{kwh_price(group):.2f} {group['currency'].upper()}/kWh"
    print(f"{cariqa.now}  {evse} at {station['name']}: {group['power']:.0f} kW, {price}")

    # The driver: a user, the billing details that an invoice needs, and a card.
    user = cariqa.post("users/", email="robin@driver.example", locale="en", custom_properties={"external_id": "r-1"})
    mine = f"users/{user['id']}"
    cariqa.put(
        f"{mine}/billing-details/",
        account_type="personal",
        first_name="Robin",
        last_name="Fischer",
        line1="Lindenallee 1",
        postal_code="10115",
        city="Berlin",
        country="DE",
    )
    visa = add_card(cariqa, mine, "visa")
    print(f"{cariqa.now}  {user['email']} pays with {visa['card']['brand']} ending {visa['card']['last4']}")

    # Charging: the session is watched until it has 5 kWh, and then it is stopped.
    session = charge(cariqa, mine, evse, visa["id"], kwh=5)

    # The charge record comes a little later. With it the session has its final cost and an invoice, and gets its stars.
    session = settled(cariqa, mine, session["id"])
    [invoice] = cariqa.get(f"{mine}/invoices/")["results"]
    print(f"{cariqa.now}  the invoice of {invoice['date']} is {invoice['total']} {invoice['currency'].upper()}")
    session = cariqa.patch(f"{mine}/charging-sessions/{session['id']}/", rates=5)
    print(f"{cariqa.now}  {session['id']} has {session['rates']} stars")

    # Another card, which passes the start and fails when the session is to be paid: that leaves a debt.
    failing = add_card(cariqa, mine, "fails_later")
    cariqa.post(f"{mine}/payment-methods/{failing['id']}/default/")
    session = charge(cariqa, mine, evse, failing["id"], kwh=2)
    while not (debts := cariqa.get(f"{mine}/charging/debts/")["results"]):
        cariqa.wait(MINUTE)
    [debt] = debts
    print(f"{cariqa.now}  {debt['session_id']} was not paid: {debt['amount']} {debt['currency'].upper()} are owed")

    # A debt refuses the next start. It is settled by confirming its payment intent, with a card that pays.
    cariqa.wait(2 * MINUTE)
    try:
        cariqa.post(f"{mine}/charging/start/", evse_id=evse, payment_method_id=visa["id"])
    except HTTPError as refused:
        print(f"{cariqa.now}  a start is refused: {refused.code} {json.load(refused)['error']['type']}")
    cariqa.confirm("payment-intents", debt["payment_intent_client_secret"], card="visa")
    settled(cariqa, mine, session["id"])
    owed, invoices = (cariqa.get(f"{mine}/{name}/")["count"] for name in ("charging/debts", "invoices"))
    print(f"{cariqa.now}  there are {owed} debts and {invoices} invoices")

    # And the driver can charge again.
    session = charge(cariqa, mine, evse, visa["id"], kwh=1)
    settled(cariqa, mine, session["id"])


def tile_of(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """Column and row of the map tile that has a place, as every web map counts them."""
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int(across * 2**zoom), int(down * 2**zoom)


def free_groups(station: Any) -> list[Any]:
    """The prices by energy of a station's connectors of the wanted type, of which one is available."""
    groups = station["price_groups"]
    return [it for it in groups if it["type"] == CONNECTOR and it["prices"]["kwh_price"] and free_evses(station, it)]


def free_evses(station: Any, group: Any) -> list[str]:
    """The connectors of a price group that are available."""
    free = {it["evse_id"] for it in station["evses"] if it["status"] == "AVAILABLE"}
    return [it for it in group["evse_ids"] if it in free]


def kwh_price(group: Any) -> float:
    """The present price of a kWh, with VAT."""
    return float(group["prices"]["kwh_price"]["ALL"][0]["user_facing_price"])


def add_card(cariqa: Sandbox, mine: str, card: str) -> Any:
    """Adds a card: Cariqa gives a secret, with which a payment provider's front end asks the user for the card."""
    secret = cariqa.get(f"{mine}/setup-intents/", pm_type="card")["setup_intent_client_secret"]
    cariqa.confirm("setup-intents", secret, card=card)
    # The newest payment method comes first.
    return cariqa.get(f"{mine}/payment-methods/")["results"][0]


def charge(cariqa: Sandbox, mine: str, evse: str, method: str, kwh: float) -> Any:
    """Starts a session, watches its energy grow, and stops it; the session as it is then."""
    session = cariqa.post(f"{mine}/charging/start/", evse_id=evse, payment_method_id=method)
    path = f"{mine}/charging-sessions/{session['id']}/"
    print(f"{cariqa.now}  {session['id']} has started")
    for _ in range(LONGEST):
        cariqa.wait(MINUTE)
        session = cariqa.get(path)
        if float(session["consumed_energy"]) >= kwh:
            break
    print(f"{cariqa.now}  {session['id']} has {session['consumed_energy']} kWh")
    cariqa.post(f"{mine}/charging/stop/{session['id']}/")
    return cariqa.get(path)


def settled(cariqa: Sandbox, mine: str, session: str) -> Any:
    """Waits until a session has its invoice; the car has left the charger by then."""
    while True:
        cariqa.wait(2 * MINUTE)
        shown = cariqa.get(f"{mine}/charging-sessions/{session}/")
        cost = shown["session_cost"]
        if cost["invoice_summary"]:
            break
    print(f"{cariqa.now}  {session} is billed: {shown['consumed_energy']} kWh for {cost['invoice_summary']}")
    return shown


if __name__ == "__main__":
    try:
        url, token = sys.argv[1:]
    except ValueError:
        sys.exit("usage: journey.py URL TOKEN")
    try:
        journey(Sandbox(url, token))
    except HTTPError as refused:
        sys.exit(f"{refused.url} answered {refused.code}: {refused.read().decode()}")
