"""Days that are planned late follow the policies and the boosts of vehicles, however the clock gets there."""

from typing import Final

import pytest

from app.domain.clock import NEVER
from tests.conftest import made_in
from tests.databases import Databases, Kept
from tests.laws.planned_days import CROFT, horizon_of, planned
from tests.laws.random_calls import overlapping_sessions
from tests.laws.world_client import WorldClient, client_of_copy

pytestmark = pytest.mark.slow

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PERCENT: Final = {day: 60 + 5 * n for n, day in enumerate(DAYS)}
WEEK: Final = {
    day: {"charge_percentage": percent, "charge_deadline": f"0{percent // 10 - 4}:30"}
    for day, percent in PERCENT.items()
}


@pytest.fixture(scope="module")
def croft(databases: Databases) -> Kept:
    """The croft, planned for three days ahead."""
    return made_in(databases, **CROFT)


@pytest.mark.parametrize("pieces", [["P20D"], ["P3D", "PT30H", "P12D", "P3D", "PT18H"], ["P1D"] * 20])
def test_policies_hold_for_days_planned_late(databases: Databases, croft: Kept, pieces: list[str]) -> None:
    """Twenty days in one advance or in pieces lead to the same rows, in which each policy is followed."""
    seen = []
    for advances in (["P20D"], pieces):
        with client_of_copy(databases, croft, **CROFT) as client:
            _steer(client)
            for by in advances:
                client.advance(by)
            seen.append((planned(client.kept, NEVER), _targets(client)))
            assert overlapping_sessions(client.kept) == []

    assert seen[0] == seen[1]
    assert seen[0][1] <= {percent / 100 for percent in PERCENT.values()}
    assert len(seen[0][1]) > 2


def test_a_boost_that_waits_fires_once_in_days_planned_late(databases: Databases, croft: Kept) -> None:
    """Of the sessions to come, the next one of a vehicle charges at once, whenever it is planned."""
    seen = []
    for advances in (["P9D"], ["P1D"] * 9):
        with client_of_copy(databases, croft, **CROFT) as client:
            for path in _cars(client):
                assert client.post(f"{path}/boost").status_code in {204, 409}
            for by in advances:
                client.advance(by)
            seen.append(planned(client.kept, NEVER))

    assert seen[0] == seen[1]


def _steer(client: WorldClient) -> None:
    """Gives every vehicle with smart charging a weekly policy."""
    for path in _cars(client):
        for body, more in ((WEEK, "/charge-policy"), ({"is_charge_policy_enabled": True}, "")):
            assert (
                client.http.request("PUT", f"{path}{more}", json=body, headers=client.headers(path)).status_code == 200
            )


def _cars(client: WorldClient) -> list[str]:
    """The paths of all vehicles with smart charging."""
    return [path.removesuffix("/sessions") for path in client.vehicle_paths]


def _targets(client: WorldClient) -> set[float]:
    """The targets of all sessions at home that were planned for after the beginning."""
    rows = client.kept.rows(
        "SELECT DISTINCT target_soc FROM session JOIN world ON world.n = session.world"
        " WHERE world.name = 'default' AND world.state = 'open' AND channel = 'home' AND created_at > :since",
        since=_begin(client),
    )
    return {round(target, 2) for (target,) in rows}


def _begin(client: WorldClient) -> int:
    """When the policies were set."""
    [[begin]] = client.kept.rows("SELECT max(touched_at) FROM vehicle WHERE charge_policy IS NOT NULL")
    return int(begin)


def test_a_vehicle_that_gets_an_owner_has_smart_charging_from_then_on(databases: Databases, croft: Kept) -> None:
    """Sessions of days that are planned later have the smart-charging side that the vehicle's earlier ones have got."""
    with client_of_copy(databases, croft, **CROFT) as client:
        client.kept.run("UPDATE vehicle SET org = '3c90c3cc-0d44-4b50-8888-8dd25736052a' WHERE org IS NULL")
        since = horizon_of(client.kept)
        client.advance("P20D")
        rows = client.kept.rows(
            "SELECT session.at_home IS NULL AS lacks FROM session JOIN world ON world.n = session.world"
            " WHERE world.name = 'default' AND world.state = 'open' AND session.created_at > :since",
            since=since,
        )

    assert rows
    assert not any(lacks for (lacks,) in rows)
