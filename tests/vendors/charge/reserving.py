"""Calls on reservations that several tests make."""

from typing import Any, Final

import httpx2

from app.domain.clock import MINUTE, instant, millis
from tests.conftest import Sandbox

RESERVATIONS: Final = "/v1/reservations"
GOOD: Final = "chst_MagicStationGood0000000000000000"
FAULTY: Final = "chst_MagicStationFaulty00000000000000"
AT_GOOD: Final = {"latitude": 52.5203, "longitude": 13.4053, "radius": 5}
AT_FAULTY: Final = {"latitude": 52.5201, "longitude": 13.4051, "radius": 5}
"""Places at which there is one station: with two connectors of Type2, and with one of CCS that is in service."""
SESSIONS: Final = "/v1/charging_sessions"


def after(at: str, minutes: int) -> str:
    """The instant that is some minutes after another one."""
    return millis(instant(at) + minutes * MINUTE)


def order(sandbox: Sandbox, starts_in: int = 60, lasts: int = 90, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a body
    """The body of a reservation at the good station, for the sample driver and vehicle; None leaves one out.

    `starts_in` and `lasts` are minutes.
    """
    now, sample = sandbox.now(), sandbox.opened()["sample"]["charge"]
    body: dict[str, object] = {
        "connector_type": ["Type2"],
        "driver": sample["driver"],
        "vehicle": sample["vehicle"],
        "payment_method": sample["payment_method"],
        "ideal_start": after(now, starts_in),
        "ideal_end": after(now, starts_in + lasts),
        "location": AT_GOOD,
    }
    return {name: value for name, value in (body | changed).items() if value is not None}


def post(sandbox: Sandbox, path: str, body: object = None) -> httpx2.Response:
    """A POST of Charge's API with the key of the world `default`."""
    return sandbox.client.post(path, json={} if body is None else body, headers=sandbox.charge_key())


def reserved(sandbox: Sandbox, starts_in: int = 60, lasts: int = 90, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - the same
    """A reservation that was made."""
    answer = post(sandbox, RESERVATIONS, order(sandbox, starts_in, lasts, **changed))
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def seen(sandbox: Sandbox, reservation: dict[str, Any], at: str | None = None) -> dict[str, Any]:
    """The reservation as it is now, or at an instant."""
    answer = sandbox.charge(f"{RESERVATIONS}/{reservation['id']}", at=at)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def others(sandbox: Sandbox, count: int = 1) -> list[dict[str, Any]]:
    """Driver, vehicle and payment method of sessions that ended, for other vehicles than the sample's."""
    sample = sandbox.opened()["sample"]["charge"]
    found: dict[str, dict[str, Any]] = {}
    for row in sandbox.charge(limit=100, status="completed").json()["data"]:
        if row["vehicle"] != sample["vehicle"] and row["driver"] != sample["driver"]:
            names = ("driver", "vehicle", "payment_method")
            found.setdefault(row["vehicle"], {name: row[name] for name in names})
    return list(found.values())[:count]
