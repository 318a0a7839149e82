"""For each operation, calls that bring about every answer its contract writes; the good one comes first.

An answer that the database is to blame for is not among them: the test brings that about for all.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox, podero_path

Answers = Iterator[httpx2.Response]

WORLDS: Final = ("default", "documented")
INSTANTS: Final = (
    None,
    "2026-02-25T10:30:00+01:00",
    "2026-03-01T08:30:00+01:00",
    "2026-03-04T12:00:00.001Z",
    "2026-03-06T19:00:00Z",
    "2026-04-02T00:00:00Z",
)
_SESSIONS: Final = "/v1/charging_sessions"
_TOKEN: Final = "/oauth2/token/"
_CONTROL: Final = "/_sandbox/v1"
_TOO_LARGE: Final = b" " * ((1 << 20) + 1)
_JSON: Final = {"Content-Type": "application/json"}
_FOREIGN: Final = {"Host": "pages.example.com"}
_LATE: Final = "9999-12-31T00:00:00Z"
_NOBODY: Final = "cs_00000000000000000000000000000000"


def list_charging_sessions(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        for at in INSTANTS:
            for status in ("active", "completed", "cancelled", "failed"):
                yield from _pages(sandbox, _SESSIONS, world=world, at=at, status=status, limit=20)
    yield from _refused_lists(sandbox, _SESSIONS)


def list_reservations(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        for at in INSTANTS:
            yield from _pages(sandbox, "/v1/reservations", world=world, at=at, limit=30)
    yield from _refused_lists(sandbox, "/v1/reservations")


def create_charging_session(sandbox: Sandbox) -> Answers:
    key = sandbox.charge_key()
    yield sandbox.start(session_limit=500)
    yield sandbox.start("documented")
    yield sandbox.start()
    yield sandbox.start("documented", connector="connector_a2")
    for changed in ({"vehicle": None}, {"session_limit": 0}, {"fleet": "flt"}, {"driver": "a b"}, {"driver": 1}):
        yield sandbox.start(**changed)
    yield sandbox.client.post(_SESSIONS, content=b"{", headers=key | _JSON)
    yield sandbox.client.post(_SESSIONS, json=[], headers=key)
    yield sandbox.client.post(_SESSIONS, data={"driver": "drv"}, headers=key)
    yield sandbox.client.post(_SESSIONS, json={}, headers=key | {"X-Sandbox-At": "2026-03-04T12:00:00Z"})
    yield sandbox.client.post(_SESSIONS, json={})
    for named in ("charging_station", "connector", "driver", "vehicle", "payment_method"):
        yield sandbox.start(**{named: "unknown"})
    yield sandbox.start(charging_station="chst_MagicStationOffline0000000000000", connector="connector_a1")
    yield sandbox.client.post(_SESSIONS, content=_TOO_LARGE, headers=key | _JSON)
    sandbox.end(sandbox.charge(status="active").json()["data"][0]["id"])
    sandbox.advance("P3D")
    yield sandbox.start(payment_method="pm_MagicCardDeclined000000000000000")


def get_charging_session(sandbox: Sandbox) -> Answers:
    started = sandbox.start().json()["id"]
    yield sandbox.charge(f"{_SESSIONS}/{started}")
    for row in sandbox.charge(limit=30).json()["data"]:
        for at in INSTANTS:
            yield sandbox.charge(f"{_SESSIONS}/{row['id']}", at=at)
    yield sandbox.charge(f"{_SESSIONS}/{started}", expand="driver")
    yield sandbox.charge(f"{_SESSIONS}/{started}", at=_LATE)
    yield sandbox.client.get(f"{_SESSIONS}/{started}")
    yield sandbox.charge(f"{_SESSIONS}/{_NOBODY}")


def end_charging_session(sandbox: Sandbox) -> Answers:
    started = sandbox.start().json()["id"]
    key = sandbox.charge_key()
    sandbox.advance("PT5M")
    yield sandbox.end(started)
    yield sandbox.end(started)
    yield sandbox.end(_NOBODY)
    yield sandbox.end("cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", "documented")
    yield sandbox.client.post(f"{_SESSIONS}/{started}/end", json={"reason": "done"}, headers=key)
    yield sandbox.client.post(f"{_SESSIONS}/{started}/end", content=_TOO_LARGE, headers=key | _JSON)
    yield sandbox.client.post(f"{_SESSIONS}/{started}/end", headers={"Authorization": "Bearer ch_sk_live_1"})


def list_users_sessions(sandbox: Sandbox) -> Answers:
    active = sandbox.world()["sample"]["cariqa"]["active_user_id"]
    yield sandbox.cariqa(page_size=3)
    for world in WORLDS:
        for at in INSTANTS:
            yield sandbox.cariqa(world=world, at=at, page_size="nonsense")
            yield sandbox.cariqa(world=world, at=at, page_size=1, page="last")
    yield sandbox.cariqa(active)
    yield sandbox.cariqa(active, page=2, page_size=2)
    yield sandbox.cariqa(at=_LATE)
    yield sandbox.cariqa("nobody")
    yield sandbox.cariqa(page=99)
    path = "/api/v1/users/user_id/charging-sessions/"
    yield sandbox.client.get(path)
    yield sandbox.client.get(path, headers={"Authorization": "Bearer nobody"})


def create_access_token(sandbox: Sandbox) -> Answers:
    keys = sandbox.world()["credentials"]["podero"]
    client = (keys["client_id"], keys["client_secret"])
    wanted = {"grant_type": "client_credentials"}
    yield sandbox.client.post(_TOKEN, json=wanted, auth=client)
    yield sandbox.client.post(_TOKEN, data=wanted, auth=client)
    yield sandbox.client.post(_TOKEN, json=wanted | {"client_id": client[0], "client_secret": client[1]})
    yield sandbox.client.post(_TOKEN, json={"grant_type": "password"}, auth=client)
    yield sandbox.client.post(_TOKEN, content=b"[", headers=_JSON, auth=client)
    yield sandbox.client.post(_TOKEN, json=wanted, auth=(client[0], "wrong"))
    yield sandbox.client.post(_TOKEN, json=wanted)
    yield sandbox.client.post(_TOKEN, content=_TOO_LARGE, headers=_JSON, auth=client)


def list_cars_sessions(sandbox: Sandbox) -> Answers:
    days: dict[str, Any] = {"from_": "2026-01-01", "to": "2026-12-31"}
    yield sandbox.podero(**days)
    for world in WORLDS:
        for at in INSTANTS:
            yield sandbox.podero(world=world, at=at, **days)
    yield sandbox.podero(limit=2, offset=1, **days)
    yield sandbox.podero(at=_LATE, **days)
    for asked in ({}, {"from_": "2026-03-02", "to": "2026-03-01"}, {"from_": "1", "to": "x"}, days | {"limit": 201}):
        yield sandbox.podero(**asked)
    yield sandbox.podero(offset=-1, **days)
    keys = sandbox.world()["credentials"]["podero"]
    key = {"Authorization": f"Bearer {keys['token']}"}
    yield sandbox.client.get(podero_path(keys | {"org_id": "none"}), headers=key)
    stranger = "00000000-0000-4000-8000-000000000000"
    for named in ("org_id", "user_id", "electric_vehicle_id"):
        yield sandbox.client.get(
            podero_path(keys | {named: stranger}), params="from=2026-03-01&to=2026-03-02", headers=key
        )
    yield sandbox.client.get(podero_path(keys))


def get_health(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/health")


def get_readiness(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/ready")


def get_contract(sandbox: Sandbox) -> Answers:
    for name in ("charge", "cariqa", "podero", "sandbox"):
        yield from _near_and_far(sandbox, "GET", f"/openapi/{name}.json")
    yield sandbox.client.get(f"{_CONTROL}/openapi/nobody.json")


def list_worlds(sandbox: Sandbox) -> Answers:
    yield from _near_and_far(sandbox, "GET", "/worlds")


def get_world(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "GET", "")


def reset_world(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "POST", "/reset")


def get_clock(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "GET", "/clock")


def set_clock_speed(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(sandbox, "PATCH", "/clock", {"speed": 0.5}, {"speed": -1}, {"speed": "1"}, {"pace": 1}, [])


def advance_clock(sandbox: Sandbox) -> Answers:
    yield from _of_a_world(
        sandbox, "POST", "/clock/advance", {"by": "PT1M"}, {"by": "PT1M", "to": _LATE}, {}, {"by": "soon"}
    )
    for to in ("2026-01-01T00:00:00Z", _LATE):
        yield sandbox.client.post(f"{_CONTROL}/worlds/default/clock/advance", json={"to": to})


def _pages(sandbox: Sandbox, path: str, *, world: str, at: str | None, **query: str | int) -> Answers:
    answer = sandbox.charge(path, world=world, at=at, **query)
    yield answer
    while answer.json()["next_page_url"]:
        headers = sandbox.charge_key(world) | ({} if at is None else {"X-Sandbox-At": at})
        answer = sandbox.client.get(answer.json()["next_page_url"], headers=headers)
        yield answer


def _refused_lists(sandbox: Sandbox, path: str) -> Answers:
    for refused in ({"limit": 0}, {"limit": 101}, {"status": "over"}, {"driver": "a\0b"}, {"page": "x"}, {"colour": 1}):
        yield sandbox.charge(path, **refused)
    yield sandbox.charge(path, expand="driver")
    yield sandbox.charge(path, at="soon")
    yield sandbox.charge(path, at=_LATE)
    yield sandbox.client.get(path)
    yield sandbox.client.get(path, headers={"Authorization": "Bearer ch_sk_live_1"})


def _near_and_far(sandbox: Sandbox, method: str, path: str, body: object = None) -> Answers:
    yield sandbox.client.request(method, f"{_CONTROL}{path}", json=body)
    yield sandbox.client.request(method, f"{_CONTROL}{path}", json=body, headers=_FOREIGN)
    yield sandbox.client.request(method, f"{_CONTROL}{path}", json=body, headers={"Origin": "http://pages.example.com"})


def _of_a_world(sandbox: Sandbox, method: str, path: str, body: object = None, *refused: object) -> Answers:
    for world in WORLDS:
        yield from _near_and_far(sandbox, method, f"/worlds/{world}{path}", body)
    yield sandbox.client.request(method, f"{_CONTROL}/worlds/nowhere{path}", json=body)
    if not refused:
        return
    place = f"{_CONTROL}/worlds/default{path}"
    for wrong in refused:
        yield sandbox.client.request(method, place, json=wrong)
    yield sandbox.client.request(method, place, content=b"{", headers=_JSON)
    yield sandbox.client.request(method, place, content=b"x")
    yield sandbox.client.request(method, place, content=_TOO_LARGE, headers=_JSON)


PROVOKED: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "charge-listChargingSessions": list_charging_sessions,
    "charge-createChargingSession": create_charging_session,
    "charge-getChargingSession": get_charging_session,
    "charge-endChargingSession": end_charging_session,
    "charge-listReservations": list_reservations,
    "cariqa-listChargingSessions": list_users_sessions,
    "podero-createAccessToken": create_access_token,
    "podero-listElectricVehicleSessions": list_cars_sessions,
    "sandbox-getHealth": get_health,
    "sandbox-getReadiness": get_readiness,
    "sandbox-getContract": get_contract,
    "sandbox-listWorlds": list_worlds,
    "sandbox-getWorld": get_world,
    "sandbox-resetWorld": reset_world,
    "sandbox-getClock": get_clock,
    "sandbox-setClockSpeed": set_clock_speed,
    "sandbox-advanceClock": advance_clock,
}
