"""A boost charges a vehicle at once, or at its next plug-in; where it cannot, it says why."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.garage import Garage

pytestmark = pytest.mark.own_server


def test_podero_043_a_vehicle_that_waits_is_boosted(sandbox: Sandbox) -> None:
    """PODERO-043: the boost is requested, then ongoing until the battery is full; the window of the optimiser stays."""
    garage = _waiting(sandbox)
    window = garage.current()
    assert garage.boost().status_code == 204
    states = [garage.read()["boost_state"]]
    garage.advance("PT12S")
    boosted = garage.read()
    states.append(boosted["boost_state"])

    assert states == ["requested", "ongoing"]
    assert (boosted["is_charging"], boosted["charge_rate_w"] > 9_000) == (True, True)
    garage.advance("PT4H")
    full, session = garage.read(), garage.current()
    assert (full["boost_state"], full["is_charging"], full["is_fully_charged"]) == ("unavailable", False, True)
    assert session is not None
    assert window is not None
    assert session["desired_charging_start_time"] == window["desired_charging_start_time"]
    assert session["actual_savings_eur"] < session["expected_savings_eur"]


def test_podero_038_a_boost_is_refused_with_its_state_and_a_reason(sandbox: Sandbox) -> None:
    """PODERO-038: the members of the refusal are not in a `detail`."""
    garage = _waiting(sandbox)
    garage.boost()
    refused = [garage.boost()]
    garage.advance("PT1M")
    refused.append(garage.boost())
    garage.advance("PT5H")
    refused.append(garage.boost())

    assert [each.status_code for each in refused] == [409] * 3
    assert [each.json() for each in refused] == [
        {"state": "requested", "reason": "already_charging"},
        {"state": "ongoing", "reason": "already_charging"},
        {"state": "unavailable", "reason": "fully_charged"},
    ]


def test_podero_038_a_vehicle_away_from_home_is_not_boosted(sandbox: Sandbox) -> None:
    """PODERO-038: a public session charges anyway; once it has been ended there is none that could be boosted."""
    garage = Garage(sandbox, registers={})
    session = sandbox.start(garage.world, vehicle=garage.charge_vehicle()).json()["id"]
    charging = garage.boost().json()
    garage.advance("PT1M")
    sandbox.end(session, garage.world)
    ended = garage.boost().json()

    assert charging == {"state": "unavailable", "reason": "already_charging"}
    assert ended == {"state": "unavailable", "reason": "no_active_session"}


def test_podero_043_a_boost_waits_for_the_next_plug_in(sandbox: Sandbox) -> None:
    """PODERO-043: it is armed once, fires when the vehicle is plugged in, and has been used up then."""
    garage = Garage(sandbox, registers={})
    assert [garage.boost().status_code for _ in range(2)] == [204, 204]
    armed = garage.read()
    garage.plug_in(battery_level=30, at="+PT6H")
    assert garage.read()["boost_for_next_session"] is True
    garage.advance("PT6H")
    fired = garage.read()
    garage.advance("PT1M")
    ongoing = garage.read()

    assert (armed["boost_for_next_session"], armed["boost_state"]) == (True, "unavailable")
    assert (fired["boost_for_next_session"], fired["boost_state"]) == (False, "requested")
    assert (ongoing["boost_state"], ongoing["is_charging"]) == ("ongoing", True)


def test_podero_043_a_boost_fires_at_a_plug_in_that_was_planned(sandbox: Sandbox) -> None:
    """PODERO-043: the next planned session charges at once, and those after it as they were planned."""
    boosted, left = Garage(sandbox, has_plans=True), Garage(sandbox, has_plans=True)
    assert boosted.boost().status_code == 204
    for garage in (boosted, left):
        garage.advance("P7D")
    [mine, theirs] = [
        [each for each in reversed(garage.sessions()) if each["plug_in_time"] > "2026-03-04T12:15"]
        for garage in (boosted, left)
    ]

    assert boosted.read()["boost_for_next_session"] is False
    assert [each["plug_in_time"] for each in mine] == [each["plug_in_time"] for each in theirs]
    assert mine[1:] == theirs[1:]
    assert mine[0]["inferred_session_end"] < theirs[0]["inferred_session_end"]
    assert mine[0]["energy_charged_kwh"] == theirs[0]["energy_charged_kwh"]


def test_podero_043_a_boost_is_disarmed(sandbox: Sandbox) -> None:
    """PODERO-043: what was planned is as if no boost had been armed; an ongoing boost goes on."""
    garage, left = Garage(sandbox, has_plans=True), Garage(sandbox, has_plans=True)
    garage.boost()
    assert [garage.boost("DELETE").status_code for _ in range(2)] == [204, 204]
    assert garage.read()["boost_for_next_session"] is False
    for each in (garage, left):
        each.advance("P7D")

    assert garage.sessions() == left.sessions()
    ongoing = _waiting(sandbox)
    ongoing.boost()
    ongoing.boost("DELETE")
    ongoing.advance("PT1M")
    assert ongoing.read()["boost_state"] == "ongoing"


def test_podero_043_a_boost_goes_on_when_the_policy_changes(sandbox: Sandbox) -> None:
    """PODERO-043: a live boost charges to the target of a policy that is set meanwhile, without a pause."""
    garage = _waiting(sandbox)
    garage.boost()
    garage.advance("PT10M")
    garage.set_week(95, "06:30")
    changed = garage.read()
    garage.advance("PT4H")

    assert (changed["boost_state"], changed["is_charging"]) == ("ongoing", True)
    assert garage.read()["battery_level"] == 95


def test_a_boost_changes_nothing_before_it(sandbox: Sandbox) -> None:
    """The vehicle shows the same of an instant before the boost as it did then."""
    garage = _waiting(sandbox)
    at = sandbox.now(garage.world)
    before = garage.read(), garage.current()
    garage.advance("PT30M")
    garage.boost()
    garage.advance("PT30M")

    after = garage.read(at), garage.current(at)
    assert after[0] == before[0]
    assert after[1] == before[1]


def _waiting(sandbox: Sandbox) -> Garage:
    """A vehicle that is plugged in at home in the evening, and waits for cheap hours."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=40, at="+PT5H")
    garage.advance("PT5H")
    assert garage.read()["boost_state"] == "available"
    return garage


@pytest.mark.parametrize("how", ["plug_in", "charge"])
def test_podero_043_a_boost_is_used_up_at_the_instant_at_which_it_is_armed(sandbox: Sandbox, how: str) -> None:
    """PODERO-043: in a frozen world a plug-in that follows at the same instant uses the boost up, wherever it is."""
    garage = Garage(sandbox, registers={})
    garage.boost()
    if how == "plug_in":
        garage.plug_in(battery_level=30)
    else:
        assert sandbox.start(garage.world, vehicle=garage.charge_vehicle()).status_code == 200
    now, garage_state = sandbox.now(garage.world), garage.read()
    garage.advance("PT1M")

    assert garage_state["is_plugged_in"] is True
    assert garage_state["boost_for_next_session"] is False
    assert garage.read(now)["boost_for_next_session"] is False
    assert garage.read()["boost_for_next_session"] is False


@pytest.mark.parametrize("wait", ["PT0S", "PT1M"])
def test_podero_043_a_start_elsewhere_leaves_planned_sessions_as_they_were(sandbox: Sandbox, wait: str) -> None:
    """PODERO-043: a boost that a start through another vendor has used up does not fire at home again."""
    boosted, left = Garage(sandbox, has_plans=True), Garage(sandbox, has_plans=True)
    assert boosted.boost().status_code == 204
    for garage in (boosted, left):
        garage.advance(wait)
        assert sandbox.start(garage.world, vehicle=garage.charge_vehicle()).status_code == 200
        garage.advance("P7D")

    assert len(boosted.sessions()) > 1
    assert boosted.sessions() == left.sessions()
