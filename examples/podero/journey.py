"""An energy app's journey at Podero, from a new user to a night's savings, with Python's standard library alone.

    python journey.py http://localhost:8000 CLIENT_ID CLIENT_SECRET ORG_ID

The ids and the secret are those of a world of the sandbox; `python -m app worlds create mine` prints them. In a frozen
world the journey moves the clock wherever a real app would wait; in one whose clock runs it waits. With another
address, and without `Sandbox.wait` and `Sandbox.simulate`, this is a program for Podero itself.
"""

import json
import re
import sys
import time
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIGHT = 7 * HOUR
"""From the evening to the deadline; an hour later the car is unplugged. A token is valid for ten hours."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CAR = "ID.3"


class Sandbox:
    """Podero's API for one organisation, and the clock and the events of the world that the client belongs to."""

    def __init__(self, url: str, client: str, secret: str, org: str) -> None:
        self.url, self.org = url.rstrip("/"), org
        self.world = self.now = ""
        basic = b64encode(f"{client}:{secret}".encode()).decode()
        answer = self._call(
            "POST",
            f"{self.url}/oauth2/token/",
            {"grant_type": "client_credentials"},
            {"Authorization": f"Basic {basic}"},
        )
        self.token = answer["access_token"]

    def get(self, path: str, **query: object) -> Any:
        """Retrieves an object or a list."""
        return self._podero("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **body: object) -> Any:
        """Creates an object, or does something; None if the answer has no body."""
        return self._podero("POST", path, body)

    def put(self, path: str, **body: object) -> Any:
        """Changes an object."""
        return self._podero("PUT", path, body)

    def open(self, url: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Opens a page as a browser does, or sends its form: the address to which that led, and the page there."""
        content = None if form is None else urlencode(form).encode()
        with urlopen(Request(url, content), timeout=30) as answer:
            return answer.url, answer.read().decode()

    def simulate(self, event: str, device: str, **more: object) -> None:
        """Has something happen in the world that no call of Podero's brings about."""
        self._call(
            "POST", f"{self.url}/_sandbox/v1/worlds/{self.world}/simulate", {"event": event, "id": device, **more}
        )

    def wait(self, span: timedelta) -> None:
        """Lets time pass in the world: its clock is moved if it stands still, else this program sleeps."""
        clock = f"{self.url}/_sandbox/v1/worlds/{self.world}/clock"
        speed = self._call("GET", clock)["speed"]
        if speed:
            time.sleep(span.total_seconds() / speed)
        else:
            self._call("POST", f"{clock}/advance", {"by": f"PT{span.total_seconds():f}S"})

    def _podero(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._call(method, f"{self.url}/api/partners/v2.0/{path}", body, headers)

    def _call(self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = Request(url, content, {"Content-Type": "application/json", **(headers or {})}, method=method)
        with urlopen(request, timeout=30) as answer:
            # Every answer of the sandbox names the world and the instant in it.
            self.world = answer.headers["X-Sandbox-World"] or self.world
            self.now = answer.headers["X-Sandbox-Now"] or self.now
            return json.loads(answer.read() or "null")


def moment(text: str) -> datetime:
    """An instant as Podero writes it."""
    return datetime.fromisoformat(text)


def journey(podero: Sandbox) -> None:
    """Goes all the way, and prints a line for each step."""
    # The user, whom the app knows by an id of its own, and the building.
    users = f"org/{podero.org}/users"
    made = podero.post(
        users,
        role="user",
        email="robin@energy.example",
        external_user_id="customer-1",
        first_name="Robin",
        last_name="Fischer",
        town="Berlin",
        country="DE",
        latitude=52.5251,
        longitude=13.3694,
    )
    building = podero.post(f"{users}/{made['id']}/buildings", name="Home", property_type="Detached")
    user = podero.get(f"{users}/by-ext-id/customer-1")
    mine = f"{users}/{user['id']}"
    print(f"{podero.now}  {user['external_user_id']} is {user['first_name']} {user['last_name']}")

    # The car: the user chooses it on the connect page, which a browser shows, and comes back to the app's own page.
    app = f"{podero.url}/docs"
    session = podero.post(
        "device-onboarding",
        language="en",
        price_zone_default="DE_LU",
        is_smart_optimization_active_default=True,
        success_url=f"{app}?linked=yes",
        cancel_url=f"{app}?linked=no",
        user_id=user["id"],
        building_id=building["id"],
        device_type="ev",
    )
    _, page = podero.open(session["authentication_url"])
    choice = next(key for key, name in re.findall(r'value="([^"]*)".*?<span>(.*?)</span>', page) if CAR in name)
    came_to, _ = podero.open(session["authentication_url"], {"device": choice})
    if came_to != session["success_url"]:
        sys.exit(f"no car was linked: {came_to}")
    linked = podero.get(f"device-onboarding/{session['id']}")["object_id"]
    car = f"{mine}/electric-vehicles/{linked}"
    vehicle = podero.get(car)
    model = vehicle["device_model"]
    print(f"{podero.now}  {model['manufacturer']} {model['model']} is linked: {vehicle['battery_capacity_kwh']} kWh")

    # The evening: the user plugs in, and boosts the car for a quarter of an hour before driving away again.
    podero.simulate("plug_in", vehicle["id"], battery_level=40)
    podero.wait(MINUTE)
    print_state(podero, car)
    podero.post(f"{car}/boost")
    podero.wait(15 * MINUTE)
    print_state(podero, car)

    # The energy contract: from now on a kWh costs 0.36 EUR, and half of that in three hours of the night.
    hour = moment(podero.now).replace(minute=0, second=0, microsecond=0)
    cheap_from = hour + 4 * HOUR
    prices = {hour: 0.36, cheap_from: 0.18, cheap_from + 3 * HOUR: 0.36}
    contract = podero.post(
        f"{mine}/energy-contracts",
        energy_contract_type="monthly",
        energy_prices=[{"price": price, "timestamp": at.isoformat()} for at, price in prices.items()],
        currency_energy_price="EUR",
        energy_price_includes_external_components=True,
        building_id=building["id"],
    )
    cheap = contract["energy_prices"][1]
    print(f"{podero.now}  a kWh costs {cheap['price']} EUR from {cheap['timestamp']} on")

    # The weekly policy: 80 % each day, by the end of the night.
    deadline = f"{hour + NIGHT:%H:%M}"
    week = {day: {"charge_percentage": 80, "charge_deadline": deadline} for day in DAYS}
    podero.put(f"{car}/charge-policy", **week, timezone="UTC")
    podero.put(car, is_charge_policy_enabled=True)
    print(f"{podero.now}  80 % by {deadline} UTC, each day of the week")

    # The night: the car comes home after 30 km, and is plugged in until an hour after the deadline.
    podero.simulate("drive_away", vehicle["id"], km=30, **{"for": "PT45M"})
    while podero.get(f"{car}/sessions/current")["session"] is None:
        podero.wait(15 * MINUTE)
    while podero.get(f"{car}/sessions/current")["session"] is not None:
        print_state(podero, car)
        podero.wait(HOUR)

    # The savings are those of the two sessions.
    days = {"from": f"{hour:%Y-%m-%d}", "to": podero.now[:10]}
    for it in reversed(podero.get(f"{car}/sessions", **days)["items"]):
        print(
            f"{it['plug_in_time']}  {it['energy_charged_kwh']} kWh to {it['final_soc_pct']} % for"
            f" {it['actual_cost_eur']} EUR, {it['actual_savings_eur']} EUR saved"
        )
    savings = podero.get(f"{car}/savings", **days, resolution="1DAY")["data"]
    for it in savings:
        print(f"{podero.now}  {it['period']['start_period'][:10]}: {it['savings']['total']} EUR saved")


def print_state(podero: Sandbox, car: str) -> None:
    """Prints what a car does."""
    it = podero.get(car)
    where = "plugged in" if it["is_plugged_in"] else "on the road"
    print(f"{podero.now}  {where}, {it['battery_level']} %, {it['charge_rate_w']} W, boost {it['boost_state']}")


if __name__ == "__main__":
    try:
        url, client, secret, org = sys.argv[1:]
    except ValueError:
        sys.exit("usage: journey.py URL CLIENT_ID CLIENT_SECRET ORG_ID")
    try:
        journey(Sandbox(url, client, secret, org))
    except HTTPError as refused:
        sys.exit(f"{refused.url} answered {refused.code}: {refused.read().decode()}")
