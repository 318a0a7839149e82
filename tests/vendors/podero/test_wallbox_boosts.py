"""A boost of a wallbox charges the car there at once, or the next one, until it is cancelled (PODERO-047)."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import Body, call, get
from tests.vendors.podero.vehicles import keys

pytestmark = pytest.mark.own_server


@pytest.fixture
def waiting(sandbox: Sandbox) -> str:
    """The path of the wallbox at which the sample car is plugged in, and waits for the cheap hours of the night."""
    plug_in(sandbox)
    path = wallbox_path(sandbox)
    assert shown(sandbox, path)["boost_state"] == "available"
    return path


def plug_in(sandbox: Sandbox) -> None:
    """Has the sample car be plugged in at home, nearly empty."""
    event = {"event": "plug_in", "id": keys(sandbox)["electric_vehicle_id"], "battery_level": 20}
    sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=event).raise_for_status()


def wallbox_path(sandbox: Sandbox) -> str:
    """The path of the only wallbox of the sample user."""
    [found] = get(sandbox, "wallboxes", world="default")
    return f"wallboxes/{found['id']}"


def shown(sandbox: Sandbox, path: str) -> Body:
    found: Body = get(sandbox, path, world="default")
    return found


def current(sandbox: Sandbox) -> Body:
    """The session of the sample car now."""
    vehicle = keys(sandbox)["electric_vehicle_id"]
    found: Body = get(sandbox, f"electric-vehicles/{vehicle}/sessions/current", world="default")["session"]
    return found


def test_boost_makes_a_waiting_car_charge(sandbox: Sandbox, waiting: str) -> None:
    """It is requested at first, then ongoing, and the car charges."""
    boosted = call(sandbox, "POST", f"{waiting}/boost", world="default")
    requested = shown(sandbox, waiting)
    sandbox.advance("PT1M")
    ongoing = shown(sandbox, waiting)

    assert (boosted.status_code, boosted.content) == (204, b"")
    assert (requested["boost_state"], requested["mode"]) == ("requested", "PLUGGED_IN")
    assert (ongoing["boost_state"], ongoing["mode"]) == ("ongoing", "CHARGING")
    assert ongoing["charge_rate_w"] > 0


def test_boost_that_goes_on_is_refused_again(sandbox: Sandbox, waiting: str) -> None:
    """409 with the state and the reason at the top of the body."""
    call(sandbox, "POST", f"{waiting}/boost", world="default")
    sandbox.advance("PT1M")
    again = call(sandbox, "POST", f"{waiting}/boost", world="default")

    assert (again.status_code, again.json()) == (409, {"state": "ongoing", "reason": "already_charging"})


def test_podero_047_cancellation_ends_a_live_boost(sandbox: Sandbox, waiting: str) -> None:
    """The car waits for the optimiser again, with what it has charged until then; a repetition changes nothing."""
    call(sandbox, "POST", f"{waiting}/boost", world="default")
    sandbox.advance("PT2M")
    ended = [call(sandbox, "DELETE", f"{waiting}/boost", world="default") for _ in range(2)]
    sandbox.advance("PT1S")
    found, session = shown(sandbox, waiting), current(sandbox)

    assert [answer.status_code for answer in ended] == [204, 204]
    assert (found["boost_state"], found["mode"]) == ("available", "PLUGGED_IN")
    assert session["energy_charged_kwh"] > 0


def test_podero_047_boost_without_a_car_is_armed(sandbox: Sandbox) -> None:
    """It waits for the next session, a repetition changes nothing, and a cancellation forgets it."""
    path = wallbox_path(sandbox)
    armed = [call(sandbox, "POST", f"{path}/boost", world="default").status_code for _ in range(2)]
    waits = shown(sandbox, path)
    call(sandbox, "DELETE", f"{path}/boost", world="default")
    forgotten = shown(sandbox, path)

    assert armed == [204, 204]
    assert (waits["boost_for_next_session"], forgotten["boost_for_next_session"]) == (True, False)
    assert waits["boost_state"] == "unavailable"


def test_boost_of_a_car_is_one_of_its_wallbox(sandbox: Sandbox, waiting: str) -> None:
    """What the car's boost has begun shows at the wallbox, and is cancelled there."""
    vehicle = keys(sandbox)["electric_vehicle_id"]
    call(sandbox, "POST", f"electric-vehicles/{vehicle}/boost", world="default")
    sandbox.advance("PT1M")
    ongoing = shown(sandbox, waiting)["boost_state"]
    call(sandbox, "DELETE", f"{waiting}/boost", world="default")
    sandbox.advance("PT1S")

    assert (ongoing, shown(sandbox, waiting)["boost_state"]) == ("ongoing", "available")


def test_armed_boost_fires_at_the_next_plug_in(sandbox: Sandbox) -> None:
    """The car charges at once when it comes, and the boost is used up."""
    path = wallbox_path(sandbox)
    call(sandbox, "POST", f"{path}/boost", world="default")
    sandbox.advance("PT1M")
    plug_in(sandbox)
    sandbox.advance("PT1M")
    found = shown(sandbox, path)

    assert (found["boost_state"], found["boost_for_next_session"]) == ("ongoing", False)
