"""A user's vehicles are listed, registered, read, changed and deleted, and every vendor knows them."""

import pytest

from app.domain.clock import instant
from tests.conftest import Sandbox
from tests.vendors.podero.garage import LIVE, Garage

pytestmark = pytest.mark.own_server


def test_a_list_has_each_vehicle_as_a_detail_does_without_its_actions(sandbox: Sandbox) -> None:
    """The list is newest first; only a detail has `actions`."""
    garage = Garage(sandbox, registers={})
    listed = garage.call("GET", garage.path).json()

    assert [each["id"] for each in listed] == [garage.id, garage.keys["electric_vehicle_id"]]
    assert listed[0] | {"actions": []} == garage.read()


def test_podero_034_an_empty_body_registers_a_vehicle_with_a_home(sandbox: Sandbox) -> None:
    """PODERO-034: a body may be empty or missing; the vehicle is linked, has no model, and has a charger at home."""
    garage = Garage(sandbox, registers={})
    without = garage.call("POST", garage.path).json()
    made = garage.read()

    assert (made["device_model"], made["is_authenticated"], made["lifecycle_state"]) == (None, True, "authenticated")
    assert (made["battery_level"], made["is_plugged_in"], made["battery_capacity_kwh"]) == (60, False, 60.0)
    assert without["id"] != made["id"]
    garage.plug_in(battery_level=30)
    assert (garage.read()["is_plugged_in"], garage.read()["battery_level"]) == (True, 30)


def test_podero_034_the_first_vehicle_of_a_user_brings_a_home(sandbox: Sandbox) -> None:
    """PODERO-034: a user without vehicles gets a home with the first one, which the second one shares."""
    garage = Garage(sandbox)
    users = garage.path.rsplit("/", 2)[0]
    user = garage.ask("POST", users, json={"role": "user", "email": "first@vehicle.example"})
    if user.status_code == 404:
        return
    garage.path = f"{users}/{user.json()['id']}/electric-vehicles"
    made = [garage.call("POST", garage.path, json={}).json()["id"] for _ in range(2)]
    rows = garage.sandbox.kept.rows("SELECT DISTINCT home FROM vehicle WHERE owner = :owner", owner=user.json()["id"])

    assert len({*made}) == 2
    assert [bool(home) for (home,) in rows] == [True]


def test_a_registered_model_charges_as_it_does(sandbox: Sandbox) -> None:
    """A known model brings its battery, an unknown one is shown as it was written."""
    garage = Garage(sandbox, registers={"device_model": {"manufacturer": "volkswagen", "model": "id.3"}})
    known = garage.read()
    other = garage.call(
        "POST", garage.path, json={"device_model": {"manufacturer": "Maker", "model": "One", "year": 2026}}
    ).json()

    assert (known["battery_capacity_kwh"], known["device_model"]["year"]) == (58.0, 2020)
    assert known["device_model"]["device_type"] == {"short_name": "ev", "long_name": "Electric Vehicle"}
    assert (other["device_model"]["manufacturer"], other["device_model"]["year"]) == ("Maker", 2026)


def test_a_registered_vehicle_is_one_of_charges(sandbox: Sandbox) -> None:
    """Charge retrieves the vehicle, and starts a session with it."""
    garage = Garage(sandbox, registers={})
    vehicle = garage.charge_vehicle()
    started = sandbox.start(garage.world, vehicle=vehicle)

    assert garage.charge(f"/v1/vehicles/{vehicle}")["battery_capacity"] == 60_000
    assert (started.status_code, started.json()["vehicle"]) == (200, vehicle)


def test_podero_035_live_state_is_that_of_charges_telemetry(sandbox: Sandbox) -> None:
    """PODERO-035: battery level, range and whether power flows agree at any instant, and so does its time."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=35, at="+PT5H")
    vehicle = garage.charge_vehicle()
    seen = []
    for _ in range(16):
        garage.advance("PT1H7M")
        ours, theirs = garage.read(), garage.charge(f"/v1/vehicles/{vehicle}/telemetry")["battery"]
        seen.append(ours["is_charging"])

        assert (ours["battery_level"], 1000 * ours["driving_range"]) == (theirs["level"], theirs["range"])
        assert (ours["is_charging"], ours["charge_rate_w"] > 0) == (theirs["status"] == "charging",) * 2
        assert instant(ours["current_state_last_updated_at"]) == instant(theirs["updated"])
    assert {*seen} == {True, False}


def test_podero_035_live_state_is_that_of_the_current_session(sandbox: Sandbox) -> None:
    """PODERO-035: the level is that of the session's energy, and there is one while it is plugged in."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=35)
    for _ in range(20):
        car, session = garage.read(), garage.current()

        assert car["is_plugged_in"] is (session is not None)
        if session is not None:
            kwh = session["energy_charged_kwh"]
            assert abs(car["battery_level"] - 35 - 100 * kwh / car["battery_capacity_kwh"]) < 1.5
        garage.advance("PT1H")


def test_podero_037_an_update_keeps_what_it_leaves_out(sandbox: Sandbox) -> None:
    """PODERO-037: a body changes its members only; what no policy has is kept as it is sent."""
    garage = Garage(sandbox)
    before = garage.read()
    after = garage.update(comment="in the yard", price_zone="AT", charge_target_max=1, unknown=1)

    assert after == before | {"comment": "in the yard", "price_zone": "AT", "updated_at": "2026-03-04T12:15:00Z"}
    assert garage.update(minimum_charge_limit=75, charge_deadline_at="06:15")["charge_deadline_at"] == "06:15"
    assert (garage.read()["minimum_charge_limit"], garage.read()["comment"]) == (75, "in the yard")


def test_podero_042_a_vehicle_with_deleted_at_is_deleted(sandbox: Sandbox) -> None:
    """PODERO-042: it is not found without `include_deleted`, can be restored, and Charge keeps it."""
    garage = Garage(sandbox, registers={})
    assert garage.update(deleted_at="2026-03-04T13:00:00+01:00")["deleted_at"] == "2026-03-04T12:00:00Z"

    assert garage.ask("GET", garage.car).status_code == 404
    assert garage.boost().status_code == 404
    assert garage.id not in [each["id"] for each in garage.call("GET", garage.path).json()]
    everything = garage.call("GET", garage.path, params={"include_deleted": "true"}).json()
    assert garage.id in [each["id"] for each in everything]
    assert garage.call("GET", garage.car, params={"include_deleted": "true"}).json()["id"] == garage.id
    assert garage.charge(f"/v1/vehicles/{garage.charge_vehicle()}")["status"] == "active"
    assert garage.update(deleted_at=None)["deleted_at"] is None
    assert garage.read()["id"] == garage.id


def test_podero_036_a_vehicle_without_its_link_shows_what_it_reported_last(sandbox: Sandbox) -> None:
    """PODERO-036: its state stands still, it needs an action, and a boost does not reach it."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=70, for_="PT10M")
    garage.advance("PT20M")
    assert garage.simulate("connection_lost").status_code == 200
    lost = garage.read()
    garage.advance("PT1M")
    garage.plug_in(battery_level=20)
    garage.advance("PT3H")
    seen = garage.read()

    assert (seen["connection_status"], seen["is_authenticated"], seen["action_needed"]) == ("error", False, True)
    assert [seen[name] for name in LIVE] == [lost[name] for name in LIVE]
    assert instant(seen["current_state_last_updated_at"]) <= instant(lost["current_state_last_updated_at"])
    assert garage.boost().json() == {"state": "unavailable", "reason": "internal_error"}
    assert seen["actions"][0]["code"] == "reauthenticate"


def test_a_vehicle_of_another_user_is_not_found(sandbox: Sandbox) -> None:
    """A vehicle, a user and an organisation of another world, or that do not belong together, are 404."""
    garage, other = Garage(sandbox), Garage(sandbox, registers={})
    stranger = "00000000-0000-4000-8000-000000000000"

    for path in (
        f"{garage.path}/{other.id}",
        f"{garage.path}/{stranger}",
        garage.car.replace(garage.keys["user_id"], stranger),
        garage.car.replace(garage.keys["org_id"], stranger),
    ):
        answer = garage.ask("GET", path)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_a_bad_body_names_each_fault_and_changes_nothing(sandbox: Sandbox) -> None:
    """Faults are told in the framework's form, and nothing of the body is kept."""
    garage = Garage(sandbox)
    before = garage.read()
    bad = {"charge_deadline_at": "7 am", "minimum_charge_limit": 101, "price_zone": "DE", "comment": "kept?"}
    answer = garage.ask("PUT", garage.car, json=bad)

    assert answer.status_code == 422
    assert sorted(fault["loc"][-1] for fault in answer.json()["detail"]) == sorted(set(bad) - {"comment"})
    assert garage.read() == before
    assert garage.ask("PUT", garage.car, content=b"{").status_code == 400
