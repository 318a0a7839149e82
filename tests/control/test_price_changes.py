"""A change of prices holds for the sessions that begin from its instant on, and every vendor shows it."""

from typing import Any, Final

import pytest

from app.domain.clock import millis
from app.domain.pricing import bill, tariff
from tests.conftest import Sandbox
from tests.control.test_simulate import charging, request_event, shown, simulate
from tests.control.worlds import create_world

pytestmark = pytest.mark.own_server

DEAR: Final = {"kwh": "10.00", "hour": None, "session": None, "starting": None, "blocking": None}


def sample(sandbox: Sandbox, world: str) -> dict[str, str]:
    """The sample ids of a world for Charge."""
    found: dict[str, str] = sandbox.opened(world)["sample"]["charge"]
    return found


def rows(sandbox: Sandbox, world: str, query: str) -> list[Any]:
    """The rows of a world that a query finds; its condition goes on after the world's number."""
    [found] = sandbox.kept.rows(f"SELECT n FROM world WHERE name = '{world}' AND state = 'open'")  # noqa: S608 - a name of ours
    return list(sandbox.kept.rows(query.format(world=found.n)))


def energy_price(sandbox: Sandbox, world: str, at: str | None = None) -> int:
    """What Charge shows for a kWh at the sample station."""
    station = sample(sandbox, world)["charging_station"]
    body = sandbox.charge(f"/v1/charging_stations/{station}", world=world, at=at).json()
    return int(next(each["price"] for each in body["pricing"] if each["type"] == "ENERGY"))


def estimated(sandbox: Sandbox, world: str) -> dict[str, Any]:
    """An estimation for the sample vehicle at the sample station."""
    ids = sample(sandbox, world)
    body = {
        "battery_level": 20,
        "battery_target_level": 60,
        "charging_station": ids["charging_station"],
        "vehicle": ids["vehicle"],
    }
    answer = sandbox.client.post("/v1/estimations", json=body, headers=sandbox.charge_key(world))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_new_price_is_shown_from_its_instant_on(common: Sandbox) -> None:
    """Before it the old one is shown, also as of another instant."""
    world = create_world(common)["name"]
    before = energy_price(common, world)
    answer = simulate(common, world, "price_change", sample(common, world)["charging_station"], at="+PT1H", prices=DEAR)
    after = energy_price(common, world, answer["at"])

    assert answer["transitions"] == []
    assert (energy_price(common, world), energy_price(common, world, "2026-03-04T13:14:59.999Z")) == (before, before)
    assert after > 1000 > before
    common.advance("PT1H", world)
    assert energy_price(common, world) == after
    assert estimated(common, world)["cost_breakdown"][0]["unit_price"] == after


def test_a_session_keeps_the_tariff_under_which_it_was_sold(common: Sandbox) -> None:
    """One that has begun costs what it would have; one that begins later is billed by the new price."""
    world, session = charging(common)
    station = sample(common, world)["charging_station"]
    before = shown(common, world, session, "2026-03-06T00:00:00Z")["amount_due"]
    simulate(common, world, "price_change", station, at="+PT1M", prices=DEAR)
    common.advance("PT10M", world)
    common.end(session, world)
    common.advance("PT2M", world)
    later = common.start(world).json()["id"]
    common.advance("PT10M", world)
    ended = common.end(later, world).json()
    query = "SELECT id, tariff FROM session WHERE world = {world}"
    [sold] = [each.tariff for each in rows(common, world, query) if each.id == later]

    assert shown(common, world, session)["amount_due"] <= before
    assert sold.split(" ")[2:] == ["kwh=10.00"]
    assert ended["amount_due"] == bill(tariff(sold), ended["energy_consumed"], 600).total > 1000


def test_planned_sessions_are_billed_by_the_new_price(common: Sandbox) -> None:
    """Those that begin before the instant of the change, or elsewhere, stay as they were planned."""
    world = create_world(common)["name"]
    query = "SELECT id, station, created_at, tariff, energy_wh, kwh_cost FROM session WHERE world = {world}"
    before = {each.id: each for each in rows(common, world, query)}
    last = max((each for each in before.values() if each.kwh_cost), key=lambda each: each.created_at)
    change = millis(last.created_at)
    simulate(common, world, "price_change", last.station, at=change, prices=DEAR)
    changed = [each for each in rows(common, world, query) if each != before[each.id]]

    assert last.id in [each.id for each in changed]
    assert {each.station for each in changed} == {last.station}
    for each in changed:
        assert each.created_at >= last.created_at
        assert each.kwh_cost == bill(tariff(each.tariff), each.energy_wh, 0).kwh > before[each.id].kwh_cost


def test_a_price_changes_at_the_next_midnight_by_default(common: Sandbox) -> None:
    """That is midnight by the clocks of the station."""
    world = create_world(common)["name"]
    station = sample(common, world)["charging_station"]
    query = "SELECT id, utc_offset_minutes AS ahead FROM station WHERE world = {world}"
    [row] = [each for each in rows(common, world, query) if each.id == station]
    answer = simulate(common, world, "price_change", station, prices={"kwh": "0.5"})
    midnight = 24 * 60 - row.ahead

    assert answer["at"] == f"2026-03-0{4 + midnight // 1440}T{midnight % 1440 // 60:02}:00:00.000Z"


def test_one_connector_can_have_other_prices(common: Sandbox) -> None:
    """The station shows both; the other connectors keep theirs."""
    world = create_world(common)["name"]
    station = sample(common, world)["charging_station"]
    query = "SELECT station, evse_id FROM connector WHERE world = {world} ORDER BY evse_id"
    [first, *_] = [each.evse_id for each in rows(common, world, query) if each.station == station]
    simulate(common, world, "price_change", first, at="+PT0.001S", prices=DEAR)
    common.advance("PT1S", world)
    pricing = common.charge(f"/v1/charging_stations/{station}", world=world).json()["pricing"]

    assert len([each for each in pricing if each["type"] == "ENERGY"]) == 2


def test_a_second_change_replaces_one_that_is_to_come(common: Sandbox) -> None:
    """What is in effect already stays until the new instant."""
    world = create_world(common)["name"]
    station = sample(common, world)["charging_station"]
    before = energy_price(common, world)
    simulate(common, world, "price_change", station, at="+PT1H", prices={"kwh": "5"})
    simulate(common, world, "price_change", station, at="+PT2H", prices={"kwh": "6"})

    assert energy_price(common, world, "2026-03-04T13:30:00Z") == before
    dearest = energy_price(common, world, "2026-03-04T14:30:00Z")
    common.advance("PT3H", world)
    simulate(common, world, "price_change", station, at="+PT1H", prices={"kwh": "7"})
    assert (energy_price(common, world), energy_price(common, world, "2026-03-04T17:30:00Z") > dearest) == (
        dearest,
        True,
    )


def test_prices_at_home_do_not_change(common: Sandbox) -> None:
    """Nothing is sold there, so the event is 409."""
    world = create_world(common)["name"]
    [home, *_] = rows(common, world, "SELECT id FROM station WHERE world = {world} AND kind = 'home'")
    answer = request_event(common, world, "price_change", home.id, prices=DEAR)

    assert answer.status_code == 409
    assert "at a home" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "prices: price_change needs some, such as kwh"),
        ({"prices": {}}, "prices: price_change needs some, such as kwh"),
        ({"prices": {"kwh": 0.5}}, "kwh"),
        ({"prices": {"kwh": "-1"}}, "kwh"),
        ({"prices": {"kwh": "1e5"}}, "kwh"),
        ({"prices": {"grace": "60"}}, "grace"),
        ({"prices": {"vat": "19"}}, "vat"),
        ({"prices": {"kwh": "1"}, "for": "PT1H"}, "for: price_change has no duration"),
        ({"prices": {"kwh": "1"}, "event": "unplug"}, "prices: unplug has none"),
    ],
)
def test_bad_prices_are_refused(untouched: Sandbox, more: dict[str, Any], says: str) -> None:
    """It is 400 with the field at fault, and nothing changes."""
    body = {"event": "price_change", "id": sample(untouched, "default")["charging_station"], **more}
    answer = untouched.client.post("/_sandbox/v1/worlds/default/simulate", json=body)

    assert answer.status_code == 400
    assert says in answer.json()["detail"]


def test_forks_and_exports_carry_a_coming_price(common: Sandbox) -> None:
    """The copy changes its price at the same instant."""
    world = create_world(common)["name"]
    station = sample(common, world)["charging_station"]
    simulate(common, world, "price_change", station, at="+PT1H", prices=DEAR)
    fork = create_world(common, fork=world)["name"]
    exported = common.client.get(f"/_sandbox/v1/worlds/{world}/export").json()
    answer = common.client.post("/_sandbox/v1/worlds/import", params={"name": f"{world}-again"}, json=exported)
    assert answer.status_code == 201, answer.text
    imported = answer.json()["name"]

    for at in (None, "2026-03-04T13:15:00.000Z"):
        prices = {energy_price(common, each, at) for each in (world, fork, imported)}
        assert len(prices) == 1
