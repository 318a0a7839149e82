"""The people and things of a town have what a vendor shows of them, and none of it belongs to a real person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from string import Formatter
from typing import Any, Final

import orjson
import pytest

from app.domain.clock import DAY, instant
from app.generate import details
from app.generate.catalogue import catalogue
from app.generate.draws import Draws
from app.generate.names import faker_names
from app.generate.people import Town, town
from tests.generate.conftest import size

MONDAY: Final = instant("2026-03-02T00:00:00Z")
FIRST_DAY: Final = MONDAY - size().past_days * DAY


@cache
def drawn(seed: int = 1) -> Town:
    """The town of that seed."""
    return town(size(), seed, catalogue(), faker_names(seed), MONDAY)


def listed(people: Town) -> dict[str, list[Any]]:
    """What has a place in a list, by its kind."""
    return {
        "fleet": [*people.fleets],
        "driver": [*people.drivers],
        "user": [*people.users, *people.owners],
        "card": [*people.cards],
        "vehicle": [*people.vehicles],
        "station": [*people.stations],
    }


def said(kind: str) -> Iterator[dict[str, Any]]:
    """The details of all things of a kind that have some."""
    return (orjson.loads(each.details) for each in listed(drawn())[kind] if each.details != "{}")


@pytest.mark.parametrize("kind", ["fleet", "driver", "user", "card", "vehicle", "station"])
def test_places_in_lists_are_distinct(kind: str) -> None:
    """No two things of a kind have the same number, and all were there before the first day, for two years at most."""
    found = listed(drawn())[kind]

    assert len({each.n for each in found}) == len(found)
    assert all(FIRST_DAY - details.YEARS <= each.created_at < FIRST_DAY for each in found)
    assert all(each.created_at % 1_000 == 0 for each in found)


def test_things_come_after_their_owners() -> None:
    """Drivers come after their fleets, and vehicles and cards after their drivers."""
    people = drawn()
    fleets = max(each.created_at for each in people.fleets)

    for driver, vehicle, card in zip(people.drivers, people.drivers_vehicles, people.drivers_cards, strict=True):
        assert fleets <= driver.created_at <= min(vehicle.created_at, card.created_at)


def test_more_people_change_no_details() -> None:
    """The details of a larger town's people are those of the smaller one's."""
    more = replace(size(), drivers=size().drivers + 5, stations=size().stations + 10)
    larger = town(more, 1, catalogue(), faker_names(1), MONDAY)

    for kind, found in listed(drawn()).items():
        again = {each.id: each for each in listed(larger)[kind]}
        assert [again[each.id] for each in found] == found


def test_days_are_planned_without_details() -> None:
    """A town that is drawn to plan days has the same ids and places, and no details."""
    bare = town(size(), 1, catalogue(), monday=MONDAY)

    for kind, found in listed(bare).items():
        assert [(each.id, each.n, each.created_at) for each in found] == [
            (each.id, each.n, each.created_at) for each in listed(drawn())[kind]
        ]
        assert kind == "station" or {each.details for each in found} == {"{}"}


def test_telephones_are_kept_for_fiction() -> None:
    """Each number has the form of its city's range, which no network gives to anyone."""
    forms = [
        re.escape(before) + (r"\d+" if name is not None else "")
        for city in catalogue().cities
        if city.phone
        for before, name, *_ in Formatter().parse(city.phone)
        if before
    ]
    phones = {each["phone"] for kind in ("fleet", "driver") for each in said(kind)}

    assert len(phones) > 5
    assert all(phone is None or re.fullmatch("|".join(forms), phone) for phone in phones)


def test_vins_have_their_check_digits() -> None:
    """Each has 17 signs, of which the ninth follows from the others, and the model year in the tenth."""
    for each in said("vehicle"):
        assert re.fullmatch("ZZZ[0-9A-HJ-NPR-Z]{5}[0-9X][0-9A-HJ-NPR-Y]W[0-9]{6}", each["vin"])
        assert details.vin_check(each["vin"]) == each["vin"][8]
        assert details.vin_year(int(each["year"])) == each["vin"][9]


def test_known_vin_has_its_check_digit() -> None:
    """The check digit of the example in ISO 3779's literature is X."""
    assert details.vin_check("1M8GDM9AXKP042788") == "X"


def test_cards_are_always_renewed() -> None:
    """A card has a known network and no expiry, so that it is good in each year in which a world may be."""
    for each in said("card"):
        assert each["card"]["brand"] in {"visa", "mastercard"}
        assert not {"exp_month", "exp_year"} & set(each["card"])
        assert re.fullmatch("[0-9]{4}", each["card"]["last4"])
        assert each.get("billing_details", {"email": "@example.com"})["email"].endswith("@example.com")


def test_drivers_prefer_stations_and_cards_that_exist() -> None:
    """The preferred stations are in the driver's city, and the preferred card is the driver's own."""
    people = drawn()
    cities = {each.id: each.city for each in people.stations}
    for n, driver in enumerate(people.drivers):
        preferences = orjson.loads(driver.details)["preferences"]

        assert preferences["default_payment_method"] == people.drivers_cards[n].id
        assert {cities[each] for each in preferences["preferred_charging_stations"]} <= {
            people.cities[n % len(people.cities)].city
        }


@pytest.mark.parametrize("country", sorted({city.country for city in catalogue().cities}))
def test_each_country_has_plates(country: str) -> None:
    """A plate follows the pattern of its country."""
    pattern = details.COUNTRIES[country].plate
    form = "".join({"9": "[0-9]", "A": "[A-Z]"}.get(sign, re.escape(sign)) for sign in pattern)

    assert re.fullmatch(form, Draws(1, "plate", 1).text(pattern))
