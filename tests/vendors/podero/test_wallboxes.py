"""A wallbox is what stands at the home of a user's car, and shows what happens there (PODERO-046, PODERO-047)."""

from typing import Final

import pytest

from app.domain.clock import instant
from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world
from tests.vendors.podero.device_calls import ID, Body, call, get, put
from tests.vendors.podero.vehicles import every

pytestmark = pytest.mark.own_server

PLUGGED_IN: Final = "2026-03-30T20:00:00Z"
CHARGING: Final = "2026-03-31T00:30:00Z"
AFTERWARDS: Final = "2026-03-31T06:00:00Z"
STATION: Final = "chst_DocumentedHome000000000000000000"


def wallbox(sandbox: Sandbox, at: str | None = None) -> Body:
    """The sample wallbox at an instant."""
    found: Body = get(sandbox, f"wallboxes/{ID}", at=at)
    return found


def test_podero_046_mode_follows_the_session_there(sandbox: Sandbox) -> None:
    """READY without a car, PLUGGED_IN while the car waits, and CHARGING with its power."""
    found = [wallbox(sandbox, at) for at in (PLUGGED_IN, CHARGING, AFTERWARDS)]

    assert [each["mode"] for each in found] == ["PLUGGED_IN", "CHARGING", "READY"]
    assert [each["is_plugged_in"] for each in found] == [True, True, False]
    assert [each["is_charging"] for each in found] == [False, True, False]
    assert [each["charge_rate_w"] for each in found] == [0, 10_500, 0]
    assert {each["connection"] for each in found} == {"online"}


def test_podero_046_car_elsewhere_is_not_at_the_wallbox(sandbox: Sandbox) -> None:
    """While the car charges away from home its wallbox is READY."""
    away = next(item for item in every(sandbox, world="documented") if not item["is_at_home"])

    assert wallbox(sandbox, "2026-03-31T15:30:00Z")["mode"] == "READY"
    assert away["plug_in_time"] < "2026-03-31T15:30:00Z" < away["unplug_time"]


def test_podero_046_every_home_has_a_wallbox(sandbox: Sandbox) -> None:
    """The sample user of a generated town has one wallbox, under an id that stays when it is written to."""
    [found] = get(sandbox, "wallboxes", world="default")
    [again] = get(sandbox, "wallboxes", world="default", at="2026-03-01T00:00:00Z")
    changed = put(sandbox, f"wallboxes/{found['id']}", {"comment": "In the garage"}, world="default")
    [listed] = get(sandbox, "wallboxes", world="default")

    assert found["id"] == again["id"] == changed["id"] == listed["id"]
    assert found["charge_power_max_w"] == 11_000
    assert found["device_model"]["device_type"] == {"short_name": "wb", "long_name": "Wallbox"}
    assert (listed["comment"], listed["created_at"]) == ("In the garage", found["created_at"])
    assert instant(listed["updated_at"]) == instant(sandbox.now()) > instant(found["updated_at"])


def test_podero_046_silent_station_is_offline(sandbox: Sandbox) -> None:
    """While nothing is heard of its station, the mode is UNKNOWN and its state is not known."""
    control = "/_sandbox/v1/worlds/documented/simulate"
    happened = sandbox.client.post(control, json={"event": "station_silent", "id": STATION})

    assert happened.status_code == 200, happened.text
    sandbox.advance("PT1M", "documented")
    found = wallbox(sandbox)
    assert (found["mode"], found["connection"]) == ("UNKNOWN", "offline")
    assert found["is_plugged_in"] is found["is_charging"] is found["charge_rate_w"] is None


def test_podero_047_what_is_written_is_kept(sandbox: Sandbox) -> None:
    """A change keeps what it leaves out, ignores unknown members, and dates the policy only when that changes."""
    first = put(
        sandbox, f"wallboxes/{ID}", {"charge_target_max": 90, "charge_deadline_at": "2026-04-02T07:00:00+02:00"}
    )
    sandbox.advance("PT1H", "documented")
    second = put(sandbox, f"wallboxes/{ID}", {"comment": "Near the door", "mode": "CHARGING"})

    assert (second["charge_target_max"], second["charge_target_min"]) == (90, 50)
    assert second["charge_deadline_at"] == "2026-04-02T05:00:00Z"
    assert (second["comment"], second["mode"]) == ("Near the door", "READY")
    assert first["charge_policy_last_updated_at"] == second["charge_policy_last_updated_at"] < second["updated_at"]


def test_bad_members_of_a_wallbox_are_refused(sandbox: Sandbox) -> None:
    """422 names every fault of the body, and nothing is saved."""
    bad = {"charge_target_max": 101, "minimum_charge_limit": "x", "price_zone": "DE", "comment": "x" * 301}
    refused = call(sandbox, "PUT", f"wallboxes/{ID}", bad)

    assert refused.status_code == 422
    assert {fault["loc"][-1] for fault in refused.json()["detail"]} == set(bad)
    assert wallbox(sandbox)["charge_target_max"] == 80


def test_foreign_wallbox_is_not_found(sandbox: Sandbox) -> None:
    """404 for each call about the wallbox of another user or world."""
    [stranger] = get(sandbox, "wallboxes", world="default")
    path = f"wallboxes/{stranger['id']}"
    answers = [
        call(sandbox, method, each, body)
        for method, each, body in (
            ("GET", path, None),
            ("PUT", path, {}),
            ("POST", f"{path}/boost", None),
            ("DELETE", f"{path}/boost", None),
        )
    ]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"detail": "Not Found"})] * 4


def test_a_wallbox_at_a_home_loses_its_link(sandbox: Sandbox) -> None:
    """The event takes the id that is listed, also where nothing was written of the wallbox before."""
    world = create_world(sandbox)["name"]
    [before] = get(sandbox, "wallboxes", world=world)
    event = {"event": "connection_lost", "id": before["id"]}
    answer = sandbox.client.post(f"{WORLDS}/{world}/simulate", json=event)
    [after] = get(sandbox, "wallboxes", world=world)

    assert answer.status_code == 200, answer.text
    assert (before["connection_status"], before["action_needed"]) == ("ok", False)
    assert (after["connection_status"], after["action_needed"]) == ("error", True)
    assert (after["id"], after["created_at"], after["updated_at"]) == tuple(
        before[name] for name in ("id", "created_at", "updated_at")
    )
    assert sandbox.client.post(f"{WORLDS}/{world}/simulate", json=event).status_code == 409
