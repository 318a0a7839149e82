"""The users of a town: those who charge in public, and the owners of vehicles with smart charging."""

from dataclasses import replace
from typing import Any

import orjson

from app.generate.catalogue import catalogue
from app.generate.details import COUNTRIES
from app.generate.names import faker_names
from app.generate.people import town
from app.generate.users import ALPHA_3
from tests.generate.conftest import size
from tests.generate.test_details import MONDAY, drawn


def test_users_drive_their_vehicles_and_pay_by_their_cards() -> None:
    """Each has the vehicle of the same number, and its card is the preferred one, with the name of its holder."""
    people = drawn()
    for user, vehicle, card in zip(people.users, people.users_vehicles, people.users_cards, strict=True):
        said = orjson.loads(user.details)

        assert (user.org, user.vehicle, card.user) == (None, vehicle.id, user.id)
        assert said["default_payment_method"] == card.id
        assert orjson.loads(card.details)["card"]["cardholder_name"] == user.name
        assert f"{said['billing_details']['first_name']} {said['billing_details']['last_name']}" == user.name


def test_italian_users_have_tax_numbers_of_no_person() -> None:
    """A user who lives in Italy has a codice fiscale whose day of birth is none; the others have no tax number."""
    bills = [billing(user.details) for user in everywhere().users]

    assert {bill["country"] for bill in bills} > {"de", "it"}
    for bill in bills:
        assert (bill["tax_id"] is None) is (bill["country"] != "it")
        assert bill["tax_id"] is None or bill["tax_id"][9:11] == "00"


def test_some_users_are_drivers() -> None:
    """One in four is the driver of the same number, of the same name and the same city, and no other user is."""
    people = drawn()
    for n, user in enumerate(people.users):
        driver = people.drivers[n] if n % 4 == 3 else None

        assert user.driver == (None if driver is None else driver.id)
        assert driver is None or (user.name, user.email) == (driver.name, driver.email)


def test_owners_are_the_drivers_of_their_vehicles() -> None:
    """Each vehicle with smart charging has an owner, who is its driver and lives where its home is."""
    people = drawn()
    for owner, driver, vehicle in zip(people.owners, people.drivers, people.smart_vehicles, strict=False):
        home, said = people.homes[vehicle.id], orjson.loads(owner.details)

        assert (owner.id, owner.org) == (vehicle.owner, vehicle.org)
        assert (owner.driver, owner.name, owner.email) == (driver.id, driver.name, driver.email)
        assert f"{said['latitude']:.6f}" == home.latitude
        assert (said["town"], said["country"]) == (home.city, ALPHA_3[home.country])
    assert len(people.owners) == len(people.smart_vehicles)


def test_each_country_has_a_code_of_three_letters() -> None:
    """Owners can live in each country of the catalogue."""
    assert ALPHA_3.keys() == COUNTRIES.keys()


def billing(details: str) -> dict[str, Any]:
    """The billing details of a user."""
    found: dict[str, Any] = orjson.loads(details)["billing_details"]
    return found


def everywhere() -> Any:  # noqa: ANN401 - a town
    """A town in all cities of the catalogue."""
    many = replace(size(), cities=len(catalogue().cities), users=2 * len(catalogue().cities))
    return town(many, 1, catalogue(), faker_names(1), MONDAY)
