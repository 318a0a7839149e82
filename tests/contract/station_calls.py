"""For each operation on stations, policies and estimations, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_STATIONS: Final = "/v1/charging_stations"
_POLICIES: Final = "/v1/policies"
_ESTIMATIONS: Final = "/v1/estimations"
_UNKNOWN: Final = "0" * 32
_POLICY: Final[dict[str, Any]] = {
    "mode": "enforcement",
    "name": "Example",
    "rules": {
        "allowed_operators": ["example_operator"],
        "geofences": [{"center": {"latitude": 48.8698, "longitude": 2}, "name": "Zone", "radius_meters": 1500.5}],
        "max_price_per_kwh": 25,
        "time_windows": [{"days_of_week": ["monday"], "end_time": "04:00", "start_time": "22:00"}],
    },
}


def list_charging_stations(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        yield sandbox.charge(_STATIONS, world=world, limit=100)
    sandbox.start()
    for available in ("true", "false"):
        yield sandbox.charge(_STATIONS, available=available, limit=100)
    near = {"latitude": "52.5", "longitude": "13.4", "radius": "500000"}
    page = sandbox.charge(_STATIONS, limit=1, **near)
    yield page
    yield sandbox.client.get(page.json()["next_page_url"], headers=sandbox.charge_key())
    yield sandbox.charge(_STATIONS, origin="48.8698,2.3319", destination="52.5,13.4")
    yield sandbox.charge(_STATIONS, driver="drv_unknown")
    yield sandbox.charge(_STATIONS, at=LATE)
    yield sandbox.charge(_STATIONS, latitude="52.5")
    yield sandbox.charge(_STATIONS, available="maybe")
    yield sandbox.charge(_STATIONS, expand="operator")
    yield sandbox.charge(_STATIONS, page="page_")
    yield sandbox.client.get(_STATIONS)


def get_charging_station(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        for row in sandbox.charge(_STATIONS, world=world, limit=30).json()["data"]:
            yield sandbox.charge(f"{_STATIONS}/{row['id']}", world=world)
    path = f"{_STATIONS}/{sandbox.opened()['sample']['charge']['charging_station']}"
    yield sandbox.charge(path, expand="operator")
    yield sandbox.charge(path, colour="red")
    yield sandbox.charge(path, at=LATE)
    yield sandbox.client.get(path)
    yield sandbox.charge(f"{_STATIONS}/chst_{_UNKNOWN}")


def list_policies(sandbox: Sandbox) -> Answers:
    _post(sandbox, _POLICIES, _POLICY)
    for world in WORLDS:
        yield sandbox.charge(_POLICIES, world=world, limit=100)
    yield sandbox.charge(_POLICIES, status="active", limit=1)
    yield sandbox.charge(_POLICIES, status="inactive")
    yield sandbox.charge(_POLICIES, status="deleted")
    yield sandbox.charge(_POLICIES, expand="rules")
    yield sandbox.client.get(_POLICIES)


def create_policy(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _POLICIES, _POLICY)
    more = {"description": "Text", "metadata": {"a": "b"}, "status": "inactive", "mode": "suggestion", "rules": {}}
    yield _post(sandbox, _POLICIES, _POLICY | more)
    yield _post(sandbox, _POLICIES, _POLICY | {"mode": "strict"})
    yield _post(sandbox, _POLICIES, _POLICY | {"rules": {"geofences": [{}]}})
    yield from _refused_bodies(sandbox, _POLICIES, _POLICY)


def get_policy(sandbox: Sandbox) -> Answers:
    made = _made(sandbox, _POLICIES, _POLICY)
    yield sandbox.charge(made)
    yield sandbox.charge(made, expand="rules")
    yield sandbox.charge(made, at=LATE)
    yield sandbox.client.get(made)
    yield sandbox.charge(f"{_POLICIES}/pol_{_UNKNOWN}")


def update_policy(sandbox: Sandbox) -> Answers:
    made = _made(sandbox, _POLICIES, _POLICY)
    yield _post(sandbox, made, {"name": "New"})
    yield _post(sandbox, made, {})
    yield _post(sandbox, made, {"description": None, "metadata": {"a": ""}, "rules": {"max_price_per_kwh": None}})
    yield _post(sandbox, made, {"name": ""})
    yield from _refused_bodies(sandbox, made, {})
    yield _post(sandbox, f"{_POLICIES}/pol_{_UNKNOWN}", {})


def delete_policy(sandbox: Sandbox) -> Answers:
    made = _made(sandbox, _POLICIES, _POLICY)
    yield sandbox.client.delete(made, headers=sandbox.charge_key())
    yield sandbox.client.delete(made, headers=sandbox.charge_key())
    yield sandbox.client.delete(f"{made}?colour=red", headers=sandbox.charge_key())
    yield sandbox.client.delete(made)


def create_estimation(sandbox: Sandbox) -> Answers:
    body = _estimate(sandbox)
    yield _post(sandbox, _ESTIMATIONS, body)
    yield _post(sandbox, _ESTIMATIONS, body | {"currency": None})
    for changed in ({"battery_level": 101}, {"battery_target_level": 28}, {"currency": "usd"}, {"vehicle": None}):
        yield _post(sandbox, _ESTIMATIONS, body | changed)
    for name in ("charging_station", "vehicle"):
        yield _post(sandbox, _ESTIMATIONS, body | {name: "unknown"})
    yield sandbox.client.post(f"{_ESTIMATIONS}?expand=vehicle", json=body, headers=sandbox.charge_key())
    yield from _refused_bodies(sandbox, _ESTIMATIONS, body)


def get_estimation(sandbox: Sandbox) -> Answers:
    made = _made(sandbox, _ESTIMATIONS, _estimate(sandbox))
    yield sandbox.charge(made)
    for path in ("charging_station", "vehicle", "vehicle.fleet"):
        yield sandbox.charge(made, expand=path)
    yield sandbox.charge(made, expand="fleet")
    yield sandbox.charge(made, at=LATE)
    yield sandbox.client.get(made)
    yield sandbox.charge(f"{_ESTIMATIONS}/est_{_UNKNOWN}")


def start_against_a_policy(sandbox: Sandbox) -> httpx2.Response:
    """A start that a policy of the sample driver does not allow, which is removed from the driver afterwards."""
    policy = _made(sandbox, _POLICIES, _POLICY | {"rules": {"max_price_per_kwh": 0}})
    driver = f"/v1/drivers/{sandbox.opened()['sample']['charge']['driver']}"
    _post(sandbox, driver, {"policy_ids": [policy.rpartition("/")[2]]})
    answer = sandbox.start()
    _post(sandbox, driver, {"policy_ids": []})
    return answer


def _estimate(sandbox: Sandbox) -> dict[str, Any]:
    sample = sandbox.opened()["sample"]["charge"]
    named = {name: sample[name] for name in ("charging_station", "vehicle")}
    return {"battery_level": 28, "battery_target_level": 80, **named}


def _made(sandbox: Sandbox, path: str, body: object) -> str:
    """The path of an object that was just made."""
    return f"{path}/{_post(sandbox, path, body).json()['id']}"


def _post(sandbox: Sandbox, path: str, body: object) -> httpx2.Response:
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def _refused_bodies(sandbox: Sandbox, path: str, body: dict[str, Any]) -> Answers:
    """Bodies and headers that no operation takes."""
    key = sandbox.charge_key()
    yield _post(sandbox, path, body | {"colour": "red"})
    yield _post(sandbox, path, [])
    yield sandbox.client.post(path, content=b"{", headers=key | JSON)
    yield sandbox.client.post(path, content=TOO_LARGE, headers=key | JSON)
    yield sandbox.client.post(path, json=body, headers=key | {"X-Sandbox-At": "2026-03-04T12:00:00Z"})
    yield sandbox.client.post(path, json=body, headers={"Authorization": "Bearer ch_sk_live_1"})


STATION_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listChargingStations": list_charging_stations,
    "getChargingStation": get_charging_station,
    "listPolicies": list_policies,
    "createPolicy": create_policy,
    "getPolicy": get_policy,
    "updatePolicy": update_policy,
    "deletePolicy": delete_policy,
    "createEstimation": create_estimation,
    "getEstimation": get_estimation,
}
