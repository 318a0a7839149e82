"""A seed gives the same people, vehicles and stations each time."""

from collections import Counter
from functools import cache

from app.domain.models import TO_FLEET, TO_VEHICLE
from app.domain.sessions.start import fits
from app.generate.catalogue import catalogue
from app.generate.names import faker_names
from app.generate.people import Town, town
from app.scenario.population import TownSize
from tests.generate.conftest import size


def test_people_of_the_town_are_known() -> None:
    """Some names and ids of seed 1 are known ones, so that a new Faker or Python that changes them is noticed."""
    people = drawn(1)

    assert [fleet.name for fleet in people.fleets] == [
        "Kallert Logistics",
        "van Roijen Taxi",
        "Moravcová Couriers",
        "Jockel Car Rental",
    ]
    assert [driver.name for driver in people.drivers[:4]] == [
        "Herwig Spieß",
        "Sophia Stettyn",
        "Marcela Krejčová",
        "Adriana Schleich",
    ]
    assert [user.name for user in people.users[:3]] == ["Conrad Schuchhardt", "Merel Tirie", "Alžběta Němeček"]
    assert people.drivers[0].id == "drv_TKA7oxuHecmrd6HcsjoiYg3R4vibOmNi"
    assert people.drivers[0].email == "herwig.spiess@example.com"


def test_town_is_the_same_each_time() -> None:
    """Drawn twice, each person, vehicle, card, station and connector is the same."""
    first, again = drawn(1), drawn.__wrapped__(1)

    assert first == again


def test_towns_of_two_seeds_differ() -> None:
    """No id of one seed's town is one of another's."""
    assert set(ids(drawn(1))) & set(ids(town(size(), 2, catalogue()))) == set()


def test_ids_are_unique() -> None:
    """Each object of a town has an id of its own."""
    people = drawn(1)
    counted = Counter(ids(people))
    uuids = Counter(vehicle.uuid for vehicle in people.vehicles)
    connectors = Counter((connector.station, connector.id) for connector in people.connectors)
    evses = Counter(connector.evse_id for connector in people.connectors)

    assert {max(each.values()) for each in (counted, uuids, connectors, evses)} == {1}


def test_town_has_the_size_of_the_scenario() -> None:
    """Its numbers are those of the scenario; each smart vehicle has a home."""
    numbers, people = size(), drawn(1)
    public = [station for station in people.stations if station.kind != "home"]

    assert len(people.fleets) == numbers.fleets
    assert len(people.drivers) == numbers.drivers
    assert len(people.users) == numbers.users
    assert len(people.smart_vehicles) == numbers.smart_vehicles
    assert len(public) == numbers.stations
    assert len(people.stations) == numbers.stations + numbers.smart_vehicles
    assert len(people.vehicles) == numbers.drivers + numbers.users


def test_larger_town_includes_the_smaller_one() -> None:
    """A town with more drivers, users and stations has all people and stations of the smaller one."""
    small = TownSize(2, 6, 12, 3, 4, 2, {}, 0, 0, 24)
    large = TownSize(2, 9, 22, 3, 7, 2, {}, 0, 0, 24)

    assert set(ids(town(small, 1, catalogue()))) <= set(ids(town(large, 1, catalogue())))
    assert town(large, 1, catalogue()).vehicles[0] == town(small, 1, catalogue()).vehicles[0]


def test_objects_of_a_town_refer_to_one_another() -> None:
    """Vehicles, cards and connectors name people and stations of the town."""
    people = drawn(1)
    drivers, users = {each.id for each in people.drivers}, {each.id for each in people.users}
    stations, fleets = {each.id for each in people.stations}, {each.id for each in people.fleets}

    assert {each.driver for each in people.attachments} == drivers
    assert {each.target for each in people.attachments if each.kind == TO_FLEET} <= fleets
    assert {each.target for each in people.attachments if each.kind == TO_VEHICLE} == {
        each.id for each in people.drivers_vehicles
    }
    assert {vehicle.fleet for vehicle in people.vehicles} <= fleets | {None}
    assert {vehicle.home for vehicle in people.vehicles} <= stations | {None}
    assert {card.driver for card in people.cards} == drivers | {None}
    assert {card.user for card in people.cards} == users | {None}
    assert {connector.station for connector in people.connectors} == stations
    assert all(
        (vehicle.org is None) == (vehicle.owner is None) == (vehicle.home is None) for vehicle in people.vehicles
    )


def test_addresses_are_reserved_for_examples() -> None:
    """The domain of each e-mail address is one that is reserved for examples."""
    people = drawn(1)
    domains = {str(email).rpartition("@")[2] for email in emails(people)}
    names = [str(email).partition("@")[0] for email in emails(people)]

    assert all(domain == "example.com" or domain.endswith(".example") for domain in domains)
    assert all(name.isascii() and name.strip(".-") == name for name in names)


def test_vehicles_find_connectors() -> None:
    """Each vehicle fits a connector on direct current, and one on alternating current."""
    people = drawn(1)
    kinds = {(connector.standard, bool(connector.phases)): connector for connector in people.connectors}

    for vehicle in people.vehicles:
        assert {phases for (_, phases), connector in kinds.items() if fits(vehicle, connector)} == {True, False}


@cache
def drawn(seed: int) -> Town:
    """The town of that seed, with names."""
    return town(size(), seed, catalogue(), faker_names(seed))


def ids(people: Town) -> list[str]:
    """The ids of all people, vehicles, cards, stations and fleets of a town."""
    belongings = [*(vehicle.id for vehicle in people.vehicles), *(card.id for card in people.cards)]
    others = [*(station.id for station in people.stations), *(fleet.id for fleet in people.fleets)]
    return [*(each.id for each in people.drivers), *(each.id for each in people.users), *belongings, *others]


def emails(people: Town) -> list[str | None]:
    """The addresses of people, and then of fleets."""
    persons = [*(each.email for each in people.drivers), *(each.email for each in people.users)]
    return [*persons, *(each.email for each in people.fleets)]
