"""What the days of a town are drawn from, and who lives there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ..domain import smart_charging
from ..domain.channels import HOME, Channel, Channels
from ..domain.clock import DAY
from ..domain.ids import prefixed_id, uuid_text
from ..domain.models import Session, Station, Vehicle
from ..domain.sessions.start import Buyer, SessionIds
from ..scenario.population import TownSize
from .catalogue import Catalogue
from .people import Town
from .routines import Routine, Trips

HOURS: Final = 24
_WEEK: Final = 7
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who charges through a channel, with a vehicle and a routine."""

    buyer: Buyer
    vehicle: Vehicle
    routine: Routine


@dataclass(frozen=True)
class DayInputs:
    """A town with its seed, its market of electricity, and the channels by which its sessions are sold.

    `reserving` is the channel of reserved sessions; there are no reservations without it. The first person of each
    channel and the sample station have sessions before day 0 only.
    """

    town: Town
    size: TownSize
    catalogue: Catalogue
    channels: Channels
    reserving: Channel | None
    seed: int
    market: smart_charging.Market

    @property
    def monday(self) -> int:
        return self.market.monday

    def dawn(self, day: int) -> int:
        """The instant at which a day begins, 00:00 UTC."""
        return self.monday + day * DAY

    @cached_property
    def people(self) -> Mapping[str, Sequence[Person]]:
        """The people who charge through each channel, by its name."""
        return {name: self._people(channel) for name, channel in self.channels.items()}

    @cached_property
    def trips(self) -> Trips:
        """The trips between the town's cities."""
        return Trips(self.town.cities)

    @cached_property
    def sample_station(self) -> Station:
        """The sample station, which has sessions before day 0 only."""
        return self.town.sample_station

    def _people(self, channel: Channel) -> list[Person]:
        town = self.town
        if channel.name == HOME.name:
            routines = town.drivers_routines
            return [
                Person(Buyer(HOME, vehicle, driver=driver.id), vehicle, routine)
                for driver, vehicle, routine in zip(town.drivers, town.smart_vehicles, routines, strict=False)
            ]
        if channel.buyer == "user":
            return [
                Person(Buyer(channel, vehicle, user=user.id, payment_method=card.id), vehicle, routine)
                for user, vehicle, card, routine in zip(
                    town.users, town.users_vehicles, town.users_cards, town.users_routines, strict=True
                )
            ]
        return [
            Person(
                Buyer(channel, vehicle, driver=driver.id, fleet=vehicle.fleet, payment_method=card.id),
                vehicle,
                routine,
            )
            for driver, vehicle, card, routine in zip(
                town.drivers, town.drivers_vehicles, town.drivers_cards, town.drivers_routines, strict=True
            )
        ]


def is_weekend(day: int) -> bool:
    """Whether a day, counted from a Monday, is a Saturday or a Sunday."""
    return day % _WEEK > _FRIDAY


def session_ids(seed: int, key: str) -> SessionIds:
    """The ids of the session that is drawn under that key; it gets its number when it is inserted."""
    return SessionIds(n=0, id=prefixed_id("cs", seed, "session", key), uuid=uuid_text(seed, "session", key))


def with_smart(inputs: DayInputs, session: Session, vehicle: Vehicle, station: Station) -> Session:
    """A public session with what the optimiser of its vehicle knows of it, if the vehicle has one."""
    if vehicle.org is None:
        return session
    return session.with_smart(smart_charging.summary_away(inputs.market, session, vehicle, station.utc_offset_minutes))
