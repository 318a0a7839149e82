"""What the days of a town are drawn from, and the draws that sessions and reservations share."""

from dataclasses import dataclass
from random import Random
from typing import Final

from ..domain import smart_charging
from ..domain.channels import Channel, Channels
from ..domain.ids import prefixed_id, uuid_text
from ..domain.models import Connector, Session, Station, Vehicle
from ..domain.sessions.start import Buyer, SessionIds, fits
from ..scenario.population import TownSize
from .catalogue import Catalogue
from .people import Town

HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class DayInputs:
    """A town with its seed, its market of electricity, and the channels by which its sessions are sold.

    `reserving` is the channel of reserved sessions; there are no reservations without it.
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


def buyer(town: Town, rng: Random, day: int, channel: Channel) -> Buyer:
    """A person who charges through that channel. The sample people do so only before day 0."""
    if channel.buyer == "user":
        n = rng.randrange(0 if day < 0 else 1, len(town.users))
        card = town.users_cards[n]
        return Buyer(channel, town.users_vehicles[n], user=town.users[n].id, payment_method=card.id)
    n = rng.randrange(0 if day < 0 else 1, len(town.drivers))
    driver, vehicle = town.drivers[n], town.drivers_vehicles[n]
    fleet = vehicle.fleet or driver.fleet
    return Buyer(channel, vehicle, driver=driver.id, fleet=fleet, payment_method=town.drivers_cards[n].id)


def fitting_connector(
    town: Town, rng: Random, day: int, kind: str, vehicle: Vehicle
) -> tuple[Station, Connector] | None:
    """A connector at a station of that kind that is drawn; None if no connector there fits the vehicle.

    The sample station is drawn only before day 0.
    """
    stations = town.by_kind[kind]
    first = 1 if day >= 0 and stations[0] is town.sample_station else 0
    station = stations[rng.randrange(first, len(stations))]
    fitting = [connector for connector in town.connectors_of[station.id] if fits(vehicle, connector)]
    return (station, rng.choice(fitting)) if fitting else None


def session_ids(seed: int, key: str) -> SessionIds:
    """The ids of the session that is drawn under that key; it gets its number when it is inserted."""
    return SessionIds(n=0, id=prefixed_id("cs", seed, "session", key), uuid=uuid_text(seed, "session", key))


def with_smart(inputs: DayInputs, session: Session, vehicle: Vehicle, station: Station) -> Session:
    """A public session with what the optimiser of its vehicle knows of it, if the vehicle has one."""
    if vehicle.org is None:
        return session
    return session.with_smart(smart_charging.summary_away(inputs.market, session, vehicle, station.utc_offset_minutes))
