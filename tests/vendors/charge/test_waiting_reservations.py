"""A pending reservation that is going to fail gets a connector that becomes free before it would be confirmed."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.reserving import AT_FAULTY, FAULTY, GOOD, RESERVATIONS, after, others, post, reserved, seen

CCS: Final[dict[str, Any]] = {"connector_type": ["CCS"], "location": AT_FAULTY}


def _then(sandbox: Sandbox, reservation: dict[str, Any]) -> tuple[str, str | None]:
    """The status and the station at the ideal start."""
    shown = seen(sandbox, reservation, reservation["ideal_start"])
    return shown["status"], shown["charging_station"]


@pytest.mark.parametrize("act", ["cancel", "update", "delete"])
def test_reservation_that_gives_way_lets_the_next_one_in(sandbox: Sandbox, act: str) -> None:
    """A reservation that is cancelled, moved to another place, or loses its driver leaves its connector to the next."""
    who = others(sandbox)[0]
    first, second, third = reserved(sandbox, **CCS, **who), reserved(sandbox, **CCS), reserved(sandbox, **CCS)
    before = [_then(sandbox, each) for each in (first, second, third)]
    path = f"{RESERVATIONS}/{first['id']}"
    if act == "delete":
        answer = sandbox.client.delete(f"/v1/drivers/{who['driver']}", headers=sandbox.charge_key())
    else:
        body = {"connector_type": ["CHAdeMO"]} if act == "update" else {}
        answer = post(sandbox, path if act == "update" else f"{path}/cancel", body)

    assert answer.status_code == 200, answer.text
    assert before == [("confirmed", FAULTY), ("failed", None), ("failed", None)]
    assert [_then(sandbox, each) for each in (second, third)] == [("confirmed", FAULTY), ("failed", None)]
    assert seen(sandbox, second)["status"] == "pending"


@pytest.mark.parametrize("by", ["end", "unplug"])
def test_session_that_ends_early_lets_a_reservation_in(sandbox: Sandbox, by: str) -> None:
    """A session that would have run into the window, and ends before it, leaves its connector to the reservation."""
    running = [sandbox.start(charging_station=GOOD, connector="connector_a1", **others(sandbox)[0]).json()["id"]]
    taken = reserved(sandbox, 40, 60)
    made = reserved(sandbox, 40, 60)
    before = _then(sandbox, made)
    sandbox.advance("PT5M")
    if by == "end":
        assert sandbox.end(running[0]).status_code == 200
    else:
        event = {"event": "unplug", "id": running[0]}
        answer = sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=event)
        assert made["id"] in {each["id"] for each in answer.json()["transitions"]}

    assert before == ("failed", None)
    assert _then(sandbox, taken) == _then(sandbox, made) == ("confirmed", GOOD)


def test_connector_that_is_free_at_another_time_does_not_help(sandbox: Sandbox) -> None:
    """A cancellation of another window, or at another place, leaves a reservation that is going to fail as it is."""
    first, made = reserved(sandbox, **CCS), reserved(sandbox, **CCS)
    elsewhere, later = reserved(sandbox), reserved(sandbox, 600, **CCS)

    for each in (elsewhere, later):
        assert post(sandbox, f"{RESERVATIONS}/{each['id']}/cancel").status_code == 200

    assert [_then(sandbox, each) for each in (first, made)] == [("confirmed", FAULTY), ("failed", None)]


def test_reservation_that_has_failed_stays_so(sandbox: Sandbox) -> None:
    """What becomes free after it has failed does not bring it back."""
    first, made = reserved(sandbox, **CCS), reserved(sandbox, **CCS)
    sandbox.advance("PT31M")
    post(sandbox, f"{RESERVATIONS}/{first['id']}/cancel")

    assert seen(sandbox, made)["status"] == "failed"
    assert seen(sandbox, made, after(made["ideal_end"], 0))["status"] == "failed"
