"""Every list and read of Cariqa and of Podero, each beside Charge's list of sessions for as many bytes.

Cariqa's map has rows of its own (`maps`), and so have the lists of sessions with all their pages (`lists`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from typing import Any, Final
from urllib.parse import urlencode

import httpx2

from . import resources
from .connections import one_by_one, request
from .default_world import DEFAULT, World
from .loads import TEN, Target
from .run import Run, attempt
from .servers import MeasureFailedError
from .table import Row, latency_row

_LEAST: Final = 0.5
_OF_USER: Final = "/api/v1/users/{user_id}"
_PODERO: Final = "/api/partners/v2.0"
_MEMBER: Final = f"{_PODERO}/org/{{org_id}}/users/{{user_id}}"
_VEHICLE: Final = f"{_MEMBER}/electric-vehicles/{{electric_vehicle_id}}"
_DAYS: Final = timedelta(days=30)
_POLICIES: Final = 40
_REPLANNED_MS: Final = 20
_SIZE: Final = {"page_size": f"{TEN}"}
_BILLING: Final = {"country": "de", "line1": "Hauptstraße 1", "postal_code": "10115"}
_LINKED: Final = {"hp": "heat-pumps", "iv": "inverters"}


@dataclass(frozen=True, slots=True)
class Read:
    """A GET by its path in the contract. With `spans` its query has `from` and `to`, the last thirty days."""

    title: str
    path: str
    query: Mapping[str, str] | None = None
    spans: bool = False


CARIQA: Final = (
    Read("users", "/api/v1/users/", _SIZE),
    Read("a user", f"{_OF_USER}/"),
    Read("billing details", f"{_OF_USER}/billing-details/"),
    Read("payment methods", f"{_OF_USER}/payment-methods/", _SIZE),
    Read("a setup intent", f"{_OF_USER}/setup-intents/"),
    Read("sessions", f"{_OF_USER}/charging-sessions/", _SIZE),
    Read("a session", f"{_OF_USER}/charging-sessions/{{session_id}}/"),
    Read("debts", f"{_OF_USER}/charging/debts/", _SIZE),
    Read("invoices", f"{_OF_USER}/invoices/", _SIZE),
    Read("details of a station", "/api/v1/stations/details/", {"type": "evse_id", "id": "{evse_id}"}),
    Read("partners", "/api/v1/stations/partners/"),
)
OF_HOME: Final = (
    Read("wallboxes", f"{_MEMBER}/wallboxes"),
    Read("a wallbox", f"{_MEMBER}/wallboxes/{{wallbox_id}}"),
)
"""What is measured before the sample user has more vehicles than a household."""
PODERO: Final = (
    Read("users", f"{_PODERO}/org/{{org_id}}/users"),
    Read("a user", _MEMBER),
    Read("a user by external id", f"{_PODERO}/org/{{org_id}}/users/by-ext-id/{{external_id}}"),
    Read("a building", f"{_MEMBER}/buildings/{{building_id}}"),
    Read("energy contracts", f"{_MEMBER}/energy-contracts"),
    Read("an onboarding session", f"{_PODERO}/device-onboarding/{{onboarding_session_id}}"),
    Read("vehicles", f"{_MEMBER}/electric-vehicles"),
    Read("a vehicle", _VEHICLE),
    Read("a charge policy", f"{_VEHICLE}/charge-policy"),
    Read("sessions", f"{_VEHICLE}/sessions", {"limit": f"{TEN}"}, spans=True),
    Read("the current session", f"{_VEHICLE}/sessions/current"),
    Read("savings of thirty days", f"{_VEHICLE}/savings", {"resolution": "1DAY"}, spans=True),
    Read("heat pumps", f"{_MEMBER}/heat-pumps"),
    Read("a heat pump", f"{_MEMBER}/heat-pumps/{{heat_pump_id}}"),
    Read(
        "savings of a heat pump", f"{_MEMBER}/heat-pumps/{{heat_pump_id}}/savings", {"resolution": "1DAY"}, spans=True
    ),
    Read("statistics of a heat pump", f"{_MEMBER}/heat-pumps/{{heat_pump_id}}/statistics"),
    Read("inverters", f"{_MEMBER}/inverters"),
    Read("an inverter", f"{_MEMBER}/inverters/{{inverter_id}}"),
)


def rows(run: Run) -> Iterator[Row]:
    """A row for each list and read, and one for a policy that plans the days to come anew."""
    with run.server("reads") as server:
        world = World(server)
        ids = _cariqa(world)
        for read in CARIQA:
            yield from attempt(f"Cariqa: {read.title}", _row(run, world, "Cariqa", read, ids))
        ids = _home(world)
        for read in OF_HOME:
            yield from attempt(f"Podero: {read.title}", _row(run, world, "Podero", read, ids))
        ids |= _devices(world, ids)
        for read in PODERO:
            yield from attempt(f"Podero: {read.title}", _row(run, world, "Podero", read, ids))
        yield from attempt("Podero: a charge policy", _policies(run, world, ids))


def _row(run: Run, world: World, vendor: str, read: Read, ids: Mapping[str, str]) -> Iterator[Row]:
    query = {name: value.format_map(ids) for name, value in (read.query or {}).items()}
    if read.spans:
        query |= {"from": f"{world.now() - _DAYS:%Y-%m-%d}", "to": f"{world.now():%Y-%m-%d}"}
    path = read.path.format_map(ids) + (f"?{urlencode(query)}" if query else "")
    key = world.cariqa_token if vendor == "Cariqa" else world.podero_keys["token"]
    yield resources.beside_sessions(
        run, world, Target(f"{vendor}: {read.title}", world.server, path, key, rows=None), _LEAST
    )


def _cariqa(world: World) -> dict[str, str]:
    """Gives the sample user billing details and ten cards; returns what stands in the paths."""
    user = _OF_USER.format(user_id=world.cariqa_user)
    with world.server.client(world.cariqa_token) as client:
        client.put(f"{user}/billing-details/", json=_BILLING)
        for _ in range(TEN):
            secret = client.get(f"{user}/setup-intents/").json()["setup_intent_client_secret"]
            client.post(f"{DEFAULT}/setup-intents/{secret}/confirm", json={"card": "visa"})
        sessions = client.get(f"{user}/charging-sessions/").json()["results"]
    if not sessions:
        raise MeasureFailedError("the sample user has no session")
    return {"user_id": world.cariqa_user, "session_id": sessions[0]["id"], "evse_id": sessions[0]["evse_id"]}


def _home(world: World) -> dict[str, str]:
    keys = world.podero_keys
    ids: dict[str, str] = {name: keys[name] for name in ("org_id", "user_id", "electric_vehicle_id")}
    with world.server.client(keys["token"]) as client:
        found = client.get(f"{_MEMBER}/wallboxes".format_map(ids)).json()
    return ids | {"wallbox_id": found[0]["id"]}


def _devices(world: World, ids: Mapping[str, str]) -> dict[str, str]:
    """Gives the sample user ten of each device, linked ones, and what else there is to read."""
    member = _MEMBER.format_map(ids)
    price = {"energy_contract_type": "monthly", "energy_prices": [{"price": 0.3}]}
    with world.server.client(world.podero_keys["token"]) as client:

        def filled(name: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
            lacking = TEN - len(client.get(f"{member}/{name}").json())
            for _ in range(lacking):
                client.post(f"{member}/{name}", json=body)
            found: list[dict[str, Any]] = client.get(f"{member}/{name}").json()
            return found

        client.put(member, json={"external_user_id": "bench"})
        building = client.post(f"{member}/buildings", json={"name": "Home"}).json()["id"]
        filled("energy-contracts", price)
        filled("electric-vehicles", {"device_model": {"manufacturer": "Tesla", "model": "Model 3"}})
        session = ""
        with httpx2.Client(verify=False) as browser:
            for kind in islice(cycle(_LINKED), TEN * len(_LINKED)):
                session = _linked(client, browser, ids["user_id"], kind)
        first = {name: client.get(f"{member}/{name}").json()[0]["id"] for name in _LINKED.values()}
    return {
        "external_id": "bench",
        "building_id": building,
        "onboarding_session_id": session,
        "heat_pump_id": first["heat-pumps"],
        "inverter_id": first["inverters"],
    }


def _linked(client: httpx2.Client, browser: httpx2.Client, user: str, kind: str) -> str:
    """Links a new device of a kind by the page of an onboarding session, whose id it returns."""
    urls = dict.fromkeys(("success_url", "cancel_url"), "https://example.com/")
    body = {"language": "en", "price_zone_default": "DE_LU", "user_id": user, "device_type": kind, **urls}
    made = client.post(f"{_PODERO}/device-onboarding", json=body).json()
    answer = browser.post(made["authentication_url"], content=f"device={kind}-0".encode())
    if not answer.is_redirect:
        raise MeasureFailedError(f"a device was not linked: {answer.status_code}")
    return str(made["id"])


def _policies(run: Run, world: World, ids: Mapping[str, str]) -> Iterator[Row]:
    """A policy that is enabled, and then changed again and again: each time all planned sessions are arranged anew."""
    key, path = world.podero_keys["token"], _VEHICLE.format_map(ids)
    run.say("charge policies changed")
    one_by_one(world.server, [request("PUT", path, key, {"is_charge_policy_enabled": True})])
    bodies: Sequence[dict[str, Any]] = [{"mon": {"charge_percentage": percent}} for percent in (60, 90)]
    orders = [request("PUT", f"{path}/charge-policy", key, body) for body in islice(cycle(bodies), _POLICIES)]
    sent = one_by_one(world.server, orders)
    load = sent.load(sent.all())
    yield latency_row(f"Podero: a charge policy changed, {_POLICIES} times", load, p50=_REPLANNED_MS)
