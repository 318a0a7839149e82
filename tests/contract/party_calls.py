"""For each operation on accounts, drivers and fleets, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_ACCOUNTS: Final = "/v1/accounts"
_DRIVERS: Final = "/v1/drivers"
_FLEETS: Final = "/v1/fleets"
_ACCOUNT: Final = {"name": "Second Account", "email": "second@company.example", "type": "business"}
_DRIVER: Final = {"name": "Example Driver", "email": "driver@company.example"}
_ADDRESS: Final = {"city": "Paris", "country": "FR", "line2": None}
_NO_CARD: Final = {"preferences": {"default_payment_method": "pm_unknown"}}
_UNKNOWN: Final = "00000000000000000000000000000000"


def create_account(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _ACCOUNTS, _ACCOUNT)
    whole = {"default_currency": "gbp", "metric_system": "imperial", "plan": "enterprise", "metadata": {"a": "b"}}
    yield _post(sandbox, _ACCOUNTS, _ACCOUNT | whole | {"preferences": {"reporting_enabled": False}})
    yield from _refused_bodies(sandbox, _ACCOUNTS, _ACCOUNT)
    yield _post(sandbox, _ACCOUNTS, _ACCOUNT | _NO_CARD)


def get_account(sandbox: Sandbox) -> Answers:
    made = _post(sandbox, _ACCOUNTS, _ACCOUNT).json()["id"]
    yield from _retrieved(sandbox, f"{_ACCOUNTS}/{made}", f"{_ACCOUNTS}/acct_{_UNKNOWN}")


def update_account(sandbox: Sandbox) -> Answers:
    path = f"{_ACCOUNTS}/{_post(sandbox, _ACCOUNTS, _ACCOUNT).json()['id']}"
    changes: list[dict[str, Any]] = [
        {"metadata": {"account_segment": "enterprise"}},
        {"billing_details": {"billing_address": _ADDRESS}, "contact": {"phone": "+33189000010"}},
        {"business_type": "company", "description": None, "registration_number": "1", "plan": "enterprise"},
        {},
    ]
    for change in changes:
        yield _post(sandbox, path, change)
    yield from _refused_bodies(sandbox, path, {})
    yield _post(sandbox, path, _NO_CARD)
    yield _post(sandbox, f"{_ACCOUNTS}/acct_{_UNKNOWN}", {})


def list_drivers(sandbox: Sandbox) -> Answers:
    yield from _listed(sandbox, _DRIVERS, "fleet")


def create_driver(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _DRIVERS, _DRIVER)
    preferences = {"max_price_per_kwh": 0.5, "preferred_cpos": ["operator"], "preferred_charging_stations": ["chst_1"]}
    whole = {"phone": "+33189000029", "license_number": "L1", "policy_ids": [], "metadata": {"a": "b"}}
    yield _post(sandbox, _DRIVERS, _DRIVER | whole | {"preferences": preferences})
    yield from _refused_bodies(sandbox, _DRIVERS, _DRIVER)
    yield _post(sandbox, _DRIVERS, _DRIVER | {"policy_ids": ["pol_unknown"]})


def get_driver(sandbox: Sandbox) -> Answers:
    yield from _retrieved(sandbox, f"{_DRIVERS}/{_sample(sandbox, 'driver')}", f"{_DRIVERS}/drv_{_UNKNOWN}")


def update_driver(sandbox: Sandbox) -> Answers:
    path = f"{_DRIVERS}/{_sample(sandbox, 'driver')}"
    own = _sample(sandbox, "payment_method")
    changes: list[dict[str, Any]] = [
        {"phone": "+33189000029"},
        {"preferences": {"default_payment_method": own, "currency": "gbp"}},
        {"status": "suspended", "policy_ids": []},
        {"status": "archived", "license_number": None, "metadata": {"a": None}},
        {},
    ]
    for change in changes:
        yield _post(sandbox, path, change)
    yield from _refused_bodies(sandbox, path, {})
    yield _post(sandbox, path, _NO_CARD)
    yield _post(sandbox, f"{_DRIVERS}/drv_{_UNKNOWN}", {})


def delete_driver(sandbox: Sandbox) -> Answers:
    made = _post(sandbox, _DRIVERS, _DRIVER).json()["id"]
    yield from _deleted(sandbox, f"{_DRIVERS}/{made}", f"{_DRIVERS}/{_busy(sandbox, 'driver')}")


def attach_driver(sandbox: Sandbox) -> Answers:
    yield from _attached(sandbox, "attach")


def detach_driver(sandbox: Sandbox) -> Answers:
    yield from _attached(sandbox, "detach")


def list_fleets(sandbox: Sandbox) -> Answers:
    yield from _listed(sandbox, _FLEETS, "driver")
    for status in ("active", "suspended", "archived"):
        yield sandbox.charge(_FLEETS, status=status)


def create_fleet(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _FLEETS, {"name": "Example Fleet"})
    whole = {"email": None, "address": _ADDRESS, "description": "Vans", "phone": "+1", "timezone": "Europe/Paris"}
    yield _post(sandbox, _FLEETS, {"name": "Example Fleet", "metric_system": "imperial_system"} | whole)
    yield from _refused_bodies(sandbox, _FLEETS, {"name": "Example Fleet"})
    yield _post(sandbox, _FLEETS, {"name": "Example Fleet", "policy_ids": ["pol_unknown"]})


def get_fleet(sandbox: Sandbox) -> Answers:
    yield from _retrieved(sandbox, f"{_FLEETS}/{_sample(sandbox, 'fleet')}", f"{_FLEETS}/flt_{_UNKNOWN}")


def update_fleet(sandbox: Sandbox) -> Answers:
    path = f"{_FLEETS}/{_sample(sandbox, 'fleet')}"
    changes: list[dict[str, Any]] = [
        {"description": "Vans"},
        {"address": None, "email": None, "phone": None, "timezone": "UTC", "metadata": {"a": "b"}},
        {"status": "suspended", "preferences": {"billing_cycle": "weekly", "notifications": False}},
        {},
    ]
    for change in changes:
        yield _post(sandbox, path, change)
    yield from _refused_bodies(sandbox, path, {})
    yield _post(sandbox, path, _NO_CARD)
    yield _post(sandbox, f"{_FLEETS}/flt_{_UNKNOWN}", {})


def delete_fleet(sandbox: Sandbox) -> Answers:
    made = _post(sandbox, _FLEETS, {"name": "Example Fleet"}).json()["id"]
    yield from _deleted(sandbox, f"{_FLEETS}/{made}", f"{_FLEETS}/{_busy(sandbox, 'fleet')}")


def _post(sandbox: Sandbox, path: str, body: object) -> httpx2.Response:
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def _sample(sandbox: Sandbox, kind: str) -> str:
    return str(sandbox.opened()["sample"]["charge"][kind])


def _busy(sandbox: Sandbox, kind: str) -> str:
    """The driver or the fleet of a session that has just begun."""
    return str(sandbox.start().json()[kind])


def _listed(sandbox: Sandbox, path: str, by: str) -> Iterator[httpx2.Response]:
    for world in WORLDS:
        answer = sandbox.charge(path, world=world, limit=1)
        yield answer
        yield sandbox.client.get(answer.json()["next_page_url"], headers=sandbox.charge_key(world))
    yield sandbox.charge(path, **{by: _sample(sandbox, by)}, vehicle=_sample(sandbox, "vehicle"))
    refused: list[dict[str, Any]] = [{"limit": 0}, {"page": "x"}, {"colour": 1}, {by: "a b"}, {"expand": "email"}]
    for query in refused:
        yield sandbox.charge(path, **query)
    yield sandbox.charge(path, at=LATE)
    yield sandbox.client.get(path)


def _retrieved(sandbox: Sandbox, path: str, unknown: str) -> Iterator[httpx2.Response]:
    yield sandbox.charge(path)
    yield sandbox.charge(path, at="2026-03-06T19:00:00Z")
    yield sandbox.charge(path, expand="email")
    yield sandbox.client.get(path)
    yield sandbox.charge(unknown)


def _deleted(sandbox: Sandbox, path: str, busy: str) -> Iterator[httpx2.Response]:
    key = sandbox.charge_key()
    yield sandbox.client.delete(path, headers=key)
    yield sandbox.client.delete(path, headers=key)
    yield sandbox.client.delete(busy, headers=key)
    yield sandbox.client.delete(busy, headers=key, params={"colour": 1})
    yield sandbox.client.delete(busy)


def _attached(sandbox: Sandbox, verb: str) -> Iterator[httpx2.Response]:
    fleet = _post(sandbox, _FLEETS, {"name": "Example Fleet"}).json()["id"]
    path = f"{_DRIVERS}/{_sample(sandbox, 'driver')}"
    if verb == "detach":
        _post(sandbox, f"{path}/attach", {"fleet": fleet})
    yield _post(sandbox, f"{path}/{verb}", {"fleet": fleet})
    yield _post(sandbox, f"{path}/{verb}", {"fleet": fleet})
    yield _post(sandbox, f"{path}/{verb}", {"fleet": f"flt_{_UNKNOWN}"})
    yield from _refused_bodies(sandbox, f"{path}/{verb}", {"fleet": fleet})


def _refused_bodies(sandbox: Sandbox, path: str, good: dict[str, Any]) -> Iterator[httpx2.Response]:
    yield _post(sandbox, path, good | {"colour": "red"})
    yield _post(sandbox, path, [])
    yield sandbox.client.post(path, json=good)
    yield sandbox.client.post(path, content=TOO_LARGE, headers=sandbox.charge_key() | JSON)


PARTY_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "createAccount": create_account,
    "getAccount": get_account,
    "updateAccount": update_account,
    "listDrivers": list_drivers,
    "createDriver": create_driver,
    "getDriver": get_driver,
    "updateDriver": update_driver,
    "deleteDriver": delete_driver,
    "attachDriver": attach_driver,
    "detachDriver": detach_driver,
    "listFleets": list_fleets,
    "createFleet": create_fleet,
    "getFleet": get_fleet,
    "updateFleet": update_fleet,
    "deleteFleet": delete_fleet,
}
