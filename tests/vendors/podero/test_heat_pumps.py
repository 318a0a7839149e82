"""Heat pumps are listed, registered, retrieved and updated, and tell their state (PODERO-050, PODERO-051)."""

from typing import Any, Final

import pytest

from app.domain.clock import HOUR, instant, millis
from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import ID, Body, call, get, put
from tests.vendors.podero.people import API, good, onboarding, path_of

pytestmark = pytest.mark.own_server

PATH: Final = f"heat-pumps/{ID}"
_PRINTED: Final[dict[str, Any]] = {
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T14:25:00Z",
    "building": "94964bf8-4ec9-4f3f-b10e-0fe21980279e",
    "is_authenticated": True,
    "is_smart_optimization_active": True,
    "operational_mode": "heating",
    "current_power_consumption_w": 2500,
    "indoor_actual_temperature": 21.5,
    "outdoor_temperature": 5.3,
    "consumption_last_day_kwh": 45.3,
    "consumption_last_week_kwh": 287.6,
    "consumption_last_month_kwh": 1204.8,
    "authorization_url": None,
}
_STATE: Final = ("current_power_consumption_w", "outdoor_temperature", "inlet_temperature", "dhw_temperature")


def test_registered_pump_is_listed_and_retrieved(sandbox: Sandbox) -> None:
    """It has what was sent, comes first in the list, and is the same there as by its id, but for `actions`."""
    model = {"manufacturer": "Nibe", "model": "S-Series", "device_type": {"short_name": "hp_atw", "long_name": "Pump"}}
    made = call(sandbox, "POST", "heat-pumps", {"device_model": model, "price_zone": "AT", "comment": "Cellar"}).json()
    listed: list[Body] = get(sandbox, "heat-pumps")
    found: Body = get(sandbox, f"heat-pumps/{made['id']}")

    assert [each["id"] for each in listed] == [made["id"], ID]
    assert found == made == {**listed[0], "actions": []}
    assert (made["device_model"]["manufacturer"], made["price_zone"], made["comment"]) == ("Nibe", "AT", "Cellar")


def test_podero_050_unlinked_pump_has_no_state(sandbox: Sandbox) -> None:
    """An empty body is enough, and nothing is known of the state of what it registers."""
    made = call(sandbox, "POST", "heat-pumps", {}).json()

    assert (made["device_model"], made["is_authenticated"], made["lifecycle_state"]) == (None, False, "authenticated")
    assert made["current_state_last_updated_at"] is made["current_mode"] is None
    assert {made[name] for name in _STATE} == {None}


def test_podero_050_state_is_told_every_five_minutes(sandbox: Sandbox) -> None:
    """The state is that of the last full five minutes, until the link is lost; then it stays."""
    [listed] = get(sandbox, "heat-pumps", world="default")
    path = f"heat-pumps/{listed['id']}"
    first = get(sandbox, path, world="default", at="2026-03-01T12:04:59Z")
    event = {"event": "connection_lost", "id": listed["id"]}
    sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=event).raise_for_status()
    sandbox.advance("PT3H")
    lost = get(sandbox, path, world="default")

    assert first["current_state_last_updated_at"] == "2026-03-01T12:00:00Z"
    assert lost["current_state_last_updated_at"] == listed["current_state_last_updated_at"] == "2026-03-04T12:00:00Z"
    assert (lost["is_authenticated"], lost["action_needed"], lost["lifecycle_state"]) == (False, True, "error")
    assert lost["actions"][0]["resolution_link"]["url"].startswith("http://localhost:8000/api/partners/v2.0/cues/")


def test_podero_051_documented_pump_has_the_printed_readings(sandbox: Sandbox) -> None:
    """The fields of the list example have the values of the page."""
    documented = sandbox.client.get("/_sandbox/v1/worlds/documented/export").json()
    pumps = [each for each in documented["documents"] if each["id"] == "8c6efd5a-36d2-4c3d-83a8-b7c9f39242cd"]

    assert len(pumps) == 1
    found = get(sandbox, f"../497f6eca-6276-4993-bfeb-53cbbbba6f08/heat-pumps/{pumps[0]['id']}")
    assert {name: found[name] for name in _PRINTED} == _PRINTED
    assert found["device_model"]["device_type"] == {"short_name": "hp_atw", "long_name": "Heat Pump (Air-to-Water)"}


def test_state_follows_the_hour_and_the_season(sandbox: Sandbox) -> None:
    """Over a winter and a spring day the pump uses more when it is colder, and the mode changes."""
    winter, spring = (
        [get(sandbox, PATH, at=millis(instant(day) + hour * HOUR)) for hour in range(0, 24, 3)]
        for day in ("2026-01-20T00:00:00Z", "2026-06-20T00:00:00Z")
    )
    watts = [sum(each["current_power_consumption_w"] for each in day) for day in (winter, spring)]

    assert watts[0] > 2 * watts[1]
    assert all(each["outdoor_temperature"] < 15 for each in winter)
    assert len({each["current_mode"] for each in winter}) > 1


def test_update_keeps_what_it_leaves_out(sandbox: Sandbox) -> None:
    """Without an optimiser there is no mode; other members stay, and `updated_at` is the instant of the change."""
    changed = put(sandbox, PATH, {"is_smart_optimization_active": False, "indoor_target_temperature_offset": -0.5})

    assert (changed["is_smart_optimization_active"], changed["current_mode"]) == (False, None)
    assert changed["indoor_target_temperature"] == 20.0
    assert (changed["dhw_standard_temperature"], changed["is_space_heating_enabled"]) == (48.0, True)
    assert changed["updated_at"] == sandbox.now("documented")
    assert changed == get(sandbox, PATH)


def test_documented_updates_are_taken(sandbox: Sandbox) -> None:
    """The requests of the pages are answered with what they change."""
    for body in (
        {"is_smart_optimization_active": False},
        {"maximum_temperature_limit": 21.5, "minimum_temperature_limit": 19.0},
        {"dhw_standard_temperature": 48.0, "minimum_dhw_temperature_limit": 40.0},
        {"is_away_mode_enabled": True, "away_mode_minimum_temperature_limit": 16.0},
        {"away_mode_start": "2024-02-15T08:00:00Z", "away_mode_end": "2024-02-20T18:00:00Z"},
    ):
        changed = put(sandbox, PATH, body)
        assert {name: changed[name] for name in body} == body


def test_bad_members_of_a_pump_are_refused(sandbox: Sandbox) -> None:
    """422 names each of them, 400 a body that is no JSON, and nothing is saved."""
    bad = {"optimization_level": "High", "indoor_target_temperature_offset": 11, "is_away_mode_enabled": None}
    refused = [call(sandbox, method, path, bad) for method, path in (("PUT", PATH), ("POST", "heat-pumps"))]

    assert [answer.status_code for answer in refused] == [422, 422]
    assert {fault["loc"][-1] for fault in refused[0].json()["detail"]} == set(bad)
    assert len(get(sandbox, "heat-pumps")) == 1
    assert get(sandbox, PATH)["optimization_level"] == "Mid"


def test_towns_people_have_pumps_and_inverters(sandbox: Sandbox) -> None:
    """The sample user of a generated town has one of each, linked, at home, and with a state."""
    [pump], [inverter] = get(sandbox, "heat-pumps", world="default"), get(sandbox, "inverters", world="default")

    assert pump["is_authenticated"] is inverter["is_authenticated"] is True
    assert pump["current_power_consumption_w"] > 0
    assert inverter["household_consumption_w"] > 0
    assert pump["owner"]["id"] == inverter["owner"]["id"]


@pytest.mark.parametrize(
    ("choice", "kind", "power"),
    [("hp-0", "heat-pumps", "current_power_consumption_w"), ("iv-0", "inverters", "household_consumption_w")],
)
def test_linked_device_has_a_state(sandbox: Sandbox, choice: str, kind: str, power: str) -> None:
    """A device that an onboarding session links tells its state at once; a heat pump heats."""
    session = onboarding(sandbox)
    link = path_of(session["authentication_url"])
    sandbox.client.post(link, content=f"device={choice}".encode(), follow_redirects=False)
    made = good(sandbox, "GET", f"{API}/device-onboarding/{session['id']}")["object_id"]
    found = get(sandbox, f"{kind}/{made}", world="default")

    assert found["is_authenticated"] is True
    assert found[power] > 100
    assert instant(found["current_state_last_updated_at"]) == instant(sandbox.now())
