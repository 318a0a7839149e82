"""An application that charges a vehicle, with the address of the vendor's API and its key from the environment.

`CHARGE_URL` and `CHARGE_KEY` are what it has in production too. `SANDBOX_URL` is there in tests only: with it, the
application moves the sandbox's clock by half an hour instead of waiting.
"""

import json
import os
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

CHARGE_URL = os.environ["CHARGE_URL"]
CHARGE_KEY = os.environ["CHARGE_KEY"]
SANDBOX_URL = os.environ["SANDBOX_URL"]


def call(method: str, url: str, body: object = None, key: str | None = None) -> Any:
    """Sends JSON and returns the JSON of the answer."""
    request = Request(url, None if body is None else json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    if key is not None:
        request.add_header("Authorization", f"Bearer {key}")
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def charge(method: str, path: str, body: object = None) -> Any:
    """Calls the vendor's API with the application's key."""
    return call(method, f"{CHARGE_URL}{path}", body, CHARGE_KEY)


def main() -> None:
    """Starts a session in a fresh world, lets half an hour pass, ends it, and prints energy and cost."""
    world = call("POST", f"{SANDBOX_URL}/worlds/default/reset")
    order = {name: value for name, value in world["sample"]["charge"].items() if name not in {"fleet", "account"}}
    session = charge("POST", "/charging_sessions", order)
    print(f"{session['id']} is {session['status']}")
    call("POST", f"{SANDBOX_URL}/worlds/default/clock/advance", {"by": "PT30M"})
    session = charge("GET", f"/charging_sessions/{session['id']}")
    if session["status"] == "active":
        session = charge("POST", f"/charging_sessions/{session['id']}/end")
    energy = f"{session['energy_consumed'] / 1000:.3f} kWh"
    cost = f"{(session['amount_due'] + session['amount_paid']) / 100:.2f} {session['currency'].upper()}"
    print(f"{session['id']} is {session['status']}: {energy} for {cost}")


if __name__ == "__main__":
    try:
        main()
    except HTTPError as refused:
        sys.exit(f"{refused.url} answered {refused.code}: {refused.read().decode()}")
