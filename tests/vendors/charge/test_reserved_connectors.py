"""A reserved connector is kept free for its driver and vehicle, whose session completes the reservation."""

from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.refusals import refusal
from tests.vendors.charge.reserving import AT_FAULTY, FAULTY, GOOD, after, others, post, reserved, seen

CONFLICT: Final = (409, "charging_session_conflict", "connector")
CCS: Final[dict[str, Any]] = {"connector_type": ["CCS"], "location": AT_FAULTY}


def _start(
    sandbox: Sandbox, who: dict[str, Any], station: str = FAULTY, connector: str = "connector_a1"
) -> httpx2.Response:
    return sandbox.start(charging_station=station, connector=connector, **who)


@pytest.mark.parametrize("minutes", [45, 60, 119])
def test_charge_093_start_of_another_is_refused(sandbox: Sandbox, minutes: int) -> None:
    """From a quarter of an hour before the window to its end no other session starts there (CHARGE-093)."""
    reserved(sandbox, 60, 60, **CCS)
    sandbox.advance(f"PT{minutes}M")

    answer = _start(sandbox, others(sandbox)[0])

    assert refusal(answer) == CONFLICT
    assert answer.json()["message"] == "The connector is reserved."


def test_connector_is_free_before_and_after(sandbox: Sandbox) -> None:
    """After the window another vehicle's session starts there, and so it does well before it."""
    who = others(sandbox)[0]
    reserved(sandbox, 240, 60, **CCS, **who)
    assert sandbox.start(charging_station=FAULTY).status_code == 200
    sandbox.advance("PT5H")

    assert sandbox.start(charging_station=FAULTY).status_code == 200


def test_vehicle_and_driver_have_to_be_right(sandbox: Sandbox) -> None:
    """The driver with another vehicle, and the vehicle with another driver, are refused."""
    made, other = reserved(sandbox, 60, 60, **CCS), others(sandbox)[0]
    sandbox.advance("PT1H")

    actual = [refusal(sandbox.start(charging_station=FAULTY, **{name: other[name]})) for name in ("driver", "vehicle")]

    assert actual == [CONFLICT, CONFLICT]
    assert seen(sandbox, made)["status"] == "confirmed"


def test_charge_094_session_completes_the_reservation(sandbox: Sandbox) -> None:
    """A session of that driver and vehicle in the window completes the reservation at its end (CHARGE-094)."""
    made = reserved(sandbox, 60, 60, **CCS)
    sandbox.advance("PT65M")

    assert sandbox.start(charging_station=FAULTY).status_code == 200

    assert seen(sandbox, made)["status"] == "confirmed"
    assert seen(sandbox, made, after(made["ideal_end"], -1))["status"] == "confirmed"
    ended = seen(sandbox, made, made["ideal_end"])
    assert (ended["status"], ended["updated"]) == ("completed", made["ideal_end"])


def test_charge_094_other_connector_of_the_station_will_do(sandbox: Sandbox) -> None:
    """A session at another connector of the station completes it too, and frees the reserved one (CHARGE-094)."""
    made = reserved(sandbox, 60, 60)
    sandbox.advance("PT65M")

    assert sandbox.start(charging_station=GOOD, connector="connector_a2").status_code == 200

    assert seen(sandbox, made, made["ideal_end"])["status"] == "completed"
    assert _start(sandbox, others(sandbox)[0], GOOD).status_code == 200


def test_connector_is_free_once_the_driver_has_charged(sandbox: Sandbox) -> None:
    """When the driver's session is over before the window ends, another vehicle's session starts there."""
    reserved(sandbox, 60, 60, **CCS)
    sandbox.advance("PT1H")
    sandbox.end(sandbox.start(charging_station=FAULTY).json()["id"])
    sandbox.advance("PT2M")

    assert _start(sandbox, others(sandbox)[0]).status_code == 200


def test_unused_reservation_expires(sandbox: Sandbox) -> None:
    """Without a session of its driver it expires at the end of its window."""
    made = reserved(sandbox, 60, 60, **CCS)

    assert seen(sandbox, made, after(made["ideal_end"], -1))["status"] == "confirmed"
    assert seen(sandbox, made, made["ideal_end"])["status"] == "expired"


def test_session_after_the_window_changes_nothing(sandbox: Sandbox) -> None:
    """A session of the driver after the window leaves the reservation expired."""
    made = reserved(sandbox, 60, 60, **CCS)
    sandbox.advance("PT125M")

    assert sandbox.start(charging_station=FAULTY).status_code == 200

    assert seen(sandbox, made)["status"] == "expired"


def test_refused_start_completes_nothing(sandbox: Sandbox) -> None:
    """A start in the window that is refused, for a declined card, leaves the reservation as it was."""
    made = reserved(sandbox, 60, 60, **CCS)
    sandbox.advance("PT1H")

    answer = sandbox.start(charging_station=FAULTY, payment_method="pm_MagicCardDeclined000000000000000")

    assert answer.status_code == 402
    assert seen(sandbox, made, made["ideal_end"])["status"] == "expired"


def test_cancelled_reservation_keeps_nothing_free(sandbox: Sandbox) -> None:
    """After a cancellation another vehicle's session starts at the connector, in the window."""
    made = reserved(sandbox, 60, 60, **CCS)
    sandbox.advance("PT1H")
    post(sandbox, f"/v1/reservations/{made['id']}/cancel")

    assert _start(sandbox, others(sandbox)[0]).status_code == 200


def test_advance_reports_the_transitions(sandbox: Sandbox) -> None:
    """An advance over all of a reservation's life lists its confirmation and its end."""
    made = reserved(sandbox, 60, 60, **CCS)

    steps = sandbox.advance("PT3H").json()["transitions"]

    assert [(each["at"], each["from"], each["to"]) for each in steps if each["id"] == made["id"]] == [
        (after(made["ideal_start"], -30), "pending", "confirmed"),
        (made["ideal_end"], "confirmed", "expired"),
    ]


def test_clock_advances_until_a_reservation_is_confirmed(sandbox: Sandbox) -> None:
    """The clock is moved to the instant at which a reservation has a status."""
    made = reserved(sandbox, 60, 60, **CCS)
    until = {"until": {"id": made["id"], "status": "confirmed"}}

    answer = sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json=until)

    assert answer.json()["to"] == after(made["ideal_start"], -30)
