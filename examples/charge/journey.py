"""A fleet's journey at Charge, from its first driver to the paid invoice, with Python's standard library alone.

    python journey.py http://localhost:8000 ch_sk_test_...

The key is that of a world of the sandbox; `python -m app worlds create mine` prints one. In a frozen world the journey
moves the clock wherever a real fleet would wait; in one whose clock runs it waits. With another address, and without
`Sandbox.wait`, this is a program for Charge itself.
"""

import json
import sys
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

HOUR = timedelta(hours=1)
METRES = 2000
"""How far from the wanted place a station may be."""


class Sandbox:
    """Charge's API, and the clock of the world that the key belongs to."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key
        self.world = self.now = ""

    def get(self, path: str, **query: object) -> Any:
        """Retrieves an object or a page."""
        return self._charge("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **body: object) -> Any:
        """Creates or changes an object."""
        return self._charge("POST", path, body)

    def wait(self, span: timedelta) -> None:
        """Lets time pass in the world: its clock is moved if it stands still, else this program sleeps."""
        clock = f"{self.url}/_sandbox/v1/worlds/{self.world}/clock"
        speed = self._call("GET", clock)["speed"]
        if speed:
            time.sleep(span.total_seconds() / speed)
        else:
            self._call("POST", f"{clock}/advance", {"by": f"PT{span.total_seconds():f}S"})

    def wait_until(self, at: str) -> None:
        """Lets time pass until an instant, which is later than the last answer."""
        self.wait(moment(at) - moment(self.now))

    def download(self, url: str) -> str:
        """A file at a link, which needs no key."""
        with urlopen(url, timeout=30) as file:
            return str(file.read().decode())

    def _charge(self, method: str, path: str, body: object = None) -> Any:
        return self._call(method, self.url + path, body, {"Authorization": f"Bearer {self.key}"})

    def _call(self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = Request(url, content, {"Content-Type": "application/json", **(headers or {})}, method=method)
        with urlopen(request, timeout=30) as answer:
            # Every answer of the sandbox names the world and the instant in it.
            self.world = answer.headers["X-Sandbox-World"] or self.world
            self.now = answer.headers["X-Sandbox-Now"] or self.now
            return json.load(answer)


def moment(text: str) -> datetime:
    """An instant as Charge writes it."""
    return datetime.fromisoformat(text)


def written(at: datetime) -> str:
    """An instant in Charge's words."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def journey(charge: Sandbox) -> None:
    """Goes all the way, and prints a line for each step."""
    # The company: a fleet with a driver, a vehicle and a card.
    fleet = charge.post("/v1/fleets", name="Northside Deliveries", email="fleet@northside.example")
    began = charge.now
    print(f"{began}  {fleet['id']} is {fleet['status']}")
    driver = charge.post("/v1/drivers", name="Robin Fischer", email="robin@northside.example", phone="+33189000029")
    charge.post(f"/v1/drivers/{driver['id']}/attach", fleet=fleet["id"])
    vehicle = charge.post(
        "/v1/vehicles",
        information={"make": "Volkswagen", "model": "ID.4", "year": "2024"},
        registration_plate="AB-123-CD",
        vin="WVGZZZE2ZMP000001",
        battery_capacity=77_000,
        charging_standard="CCS",
    )
    charge.post(f"/v1/vehicles/{vehicle['id']}/attach", fleet=fleet["id"])
    charge.post(f"/v1/vehicles/{vehicle['id']}/attach", driver=driver["id"])
    number = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    card = charge.post("/v1/payment_methods", type="card", card=number)
    charge.post(f"/v1/payment_methods/{card['id']}/attach", fleet=fleet["id"])
    print(
        f"{charge.now}  {driver['name']} has {vehicle['registration_plate']} and a card ending {card['card']['last4']}"
    )

    # A place to charge: the fastest free connector among the newest stations that take reservations.
    stations = charge.get("/v1/charging_stations", available="true", limit=100)["data"]
    stations = [it for it in stations if it["capabilities"]["reservable"] and connector_at(it, "available")]
    place = max(stations, key=lambda it: connector_at(it, "available")["power"])["location"]

    # A policy: the fleet charges around that place only.
    around = {"center": place, "name": "Around the depot", "radius_meters": METRES}
    policy = charge.post(
        "/v1/policies", name="Close to the depot", mode="enforcement", rules={"geofences": [around]}, status="active"
    )
    charge.post(f"/v1/fleets/{fleet['id']}", policy_ids=[policy["id"]])
    print(f"{charge.now}  {policy['id']} is {policy['status']}: {policy['name']}")

    # A reservation for an hour from now. Charge confirms it half an hour ahead; here it is confirmed by hand.
    start = moment(charge.now) + HOUR
    reservation = charge.post(
        "/v1/reservations",
        driver=driver["id"],
        vehicle=vehicle["id"],
        payment_method=card["id"],
        connector_type=["CCS"],
        ideal_start=written(start),
        ideal_end=written(start + HOUR),
        location={**place, "radius": METRES},
    )
    reservation = charge.post(f"/v1/reservations/{reservation['id']}/confirm")
    print(f"{charge.now}  {reservation['id']} is {reservation['status']} from {reservation['reserved_start']}")

    # The window begins, and the driver plugs in. Until then the connector is reserved.
    charge.wait_until(reservation["reserved_start"])
    station = charge.get(f"/v1/charging_stations/{reservation['charging_station']}")
    session = charge.post(
        "/v1/charging_sessions",
        charging_station=station["id"],
        connector=(connector_at(station, "reserved") or connector_at(station, "available"))["id"],
        driver=driver["id"],
        vehicle=vehicle["id"],
        payment_method=card["id"],
        session_limit=10_000,
    )
    print(f"{charge.now}  {session['id']} is {session['status']} at {station['name']}")

    # It ends by itself after 10 kWh. The transaction has succeeded once the session is settled.
    transaction = None
    while transaction is None or transaction["status"] != "succeeded":
        charge.wait(timedelta(minutes=1))
        listed = charge.get("/v1/transactions", driver=driver["id"])["data"]
        transaction = next((it for it in listed if session["id"] in it["description"]), None)
    session = charge.get(f"/v1/charging_sessions/{session['id']}")
    print(f"{charge.now}  {session['id']} is {session['status']}: {session['energy_consumed'] / 1000} kWh")
    print(f"{charge.now}  {transaction['id']} has {transaction['status']}: {money(transaction['amount'], transaction)}")

    # A report on the day, which is a file after some minutes.
    period = {"period_start": began, "period_end": charge.now}
    report = charge.post(
        "/v1/reports", fleet=fleet["id"], parameters={"type": "charging_summary", "group_by": "vehicle", **period}
    )
    while report["status"] != "succeeded":
        charge.wait(timedelta(minutes=1))
        report = charge.get(f"/v1/reports/{report['id']}")
    print(f"{charge.now}  {report['id']} has {report['status']}: {report['size']} bytes")
    print(*charge.download(report["url"]).splitlines(), sep="\n")

    # The invoice: drafted, finalised, and paid with the card.
    invoice = charge.post("/v1/invoices", fleet=fleet["id"], currency=transaction["currency"], **period)
    invoice = charge.post(f"/v1/invoices/{invoice['id']}/finalize")
    print(f"{charge.now}  {invoice['id']} is {invoice['status']}: {money(invoice['amount_due'], invoice)} due")
    invoice = charge.post(f"/v1/invoices/{invoice['id']}/pay", payment_method=card["id"])
    print(f"{charge.now}  {invoice['id']} is {invoice['status']}: {money(invoice['amount_paid'], invoice)} paid")


def connector_at(station: Any, status: str) -> Any:
    """The first CCS connector of a station that has a status; None if there is none."""
    return next((it for it in station["connectors"] if it["type"] == "CCS" and it["status"] == status), None)


def money(amount: int, of: Any) -> str:
    """An amount in the currency of an object; both have two decimals here."""
    return f"{amount / 100:.2f} {of['currency'].upper()}"


if __name__ == "__main__":
    try:
        url, key = sys.argv[1:]
    except ValueError:
        sys.exit("usage: journey.py URL KEY")
    try:
        journey(Sandbox(url, key))
    except HTTPError as refused:
        sys.exit(f"{refused.url} answered {refused.code}: {refused.read().decode()}")
