"""The station at the home of a user of smart charging, where the user's vehicles are plugged in."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..domain.ids import draw, prefixed_id
from ..domain.models import Connector, Station, User
from ..domain.pricing import Tariff
from ..domain.station_view import HOME
from ..store import owned_vehicles, sessions, stations
from ..store.world_transaction import WorldTransaction

_KIND: Final = "created_home"
_KW: Final = 11.0
_PHASES: Final = 3
_UNSOLD: Final = str(Tariff("eur", vat=Decimal(0)))
_LATITUDE, _LONGITUDE = 52.52, 13.405
_SPREAD: Final = 0.05
"""Where people live of whom no place is known: within some kilometres of the middle of Berlin."""
_OFFSET_MINUTES: Final = 60
_CODE: Final = re.compile(r"[A-Z]{2}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HomeAddress:
    """Where a user lives, as far as it is known: degrees, and what an address consists of."""

    latitude: float | None = None
    longitude: float | None = None
    street: str = ""
    zip_code: str = ""
    town: str = ""
    country: str = ""


def home_of(tx: WorldTransaction, owner: User, address: HomeAddress) -> str:
    """Returns the id of the station at a user's home, which is made if none of the user's vehicles has one yet."""
    known = owned_vehicles.home_of_owner(tx, owner.id)
    if known is not None:
        return known
    n = sessions.take_number(tx)
    station = _station(tx.world.seed, n, address)
    stations.insert_stations(tx.db, tx.world.n, [station])
    stations.insert_connectors(tx.db, tx.world.n, [_connector(station, n)])
    return station.id


def _station(seed: int, n: int, address: HomeAddress) -> Station:
    """A wallbox, where no vendor sells."""
    latitude, longitude = address.latitude, address.longitude
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        latitude = _LATITUDE + _SPREAD * (2 * draw(seed, "home/latitude", n) - 1)
        longitude = _LONGITUDE + _SPREAD * (2 * draw(seed, "home/longitude", n) - 1)
    parts = (address.street, address.zip_code, address.town)
    return Station(
        id=prefixed_id("chst", seed, _KIND, n),
        name="",
        operator="",
        kind=HOME,
        address=", ".join(part for part in parts if part),
        city=address.town or "Berlin",
        country=address.country.upper() if _CODE.fullmatch(address.country) else "DE",
        latitude=f"{latitude:.6f}",
        longitude=f"{longitude:.6f}",
        phone=None,
        is_partner=False,
        utc_offset_minutes=_OFFSET_MINUTES,
        online=True,
        n=n,
    )


def _connector(station: Station, n: int) -> Connector:
    return Connector(
        station=station.id,
        id="connector_a1",
        evse_id=f"{station.country}*HOM*EC{n:06d}*1",
        standard="IEC_62196_T2",
        power_kw=_KW,
        phases=_PHASES,
        tariff=_UNSOLD,
        in_service=True,
        faults_after_s=None,
    )
