"""The totals of a fleet follow from what belongs to it and from its completed sessions, at each instant."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, every
from tests.vendors.charge.parties import DRIVERS, FLEETS, get

INSTANTS: Final = ("2026-02-20T09:10:00.000Z", "2026-03-04T12:00:00.000Z", LATER)


@pytest.mark.parametrize("at", INSTANTS)
def test_charge_315_totals_are_those_of_completed_sessions(sandbox: Sandbox, at: str) -> None:
    """CHARGE-315: number and energy are those of the fleet's sessions that are completed at that instant."""
    for fleet in every(sandbox, FLEETS, at=at):
        done = every(sandbox, f"/v1/charging_sessions?fleet={fleet['id']}&status=completed", at=at)
        assert fleet["total_sessions"] == len(done)
        assert fleet["total_energy_consumed_kwh"] == sum(row["energy_consumed"] for row in done) / 1000


def test_charge_315_totals_grow_with_a_session(sandbox: Sandbox) -> None:
    """CHARGE-315: an active session does not count; from its end on it does, with its energy."""
    started = sandbox.start().json()
    path = f"{FLEETS}/{started['fleet']}"
    before = get(sandbox, path)
    sandbox.advance("PT5M")
    ended = sandbox.end(started["id"]).json()
    row = _row(sandbox, started["fleet"])

    assert before["total_sessions"] + 1 <= row["total_sessions"]
    assert get(sandbox, path)["total_sessions"] == row["total_sessions"]
    assert row["total_energy_consumed_kwh"] >= before["total_energy_consumed_kwh"] + ended["energy_consumed"] / 1000
    assert get(sandbox, path, at="2026-03-04T12:00:00.000Z")["total_sessions"] == before["total_sessions"]


def test_totals_count_drivers(sandbox: Sandbox) -> None:
    """`total_drivers` is the number of drivers whom the fleet lists."""
    for fleet in every(sandbox, FLEETS):
        assert fleet["total_drivers"] == len(every(sandbox, f"{DRIVERS}?fleet={fleet['id']}"))
        assert fleet["total_vehicles"] > 0


def test_opening_totals_begin_the_count(sandbox: Sandbox) -> None:
    """What happens in the world is added to the totals with which a fleet begins."""
    fleets = every(sandbox, FLEETS, world="documented")
    opened = [fleet for fleet in fleets if fleet["total_sessions"] >= 186]

    assert all(fleet["total_energy_consumed_kwh"] >= 4825.4 for fleet in opened)


def _row(sandbox: Sandbox, fleet: str) -> dict[str, Any]:
    return next(row for row in every(sandbox, FLEETS) if row["id"] == fleet)
