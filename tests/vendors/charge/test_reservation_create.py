"""A reservation that is made is pending, and has a future that follows from what was asked for."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.refusals import refusal
from tests.vendors.charge.reserving import (
    AT_GOOD,
    GOOD,
    RESERVATIONS,
    after,
    order,
    others,
    post,
    reserved,
    seen,
)

INVALID: Final = "reservation_invalid_input"
UNASSIGNED: Final = ("charging_station", "confirmed_at", "reserved_start", "reserved_end")


def test_new_reservation_is_pending(sandbox: Sandbox) -> None:
    """It shows what was asked for, has no station yet, and costs the documented fee (CHARGE-095)."""
    asked = order(sandbox, metadata={"trip_id": "trip_9384"}, earliest_start=sandbox.now(), latest_end=None)

    made = post(sandbox, RESERVATIONS, asked).json()

    assert asked.items() <= made.items()
    assert made["status"] == "pending"
    assert {made[name] for name in UNASSIGNED} == {None}
    assert (made["reservation_fee"], made["currency"]) == (1200, "eur")
    assert made["cancellation_policy"] == {"free_until_before": 1800, "type": "free_cancellation"}
    assert made["created"] == made["updated"] == sandbox.now()
    assert seen(sandbox, made) == made


def test_charge_091_reservation_is_confirmed_half_an_hour_ahead(sandbox: Sandbox) -> None:
    """At that instant it gets a station, and the ideal window (CHARGE-091)."""
    made = reserved(sandbox, starts_in=60, lasts=90)
    confirmed_at = after(made["ideal_start"], -30)

    before, then = seen(sandbox, made, after(confirmed_at, -1)), seen(sandbox, made, confirmed_at)

    assert (before["status"], then["status"]) == ("pending", "confirmed")
    assert [then[name] for name in UNASSIGNED] == [GOOD, confirmed_at, made["ideal_start"], made["ideal_end"]]
    assert then["updated"] == confirmed_at


@pytest.mark.parametrize("starts_in", [-20, 0, 10, 30])
def test_charge_091_near_reservation_is_confirmed_after_a_minute(sandbox: Sandbox, starts_in: int) -> None:
    """If its ideal start is near or over it is confirmed a minute later, and its window begins then (CHARGE-091)."""
    made = reserved(sandbox, starts_in=starts_in)
    confirmed_at = after(made["created"], 1)

    then = seen(sandbox, made, confirmed_at)

    assert (then["status"], then["confirmed_at"]) == ("confirmed", confirmed_at)
    assert then["reserved_start"] == max(made["ideal_start"], confirmed_at)


def test_several_types_are_kept_in_documented_order(sandbox: Sandbox) -> None:
    """A reservation may take several types of connectors, which it shows as the documentation does (CHARGE-096)."""
    made = reserved(sandbox, connector_type=["Type2", "CCS", "CHAdeMO"])

    assert made["connector_type"] == ["CHAdeMO", "CCS", "Type2"]


def test_reservation_without_a_payment_method(sandbox: Sandbox) -> None:
    """Without one, and without a default of the driver's, there is none, and the reservation is confirmed anyway."""
    driver = post(sandbox, "/v1/drivers", {"name": "New driver", "email": "new@driver.example"}).json()["id"]

    made = reserved(sandbox, driver=driver, payment_method=None)

    assert made["payment_method"] is None
    assert seen(sandbox, made, made["ideal_start"])["status"] == "confirmed"


def test_default_payment_method_of_the_driver_pays(sandbox: Sandbox) -> None:
    """Where none is given the driver's default payment method pays, in the currency that the driver prefers."""
    sample = sandbox.opened()["sample"]["charge"]
    preferences = {"default_payment_method": sample["payment_method"], "currency": "gbp"}
    changed = post(sandbox, f"/v1/drivers/{sample['driver']}", {"preferences": preferences})
    assert changed.status_code == 200, changed.text

    made = reserved(sandbox, payment_method=None)

    assert (made["payment_method"], made["currency"]) == (sample["payment_method"], "gbp")


@pytest.mark.parametrize(("kind", "status"), [("driver", "suspended"), ("vehicle", "inactive")])
def test_inactive_driver_or_vehicle_is_refused(sandbox: Sandbox, kind: str, status: str) -> None:
    """A driver or vehicle that is not active reserves nothing (CHARGE-092)."""
    suspended = others(sandbox)[0]
    changed = post(sandbox, f"/v1/{kind}s/{suspended[kind]}", {"status": status})
    assert changed.status_code == 200, changed.text

    answer = post(sandbox, RESERVATIONS, order(sandbox, **suspended))

    assert refusal(answer) == (400, INVALID, kind)


@pytest.mark.parametrize("name", ["driver", "vehicle", "payment_method"])
def test_unknown_reference_is_not_found(sandbox: Sandbox, name: str) -> None:
    """An unknown driver, vehicle or payment method is 404 with the code of its kind (CHARGE-097)."""
    answer = post(sandbox, RESERVATIONS, order(sandbox) | {name: "unknown"})

    assert refusal(answer) == (404, f"{name}_not_found", name)


@pytest.mark.parametrize("name", ["connector_type", "driver", "ideal_end", "ideal_start", "location", "vehicle"])
def test_required_field_is_missed(sandbox: Sandbox, name: str) -> None:
    """Without one of the six required fields a reservation is not made."""
    body = order(sandbox)
    del body[name]

    answer = post(sandbox, RESERVATIONS, body)

    assert refusal(answer) == (400, INVALID, name)


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"connector_type": []}, "connector_type"),
        ({"connector_type": ["CCS", "CCS"]}, "connector_type"),
        ({"connector_type": ["NACS"]}, "connector_type.0"),
        ({"connector_type": "CCS"}, "connector_type"),
        ({"location": {**AT_GOOD, "radius": 0}}, "location.radius"),
        ({"location": {**AT_GOOD, "radius": 100_001}}, "location.radius"),
        ({"location": {**AT_GOOD, "latitude": 91}}, "location.latitude"),
        ({"location": {**AT_GOOD, "longitude": "13.4"}}, "location.longitude"),
        ({"location": {"latitude": 1, "longitude": 1}}, "location.radius"),
        ({"ideal_start": "tomorrow"}, "ideal_start"),
        ({"fee": 1}, "fee"),
    ],
)
def test_invalid_field_is_refused(sandbox: Sandbox, changed: dict[str, Any], param: str) -> None:
    """A field that is not as documented is refused with the code for reservations, and named."""
    assert refusal(post(sandbox, RESERVATIONS, order(sandbox, **changed))) == (400, INVALID, param)


@pytest.mark.parametrize(
    ("minutes", "param"),
    [
        ({"ideal_start": 60, "ideal_end": 60}, "ideal_end"),
        ({"ideal_start": -60, "ideal_end": 1}, "ideal_end"),
        ({"ideal_start": 60, "ideal_end": 120, "earliest_start": 61}, "earliest_start"),
        ({"ideal_start": 60, "ideal_end": 120, "latest_end": 119}, "latest_end"),
        ({"ideal_start": 60, "ideal_end": 60 * 24 * 30 + 1}, "ideal_end"),
        ({"ideal_start": 60, "ideal_end": 120, "latest_end": 60 * 24 * 30 + 1}, "latest_end"),
        ({"ideal_start": -60 * 24 * 30 - 1, "ideal_end": 120}, "ideal_start"),
        ({"ideal_start": 60, "ideal_end": 120, "earliest_start": -60 * 24 * 30 - 1}, "earliest_start"),
    ],
)
def test_charge_092_impossible_window_is_refused(sandbox: Sandbox, minutes: dict[str, int], param: str) -> None:
    """A window ends after it begins and more than a minute from now, and lies within thirty days (CHARGE-092)."""
    changed = {name: after(sandbox.now(), count) for name, count in minutes.items()}

    assert refusal(post(sandbox, RESERVATIONS, order(sandbox) | changed)) == (400, INVALID, param)


def test_payment_method_of_another_driver_is_refused(sandbox: Sandbox) -> None:
    """A card that belongs to another driver does not pay, as for a session (CHARGE-097)."""
    card = others(sandbox)[0]["payment_method"]

    answer = post(sandbox, RESERVATIONS, order(sandbox, payment_method=card))

    assert refusal(answer) == (404, "payment_method_scope_not_found", "payment_method")


def test_ids_of_another_world_are_unknown(sandbox: Sandbox) -> None:
    """A driver, a vehicle and a card of another world are refused like ids that do not exist."""
    foreign = sandbox.world("documented")["sample"]["charge"]
    names = ("driver", "payment_method", "vehicle")

    actual = {name: refusal(post(sandbox, RESERVATIONS, order(sandbox) | {name: foreign[name]})) for name in names}

    assert actual == {name: (404, f"{name}_not_found", name) for name in names}


def test_reservation_is_listed_at_once(sandbox: Sandbox) -> None:
    """It is the newest of the list, and found by its driver; by its station once it is confirmed."""
    made = reserved(sandbox, **others(sandbox)[0])
    then = made["ideal_start"]

    assert sandbox.charge(RESERVATIONS, limit=1).json()["data"] == [made]
    assert sandbox.charge(RESERVATIONS, driver=made["driver"], limit=1).json()["data"] == [made]
    assert sandbox.charge(RESERVATIONS, charging_station=GOOD).json()["data"] == []
    assert sandbox.charge(RESERVATIONS, charging_station=GOOD, at=then).json()["data"] == [seen(sandbox, made, then)]
