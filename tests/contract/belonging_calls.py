"""For each operation on vehicles and payment methods, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_VEHICLES: Final = "/v1/vehicles"
_METHODS: Final = "/v1/payment_methods"
_VEHICLE: Final = {"battery_capacity": 82_000, "charging_standard": "CCS", "vin": "YV1XZK5V0S1234567"}
_CARD: Final[dict[str, Any]] = {
    "type": "card",
    "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030},
}
_ACCOUNT: Final = {"account_number": "DE89370400440532013000", "bank_name": "Bank", "country": "DE", "currency": "eur"}
_MADE: Final[dict[str, dict[str, Any]]] = {_VEHICLES: _VEHICLE, _METHODS: _CARD}
_OTHERS: Final = ("unknown", "00000000000000000000000000000000")


def list_vehicles(sandbox: Sandbox) -> Answers:
    yield from _listed(sandbox, _VEHICLES)


def create_vehicle(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _VEHICLES, _VEHICLE)
    whole = {"information": {"make": "Kia", "model": "EV6", "year": "2021"}, "registration_plate": "AB-123-CD"}
    yield _post(sandbox, _VEHICLES, _VEHICLE | whole | {"metadata": {"a": "b"}, "policy_ids": []})
    yield from _refused_bodies(sandbox, _VEHICLES, _VEHICLE)
    yield _post(sandbox, _VEHICLES, _VEHICLE | {"policy_ids": ["pol_unknown"]})


def get_vehicle(sandbox: Sandbox) -> Answers:
    path = f"{_VEHICLES}/{_sample(sandbox, 'vehicle')}"
    yield from _retrieved(sandbox, path, expand="fleet")


def update_vehicle(sandbox: Sandbox) -> Answers:
    path = _made(sandbox, _VEHICLES)
    for change in ({"metadata": {"a": "b"}}, {"battery_capacity": 50_000}, {"status": "inactive"}, {}):
        yield _post(sandbox, path, change)
    yield from _refused_bodies(sandbox, path, {})
    busy = sandbox.start().json()["vehicle"]
    yield _post(sandbox, f"{_VEHICLES}/{busy}", {"charging_standard": "Type2"})
    yield _post(sandbox, f"{_VEHICLES}/unknown", {})


def delete_vehicle(sandbox: Sandbox) -> Answers:
    path, key = _made(sandbox, _VEHICLES), sandbox.charge_key()
    busy = f"{_VEHICLES}/{sandbox.start().json()['vehicle']}"
    yield sandbox.client.delete(path, headers=key)
    yield sandbox.client.delete(path, headers=key)
    yield sandbox.client.delete(busy, headers=key)
    yield sandbox.client.delete(busy, headers=key, params={"colour": 1})
    yield sandbox.client.delete(busy)


def get_telemetry(sandbox: Sandbox) -> Answers:
    started = sandbox.start().json()["vehicle"]
    yield from _retrieved(sandbox, f"{_VEHICLES}/{started}/telemetry", expand="vehicle.fleet")
    yield sandbox.charge(f"{_made(sandbox, _VEHICLES)}/telemetry")
    for row in sandbox.charge(_VEHICLES, limit=20).json()["data"]:
        yield sandbox.charge(f"{_VEHICLES}/{row['id']}/telemetry", at="2026-03-06T19:00:00Z")


def list_payment_methods(sandbox: Sandbox) -> Answers:
    yield from _listed(sandbox, _METHODS)
    for kind in ("card", "bank_account", "wallet"):
        yield sandbox.charge(_METHODS, type=kind)
    yield sandbox.charge(_METHODS, driver="a", fleet="b")


def create_payment_method(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _METHODS, _CARD)
    details = {"address": {"city": "Paris"}, "email": "a@company.example"}
    yield _post(sandbox, _METHODS, {"type": "bank_account", "bank_account": _ACCOUNT, "billing_details": details})
    yield _post(sandbox, _METHODS, {"type": "wallet", "wallet": {"currency": "eur"}, "billing_details": None})
    yield sandbox.client.post(_METHODS, json=_CARD, headers=sandbox.charge_key("documented"))
    yield from _refused_bodies(sandbox, _METHODS, _CARD)
    yield _post(sandbox, _METHODS, {"type": "card", "card": {**_CARD["card"], "number": "4242424242424241"}})


def get_payment_method(sandbox: Sandbox) -> Answers:
    path = f"{_METHODS}/{_sample(sandbox, 'payment_method')}"
    yield from _retrieved(sandbox, path, expand="driver")
    yield sandbox.charge(path, driver="drv_unknown")
    yield sandbox.charge(path, driver="a", fleet="b")


def update_payment_method(sandbox: Sandbox) -> Answers:
    path = _made(sandbox, _METHODS)
    for change in ({"card": {"exp_year": 2031}}, {"billing_details": {"name": "A"}}, {"billing_details": None}, {}):
        yield _post(sandbox, path, change)
    yield from _refused_bodies(sandbox, path, {})
    yield _post(sandbox, f"{_METHODS}/unknown", {})


def _attached(sandbox: Sandbox, resource: str, verb: str) -> Answers:
    path = _made(sandbox, resource)
    for owner in ("driver", "fleet"):
        named = {owner: _sample(sandbox, owner)}
        if verb == "detach":
            _post(sandbox, f"{path}/attach", named)
        yield _post(sandbox, f"{path}/{verb}", named)
        for other in _OTHERS:
            yield _post(sandbox, f"{path}/{verb}", {owner: other})
        yield _post(sandbox, f"{resource}/unknown/{verb}", named)
        yield from _refused_bodies(sandbox, f"{path}/{verb}", named)
    yield _post(sandbox, f"{path}/{verb}", {})


def _post(sandbox: Sandbox, path: str, body: object) -> httpx2.Response:
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def _made(sandbox: Sandbox, resource: str) -> str:
    """The path of an object that has just been created."""
    return f"{resource}/{_post(sandbox, resource, _MADE[resource]).json()['id']}"


def _sample(sandbox: Sandbox, kind: str) -> str:
    return str(sandbox.opened()["sample"]["charge"][kind])


def _listed(sandbox: Sandbox, path: str) -> Iterator[httpx2.Response]:
    for world in WORLDS:
        answer = sandbox.charge(path, world=world, limit=1)
        yield answer
        yield sandbox.client.get(answer.json()["next_page_url"], headers=sandbox.charge_key(world))
    for owner in ("driver", "fleet"):
        yield sandbox.charge(path, **{owner: _sample(sandbox, owner)}, expand=owner.replace("driver", "fleet"))
    refused: list[dict[str, Any]] = [{"limit": 0}, {"page": "x"}, {"colour": 1}, {"fleet": "a b"}, {"expand": "vin"}]
    for query in refused:
        yield sandbox.charge(path, **query)
    yield sandbox.charge(path, at=LATE)
    yield sandbox.client.get(path)


def _retrieved(sandbox: Sandbox, path: str, expand: str) -> Iterator[httpx2.Response]:
    yield sandbox.charge(path)
    yield sandbox.charge(path, at="2026-03-06T19:00:00Z", expand=expand)
    yield sandbox.charge(path, expand="created")
    yield sandbox.client.get(path)
    yield sandbox.charge(path.replace(path.split("/")[3], "unknown"))


def _refused_bodies(sandbox: Sandbox, path: str, good: dict[str, Any]) -> Iterator[httpx2.Response]:
    yield _post(sandbox, path, good | {"colour": "red"})
    yield _post(sandbox, path, [])
    yield sandbox.client.post(path, json=good)
    yield sandbox.client.post(path, content=TOO_LARGE, headers=sandbox.charge_key() | JSON)


BELONGING_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listVehicles": list_vehicles,
    "createVehicle": create_vehicle,
    "getVehicle": get_vehicle,
    "updateVehicle": update_vehicle,
    "deleteVehicle": delete_vehicle,
    "getVehicleTelemetry": get_telemetry,
    "attachVehicle": partial(_attached, resource=_VEHICLES, verb="attach"),
    "detachVehicle": partial(_attached, resource=_VEHICLES, verb="detach"),
    "listPaymentMethods": list_payment_methods,
    "createPaymentMethod": create_payment_method,
    "getPaymentMethod": get_payment_method,
    "updatePaymentMethod": update_payment_method,
    "attachPaymentMethod": partial(_attached, resource=_METHODS, verb="attach"),
    "detachPaymentMethod": partial(_attached, resource=_METHODS, verb="detach"),
}
