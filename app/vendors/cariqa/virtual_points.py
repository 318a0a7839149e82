"""Cariqa's virtual charging points, under their documented EVSE ids: every world has them (CARIQA-022).

Those of the first kind send no progress, and can be busy; those of the second kind send ten messages of it.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ...domain.clock import year_before
from ...domain.models import Connector, Station
from ...domain.station_view import VIRTUAL

_NO_PROGRESS, _PROGRESS = 0, 10
"""How many messages of progress come before the charge record."""
_FIRST_N: Final = 1_000_000_000
"""Beyond the numbers of other stations, so that no two have the same place in a list."""
_KW: Final = 22.0
_PHASES: Final = 3
"""Every vehicle can charge with that."""


class _Place(NamedTuple):
    """Where a point stands, and its tariff, whose VAT is the country's."""

    country: str
    city: str
    postal_code: str
    street: str
    tariff: str


_BERLIN: Final = _Place("DE", "Berlin", "10115", "Hauptstraße", "eur vat=19 kwh=0.4538")
_WIEN: Final = _Place("AT", "Wien", "1070", "Hauptstraße", "eur vat=20 kwh=0.45")
_MILANO: Final = _Place("IT", "Milano", "20124", "Via Roma", "eur vat=22 kwh=0.5")

_POINTS: Final = (
    ("DE*CIQ*EWBNHHLM82TLA*1", _NO_PROGRESS, _BERLIN, "52.531000", "13.384000"),
    ("IT*PWY*EP0078*01*02", _NO_PROGRESS, _MILANO, "45.464200", "9.190000"),
    ("DEQRMEF7GRC21", _NO_PROGRESS, _BERLIN, "52.532000", "13.385000"),
    ("AT*VIE*E2334770022*2", _NO_PROGRESS, _WIEN, "48.208200", "16.373800"),
    ("DE*PWA*EALP22541X01617*01", _PROGRESS, _BERLIN, "52.508000", "13.440000"),
    ("DE*2GO*EMCD1520*1B*3", _PROGRESS, _BERLIN, "52.505000", "13.436000"),
    ("DE*EUL*EAUT0002*01", _PROGRESS, _BERLIN, "52.502000", "13.432000"),
    ("AT*HTB*EOCPI1*1", _PROGRESS, _WIEN, "48.209000", "16.374000"),
)
"""The points with a progress in Berlin lie in the tile that the documented client asks for first."""


def virtual_points(monday: int) -> Iterator[tuple[Station, list[Connector]]]:
    """The points in a world of that Monday; each is a station with one connector."""
    for n, (evse_id, progress, place, latitude, longitude) in enumerate(_POINTS, start=1):
        station = Station(
            id=f"chst_{f'CariqaVirtualPoint{n}'.ljust(32, '0')}",
            name=f"Virtual charging point {n}",
            operator="Wattif",
            kind=VIRTUAL,
            address=f"{place.street}, {n}, {place.postal_code}, {place.city}",
            city=place.city,
            country=place.country,
            latitude=latitude,
            longitude=longitude,
            phone=None,
            is_partner=True,
            utc_offset_minutes=60,
            online=True,
            n=_FIRST_N + n,
            created_at=year_before(monday),
        )
        connector = Connector(
            station=station.id,
            id="connector_a1",
            evse_id=evse_id,
            standard="IEC_62196_T2",
            power_kw=_KW,
            phases=_PHASES,
            tariff=place.tariff,
            in_service=True,
            faults_after_s=None,
            progress=progress,
        )
        yield station, [connector]
