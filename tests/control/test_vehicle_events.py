"""Simulated events plug a vehicle in at home, and drive it away."""

from itertools import pairwise

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS
from tests.vendors.podero.garage import Garage

pytestmark = pytest.mark.own_server


def test_a_plug_in_makes_a_session_that_lasts_as_long_as_it_says(sandbox: Sandbox) -> None:
    """It begins at its instant with the charge that is given, and ends after the duration."""
    garage = Garage(sandbox, registers={})
    answer = garage.simulate("plug_in", battery_level=33, at="+PT2H", for_="PT3H").json()
    statuses = [(each["at"], each["to"]) for each in answer["transitions"]]
    garage.advance("PT2H")
    began = garage.current()
    garage.advance("PT3H")

    assert statuses[0] == ("2026-03-04T14:15:00.000Z", "active")
    assert ("2026-03-04T17:15:00.000Z", "unplugged") in statuses
    assert began is not None
    assert (began["initial_soc_pct"], began["is_at_home"]) == (33, True)
    assert [each["unplug_time"] for each in garage.sessions()] == ["2026-03-04T17:15:00Z"]
    assert {each["ids"]["podero"] for each in answer["transitions"]} == {began["id"]}


def test_a_plug_in_lasts_until_an_hour_after_the_deadline(sandbox: Sandbox) -> None:
    """Unless something else is asked for, the vehicle leaves an hour after it was to be ready."""
    garage = Garage(sandbox, registers={})
    garage.set_week(80, "06:00", "Europe/Berlin")
    garage.plug_in()
    garage.advance("P1D")

    assert [each["unplug_time"] for each in garage.sessions()] == ["2026-03-05T06:00:00Z"]


def test_a_drive_takes_charge_and_ends_at_home(sandbox: Sandbox) -> None:
    """A vehicle that drives 100 km has 18 kWh less when it is plugged in again, two hours later."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=90)
    garage.advance("PT1M")
    before = garage.read()
    assert garage.simulate("drive_away", km=100).status_code == 200
    away = garage.read()
    garage.advance("PT1H")
    midway = garage.read()
    garage.advance("PT1H")
    back = garage.read()

    assert (before["is_plugged_in"], away["is_plugged_in"], back["is_plugged_in"]) == (True, False, True)
    assert back["battery_level"] in {59, 60}
    assert back["battery_level"] < midway["battery_level"] < before["battery_level"]
    assert garage.current() != garage.sessions()[0]


def test_a_drive_lasts_as_long_as_it_says(sandbox: Sandbox) -> None:
    """A vehicle that is away for nine hours is plugged in after them."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=90)
    assert garage.simulate("drive_away", km=60, for_="PT9H", at="+PT1H").status_code == 200
    garage.advance("PT10H")
    session = garage.current()

    assert session is not None
    assert session["plug_in_time"] == "2026-03-04T22:15:00Z"
    assert [each["unplug_time"] for each in garage.sessions()] == ["2026-03-04T13:15:00Z"]


def test_planned_sessions_give_way_to_a_plug_in(sandbox: Sandbox) -> None:
    """No vehicle is plugged in twice at a time; sessions that were planned for it meanwhile do not take place."""
    garage = Garage(sandbox, has_plans=True)
    garage.plug_in(for_="P5D")
    garage.advance("P6D")
    stays = sorted(
        (each["plug_in_time"], each["unplug_time"] or each["inferred_session_end"]) for each in garage.sessions()
    )

    assert ("2026-03-04T12:15:00Z", "2026-03-09T12:15:00Z") in stays
    assert all(left <= came for (_, left), (came, _) in pairwise(stays))


@pytest.mark.parametrize(
    ("event", "more", "says"),
    [
        ("plug_in", {}, "is plugged in until"),
        ("drive_away", {"km": 900}, "does not get 900 km"),
        ("plug_in", {"at": "+PT30H", "battery_level": 100}, "arrives with no more"),
    ],
)
def test_impossible_events_of_a_vehicle_are_refused(
    sandbox: Sandbox, event: str, more: dict[str, object], says: str
) -> None:
    """The refusal says why, and nothing has changed."""
    garage = Garage(sandbox, registers={})
    garage.plug_in(battery_level=70)
    before = garage.read(), garage.current()
    answer = garage.simulate(event, **more)

    assert (answer.status_code, says in answer.json()["detail"]) == (409, True)
    assert (garage.read(), garage.current()) == before


def test_a_wallbox_takes_one_vehicle(sandbox: Sandbox) -> None:
    """A second vehicle of the same home is refused while the first one is plugged in."""
    garage = Garage(sandbox, registers={})
    other = garage.call("POST", garage.path, json={}).json()["id"]
    garage.plug_in()
    garage.id = other
    refused = garage.simulate("plug_in")

    assert (refused.status_code, "is plugged in there until" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("event", "more", "says"),
    [
        ("drive_away", {}, "km: drive_away needs one"),
        ("plug_in", {"km": 3}, "km: plug_in has none"),
        ("drive_away", {"km": 0}, "km"),
        ("drive_away", {"km": 2_001}, "km"),
        ("plug_in", {"battery_level": 101}, "battery_level"),
        ("unplug", {"battery_level": 50}, "battery_level: unplug has none"),
    ],
)
def test_invalid_measures_are_refused(sandbox: Sandbox, event: str, more: dict[str, object], says: str) -> None:
    """A distance or a level that an event does not take, or that is out of bounds, is 400."""
    garage = Garage(sandbox)
    answer = garage.simulate(event, **more)

    assert (answer.status_code, says in answer.text) == (400, True)


def test_a_vehicle_without_smart_charging_is_unknown(sandbox: Sandbox) -> None:
    """Only vehicles that have an owner and a home are plugged in there."""
    garage = Garage(sandbox)
    [[stranger]] = sandbox.kept.rows("SELECT id FROM vehicle WHERE org IS NULL ORDER BY id LIMIT 1")
    answers = [
        sandbox.client.post(f"{WORLDS}/{garage.world}/simulate", json={"event": "plug_in", "id": each})
        for each in (stranger, "veh_Unknown")
    ]

    assert [each.status_code for each in answers] == [404, 404]
