"""The session for which a vehicle is plugged in is the one that other vendors sell, as far as it has gone."""

from typing import Any

import pytest

from app.domain.clock import instant
from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import CARD_ON_THE_ROAD, ON_THE_ROAD, customer
from tests.vendors.podero.garage import Garage

pytestmark = pytest.mark.own_server


def test_a_vehicle_that_is_not_plugged_in_has_no_current_session(sandbox: Sandbox) -> None:
    """`session` is null, and the answer is 200."""
    garage = Garage(sandbox)

    assert garage.call("GET", f"{garage.car}/sessions/current").json() == {"session": None}


def test_podero_041_a_session_that_goes_on_shows_what_is_known_of_it(sandbox: Sandbox) -> None:
    """PODERO-041: its end is null; its energy, its cost and its savings grow until they are those of the list."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=40, at="+PT6H")
    shown: list[dict[str, Any]] = []
    while len(shown) < 40 and not garage.sessions():
        garage.advance("PT37M")
        shown += [each for each in [garage.current()] if each is not None]
    [listed] = garage.sessions()

    assert all(each["unplug_time"] is each["inferred_session_end"] is each["final_soc_pct"] is None for each in shown)
    for name in ("energy_charged_kwh", "actual_cost_eur"):
        values = [each[name] for each in shown]
        assert values == sorted(values)
        assert values[-1] == listed[name]
    assert shown[-1]["actual_savings_eur"] == listed["actual_savings_eur"] > 0
    later = {"unplug_time", "inferred_session_end", "final_soc_pct"}
    assert {**shown[-1], **{name: listed[name] for name in later}} == listed


def test_a_session_through_charge_is_the_current_one_and_then_listed(sandbox: Sandbox) -> None:
    """Instants, energy and state of charge agree with what Charge shows; it is not at home."""
    garage = Garage(sandbox, registers={"device_model": {"manufacturer": "Volkswagen", "model": "ID.3"}})
    vehicle = garage.charge_vehicle()
    started = sandbox.start(garage.world, vehicle=vehicle).json()
    for _ in range(3):
        garage.advance("PT4M")
        theirs = garage.charge(f"/v1/charging_sessions/{started['id']}")
        ours, car = garage.current(), garage.read()
        telemetry = garage.charge(f"/v1/vehicles/{vehicle}/telemetry")["battery"]

        assert ours is not None
        assert (ours["is_at_home"], ours["session_outcome"]) == (False, "not_at_home")
        assert instant(ours["plug_in_time"]) == instant(theirs["created"])
        _assert_energy_agrees(ours, theirs)
        assert (car["battery_level"], car["is_charging"]) == (telemetry["level"], telemetry["status"] == "charging")
    ended = sandbox.end(started["id"], garage.world).json()
    garage.advance("PT2M")
    [listed] = garage.sessions()

    assert garage.current() is None
    assert ours is not None
    assert listed["id"] == ours["id"]
    _assert_energy_agrees(listed, ended)
    assert instant(listed["inferred_session_end"]) == instant(ended["session_ended"])
    assert abs(listed["final_soc_pct"] - garage.read()["battery_level"]) < 1


def test_a_station_that_is_busy_is_busy_for_the_vehicle_at_home(sandbox: Sandbox) -> None:
    """A vehicle that is plugged in at home cannot be charged elsewhere meanwhile."""
    garage = Garage(sandbox, registers={})
    garage.plug_in()
    refused = sandbox.start(garage.world, vehicle=garage.charge_vehicle())

    assert (refused.status_code, refused.json()["param"]) == (409, "vehicle")


def _assert_energy_agrees(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """The battery gets what the meter shows, less what is lost on the way."""
    assert 0.9 <= 1000 * ours["energy_charged_kwh"] / theirs["energy_consumed"] <= 1


def test_a_session_through_cariqa_is_the_current_one_and_then_listed(sandbox: Sandbox) -> None:
    """Instants and energy agree with what Cariqa shows of the same car; it is not at home."""
    driver = customer(sandbox).other(ON_THE_ROAD)
    driver.advance("P1D")
    car = (
        "/api/partners/v2.0/org/00000000-0000-4000-8000-0000000000a0/users/00000000-0000-4000-8000-0000000000b0"
        "/electric-vehicles/00000000-0000-4000-8000-0000000000c1"
    )
    token = sandbox.world(driver.world)["credentials"]["podero"]["token"]

    def ask(path: str) -> dict[str, Any]:
        body: dict[str, Any] = sandbox.client.get(f"{car}{path}", headers={"Authorization": f"Bearer {token}"}).json()
        return body

    started = driver.start(payment_method_id=CARD_ON_THE_ROAD)
    driver.advance("PT10M")
    theirs, ours = driver.session(started["id"]), ask("/sessions/current")["session"]

    assert (ours["id"], ours["is_at_home"]) == (started["id"], False)
    assert instant(ours["plug_in_time"]) == instant(theirs["start_time"])
    assert 0.9 <= ours["energy_charged_kwh"] / float(theirs["consumed_energy"]) <= 1
    assert ask("")["is_plugged_in"] is True
    assert driver.stop(started["id"]).status_code == 204
    driver.advance("PT2M")
    listed = ask("/sessions?from=2026-01-01&to=2026-12-31")["items"][0]
    assert (ask("/sessions/current"), ask("")["is_plugged_in"]) == ({"session": None}, False)
    assert (listed["id"], listed["energy_charged_kwh"]) == (ours["id"], ours["energy_charged_kwh"])
