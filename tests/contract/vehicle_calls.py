"""For each operation on electric vehicles, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_STRANGER: Final = "00000000-0000-4000-8000-000000000001"
_MODEL: Final = {"device_type": {"short_name": "ev", "long_name": "Electric Vehicle"}, "manufacturer": "Tesla"}
_INSTANTS: Final = (None, "2026-02-25T10:30:00+01:00", "2026-03-04T12:00:00.001Z", "2026-03-06T19:00:00Z")
_WEEK: Final = {"fri": {"charge_percentage": 100}, "sun": {"charge_deadline": "10:00"}, "timezone": "Europe/Rome"}


class _Car:
    """The sample vehicle of a world, and calls about it."""

    def __init__(self, sandbox: Sandbox, world: str = "default") -> None:
        keys = sandbox.world(world)["credentials"]["podero"]
        self.sandbox = sandbox
        self.all = f"/api/partners/v2.0/org/{keys['org_id']}/users/{keys['user_id']}/electric-vehicles"
        self.one = f"{self.all}/{keys['electric_vehicle_id']}"
        self.id = keys["electric_vehicle_id"]
        self._user = f"users/{keys['user_id']}"
        self.key = {"Authorization": f"Bearer {keys['token']}"}
        self.world = world

    def ask(self, method: str, path: str, at: str | None = None, **request: Any) -> httpx2.Response:  # noqa: ANN401 - what the client takes
        headers = self.key | ({} if at is None else {"X-Sandbox-At": at}) | request.pop("headers", {})
        return self.sandbox.client.request(method, path, headers=headers, **request)

    def simulate(self, event: str, **more: object) -> None:
        body = {"event": event, "id": self.id, **more}
        self.sandbox.client.post(f"/_sandbox/v1/worlds/{self.world}/simulate", json=body)

    def refused(self, method: str, path: str, *, has_body: bool = False) -> Iterator[httpx2.Response]:
        """Refusals that all operations have, and those of a body."""
        yield self.ask(method, path, LATE)
        yield self.sandbox.client.request(method, path)
        body: dict[str, Any] = {"json": {}} if has_body else {}
        for named in (_STRANGER, "none"):
            yield self.ask(method, path.replace(self._user, f"users/{named}"), **body)
        if has_body:
            yield self.ask(method, path, content=b"{", headers=JSON)
            yield self.ask(method, path, content=b"[]", headers=JSON)
            yield self.ask(method, path, content=TOO_LARGE, headers=JSON)


def list_electric_vehicles(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        car = _Car(sandbox, world)
        for at in _INSTANTS:
            yield car.ask("GET", car.all, at)
    car = _Car(sandbox)
    yield car.ask("GET", car.all, params={"include_deleted": "true"})
    yield car.ask("GET", car.all, params={"include_deleted": "perhaps"})
    yield from car.refused("GET", car.all)


def register_electric_vehicle(sandbox: Sandbox) -> Answers:
    car = _Car(sandbox)
    yield car.ask("POST", car.all, json={})
    yield car.ask("POST", car.all)
    yield car.ask("POST", car.all, json={"device_model": _MODEL, "price_zone": "SE_4", "minimum_charge_limit": 90})
    yield car.ask("POST", car.all, json={"device_model": {"year": "new"}, "charge_deadline_at": "25:00"})
    yield from car.refused("POST", car.all, has_body=True)


def get_electric_vehicle(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        car = _Car(sandbox, world)
        for at in _INSTANTS:
            yield car.ask("GET", car.one, at)
    car = _Car(sandbox)
    car.simulate("plug_in", battery_level=20)
    yield car.ask("GET", car.one)
    car.simulate("connection_lost")
    yield car.ask("GET", car.one, params={"include_deleted": "false"})
    yield car.ask("GET", f"{car.all}/{_STRANGER}")
    yield from car.refused("GET", car.one)


def update_electric_vehicle(sandbox: Sandbox) -> Answers:
    car = _Car(sandbox)
    yield car.ask("PUT", car.one, json={})
    for body in (
        {"is_smart_optimization_active": False, "is_charge_policy_enabled": True, "minimum_charge_limit": 75},
        {"comment": "x", "building_id": _STRANGER, "pause_power_until": "2026-03-05T00:00:00Z", "lifecycle_error": "y"},
        {"device_model": _MODEL, "optimization_score": 0.5, "price_zone": None, "deleted_at": "2026-03-05T00:00:00Z"},
    ):
        yield car.ask("PUT", car.one, json=body)
    yield car.ask("PUT", car.one, json={"minimum_charge_limit": None, "comment": 1})
    yield car.ask("PUT", car.one)
    yield from car.refused("PUT", car.one, has_body=True)


def boost_electric_vehicle(sandbox: Sandbox) -> Answers:
    car = _Car(sandbox)
    yield car.ask("POST", f"{car.one}/boost")
    car.simulate("plug_in", battery_level=20)
    for by in ("PT1S", "PT1M", "PT9H"):
        yield car.ask("POST", f"{car.one}/boost")
        sandbox.advance(by)
    yield from car.refused("POST", f"{car.one}/boost")


def cancel_electric_vehicle_boost(sandbox: Sandbox) -> Answers:
    car = _Car(sandbox)
    yield car.ask("DELETE", f"{car.one}/boost")
    yield from car.refused("DELETE", f"{car.one}/boost")


def get_charge_policy(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        car = _Car(sandbox, world)
        yield car.ask("GET", f"{car.one}/charge-policy")
    yield from _Car(sandbox).refused("GET", f"{_Car(sandbox).one}/charge-policy")


def update_charge_policy(sandbox: Sandbox) -> Answers:
    car = _Car(sandbox)
    path = f"{car.one}/charge-policy"
    yield car.ask("PUT", path, json=_WEEK)
    yield car.ask("PUT", path, json={})
    yield car.ask("PUT", path, json={"mon": {"charge_percentage": "all"}, "timezone": "Nowhere"})
    yield from car.refused("PUT", path, has_body=True)


def get_current_session(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        car = _Car(sandbox, world)
        for at in _INSTANTS:
            yield car.ask("GET", f"{car.one}/sessions/current", at)
    car = _Car(sandbox)
    car.simulate("plug_in", battery_level=20)
    for by in ("PT0S", "PT1H", "PT10H"):
        sandbox.advance(by)
        yield car.ask("GET", f"{car.one}/sessions/current")
    yield from car.refused("GET", f"{car.one}/sessions/current")


VEHICLE_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listElectricVehicles": list_electric_vehicles,
    "registerElectricVehicle": register_electric_vehicle,
    "getElectricVehicle": get_electric_vehicle,
    "updateElectricVehicle": update_electric_vehicle,
    "boostElectricVehicle": boost_electric_vehicle,
    "cancelElectricVehicleBoost": cancel_electric_vehicle_boost,
    "getChargePolicy": get_charge_policy,
    "updateChargePolicy": update_charge_policy,
    "getCurrentSession": get_current_session,
}
