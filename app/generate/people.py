"""People, cars and places of a town, drawn from its seed: the same seed and numbers always give the same town."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from ..domain import models
from ..domain.ids import prefixed_id, uuid_text
from ..scenario.population import Population
from . import stations
from .catalogue import Car, Catalogue, City

_CHARGE_TO: Final = (0.8, 0.9, 1.0)
_FEW: Final = 5
_ALONE: Final = 5
"""Every so many drivers, one belongs to no fleet."""

Namer = Callable[[str, str, int], tuple[str, str]]
"""From a kind, a country and a number to a name and an e-mail address."""


@dataclass(slots=True)
class Town:
    """A town as drawn. The first of each kind is a sample: its past is filled, its future is left to whoever calls."""

    fleets: list[models.Fleet] = field(default_factory=list)
    drivers: list[models.Driver] = field(default_factory=list)
    users: list[models.User] = field(default_factory=list)
    cards: list[models.PaymentMethod] = field(default_factory=list)
    vehicles: list[models.Vehicle] = field(default_factory=list)
    stations: list[models.Station] = field(default_factory=list)
    connectors: list[models.Connector] = field(default_factory=list)
    drivers_cars: list[models.Vehicle] = field(default_factory=list)
    users_cars: list[models.Vehicle] = field(default_factory=list)
    podero_cars: list[models.Vehicle] = field(default_factory=list)
    drivers_cards: list[models.PaymentMethod] = field(default_factory=list)
    users_cards: list[models.PaymentMethod] = field(default_factory=list)
    by_kind: dict[str, list[models.Station]] = field(default_factory=dict)
    plugs: dict[str, list[models.Connector]] = field(default_factory=dict)
    homes: dict[str, models.Station] = field(default_factory=dict)

    @property
    def sample_station(self) -> models.Station:
        return self.by_kind[stations.SAMPLE_KIND][0]


def unnamed(_kind: str, _country: str, _number: int) -> tuple[str, str]:
    """A namer for whoever needs the town without its names."""
    return "", ""


def town(population: Population, seed: int, catalogue: Catalogue, name: Namer = unnamed) -> Town:
    """The town of that seed."""
    *_, whole = founding(population, seed, catalogue, name)
    return whole


def founding(population: Population, seed: int, catalogue: Catalogue, name: Namer = unnamed) -> Iterator[Town]:
    """The same while it grows, a few people at a time; the last one is whole."""
    founder = _Founder(population, seed, catalogue, name)
    for n, _ in enumerate(founder.steps(), start=1):
        if n % _FEW == 0:
            yield founder.town
    yield founder.town


class _Founder:
    """Draws a town piece by piece; each from its own kind and number, so that one more changes no other."""

    def __init__(self, population: Population, seed: int, catalogue: Catalogue, name: Namer) -> None:
        self.town = Town()
        self._population = population
        self._org = uuid_text(seed, "org", 0)
        self._seed = seed
        self._catalogue = catalogue
        self._name = name

    def steps(self) -> Iterator[None]:
        """Adds all that a town has, with a rest after each."""
        every, population = list(self._catalogue.cities), self._population
        cities = Random(f"{self._seed}/cities").sample(every, min(population.cities, len(every)))
        for add, count in (
            (self.add_fleet, population.fleets),
            (self.add_station, population.stations),
            (self.add_driver, population.drivers),
            (self.add_user, population.cariqa_users),
        ):
            for n in range(count):
                add(n, cities[n % len(cities)])
                yield

    def add_fleet(self, n: int, city: City) -> None:
        company, email = self._name("fleet", city.country, n)
        self.town.fleets.append(models.Fleet(prefixed_id("flt", self._seed, "fleet", n), company, email))

    def add_station(self, n: int, city: City) -> None:
        station, connectors = stations.public(self._seed, n, city, self._catalogue)
        self.town.by_kind.setdefault(station.kind, []).append(station)
        self._place(station, connectors)

    def add_driver(self, n: int, city: City) -> None:
        rng = Random(f"{self._seed}/driver/{n}")
        person, email = self._name("driver", city.country, n)
        fleet = None if n % _ALONE == _ALONE - 1 else self.town.fleets[n % len(self.town.fleets)].id
        driver = models.Driver(prefixed_id("drv", self._seed, "driver", n), person, email, fleet)
        car = self._car("vehicle", n, rng, driver)
        if n < self._population.podero_cars:
            home, connectors = stations.home(self._seed, n, city, rng)
            car = replace(car, org=self._org, owner=uuid_text(self._seed, "owner", n), home=home.id)
            self._place(home, connectors)
            self.town.homes[car.id] = home
            self.town.podero_cars.append(car)
        card = self._card("payment_method", n, driver=driver.id)
        self.town.drivers.append(driver)
        self.town.vehicles.append(car)
        self.town.drivers_cars.append(car)
        self.town.drivers_cards.append(card)

    def add_user(self, n: int, city: City) -> None:
        person, email = self._name("user", city.country, n)
        user = models.User(uuid_text(self._seed, "user", n), person, email, None)
        car = self._car("users_vehicle", n, Random(f"{self._seed}/user/{n}"), None)
        self.town.users.append(user)
        self.town.vehicles.append(car)
        self.town.users_cars.append(car)
        self.town.users_cards.append(self._card("users_payment_method", n, user=user.id))

    def _place(self, station: models.Station, connectors: list[models.Connector]) -> None:
        self.town.stations.append(station)
        self.town.connectors.extend(connectors)
        self.town.plugs[station.id] = connectors

    def _card(self, kind: str, n: int, *, driver: str | None = None, user: str | None = None) -> models.PaymentMethod:
        card = models.PaymentMethod(prefixed_id("pm", self._seed, kind, n), driver, user, models.Card.GOOD)
        self.town.cards.append(card)
        return card

    def _car(self, kind: str, n: int, rng: Random, driver: models.Driver | None) -> models.Vehicle:
        """Some car; the sample driver's fits the sample station."""
        cars = self._catalogue.cars
        car: Car = rng.choice(cars if n else [car for car in cars if car.plug == stations.SAMPLE_PLUG])
        return models.Vehicle(
            id=prefixed_id("veh", self._seed, kind, n),
            uuid=uuid_text(self._seed, kind, n),
            fleet=None if driver is None else driver.fleet,
            driver=None if driver is None else driver.id,
            make=car.make,
            model=car.model,
            plug=car.plug,
            battery_wh=car.battery_wh,
            ac_kw=car.ac_kw,
            ac_phases=car.ac_phases,
            dc=car.dc,
            charge_to=rng.choice(_CHARGE_TO),
            org=None,
            owner=None,
            home=None,
        )


LOCALES: Final[Mapping[str, str]] = {
    "DE": "de_DE",
    "AT": "de_AT",
    "CH": "de_CH",
    "FR": "fr_FR",
    "BE": "nl_BE",
    "NL": "nl_NL",
    "LU": "fr_FR",
    "IT": "it_IT",
    "ES": "es_ES",
    "PT": "pt_PT",
    "DK": "da_DK",
    "SE": "sv_SE",
    "NO": "no_NO",
    "FI": "fi_FI",
    "PL": "pl_PL",
    "CZ": "cs_CZ",
    "HU": "hu_HU",
    "GB": "en_GB",
    "IE": "en_IE",
    "EE": "et_EE",
    "SI": "sl_SI",
}
"""The language people's names are drawn in, by country."""
