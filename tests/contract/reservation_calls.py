"""For each operation on one reservation, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable
from typing import Any, Final

import httpx2

from app.domain.clock import HOUR, instant, millis
from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_RESERVATIONS: Final = "/v1/reservations"
_UNKNOWN: Final = f"{_RESERVATIONS}/res_00000000000000000000000000000000"
_DECLINED: Final = "pm_MagicCardDeclined000000000000000"


def create_reservation(sandbox: Sandbox) -> Answers:
    body = _order(sandbox)
    yield _post(sandbox, _RESERVATIONS, body)
    whole = {
        "earliest_start": None,
        "latest_end": _in_hours(sandbox, 9),
        "metadata": {"a": "b"},
        "payment_method": None,
    }
    yield _post(sandbox, _RESERVATIONS, body | whole)
    changes: list[dict[str, Any]] = [
        {"connector_type": []},
        {"ideal_end": body["ideal_start"]},
        {"location": {"latitude": 52.5, "longitude": 13.4, "radius": 0}},
        {"fee": 1},
        {"vehicle": None},
    ]
    for changed in changes:
        yield _post(sandbox, _RESERVATIONS, body | changed)
    for name in ("driver", "vehicle", "payment_method"):
        yield _post(sandbox, _RESERVATIONS, body | {name: "unknown"})
    yield from _refused_bodies(sandbox, _RESERVATIONS, body)


def get_reservation(sandbox: Sandbox) -> Answers:
    made = _made(sandbox)
    yield sandbox.charge(made)
    for world in WORLDS:
        for row in sandbox.charge(_RESERVATIONS, world=world, limit=30).json()["data"]:
            yield sandbox.charge(f"{_RESERVATIONS}/{row['id']}", world=world)
    for hours in (1, 2, 9):
        yield sandbox.charge(made, at=_in_hours(sandbox, hours))
    for path in ("driver", "vehicle.fleet", "payment_method", "charging_station"):
        yield sandbox.charge(made, expand=path, at=_in_hours(sandbox, 2))
    yield sandbox.charge(made, expand="fleet")
    yield sandbox.charge(made, colour="red")
    yield sandbox.charge(made, at=LATE)
    yield sandbox.client.get(made)
    yield sandbox.charge(_UNKNOWN)


def update_reservation(sandbox: Sandbox) -> Answers:
    made, order = _made(sandbox), _order(sandbox)
    yield _post(sandbox, made, {"metadata": {"dispatch_id": "dispatch_2048"}})
    for name in ("driver", "vehicle", "payment_method"):
        del order[name]
    yield _post(sandbox, made, order | {"earliest_start": _in_hours(sandbox, 1), "latest_end": None})
    yield _post(sandbox, made, {})
    yield _post(sandbox, made, {"ideal_end": "soon"})
    yield _post(sandbox, made, {"location": None})
    yield from _refused_bodies(sandbox, made, {})
    yield _post(sandbox, _UNKNOWN, {})
    _post(sandbox, f"{made}/cancel", {})
    yield _post(sandbox, made, {})


def confirm_reservation(sandbox: Sandbox) -> Answers:
    card = sandbox.opened()["sample"]["charge"]["payment_method"]
    made = f"{_made(sandbox)}/confirm"
    yield _post(sandbox, made, {"payment_method": card})
    yield _post(sandbox, made, {})
    yield sandbox.client.post(f"{_made(sandbox)}/confirm", headers=sandbox.charge_key())
    yield _post(sandbox, f"{_made(sandbox)}/confirm", {"payment_method": _DECLINED})
    yield _post(sandbox, f"{_made(sandbox, connector_type=['CHAdeMO'])}/confirm", {"payment_method": None})
    yield _post(sandbox, f"{_made(sandbox)}/confirm", {"payment_method": "unknown"})
    yield from _refused_bodies(sandbox, made, {})
    yield _post(sandbox, f"{_UNKNOWN}/confirm", {})


def cancel_reservation(sandbox: Sandbox) -> Answers:
    made = f"{_made(sandbox)}/cancel"
    yield _post(sandbox, made, {})
    yield _post(sandbox, made, {})
    yield sandbox.client.post(f"{_made(sandbox)}/cancel", headers=sandbox.charge_key())
    yield from _refused_bodies(sandbox, made, {})
    yield _post(sandbox, f"{_UNKNOWN}/cancel", {})


def _order(sandbox: Sandbox, **changed: object) -> dict[str, Any]:
    sample = sandbox.opened()["sample"]["charge"]
    return {
        "connector_type": ["Type2"],
        "driver": sample["driver"],
        "vehicle": sample["vehicle"],
        "payment_method": sample["payment_method"],
        "ideal_start": _in_hours(sandbox, 2),
        "ideal_end": _in_hours(sandbox, 3),
        "location": {"latitude": 52.5203, "longitude": 13.4053, "radius": 5},
        **changed,
    }


def _made(sandbox: Sandbox, **changed: object) -> str:
    """The path of a reservation that was just made."""
    return f"{_RESERVATIONS}/{_post(sandbox, _RESERVATIONS, _order(sandbox, **changed)).json()['id']}"


def _in_hours(sandbox: Sandbox, hours: int) -> str:
    return millis(instant(sandbox.now()) + hours * HOUR)


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


RESERVATION_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "createReservation": create_reservation,
    "getReservation": get_reservation,
    "updateReservation": update_reservation,
    "confirmReservation": confirm_reservation,
    "cancelReservation": cancel_reservation,
}
