"""The values of a station and its connectors at an instant. All functions are pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .clock import HOUR, NEVER
from .models import Connector, Station
from .sessions.start import in_order

AVAILABLE: Final = "available"
OCCUPIED: Final = "occupied"
RESERVED: Final = "reserved"
OUT_OF_SERVICE: Final = "out_of_service"
"""The statuses of a connector."""
ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
MAINTENANCE: Final = "maintenance"
"""The statuses of a station."""
HOME: Final = "home"
"""The kind of a station that belongs to one household and is shown to no customer."""
FORESEEN: Final = HOUR
"""How far ahead it is told when a station has a free connector."""
_TYPES: Final = {"IEC_62196_T2_COMBO": "CCS", "CHADEMO": "CHAdeMO", "IEC_62196_T2": "Type2"}
"""The usual names of OCPI's connector standards."""


@dataclass(frozen=True, slots=True)
class ConnectorUse:
    """A connector, and when its last visitor plugged in and leaves; both are None if it never had one."""

    connector: Connector
    plugged_in_at: int | None
    unplugged_at: int | None

    @property
    def type(self) -> str:
        return connector_type(self.connector.standard)


@dataclass(frozen=True, slots=True)
class ReservedWindow:
    """The time in which a connector of one type is kept free for a confirmed reservation."""

    station: str
    connector_type: str
    reserved_start: int
    reserved_end: int


@dataclass(frozen=True, slots=True)
class StationUse:
    """A station with its connectors, in the order of their ids, and its reserved windows, in the order of time."""

    station: Station
    connectors: Sequence[ConnectorUse] = ()
    windows: Sequence[ReservedWindow] = ()


def connector_type(standard: str) -> str:
    """`CCS`, `CHAdeMO` or `Type2`."""
    return _TYPES.get(standard, standard)


def connector_statuses(use: StationUse, now: int) -> list[str]:
    """The status of each connector. A reservation in its window keeps the first free connector of its type."""
    statuses = [_status(use.station, each, now) for each in use.connectors]
    for window in use.windows:
        if window.reserved_start <= now < window.reserved_end:
            kept = _first_free(use, statuses, window.connector_type)
            if kept is not None:
                statuses[kept] = RESERVED
    return statuses


def station_status(use: StationUse, statuses: Sequence[str], now: int) -> str:
    """Inactive while it is offline or silent, in maintenance while no connector works, else active."""
    if not use.station.online or use.station.silent_from <= now < use.station.silent_until:
        return INACTIVE
    return MAINTENANCE if all(status == OUT_OF_SERVICE for status in statuses) else ACTIVE


def updated(use: StationUse, now: int) -> int:
    """When the station or a connector last changed."""
    return max((at for at in _changes(use) if at <= now), default=use.station.created_at)


def free_span(use: StationUse, statuses: Sequence[str], now: int) -> tuple[int, int] | None:
    """From when and until when a connector is foreseen to be free; None if none of them will be.

    It begins now, or when the first connector becomes free. It ends when reservations take the last free connector, or
    after `FORESEEN`.
    """
    if AVAILABLE in statuses:
        return now, _taken_at(use, statuses, now) or now + FORESEEN
    frees = (_free_at(use, each, status, now) for each, status in zip(use.connectors, statuses, strict=True))
    since = min(frees, default=NEVER)
    return None if since >= NEVER else (since, since + FORESEEN)


def _status(station: Station, use: ConnectorUse, now: int) -> str:
    if not in_order(station, use.connector, now):
        return OUT_OF_SERVICE
    return OCCUPIED if use.unplugged_at is not None and now < use.unplugged_at else AVAILABLE


def _first_free(use: StationUse, statuses: Sequence[str], wanted: str) -> int | None:
    places = enumerate(zip(use.connectors, statuses, strict=True))
    return next((n for n, (each, status) in places if status == AVAILABLE and each.type == wanted), None)


def _taken_at(use: StationUse, statuses: Sequence[str], now: int) -> int | None:
    """When reservations take the last connector that is free now; None if they do not."""
    left = list(statuses)
    for window in use.windows:
        kept = _first_free(use, left, window.connector_type) if window.reserved_start > now else None
        if kept is not None:
            left[kept] = RESERVED
            if AVAILABLE not in left:
                return min(window.reserved_start, now + FORESEEN)
    return None


def _free_at(use: StationUse, of: ConnectorUse, status: str, now: int) -> int:
    """When a connector that is not free now becomes free, as far as that is known."""
    station, connector = use.station, of.connector
    if not (station.online and connector.in_service):
        return NEVER
    ends = [of.unplugged_at or now]
    if station.silent_from <= now < station.silent_until:
        ends.append(station.silent_until)
    if connector.broken_from <= now < connector.broken_until:
        ends.append(connector.broken_until)
    if status == RESERVED:
        ends += [each.reserved_end for each in use.windows if each.reserved_start <= now < each.reserved_end]
    return max(ends)


def _changes(use: StationUse) -> Iterator[int]:
    """The instants at which something of the station changes, of which some may be to come."""
    station = use.station
    yield from (station.created_at, station.silent_from, station.silent_until)
    for each in use.connectors:
        yield from (each.connector.broken_from, each.connector.broken_until)
        yield from (at for at in (each.plugged_in_at, each.unplugged_at) if at is not None)
    for window in use.windows:
        yield from (window.reserved_start, window.reserved_end)
