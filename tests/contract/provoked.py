"""For each operation, calls that bring about every answer its contract writes; the good one comes first.

An answer that the database is to blame for is not among them: the test brings that about for all.
"""

from collections.abc import Callable
from typing import Any, Final

from tests.conftest import Sandbox, podero_path
from tests.contract.belonging_calls import BELONGING_CALLS
from tests.contract.billing_calls import BILLING_CALLS
from tests.contract.control_calls import CONTROL_CALLS, JSON, LATE, TOO_LARGE, WORLDS, Answers
from tests.contract.customer_calls import CUSTOMER_CALLS
from tests.contract.map_calls import MAP_CALLS
from tests.contract.member_calls import MEMBER_CALLS
from tests.contract.party_calls import PARTY_CALLS
from tests.contract.podero_device_calls import DEVICE_CALLS
from tests.contract.report_calls import REPORT_CALLS
from tests.contract.reservation_calls import RESERVATION_CALLS
from tests.contract.session_calls import SESSION_CALLS
from tests.contract.station_calls import STATION_CALLS, start_against_a_policy
from tests.contract.vehicle_calls import VEHICLE_CALLS

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
_UNKNOWN: Final = "cs_00000000000000000000000000000000"


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
    yield sandbox.client.post(_SESSIONS, content=b"{", headers=key | JSON)
    yield sandbox.client.post(_SESSIONS, json=[], headers=key)
    yield sandbox.client.post(_SESSIONS, data={"driver": "drv"}, headers=key)
    yield sandbox.client.post(_SESSIONS, json={}, headers=key | {"X-Sandbox-At": "2026-03-04T12:00:00Z"})
    yield sandbox.client.post(_SESSIONS, json={})
    for named in ("charging_station", "connector", "driver", "vehicle", "payment_method"):
        yield sandbox.start(**{named: "unknown"})
    yield start_against_a_policy(sandbox)
    yield sandbox.start(charging_station="chst_MagicStationOffline0000000000000", connector="connector_a1")
    yield sandbox.client.post(_SESSIONS, content=TOO_LARGE, headers=key | JSON)
    sandbox.end(sandbox.charge(status="active").json()["data"][0]["id"])
    sandbox.advance("P3D")
    for card in ("pm_MagicCardDeclined000000000000000", "pm_MagicCardNeedsAuthentication0000"):
        yield sandbox.start(payment_method=card)


def get_charging_session(sandbox: Sandbox) -> Answers:
    started = sandbox.start().json()["id"]
    yield sandbox.charge(f"{_SESSIONS}/{started}")
    for row in sandbox.charge(limit=30).json()["data"]:
        for at in INSTANTS:
            yield sandbox.charge(f"{_SESSIONS}/{row['id']}", at=at)
    yield sandbox.charge(f"{_SESSIONS}/{started}", expand="driver")
    yield sandbox.charge(f"{_SESSIONS}/{started}", at=LATE)
    yield sandbox.client.get(f"{_SESSIONS}/{started}")
    yield sandbox.charge(f"{_SESSIONS}/{_UNKNOWN}")


def end_charging_session(sandbox: Sandbox) -> Answers:
    started = sandbox.start().json()["id"]
    key = sandbox.charge_key()
    sandbox.advance("PT5M")
    yield sandbox.end(started)
    yield sandbox.end(started)
    yield sandbox.end(_UNKNOWN)
    yield sandbox.end("cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", "documented")
    yield sandbox.client.post(f"{_SESSIONS}/{started}/end", json={"reason": "done"}, headers=key)
    yield sandbox.client.post(f"{_SESSIONS}/{started}/end", content=TOO_LARGE, headers=key | JSON)
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
    yield sandbox.cariqa(at=LATE)
    yield sandbox.cariqa("unknown")
    yield sandbox.cariqa(page=99)
    path = "/api/v1/users/user_id/charging-sessions/"
    yield sandbox.client.get(path)
    yield sandbox.client.get(path, headers={"Authorization": "Bearer unknown"})


def create_access_token(sandbox: Sandbox) -> Answers:
    keys = sandbox.world()["credentials"]["podero"]
    client = (keys["client_id"], keys["client_secret"])
    wanted = {"grant_type": "client_credentials"}
    yield sandbox.client.post(_TOKEN, json=wanted, auth=client)
    yield sandbox.client.post(_TOKEN, data=wanted, auth=client)
    yield sandbox.client.post(_TOKEN, json=wanted | {"client_id": client[0], "client_secret": client[1]})
    yield sandbox.client.post(_TOKEN, json={"grant_type": "password"}, auth=client)
    yield sandbox.client.post(_TOKEN, content=b"[", headers=JSON, auth=client)
    yield sandbox.client.post(_TOKEN, json=wanted, auth=(client[0], "wrong"))
    yield sandbox.client.post(_TOKEN, json=wanted)
    yield sandbox.client.post(_TOKEN, content=TOO_LARGE, headers=JSON, auth=client)


def list_cars_sessions(sandbox: Sandbox) -> Answers:
    days: dict[str, Any] = {"from_": "2026-01-01", "to": "2026-12-31"}
    yield sandbox.podero(**days)
    for world in WORLDS:
        for at in INSTANTS:
            yield sandbox.podero(world=world, at=at, **days)
    yield sandbox.podero(limit=2, offset=1, **days)
    yield sandbox.podero(at=LATE, **days)
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
    yield sandbox.charge(path, at=LATE)
    yield sandbox.client.get(path)
    yield sandbox.client.get(path, headers={"Authorization": "Bearer ch_sk_live_1"})


PROVOKED: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "charge-listChargingSessions": list_charging_sessions,
    "charge-createChargingSession": create_charging_session,
    "charge-getChargingSession": get_charging_session,
    "charge-endChargingSession": end_charging_session,
    "charge-listReservations": list_reservations,
    **{f"charge-{name}": provoke for name, provoke in REPORT_CALLS.items()},
    **{f"charge-{name}": provoke for name, provoke in BILLING_CALLS.items()},
    **{f"charge-{name}": provoke for name, provoke in PARTY_CALLS.items()},
    **{f"charge-{name}": provoke for name, provoke in STATION_CALLS.items()},
    **{f"charge-{name}": provoke for name, provoke in BELONGING_CALLS.items()},
    **{f"charge-{name}": provoke for name, provoke in RESERVATION_CALLS.items()},
    "cariqa-listChargingSessions": list_users_sessions,
    **{f"cariqa-{name}": provoke for name, provoke in SESSION_CALLS.items()},
    **{f"cariqa-{name}": provoke for name, provoke in MAP_CALLS.items()},
    "podero-createAccessToken": create_access_token,
    "podero-listElectricVehicleSessions": list_cars_sessions,
    **{f"podero-{name}": provoke for name, provoke in MEMBER_CALLS.items()},
    **{f"podero-{name}": provoke for name, provoke in VEHICLE_CALLS.items()},
    **{f"podero-{name}": provoke for name, provoke in DEVICE_CALLS.items()},
    **{f"sandbox-{name}": provoke for name, provoke in CONTROL_CALLS.items()},
    **CUSTOMER_CALLS,
}
