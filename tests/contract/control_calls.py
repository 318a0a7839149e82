"""For each operation of the control API, calls that bring about every answer its contract writes; the good one first.

Answers that the database or the admin token is to blame for are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox

Answers = Iterator[httpx2.Response]

WORLDS: Final = ("default", "documented")
JSON: Final = {"Content-Type": "application/json"}
LATE: Final = "9999-12-31T00:00:00Z"
TOO_LARGE: Final = b" " * ((1 << 20) + 1)
IMPORT_BYTES: Final = 4 << 20
"""The most bytes that an import may have where these calls are made."""
_CONTROL: Final = "/_sandbox/v1"
_WORLDS: Final = f"{_CONTROL}/worlds"
_FOREIGN: Final = {"Host": "pages.example.com"}
_CAR: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
_LISTED: Final = "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"
_BOOKED: Final = "res_c4PukAee4b57fNPiS72AQjlnUq7lOzpx"


def get_health(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/health")


def get_readiness(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/ready")


def get_metrics(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/metrics")


def get_contract(sandbox: Sandbox) -> Answers:
    for name in ("charge", "cariqa", "podero", "sandbox"):
        yield from _near_and_far(sandbox, "GET", f"/openapi/{name}.json")
    yield sandbox.client.get(f"{_CONTROL}/openapi/unknown.json")


def list_documented_operations(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/fidelity")


def list_worlds(sandbox: Sandbox) -> Answers:
    sandbox.client.post(_WORLDS, json={"expires_in": "PT1H"}).raise_for_status()
    yield from _near_and_far(sandbox, "GET", "/worlds")
    yield sandbox.client.get(_WORLDS, params={"limit": 1})
    yield sandbox.client.get(_WORLDS, params={"limit": 1, "prefix": "village-"})
    yield sandbox.client.get(_WORLDS, params={"limit": 0})


def create_world(sandbox: Sandbox) -> Answers:
    yield sandbox.client.post(_WORLDS)
    yield from _near_and_far(sandbox, "POST", "/worlds", {})
    whole = {"scenario": "documented", "seed": 3, "clock": {"at": "2027-01-01T00:00:00+01:00", "speed": 0.5}}
    yield sandbox.client.post(_WORLDS, json={"name": "mine", "expires_in": "P1DT0.5S", **whole})
    yield sandbox.client.post(_WORLDS, json={"name": "mine"})
    for scenario in ("empty", "fault_parade"):
        yield sandbox.client.post(_WORLDS, json={"scenario": scenario, "clock": {"at": "now"}})
    yield sandbox.client.post(_WORLDS, json={"clock": {"at": LATE}})
    for world in WORLDS:
        yield sandbox.client.post(_WORLDS, json={"fork": world, "clock": {"speed": 60}})
    for unknown in ("nowhere", "a\0b"):
        yield sandbox.client.post(_WORLDS, json={"fork": unknown})
    for wrong in ({"name": "No"}, {"scenario": "nowhere"}, {"seed": -1}, {"fork": "default", "seed": 1}, {"colour": 1}):
        yield sandbox.client.post(_WORLDS, json=wrong)
    for span in ("PT0S", "P367D", "soon"):
        yield sandbox.client.post(_WORLDS, json={"expires_in": span})
    keys = {"charge": {"secret_key": f"ch_sk_test_{'k' * 16}"}, "cariqa": {"token": "t" * 16}}
    choices: tuple[dict[str, Any], ...] = (keys, keys, {"podero": {"token": "short"}}, {"podero": None}, {"acme": {}})
    for chosen in choices:
        yield sandbox.client.post(_WORLDS, json={"credentials": chosen})
    yield sandbox.client.post(_WORLDS, content=b"{", headers=JSON)
    yield sandbox.client.post(_WORLDS, content=TOO_LARGE, headers=JSON)


def import_world(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        written = sandbox.client.get(f"{_WORLDS}/{world}/export").content
        yield _import(sandbox, written, name=f"my-{world}", expires_in="PT1H")
    yield _import(sandbox, written)
    yield _import(sandbox, written, name="No")
    yield _import(sandbox, written, expires_in="soon")
    yield _import(sandbox, b"{}")
    yield _import(sandbox, b"[]")
    yield _import(sandbox, b"")
    yield _import(sandbox, written[: len(written) // 2])
    yield sandbox.client.post(f"{_WORLDS}/import", content=written, headers=JSON | _FOREIGN)
    yield _import(sandbox, b" " * (IMPORT_BYTES + 1))


def get_world(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "GET", "")


def delete_world(sandbox: Sandbox) -> Answers:
    sandbox.client.post(_WORLDS, json={"name": "mine"}).raise_for_status()
    yield sandbox.client.delete(f"{_WORLDS}/mine")
    yield from _of_a_world(sandbox, "DELETE", "")


def delete_worlds(sandbox: Sandbox) -> Answers:
    for name in ("many-1", "many-2"):
        sandbox.client.post(_WORLDS, json={"name": name}).raise_for_status()
    yield from _near_and_far(sandbox, "DELETE", "/worlds?prefix=many-")
    for wrong in ("", "?prefix=", "?prefix=Many", "?prefix=a&prefix=b", "?name=many-1"):
        yield sandbox.client.delete(f"{_WORLDS}{wrong}")


def reset_world(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "POST", "/reset")
    file = sandbox.client.get(f"{_WORLDS}/documented/export").json()
    file["world"]["scenario"] = "lost"
    sandbox.client.post(f"{_WORLDS}/import", params={"name": "mine"}, json=file).raise_for_status()
    yield sandbox.client.post(f"{_WORLDS}/mine/reset")


def export_world(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "GET", "/export")


def get_clock(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "GET", "/clock")


def set_clock_speed(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "PATCH", "/clock", {"speed": 0.5}, {"speed": -1}, {"speed": "1"}, {"pace": 1}, [])


def advance_clock(sandbox: Sandbox) -> Answers:
    refused: list[object] = [{"by": "PT1M", "to": LATE}, {}, {"by": "soon"}, {"until": {"id": _LISTED}}]
    yield from _of_a_world(sandbox, "POST", "/clock/advance", {"by": "PT1M"}, *refused)
    for awaited in ((_LISTED, "failed"), (_BOOKED, "unplugged"), (_LISTED, "expired"), ("a\0b", "settled")):
        yield _until(sandbox, *awaited)
    for awaited in ((_LISTED, "unplugged"), (_LISTED, "settled"), (_LISTED, "active"), (_BOOKED, "expired")):
        yield _until(sandbox, *awaited)
    for leap in ({"by": "P1D"}, {"by": "P2D"}, {"by": "P10Y"}, {"to": "2026-01-01T00:00:00Z"}, {"to": LATE}):
        yield sandbox.client.post(f"{_WORLDS}/default/clock/advance", json=leap)


def list_events(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "GET", "/simulate")


def simulate(sandbox: Sandbox) -> Answers:
    card = "pm_BEAD5NIY9aCx3nSplzYUe7cxJ6QkI1BD"
    yield _simulate(sandbox, "card_declined", card)
    yield _simulate(sandbox, "card_declined", card)
    for event in ("card_declined", "connector_fault", "station_silent", "unplug"):
        yield _simulate(sandbox, event, "a\0b")
    yield _simulate(sandbox, "station_silent", "chst_l3AWdoy5rP8bBPVJODn8TPpdxQTAsYAK", at="+PT1M", **{"for": "PT1H"})
    yield _simulate(sandbox, "connector_fault", "DE*CIQ*EELDF6XWZU41P*1", at="2026-04-02T00:00:00Z")
    yield _simulate(sandbox, "vehicle_full", _LISTED, at="+PT0S")
    yield _simulate(sandbox, "unplug", _LISTED)
    yield _simulate(sandbox, "payment_fails", _LISTED)
    yield _simulate(sandbox, "debt_paid", _LISTED, at="+PT1H")
    yield _simulate(sandbox, "unplug", _LISTED, at="+PT1H")
    yield _simulate(sandbox, "charge_record_late", _LISTED)
    yield _simulate(sandbox, "refund", _LISTED)
    yield _simulate(sandbox, "adjustment", _LISTED, amount=5)
    yield _simulate(sandbox, "drive_away", _CAR, km=20)
    yield _simulate(sandbox, "plug_in", _CAR, battery_level=20.5, **{"for": "PT1H"})
    yield _simulate(sandbox, "connection_lost", _CAR)
    for measure in ({"km": 0}, {"battery_level": 101}, {"km": 1, "battery_level": 1}):
        yield _simulate(sandbox, "plug_in", _CAR, **measure)
    for at in ("2026-01-01T00:00:00Z", LATE):
        yield _simulate(sandbox, "unplug", _LISTED, at=at)
    for wrong in ({"event": "rain"}, {"shown_id": ""}, {"at": "soon"}, {"at": "+soon"}, {"for": "PT1H"}, {"colour": 1}):
        yield _simulate(sandbox, **({"event": "unplug", "shown_id": _LISTED} | wrong))
    for span in ("PT0S", "P367D"):
        yield _simulate(sandbox, "station_silent", "chst_unknown", **{"for": span})
    yield sandbox.client.post(f"{_WORLDS}/documented/simulate", content=b"{", headers=JSON)
    yield sandbox.client.post(f"{_WORLDS}/documented/simulate", content=TOO_LARGE, headers=JSON)
    yield from _of_a_world(sandbox, "POST", "/simulate", {"event": "unplug", "id": _LISTED})


def _import(sandbox: Sandbox, file: bytes, **query: str) -> httpx2.Response:
    return sandbox.client.post(f"{_WORLDS}/import", content=file, params=query, headers=JSON)


def _until(sandbox: Sandbox, shown_id: str, status: str) -> httpx2.Response:
    awaited = {"until": {"id": shown_id, "status": status}}
    return sandbox.client.post(f"{_WORLDS}/documented/clock/advance", json=awaited)


def _simulate(sandbox: Sandbox, event: str, shown_id: str, **more: object) -> httpx2.Response:
    happening = {"event": event, "id": shown_id, **more}
    return sandbox.client.post(f"{_WORLDS}/documented/simulate", json=happening)


def _near_and_far(sandbox: Sandbox, method: str, path: str, body: object = None) -> Answers:
    yield sandbox.client.request(method, f"{_CONTROL}{path}", json=body)
    yield sandbox.client.request(method, f"{_CONTROL}{path}", json=body, headers=_FOREIGN)
    yield sandbox.client.request(method, f"{_CONTROL}{path}", json=body, headers={"Origin": "http://pages.example.com"})


def _of_a_world(sandbox: Sandbox, method: str, path: str, body: object = None, *refused: object) -> Answers:
    for world in WORLDS:
        yield from _near_and_far(sandbox, method, f"/worlds/{world}{path}", body)
    for unknown in ("nowhere", "a%00b"):
        yield sandbox.client.request(method, f"{_WORLDS}/{unknown}{path}", json=body)
    if not refused:
        return
    place = f"{_WORLDS}/default{path}"
    for wrong in refused:
        yield sandbox.client.request(method, place, json=wrong)
    yield sandbox.client.request(method, place, content=b"{", headers=JSON)
    yield sandbox.client.request(method, place, content=b"x")
    yield sandbox.client.request(method, place, content=TOO_LARGE, headers=JSON)


CONTROL_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "getHealth": get_health,
    "getReadiness": get_readiness,
    "getMetrics": get_metrics,
    "getContract": get_contract,
    "listDocumentedOperations": list_documented_operations,
    "listWorlds": list_worlds,
    "createWorld": create_world,
    "importWorld": import_world,
    "getWorld": get_world,
    "deleteWorld": delete_world,
    "deleteWorlds": delete_worlds,
    "resetWorld": reset_world,
    "exportWorld": export_world,
    "getClock": get_clock,
    "setClockSpeed": set_clock_speed,
    "advanceClock": advance_clock,
    "listEvents": list_events,
    "simulate": simulate,
}
