"""An estimation is what the session itself would deliver and cost, and is there for an hour."""

from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import page, retrieve
from tests.vendors.charge.refusals import refusal

pytestmark = pytest.mark.own_server

ESTIMATIONS: Final = "/v1/estimations"
INVALID: Final = "estimation_validation_error"
LEVEL, TARGET = 28, 80


def send(sandbox: Sandbox, **changed: object) -> httpx2.Response:
    """A POST for the sample vehicle at the sample station, with some members changed; None leaves one out."""
    sample = sandbox.opened()["sample"]["charge"]
    body = {
        "battery_level": LEVEL,
        "battery_target_level": TARGET,
        "charging_station": sample["charging_station"],
        "vehicle": sample["vehicle"],
    }
    sent = {name: value for name, value in (body | changed).items() if value is not None}
    return sandbox.client.post(ESTIMATIONS, json=sent, headers=sandbox.charge_key())


def create(sandbox: Sandbox, **changed: object) -> dict[str, Any]:
    answer = send(sandbox, **changed)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize(
    "sold",
    [
        "eur vat=20 kwh=0.575 hour=12.5 session=1.975",
        "eur vat=19 kwh=0.453 hour=3 session=0.84 starting=0.4958 blocking=0.084 grace=10 cap=12.00",
        "isk vat=24 kwh=50 session=100",
        "eur vat=25.5 kwh=0.3333",
    ],
)
def test_estimation_is_the_final_bill(sandbox: Sandbox, sold: str) -> None:
    """A session from the same state of charge to the same target has the estimated energy, duration and cost."""
    sample = sandbox.opened()["sample"]["charge"]
    sandbox.kept.run(
        "UPDATE connector SET tariff = :sold WHERE station = :id", sold=sold, id=sample["charging_station"]
    )
    sandbox.kept.run(
        "UPDATE vehicle SET arrives_with = :level, charge_to = :target WHERE id = :id",
        level=LEVEL / 100,
        target=TARGET / 100,
        id=sample["vehicle"],
    )
    estimated = create(sandbox)
    session = sandbox.start().json()
    sandbox.advance("P1D")
    final = retrieve(sandbox, session["id"])

    assert final["status"] == "completed"
    assert final["amount_due"] == final["amount_paid"] == estimated["estimated_total_cost"]
    assert final["energy_consumed"] / 1000 == estimated["estimated_energy_kwh"]
    assert final["currency"] == estimated["currency"]
    assert sum(line["cost"] for line in estimated["cost_breakdown"]) == estimated["estimated_total_cost"]


def test_created_estimation_is_retrieved(sandbox: Sandbox) -> None:
    """The estimation stays as it was made, also if the prices of its station change."""
    made = create(sandbox)
    sandbox.kept.run("UPDATE connector SET tariff = 'eur vat=0 kwh=9'")
    sandbox.advance("PT30M")

    assert list(made) == ["id", "object", *sorted(list(made)[2:])]
    assert page(sandbox, f"{ESTIMATIONS}/{made['id']}") == made


def test_estimation_shows_its_objects(sandbox: Sandbox) -> None:
    """The station is shown in place of its id where `expand` asks for it."""
    made = create(sandbox)
    expanded = page(sandbox, f"{ESTIMATIONS}/{made['id']}?expand=charging_station")
    station = page(sandbox, f"/v1/charging_stations/{made['charging_station']}")

    assert expanded == made | {"charging_station": station}


def test_estimation_is_valid_for_an_hour(sandbox: Sandbox) -> None:
    """It is found until `valid_until`, and not from then on (CHARGE-089)."""
    made = create(sandbox)
    path = f"{ESTIMATIONS}/{made['id']}"
    gone = (404, "estimation_not_found", "estimation")

    assert (made["created"], made["valid_until"]) == ("2026-03-04T12:00:00.000Z", "2026-03-04T13:00:00.000Z")
    assert page(sandbox, path, at="2026-03-04T12:59:59.999Z") == made
    assert refusal(sandbox.charge(path, at="2026-03-04T13:00:00Z")) == gone
    assert refusal(sandbox.charge(path, at="2026-03-04T11:59:59.999Z")) == gone
    sandbox.advance("PT1H")
    assert refusal(sandbox.charge(path)) == gone
    assert refusal(sandbox.charge(f"{ESTIMATIONS}/est_Unknown")) == gone


def test_busy_stations_have_estimations(sandbox: Sandbox) -> None:
    """Neither a session at the connector nor an outage of the station changes the estimation (CHARGE-087)."""
    made = create(sandbox)
    sandbox.start()
    again = create(sandbox)
    offline = create(sandbox, charging_station="chst_MagicStationOffline0000000000000")

    assert made | {"id": again["id"]} == again
    assert offline["estimated_total_cost"] > 0


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"battery_level": -1}, "battery_level"),
        ({"battery_level": 101}, "battery_level"),
        ({"battery_level": 28.5}, "battery_level"),
        ({"battery_level": "28"}, "battery_level"),
        ({"battery_level": None}, "battery_level"),
        ({"battery_target_level": 0, "battery_level": 0}, "battery_target_level"),
        ({"battery_target_level": 101}, "battery_target_level"),
        ({"battery_target_level": LEVEL}, "battery_target_level"),
        ({"battery_target_level": LEVEL - 1}, "battery_target_level"),
        ({"charging_station": None}, "charging_station"),
        ({"vehicle": "with blanks"}, "vehicle"),
        ({"currency": "EUR"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_invalid_estimations_are_refused(untouched: Sandbox, changed: dict[str, Any], param: str) -> None:
    """Every fault of the body has the code for it, and so has another currency than the station's (CHARGE-090)."""
    assert refusal(send(untouched, **changed)) == (400, INVALID, param)


def test_currency_of_the_station_is_taken(sandbox: Sandbox) -> None:
    """The currency in which the station sells may be named (CHARGE-090)."""
    made = create(sandbox)

    assert create(sandbox, currency=made["currency"])["estimated_total_cost"] == made["estimated_total_cost"]


def test_unknown_stations_and_vehicles_are_not_found(untouched: Sandbox) -> None:
    """An unknown id is 404 with the code of what it names, and so is the wallbox of a home, or another world's id.

    See CHARGE-090.
    """
    [home, *_] = untouched.kept.rows("SELECT id FROM station WHERE kind = 'home'")
    foreign = untouched.opened("documented")["sample"]["charge"]
    unknown_station = (404, "charging_station_not_found", "charging_station")

    assert refusal(send(untouched, charging_station="chst_Unknown")) == unknown_station
    assert refusal(send(untouched, charging_station=home.id)) == unknown_station
    assert refusal(send(untouched, charging_station=foreign["charging_station"])) == unknown_station
    assert refusal(send(untouched, vehicle=foreign["vehicle"])) == (404, "vehicle_not_found", "vehicle")


def test_station_without_a_fitting_connector_is_refused(sandbox: Sandbox) -> None:
    """Where no connector in service fits the vehicle, there is nothing to estimate (CHARGE-090)."""
    sandbox.kept.run("UPDATE connector SET standard = 'CHADEMO', phases = 0")
    sandbox.kept.run("UPDATE vehicle SET plug = 'CCS'")

    assert refusal(send(sandbox)) == (400, INVALID, "charging_station")
