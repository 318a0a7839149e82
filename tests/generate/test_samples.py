"""The sample ids of a world work immediately: they have past sessions, and none that are planned."""

import pytest

from tests.conftest import Sandbox
from tests.generate.conftest import Lived


def test_sample_driver_has_no_plans(lived: Lived) -> None:
    """From day 0 on no session is planned with the sample driver, vehicle or card, or at the sample station."""
    people = lived.town
    vehicle, card = people.drivers_vehicles[0], people.drivers_cards[0]
    samples = {people.drivers[0].id, vehicle.id, card.id, people.sample_station.id}
    coming = [session for day, some in lived.sessions.items() if day >= 0 for session in some]

    assert [it.id for it in coming if samples & {it.driver, it.vehicle, it.payment_method, it.station}] == []


def test_sample_vehicle_at_home_has_no_plans(lived: Lived) -> None:
    """No session is planned with the sample vehicle of Podero."""
    vehicle = lived.town.smart_vehicles[0].id
    coming = [session for day, some in lived.sessions.items() if day >= 0 for session in some]

    assert [it.id for it in coming if it.vehicle == vehicle] == []


def test_sample_user_has_no_plans(lived: Lived) -> None:
    """No session is planned with the sample user of Cariqa."""
    user = lived.town.users[0].id
    coming = [session for day, some in lived.sessions.items() if day >= 0 for session in some]

    assert [it.id for it in coming if it.user == user] == []


def test_samples_have_past_sessions(lived: Lived) -> None:
    """The sample driver, station, user and vehicle have charged before."""
    people = lived.town
    past = [session for day, some in lived.sessions.items() if day < 0 for session in some]

    assert any(it.driver == people.drivers[0].id for it in past)
    assert any(it.station == people.sample_station.id for it in past)
    assert any(it.user == people.users[0].id for it in past)
    assert any(it.vehicle == people.smart_vehicles[0].id for it in past)


def test_samples_have_no_reservations(lived: Lived) -> None:
    """No reservation of the days to come names a sample."""
    people = lived.town
    samples = {people.drivers[0].id, people.drivers_vehicles[0].id, people.sample_station.id}
    coming = [reservation for day, some in lived.reservations.items() if day >= 0 for reservation in some]

    assert [it.id for it in coming if samples & {it.driver, it.vehicle, it.station}] == []


@pytest.mark.parametrize("leap", ["PT0S", "PT7H", "P1DT3H", "P2DT11H", "P3DT11H59M"])
def test_start_with_sample_ids_works_at_any_instant(sandbox: Sandbox, leap: str) -> None:
    """The sample connector and vehicle are free on the days to come; after an end they are free again."""
    sandbox.advance(leap)
    for _ in range(3):
        started = sandbox.start()
        sandbox.advance("PT10M")
        ended = sandbox.end(started.json()["id"])
        sandbox.advance("PT2M")

        assert (started.status_code, ended.status_code) == (200, 200)
        assert ended.json()["energy_consumed"] > 0


def test_magic_objects_have_no_plans(sandbox: Sandbox) -> None:
    """No drawn session or reservation has a magic station, card or vehicle, in any world."""
    found = sandbox.kept.rows(
        "SELECT id FROM session WHERE id NOT LIKE 'cs_Magic%'"
        " AND (station LIKE 'chst_Magic%' OR payment_method LIKE 'pm_Magic%' OR vehicle LIKE 'veh_Magic%') UNION"
        " SELECT id FROM reservation WHERE station LIKE 'chst_Magic%' OR payment_method LIKE 'pm_Magic%'"
    )
    stations = sandbox.kept.rows("SELECT world, count(*) FROM station WHERE id LIKE 'chst_Magic%' GROUP BY world")

    assert found == []
    assert {row[1] for row in stations} == {5}
    assert len(stations) >= len(sandbox.client.get("/_sandbox/v1/worlds").json()["worlds"]) == 2
