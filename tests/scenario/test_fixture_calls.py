"""A world of a scenario that comes with Wattif can be called immediately with the ids that it shows."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.written import answer_faults, operations

NAMES: Final = ["village", "empty", "fault_parade", "documented"]


@pytest.mark.parametrize("scenario", NAMES)
def test_start_with_sample_ids_works(sandbox: Sandbox, scenario: str) -> None:
    """The sample driver, vehicle, card and connector are free, and the energy has a price."""
    make(sandbox, scenario)
    started = sandbox.start("mine")
    sandbox.advance("PT10M", "mine")
    ended = sandbox.end(started.json()["id"], "mine")

    assert (started.status_code, ended.status_code) == (200, 200)
    assert ended.json()["energy_consumed"] > 0
    assert ended.json()["amount_due"] > 0


@pytest.mark.parametrize(("scenario", "count"), [("village", 10), ("empty", 0), ("fault_parade", 9), ("documented", 2)])
def test_sample_user_has_sessions(sandbox: Sandbox, scenario: str, count: int) -> None:
    """The sample user of Cariqa has as many sessions as the scenario gives it."""
    make(sandbox, scenario)

    assert sandbox.cariqa(world="mine").json()["count"] == count


@pytest.mark.parametrize(("scenario", "count"), [("village", 16), ("empty", 0), ("fault_parade", 3), ("documented", 2)])
def test_sample_vehicle_has_sessions(sandbox: Sandbox, scenario: str, count: int) -> None:
    """The sample vehicle of Podero has as many completed sessions on the days that are named."""
    shown = make(sandbox, scenario)["sample"]["podero"]

    assert sandbox.podero(world="mine", from_=shown["from"], to=shown["to"]).json()["total"] == count


@pytest.mark.parametrize("scenario", ["village", "fault_parade"])
def test_active_user_is_named(sandbox: Sandbox, scenario: str) -> None:
    """Where a user charges through Cariqa when the world begins, the sample names that user."""
    active = make(sandbox, scenario)["sample"]["cariqa"]["active_user_id"]
    found = sandbox.cariqa(active, world="mine").json()["results"]

    assert [it["is_active"] for it in found].count(True) == 1


@pytest.mark.parametrize("at", ["2026-01-05T00:00:00Z", "2026-12-31T23:59:59.999Z", "2027-06-13T12:00:00Z"])
@pytest.mark.parametrize("scenario", ["village", "empty", "fault_parade"])
def test_world_may_begin_at_another_instant(sandbox: Sandbox, scenario: str, at: str) -> None:
    """All instants are moved by whole weeks, and a session can be started."""
    make(sandbox, scenario, clock={"at": at})

    assert sandbox.now("mine") == at.replace("00Z", "00.000Z")
    assert sandbox.start("mine").status_code == 200


@pytest.mark.parametrize("scenario", ["village", "empty", "fault_parade"])
def test_answers_obey_the_contracts(sandbox: Sandbox, scenario: str) -> None:
    """The vendors show the sessions and reservations of a world as their contracts say, and so does the control API."""
    shown = make(sandbox, scenario)["sample"]
    written = {str(operation): operation for operation in operations()}
    days = {"from_": shown["podero"]["from"], "to": shown["podero"]["to"], "limit": 200}
    answers = {
        "charge-listChargingSessions": sandbox.charge(world="mine", limit=100),
        "charge-listReservations": sandbox.charge("/v1/reservations", world="mine", limit=100),
        "cariqa-listChargingSessions": sandbox.cariqa(world="mine", page_size=100),
        "podero-listElectricVehicleSessions": sandbox.podero(world="mine", **days),
        "sandbox-getWorld": sandbox.client.get("/_sandbox/v1/worlds/mine"),
    }

    assert {answer.status_code for answer in answers.values()} == {200}
    assert [fault for name, answer in answers.items() for fault in answer_faults(written[name], answer)] == []


def make(sandbox: Sandbox, scenario: str, **more: object) -> dict[str, Any]:
    """A world of that scenario, called `mine`."""
    made = sandbox.client.post("/_sandbox/v1/worlds", json={"name": "mine", "scenario": scenario, **more})

    assert made.status_code == 201, made.text

    body: dict[str, Any] = made.json()
    return body
