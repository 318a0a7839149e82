"""The totals of a fleet follow from what belongs to it and from its completed sessions, at each instant."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, every, page
from tests.vendors.charge.parties import DRIVERS, FLEETS, delete, get, made, new_driver, new_fleet

METHODS: Final = "/v1/payment_methods"
INSTANTS: Final = ("2026-02-20T09:10:00.000Z", "2026-03-04T12:00:00.000Z", LATER)


@pytest.mark.parametrize("at", INSTANTS)
def test_charge_053_totals_are_those_of_completed_sessions(sandbox: Sandbox, at: str) -> None:
    """CHARGE-053: number and energy are those of the fleet's sessions that are completed at that instant."""
    for fleet in every(sandbox, FLEETS, at=at):
        done = every(sandbox, f"/v1/charging_sessions?fleet={fleet['id']}&status=completed", at=at)
        assert fleet["total_sessions"] == len(done)
        assert fleet["total_energy_consumed_kwh"] == sum(row["energy_consumed"] for row in done) / 1000


def test_charge_053_totals_grow_with_a_session(sandbox: Sandbox) -> None:
    """CHARGE-053: an active session does not count; from its end on it does, with its energy."""
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
    """What happens in the world is added to the totals with which a printed fleet begins."""
    path = f"{FLEETS}/flt_nnMosKd4naheDFTiLmLhZ3Yw64xg9enI"
    before = page(sandbox, path, world="documented")
    driver = new_driver(sandbox, "documented")["id"]
    made(sandbox, f"{DRIVERS}/{driver}/attach", {"fleet": before["id"]}, "documented")
    after = page(sandbox, path, world="documented")

    assert (before["total_sessions"], before["total_energy_consumed_kwh"]) == (186, 4825.4)
    assert after["total_drivers"] == before["total_drivers"] + 1


def test_balances_have_what_wallets_hold(sandbox: Sandbox) -> None:
    """A wallet's balance is its owner's, be it a driver, a fleet or the account, and moves with the wallet."""
    driver, fleet = new_driver(sandbox)["id"], new_fleet(sandbox)["id"]
    wallet = made(sandbox, METHODS, {"type": "wallet", "wallet": {"balance": 5000, "currency": "eur"}})["id"]

    def balances() -> tuple[int, int]:
        held = get(sandbox, f"{DRIVERS}/{driver}"), get(sandbox, f"{FLEETS}/{fleet}")
        return held[0]["wallet_balance"], held[1]["wallet_balance"]

    assert balances() == (0, 0)
    made(sandbox, f"{METHODS}/{wallet}/attach", {"driver": driver})
    assert balances() == (5000, 0)
    assert every(sandbox, DRIVERS)[0]["wallet_balance"] == 5000
    made(sandbox, f"{METHODS}/{wallet}/detach", {"driver": driver})
    made(sandbox, f"{METHODS}/{wallet}/attach", {"fleet": fleet})
    assert balances() == (0, 5000)
    delete(sandbox, f"{FLEETS}/{fleet}").raise_for_status()
    assert get(sandbox, f"{METHODS}/{wallet}")["fleet"] is None


def _row(sandbox: Sandbox, fleet: str) -> dict[str, Any]:
    return next(row for row in every(sandbox, FLEETS) if row["id"] == fleet)
