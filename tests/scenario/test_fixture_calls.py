"""Whoever makes a world of a scenario that comes with Wattif can call all vendors at once with the ids it is given."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.written import answer_faults, operations

NAMES: Final = ["village", "empty", "fault_parade", "documented"]


@pytest.mark.parametrize("scenario", NAMES)
def test_a_start_works_at_once(sandbox: Sandbox, scenario: str) -> None:
    """The sample driver, car, card and connector are free, and what is charged costs something."""
    make(sandbox, scenario)
    started = sandbox.start("mine")
    sandbox.advance("PT10M", "mine")
    ended = sandbox.end(started.json()["id"], "mine")

    assert (started.status_code, ended.status_code) == (200, 200)
    assert ended.json()["energy_consumed"] > 0
    assert ended.json()["amount_due"] > 0


@pytest.mark.parametrize(("scenario", "count"), [("village", 5), ("empty", 0), ("fault_parade", 9), ("documented", 2)])
def test_cariqas_user_is_there(sandbox: Sandbox, scenario: str, count: int) -> None:
    """With as many sessions as belong to the scenario."""
    make(sandbox, scenario)

    assert sandbox.cariqa(world="mine").json()["count"] == count


@pytest.mark.parametrize(("scenario", "count"), [("village", 18), ("empty", 0), ("fault_parade", 3), ("documented", 2)])
def test_poderos_car_is_there(sandbox: Sandbox, scenario: str, count: int) -> None:
    """With as many completed sessions on the days that are named."""
    shown = make(sandbox, scenario)["sample"]["podero"]

    assert sandbox.podero(world="mine", from_=shown["from"], to=shown["to"]).json()["total"] == count


@pytest.mark.parametrize("scenario", ["village", "fault_parade"])
def test_a_user_is_charging(sandbox: Sandbox, scenario: str) -> None:
    """Where somebody charges through Cariqa when the world begins, it is told who."""
    active = make(sandbox, scenario)["sample"]["cariqa"]["active_user_id"]
    found = sandbox.cariqa(active, world="mine").json()["results"]

    assert [it["is_active"] for it in found].count(True) == 1


@pytest.mark.parametrize("at", ["2026-01-05T00:00:00Z", "2026-12-31T23:59:59.999Z", "2027-06-13T12:00:00Z"])
@pytest.mark.parametrize("scenario", ["village", "empty", "fault_parade"])
def test_it_may_begin_at_any_other_instant(sandbox: Sandbox, scenario: str, at: str) -> None:
    """Everything is moved by whole weeks, and a start works as well."""
    make(sandbox, scenario, clock={"at": at})

    assert sandbox.now("mine") == at.replace("00Z", "00.000Z")
    assert sandbox.start("mine").status_code == 200


@pytest.mark.parametrize("scenario", ["village", "empty", "fault_parade"])
def test_all_that_is_shown_obeys_the_contracts(sandbox: Sandbox, scenario: str) -> None:
    """Whatever strange thing has happened in a world, it is told in the vendor's words; and so is the world."""
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
