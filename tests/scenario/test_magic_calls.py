"""Each magic object has its one behaviour, through each vendor that shows it, in each world."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox

WORLDS: Final = ["default", "documented"]
ORG, OWNER = "00000000-0000-4000-8000-0000000000a0", "00000000-0000-4000-8000-0000000000b0"
AWAY, PLUGGED_IN, UNPLUGGED = (f"00000000-0000-4000-8000-0000000000c{n}" for n in (1, 2, 3))
DEBTOR, UNBILLED = "00000000-0000-4000-8000-0000000000d1", "00000000-0000-4000-8000-0000000000d2"
DECLINED, UNAUTHENTICATED = "pm_MagicCardDeclined000000000000000", "pm_MagicCardNeedsAuthentication0000"


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("card", [DECLINED, UNAUTHENTICATED])
def test_refused_cards_start_no_session(sandbox: Sandbox, world: str, card: str) -> None:
    """No session starts with a card that is declined or that its holder has to confirm."""
    refused = sandbox.start(world, payment_method=card)

    assert refused.status_code == 402
    assert refused.json()["param"] == "payment_method"


@pytest.mark.parametrize("world", WORLDS)
def test_nearly_full_vehicle_is_soon_full(sandbox: Sandbox, world: str) -> None:
    """With each driver it arrives with 97 % and is full within minutes; the next time it arrives with 97 % again."""
    energies = []
    for _ in range(2):
        started = sandbox.start(world, vehicle="veh_MagicCarNearlyFull00000000000000")
        sandbox.advance("PT20M", world)
        ended = sandbox.charge(f"/v1/charging_sessions/{started.json()['id']}", world=world).json()
        energies.append((ended["status"], ended["energy_consumed"]))

    assert energies == [("completed", 1875)] * 2


@pytest.mark.parametrize("world", WORLDS)
def test_silent_station_catches_up(sandbox: Sandbox, world: str) -> None:
    """From the tenth minute to the fortieth its energy stands still; then it is what it would have been."""
    silent = {"charging_station": "chst_MagicStationSilent00000000000000", "connector": "connector_a1"}
    started = sandbox.start(world, **silent).json()
    seen: dict[int, int] = {}
    for minutes in (9, 10, 25, 39):
        sandbox.advance(f"PT{minutes - max(seen, default=0)}M", world)
        seen[minutes] = sandbox.charge(f"/v1/charging_sessions/{started['id']}", world=world).json()["energy_consumed"]
    sandbox.advance("PT1M", world)
    heard = sandbox.charge(f"/v1/charging_sessions/{started['id']}", world=world).json()["energy_consumed"]

    assert 0 < seen[9] < seen[10] == seen[25] == seen[39] < heard


@pytest.mark.parametrize("world", WORLDS)
def test_vehicles_of_one_owner_differ(sandbox: Sandbox, world: str) -> None:
    """Podero shows one that is never at home, one that is plugged in now, and one that is not."""
    seen = {
        vehicle: [it["is_at_home"] for it in podero(sandbox, world, vehicle)]
        for vehicle in (AWAY, PLUGGED_IN, UNPLUGGED)
    }

    assert seen == {AWAY: [False, False], PLUGGED_IN: [True], UNPLUGGED: [True, True]}


@pytest.mark.parametrize("world", WORLDS)
def test_plugged_in_vehicle_leaves_after_a_week(sandbox: Sandbox, world: str) -> None:
    """A week later its session is over, and shown like any other."""
    before = {it["id"] for it in podero(sandbox, world, PLUGGED_IN)}
    sandbox.advance("P7D", world)
    after = {it["id"] for it in podero(sandbox, world, PLUGGED_IN)}

    assert after - before == {"00000000-0000-4000-8000-0000000000e3"}


@pytest.mark.parametrize("world", WORLDS)
def test_user_with_a_debt_has_no_invoice(sandbox: Sandbox, world: str) -> None:
    """An old session has a price, and never gets an invoice."""
    for leap in ("PT0S", "P10Y"):
        sandbox.advance(leap, world)
        found = cariqa(sandbox, world, DEBTOR)

        assert [(it["is_active"], it["session_cost"]["kwh_cost"]) for it in found] == [(False, "9.82")]
        assert found[0]["session_cost"]["invoice_view"] == ""


@pytest.mark.parametrize("world", WORLDS)
def test_user_without_billing_data_has_no_sessions(sandbox: Sandbox, world: str) -> None:
    """The user exists, and has not charged."""
    assert cariqa(sandbox, world, UNBILLED) == []


@pytest.mark.parametrize("world", WORLDS)
def test_charge_lists_no_magic_sessions(sandbox: Sandbox, world: str) -> None:
    """Past sessions of magic objects are shown by Cariqa and Podero only."""
    for list_ in ("/v1/charging_sessions", "/v1/reservations"):
        assert "Magic" not in sandbox.charge(list_, world=world, limit=100).text


def podero(sandbox: Sandbox, world: str, vehicle: str) -> list[dict[str, Any]]:
    """All completed sessions of a magic vehicle."""
    token = sandbox.world(world)["credentials"]["podero"]["token"]
    found: list[dict[str, Any]] = sandbox.client.get(
        f"/api/partners/v2.0/org/{ORG}/users/{OWNER}/electric-vehicles/{vehicle}/sessions",
        params={"from": "2026-01-01", "to": "2026-12-31"},
        headers={"Authorization": f"Bearer {token}"},
    ).json()["items"]
    return found


def cariqa(sandbox: Sandbox, world: str, user: str) -> list[dict[str, Any]]:
    """All sessions of a magic user."""
    found: list[dict[str, Any]] = sandbox.cariqa(user, world=world).json()["results"]
    return found
