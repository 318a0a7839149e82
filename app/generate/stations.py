"""Stations and their connectors: where they stand, their power and their tariffs."""

from collections.abc import Sequence
from decimal import Decimal
from math import cos, pi, radians, sin
from random import Random
from typing import Final

from ..domain.ids import prefixed_id
from ..domain.models import Connector, Station
from ..domain.pricing import Tariff
from .catalogue import Catalogue, City, drawn_tariff

SAMPLE_KIND: Final = "hpc"
SAMPLE_INLET: Final = "CCS"
"""The kind of the sample station, and the inlet that a vehicle needs there."""
KINDS: Final = ("street", "dc", "destination", "hpc", "work", "street", "dc", "destination", "hpc", "street")
"""The kinds of each ten public stations."""
_SAMPLE: Final = KINDS.index(SAMPLE_KIND)
"""The number of the sample station. It sells by the kWh, so that a first session there has a price."""
_AC_POWER: Final = {"street": (11.0, 22.0), "destination": (11.0, 22.0), "work": (11.0,)}
_HOME_KW: Final = 11.0
_SPREAD_KM: Final = 14.0
_KM_A_DEGREE: Final = 111.32
_PARTNER_SHARE: Final = 0.4
_UNSOLD: Final = str(Tariff("eur", vat=Decimal(0)))
_HOUSE_NUMBERS: Final = 120

ConnectorType = tuple[str, float, int]
"""Standard, kW, phases."""


def public(seed: int, n: int, city: City, catalogue: Catalogue) -> tuple[Station, list[Connector]]:
    """The public station of that number, with two to four connectors."""
    rng = Random(f"{seed}/station/{n}")
    kind = KINDS[n % len(KINDS)]
    operator, code = rng.choice(catalogue.operators[city.country])
    street = rng.choice((city.street, *city.streets))
    tariff = drawn_tariff(rng, catalogue.prices, city.country, kind)
    while n == _SAMPLE and tariff.kwh is None:
        tariff = drawn_tariff(rng, catalogue.prices, city.country, kind)
    latitude, longitude = place(rng, city)
    station = Station(
        id=prefixed_id("chst", seed, "station", n),
        name=f"{operator} {street}",
        operator=operator,
        kind=kind,
        address=_address(rng, city, street),
        city=city.city,
        country=city.country,
        latitude=latitude,
        longitude=longitude,
        phone=city.phone.format(n % 100) if city.phone else None,
        is_partner=rng.random() < _PARTNER_SHARE,
        utc_offset_minutes=city.utc_offset_minutes,
        online=True,
    )
    evse = f"{city.country}*{code}*E{n:05d}"
    return station, _connectors(station, evse, _types(rng, kind), str(tariff))


def home(seed: int, n: int, city: City, rng: Random) -> tuple[Station, list[Connector]]:
    """A wallbox at a home, where no vendor sells."""
    latitude, longitude = place(rng, city)
    station = Station(
        id=prefixed_id("chst", seed, "home", n),
        name="",
        operator="",
        kind="home",
        address=_address(rng, city, rng.choice(city.streets)),
        city=city.city,
        country=city.country,
        latitude=latitude,
        longitude=longitude,
        phone=None,
        is_partner=False,
        utc_offset_minutes=city.utc_offset_minutes,
        online=True,
    )
    evse = f"{city.country}*HOM*E{n:06d}"
    return station, _connectors(station, evse, [("IEC_62196_T2", _HOME_KW, 3)], _UNSOLD)


def _connectors(station: Station, evse: str, types: Sequence[ConnectorType], tariff: str) -> list[Connector]:
    return [
        Connector(
            station=station.id,
            id=f"connector_a{n}",
            evse_id=f"{evse}*{n}",
            standard=standard,
            power_kw=power_kw,
            phases=phases,
            tariff=tariff,
            in_service=True,
            faults_after_s=None,
        )
        for n, (standard, power_kw, phases) in enumerate(types, start=1)
    ]


def _types(rng: Random, kind: str) -> Sequence[ConnectorType]:
    if kind == "hpc":
        return [("IEC_62196_T2_COMBO", rng.choice((150.0, 300.0)), 0)] * rng.choice((2, 4))
    if kind == "dc":
        return [("IEC_62196_T2_COMBO", 50.0, 0), ("CHADEMO", 50.0, 0), ("IEC_62196_T2", 22.0, 3)]
    return [("IEC_62196_T2", rng.choice(_AC_POWER[kind]), 3)] * 2


def _address(rng: Random, city: City, street: str) -> str:
    return f"{street}, {rng.randrange(1, _HOUSE_NUMBERS)}, {city.postal_code}, {city.city}"


def place(rng: Random, city: City) -> tuple[str, str]:
    """The latitude and longitude, in degrees, of a place in the city's region; most are near the centre."""
    angle, distance = rng.uniform(0, 2 * pi), rng.uniform(0, _SPREAD_KM)
    latitude = city.latitude + distance * cos(angle) / _KM_A_DEGREE
    longitude = city.longitude + distance * sin(angle) / (_KM_A_DEGREE * cos(radians(city.latitude)))
    return f"{latitude:.6f}", f"{longitude:.6f}"
