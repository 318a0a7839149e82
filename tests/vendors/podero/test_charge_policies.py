"""A charge policy says how far a vehicle is charged at home, and by when, now and in the sessions to come."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.garage import WEEKDAYS, Garage

pytestmark = pytest.mark.own_server


def test_podero_040_a_vehicle_without_a_weekly_policy_has_the_daily_one(sandbox: Sandbox) -> None:
    """PODERO-040: each day shows the target and the deadline that the vehicle has."""
    garage = Garage(sandbox)
    garage.update(minimum_charge_limit=65, charge_deadline_at="05:45")
    shown = garage.call("GET", f"{garage.car}/charge-policy").json()

    assert shown["metadata"] == {"electric_vehicle_id": garage.id, "user_id": garage.user, "error": None}
    day = {"charge_percentage": 65, "charge_deadline": "05:45"}
    assert shown["data"] == dict.fromkeys(WEEKDAYS, day) | {"timezone": "Europe/Berlin"}


def test_podero_039_a_day_keeps_what_a_body_leaves_out(sandbox: Sandbox) -> None:
    """PODERO-039: days and members of days that are not sent stay as they are; the answer is the whole policy."""
    garage = Garage(sandbox)
    garage.set_week(70, "06:30")
    changed = garage.call("PUT", f"{garage.car}/charge-policy", json={"sat": {"charge_percentage": 55.5}}).json()

    assert changed["data"]["sat"] == {"charge_percentage": 55.5, "charge_deadline": "06:30"}
    assert changed["data"]["fri"] == {"charge_percentage": 70, "charge_deadline": "06:30"}
    assert garage.call("GET", f"{garage.car}/charge-policy").json() == changed


@pytest.mark.parametrize(
    "bad",
    [
        {"mon": {"charge_percentage": 100.5}},
        {"mon": {"charge_deadline": "24:00"}},
        {"mon": {"charge_deadline": "7:00"}},
        {"mon": None},
        {"timezone": "Europe/Atlantis"},
        {"timezone": "localtime"},
        {"timezone": "right/UTC"},
        {"timezone": "../../etc/passwd"},
        {"timezone": ""},
    ],
)
def test_a_bad_policy_is_refused_and_changes_nothing(sandbox: Sandbox, bad: dict[str, object]) -> None:
    """A fault names its place in the body."""
    garage = Garage(sandbox)
    before = garage.call("GET", f"{garage.car}/charge-policy").json()
    answer = garage.ask("PUT", f"{garage.car}/charge-policy", json={"tue": {"charge_percentage": 10}, **bad})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:3] == ["body", "payload", next(iter(bad))]
    assert garage.call("GET", f"{garage.car}/charge-policy").json() == before


def test_podero_040_the_present_session_follows_the_policy_from_now_on(sandbox: Sandbox) -> None:
    """PODERO-040: target and deadline are the policy's; the window is before the deadline; the past stays."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=40, at="+PT5H")
    garage.advance("PT6H")
    at = sandbox.now(garage.world)
    before = garage.read(at)
    garage.advance("PT1H")
    garage.set_week(95, "05:30", "Europe/Lisbon")
    session = garage.current()

    assert session is not None
    assert (session["target_soc_pct"], session["charge_deadline"]) == (95, "2026-03-05T05:30:00Z")
    assert session["plug_in_time"] < session["desired_charging_start_time"] < session["desired_charging_end_time"]
    assert session["desired_charging_end_time"] <= session["charge_deadline"]
    assert session["expected_savings_eur"] > 0
    assert {**garage.read(at), **_policy(before)} == before
    garage.advance("PT11H")
    assert (garage.read()["battery_level"], garage.read()["is_fully_charged"]) == (95, True)


def test_podero_037_a_policy_counts_while_it_is_enabled(sandbox: Sandbox) -> None:
    """PODERO-037: a policy that is not enabled leaves the usual target and deadline."""
    garage = Garage(sandbox, registers={})
    garage.set_week(95, "05:30")
    garage.update(is_charge_policy_enabled=False)
    garage.plug_in(battery_level=40)
    usual = garage.current()
    garage.update(is_charge_policy_enabled=True)
    enabled = garage.current()

    assert usual is not None
    assert enabled is not None
    assert (usual["target_soc_pct"], usual["charge_deadline"]) == (80, "2026-03-05T07:00:00Z")
    assert (enabled["target_soc_pct"], enabled["charge_deadline"]) == (95, "2026-03-05T04:30:00Z")


def test_podero_037_without_smart_optimisation_charging_does_not_wait(sandbox: Sandbox) -> None:
    """PODERO-037: a vehicle whose optimisation is off charges as soon as it is plugged in, and saves nothing."""
    garage = Garage(sandbox, registers={"is_smart_optimization_active": False})
    garage.set_week(80)
    garage.plug_in(battery_level=40, at="+PT5H")
    garage.advance("PT5H1M")
    session = garage.current()

    assert session is not None
    assert garage.read()["is_charging"] is True
    assert session["desired_charging_start_time"] == session["plug_in_time"]
    garage.update(is_smart_optimization_active=True)
    assert garage.read()["is_charging"] is False


def test_podero_037_no_target_is_below_the_least_one(sandbox: Sandbox) -> None:
    """PODERO-037: a day's percentage below `charge_target_min` counts as that."""
    garage = Garage(sandbox, registers={"charge_target_min": 60})
    garage.set_week(20)
    garage.plug_in(battery_level=40)
    session = garage.current()

    assert session is not None
    assert session["target_soc_pct"] == 60


def test_podero_040_the_deadline_wins_over_prices(sandbox: Sandbox) -> None:
    """PODERO-040: a vehicle that has no time to wait charges at once, up to the deadline and beyond it."""
    garage = Garage(sandbox, registers={})
    garage.set_week(100, "14:00")
    garage.plug_in(battery_level=10)
    session = garage.current()

    assert session is not None
    assert session["desired_charging_start_time"] == session["plug_in_time"]
    assert session["charge_deadline"] == "2026-03-04T13:00:00Z"
    assert garage.read()["is_charging"] is True


def test_podero_040_coming_sessions_at_home_follow_the_week(sandbox: Sandbox) -> None:
    """PODERO-040: each session that was planned has the target and the deadline of its weekday, and room for them."""
    garage = Garage(sandbox, has_plans=True)
    garage.set_week(60, "06:30", "Europe/Vienna", sat={"charge_percentage": 75, "charge_deadline": "09:00"})
    since = sandbox.now(garage.world)
    garage.advance("P8D")
    home = [each for each in garage.sessions() if each["is_at_home"] and each["plug_in_time"] > since]

    assert home
    for each in home:
        local = datetime.fromisoformat(each["charge_deadline"]).astimezone(ZoneInfo("Europe/Vienna"))
        wanted = (75, "09:00") if local.weekday() == WEEKDAYS.index("sat") else (60, "06:30")
        assert (each["target_soc_pct"], f"{local:%H:%M}") == wanted
        assert each["initial_soc_pct"] < 60
        assert each["final_soc_pct"] <= wanted[0] + 0.1
        if each["unplug_time"] is None or each["unplug_time"] > each["charge_deadline"]:
            assert each["final_soc_pct"] == wanted[0]


def test_the_same_policies_give_the_same_sessions(sandbox: Sandbox) -> None:
    """What was set in between, and changed again, leaves no trace in the sessions to come."""
    garage, other = Garage(sandbox, has_plans=True), Garage(sandbox, has_plans=True)
    garage.set_week(60)
    garage.boost()
    garage.set_week(100, "04:00")
    garage.boost("DELETE")
    other.set_week(60)
    for each in (garage, other):
        each.set_week(70, "06:00")
        each.advance("P8D")

    assert garage.sessions() == other.sessions()


def _policy(car: dict[str, object]) -> dict[str, object]:
    """The members that show the policy itself, which is shown as it is now."""
    names = ("is_charge_policy_enabled", "charge_policy_last_updated_at", "updated_at")
    return {name: car[name] for name in names}
