"""The people, vehicles and stations of a town, drawn from its seed: the same seed and size give the same town."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import lcm
from random import Random
from typing import Final

from ..domain import models
from ..domain.clock import DAY
from ..domain.ids import prefixed_id, uuid_text
from ..scenario.population import TownSize
from ..vehicle_models import vehicle_of
from . import details, routines, stations, users
from .catalogue import Catalogue, City
from .draws import Draws
from .routines import Place, Routine

_CHARGE_TO: Final = (0.8, 0.9, 1.0)
_STEP: Final = 5
_FLEETS_UNTIL: Final = 0.25
_STATIONS_UNTIL: Final = 0.5
"""The shares of the time before the first day in which fleets and stations come; drivers come after fleets."""
_PREFERRED: Final = ("hpc", "street")
"""The kinds of the stations that a driver prefers."""
_WITHOUT_FLEET: Final = 5
"""One driver in five belongs to no fleet."""
_DRIVES_TOO: Final = 4
"""One user in four is the driver of the same number, who lives in the same city."""

Namer = Callable[[str, str, int], tuple[str, str]]
"""From a kind, a country and a number to a name and an e-mail address."""


@dataclass(slots=True)
class Town:
    """A town as drawn. The first of each kind is a sample: it has past sessions, and none that are planned.

    `places` has the place of each station by its id, and `stations_at` the public stations by city and kind.
    """

    cities: list[City] = field(default_factory=list)
    fleets: list[models.Fleet] = field(default_factory=list)
    drivers: list[models.Driver] = field(default_factory=list)
    attachments: list[models.Attachment] = field(default_factory=list)
    users: list[models.User] = field(default_factory=list)
    owners: list[models.User] = field(default_factory=list)
    cards: list[models.PaymentMethod] = field(default_factory=list)
    vehicles: list[models.Vehicle] = field(default_factory=list)
    stations: list[models.Station] = field(default_factory=list)
    connectors: list[models.Connector] = field(default_factory=list)
    drivers_vehicles: list[models.Vehicle] = field(default_factory=list)
    users_vehicles: list[models.Vehicle] = field(default_factory=list)
    smart_vehicles: list[models.Vehicle] = field(default_factory=list)
    drivers_cards: list[models.PaymentMethod] = field(default_factory=list)
    users_cards: list[models.PaymentMethod] = field(default_factory=list)
    drivers_routines: list[Routine] = field(default_factory=list)
    users_routines: list[Routine] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    stations_at: dict[tuple[int, str], list[models.Station]] = field(default_factory=dict)
    connectors_of: dict[str, list[models.Connector]] = field(default_factory=dict)
    homes: dict[str, models.Station] = field(default_factory=dict)

    @property
    def sample_station(self) -> models.Station:
        return next(station for station in self.stations if station.kind == stations.SAMPLE_KIND)


def unnamed(_kind: str, _country: str, _number: int) -> tuple[str, str]:
    """A namer for a town whose names are not needed."""
    return "", ""


def town(size: TownSize, seed: int, catalogue: Catalogue, name: Namer = unnamed, monday: int = 0) -> Town:
    """The town of that seed."""
    *_, whole = town_in_steps(size, seed, catalogue, name, monday)
    return whole


def town_in_steps(
    size: TownSize, seed: int, catalogue: Catalogue, name: Namer = unnamed, monday: int = 0
) -> Iterator[Town]:
    """The town of that seed after each few of its people and stations; the last one is whole.

    They are there before the first day of the world of that Monday. Those without names have no details.
    """
    builder = _TownBuilder(size, seed, catalogue, name, monday + size.days().start * DAY)
    for n, _ in enumerate(builder.steps(), start=1):
        if n % _STEP == 0:
            yield builder.town
    yield builder.town


class _TownBuilder:
    """Draws a town piece by piece. Each piece depends on its kind and number only, so one more changes no other."""

    def __init__(self, size: TownSize, seed: int, catalogue: Catalogue, name: Namer, begin: int) -> None:
        every = list(catalogue.cities)
        cities = Random(f"{seed}/cities").sample(every, min(size.cities, len(every)))
        self.town = Town(cities=cities)
        self._size = size
        self._org = uuid_text(seed, "org", 0)
        self._seed = seed
        self._catalogue = catalogue
        self._name = name
        self._begin = begin
        self._is_named = name is not unnamed

    def steps(self) -> Iterator[None]:
        """Adds all that a town has, with a pause after each piece."""
        size, cities = self._size, self.town.cities
        for add, count in (
            (self.add_fleet, size.fleets),
            (self.add_station, size.stations),
            (self.add_driver, size.drivers),
            (self.add_user, size.users),
        ):
            for n in range(count):
                add(n, n % len(cities))
                yield

    def add_fleet(self, n: int, city: int) -> None:
        company, email = self._name("fleet", self.town.cities[city].country, n)
        draws = Draws(self._seed, "fleet", n)
        created_at = details.created_at(self._begin, draws, until=_FLEETS_UNTIL)
        self.town.fleets.append(
            models.Fleet(
                id=prefixed_id("flt", self._seed, "fleet", n),
                name=company,
                email=email,
                n=n,
                created_at=created_at,
                touched_at=created_at,
                details=details.fleet(draws, self.town.cities[city], self._catalogue) if self._is_named else "{}",
            )
        )

    def add_station(self, n: int, city: int) -> None:
        # Kinds and cities take turns. Each time both begin anew, the kinds move on by a city, so that all get there.
        cities = len(self.town.cities)
        city = (city + n // lcm(cities, len(stations.KINDS))) % cities
        station, connectors = stations.public(self._seed, n, self.town.cities[city], self._catalogue)
        created_at = details.created_at(self._begin, Draws(self._seed, "station", n), until=_STATIONS_UNTIL)
        station = replace(station, n=2 * n, created_at=created_at, details=details.station(station.kind))
        self.town.stations_at.setdefault((city, station.kind), []).append(station)
        self._add_stations(station, connectors, city)

    def add_driver(self, n: int, city: int) -> None:
        rng = Random(f"{self._seed}/driver/{n}")
        person, email = self._name("driver", self.town.cities[city].country, n)
        fleet = None if n % _WITHOUT_FLEET == _WITHOUT_FLEET - 1 else self.town.fleets[n % len(self.town.fleets)].id
        draws = Draws(self._seed, "driver", n)
        created_at = details.created_at(self._begin, draws, since=_FLEETS_UNTIL)
        vehicle = self._vehicle("vehicle", n, city, rng, fleet=fleet, after=created_at)
        lives = Random(f"{self._seed}/driver_lives/{n}")
        place = stations.place(lives, self.town.cities[city])
        if n < self._size.smart_vehicles:
            home, connectors = stations.home(self._seed, n, self.town.cities[city], rng)
            home = replace(home, n=2 * n + 1, created_at=created_at)
            vehicle = replace(vehicle, org=self._org, owner=uuid_text(self._seed, "owner", n), home=home.id)
            self._add_stations(home, connectors, city)
            place = home.latitude, home.longitude
            self.town.homes[vehicle.id] = home
            self.town.smart_vehicles.append(vehicle)
        driver = models.Driver(
            id=prefixed_id("drv", self._seed, "driver", n),
            name=person,
            email=email,
            n=n,
            created_at=created_at,
            touched_at=created_at,
        )
        card = self._card("payment_method", n, city, created_at, driver)
        if self._is_named:
            town, nearby = self.town.cities[city], self._preferred(city)
            driver = replace(driver, details=details.driver(draws, town, self._catalogue, card.id, nearby))
        self.town.drivers.append(driver)
        if vehicle.owner is not None:
            self._add_owner(n, driver, vehicle, city)
        if fleet is not None:
            self.town.attachments.append(models.Attachment(driver.id, models.TO_FLEET, fleet, n))
        self.town.attachments.append(models.Attachment(driver.id, models.TO_VEHICLE, vehicle.id, n))
        self.town.vehicles.append(vehicle)
        self.town.drivers_vehicles.append(vehicle)
        self.town.drivers_cards.append(card)
        self.town.drivers_routines.append(routines.routine(lives, vehicle, routines.place_of(*place, city), n))

    def add_user(self, n: int, city: int) -> None:
        lives = Random(f"{self._seed}/user_lives/{n}")
        driver = self.town.drivers[n] if n % _DRIVES_TOO == _DRIVES_TOO - 1 and n < len(self.town.drivers) else None
        person, email = self._name("user", self.town.cities[city].country, n)
        if driver is not None:
            person, email = driver.name, driver.email
        created_at = details.created_at(self._begin, Draws(self._seed, "user", n), since=_FLEETS_UNTIL)
        rng = Random(f"{self._seed}/user/{n}")
        vehicle = self._vehicle("users_vehicle", n, city, rng, fleet=None, after=created_at)
        user = models.User(
            id=uuid_text(self._seed, "user", n),
            name=person,
            email=email,
            driver=None if driver is None else driver.id,
            vehicle=vehicle.id,
            n=2 * n,
            created_at=created_at,
            touched_at=created_at,
        )
        card = self._card("users_payment_method", n, city, created_at, user)
        if self._is_named:
            draws = Draws(self._seed, "user_details", n)
            user = replace(user, details=users.customer(draws, self.town.cities[city], person, card.id))
        self.town.users.append(user)
        self.town.vehicles.append(vehicle)
        self.town.users_vehicles.append(vehicle)
        self.town.users_cards.append(card)
        home = routines.place_of(*stations.place(lives, self.town.cities[city]), city)
        self.town.users_routines.append(routines.routine(lives, vehicle, home, n))

    def _add_owner(self, n: int, driver: models.Driver, vehicle: models.Vehicle, city: int) -> None:
        """The driver of a smart vehicle, who owns it."""
        home = self.town.homes[vehicle.id]
        draws = Draws(self._seed, "owner_details", n)
        self.town.owners.append(
            models.User(
                id=uuid_text(self._seed, "owner", n),
                name=driver.name,
                email=driver.email,
                driver=driver.id,
                org=self._org,
                n=2 * n + 1,
                created_at=driver.created_at,
                touched_at=driver.created_at,
                details=users.owner(draws, self.town.cities[city], driver.name, home) if self._is_named else "{}",
            )
        )

    def _add_stations(self, station: models.Station, connectors: list[models.Connector], city: int) -> None:
        self.town.places[station.id] = routines.place_of(station.latitude, station.longitude, city)
        self.town.stations.append(station)
        self.town.connectors.extend(connectors)
        self.town.connectors_of[station.id] = connectors

    def _preferred(self, city: int) -> list[models.Station]:
        """The first fast station and the first one in a street of a city, which more stations do not change."""
        there = (self.town.stations_at.get((city, kind)) for kind in _PREFERRED)
        return [found[0] for found in there if found]

    def _card(
        self, kind: str, n: int, city: int, after: int, owner: models.Driver | models.User
    ) -> models.PaymentMethod:
        """The card of a driver or a user, who was there from `after` on."""
        draws, is_drivers = Draws(self._seed, kind, n), isinstance(owner, models.Driver)
        created_at = details.created_after(after, self._begin, draws)
        text = "{}"
        if self._is_named:
            town = self.town.cities[city]
            text = details.card(draws, town, owner.name, owner.email) if is_drivers else users.card(draws, owner.name)
        card = models.PaymentMethod(
            id=prefixed_id("pm", self._seed, kind, n),
            driver=owner.id if is_drivers else None,
            user=None if is_drivers else owner.id,
            card=models.Card.GOOD,
            n=2 * n + (not is_drivers),
            created_at=created_at,
            details=text,
        )
        self.town.cards.append(card)
        return card

    def _vehicle(self, kind: str, n: int, city: int, rng: Random, *, fleet: str | None, after: int) -> models.Vehicle:
        """A vehicle of a model that is drawn; the sample driver's fits the sample station."""
        models_ = self._catalogue.vehicle_models
        fitting = models_ if n else [each for each in models_ if each.plug == stations.SAMPLE_INLET]
        model = rng.choice(fitting)
        draws = Draws(self._seed, kind, n)
        created_at = details.created_after(after, self._begin, draws)
        return replace(
            vehicle_of(model, charge_to=rng.choice(_CHARGE_TO)),
            id=prefixed_id("veh", self._seed, kind, n),
            uuid=uuid_text(self._seed, kind, n),
            fleet=fleet,
            n=2 * n + (kind != "vehicle"),
            created_at=created_at,
            touched_at=created_at,
            details=details.vehicle(draws, self.town.cities[city], model) if self._is_named else "{}",
        )
