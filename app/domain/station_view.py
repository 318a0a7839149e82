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
"""The statuses of a connector. Those that follow are all out of service, for different reasons."""
UNKNOWN: Final = "unknown"
"""Nothing is heard of the connector: its station is offline or silent."""
BROKEN: Final = "broken"
WITHDRAWN: Final = "withdrawn"
"""Its operator has taken the connector out of service, for maintenance or altogether."""
ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
MAINTENANCE: Final = "maintenance"
"""The statuses of a station."""
HOME: Final = "home"
"""The kind of a station that belongs to one household and is shown to no customer."""
VIRTUAL: Final = "virtual"
"""The kind of a station that exists for tests of one vendor's customers, and that no other vendor shows."""
NOT_PUBLIC: Final = (HOME, VIRTUAL)
FORESEEN: Final = HOUR
"""How far ahead it is told when a station has a free connector."""
CONNECTOR_TYPES: Final = {"CHADEMO": "CHAdeMO", "IEC_62196_T2_COMBO": "CCS", "IEC_62196_T2": "Type2"}
"""The usual names of OCPI's connector standards."""


@dataclass(frozen=True, slots=True)
class ConnectorUse:
    """A connector, and when its last visitor plugged in and leaves; both are None if it never had one."""

    connector: Connector
    plugged_in_at: int | None
    unplugged_at: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """The time in which a connector is kept free for a confirmed reservation."""

    station: str
    connector: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class StationUse:
    """A station, its connectors in the order of their ids, and the reservations that hold them, in that of time."""

    station: Station
    connectors: Sequence[ConnectorUse] = ()
    holds: Sequence[Hold] = ()


def connector_statuses(use: StationUse, now: int) -> list[str]:
    """The status of each connector; what is out of service is so for no particular reason (CHARGE-072)."""
    return [OUT_OF_SERVICE if each in _DISORDERS else each for each in connector_conditions(use, now)]


def connector_conditions(use: StationUse, now: int) -> list[str]:
    """The status of each connector, with the reason in place of `OUT_OF_SERVICE`."""
    held = {each.connector for each in use.holds if each.since <= now < each.until}
    return [_condition(use.station, each, now, is_held=each.connector.id in held) for each in use.connectors]


def station_status(use: StationUse, statuses: Sequence[str], now: int) -> str:
    """Inactive while it is offline or silent, in maintenance while no connector works, else active."""
    if not use.station.online or use.station.silent_from <= now < use.station.silent_until:
        return INACTIVE
    return MAINTENANCE if all(status == OUT_OF_SERVICE for status in statuses) else ACTIVE


def updated(use: StationUse, now: int) -> int:
    """When the station or a connector last changed (CHARGE-080)."""
    return max((at for at in _changes(use) if at <= now), default=use.station.created_at)


def free_span(use: StationUse, statuses: Sequence[str], now: int) -> tuple[int, int] | None:
    """From when and until when a connector is foreseen to be free; None if none of them will be.

    It begins now, or when the first connector becomes free. It ends when reservations have taken all that are free now,
    or after `FORESEEN`.
    """
    pairs = list(zip(use.connectors, statuses, strict=True))
    free = [each.connector.id for each, status in pairs if status == AVAILABLE]
    if free:
        taken_at = (_held_from(use, each, now) for each in free)
        return now, min(max(taken_at), now + FORESEEN)
    since = min((_free_at(use, each, now) for each, _ in pairs), default=NEVER)
    return None if since >= NEVER else (since, since + FORESEEN)


_DISORDERS: Final = frozenset({UNKNOWN, BROKEN, WITHDRAWN})


def _condition(station: Station, use: ConnectorUse, now: int, *, is_held: bool) -> str:
    connector = use.connector
    if not in_order(station, connector, now):
        if not connector.in_service:
            return WITHDRAWN
        if not station.online or station.silent_from <= now < station.silent_until:
            return UNKNOWN
        return WITHDRAWN if connector.for_maintenance else BROKEN
    if use.unplugged_at is not None and now < use.unplugged_at:
        return OCCUPIED
    return RESERVED if is_held else AVAILABLE


def _held_from(use: StationUse, connector: str, now: int) -> int:
    """When a reservation takes a connector next; NEVER if none does."""
    return next((each.since for each in use.holds if each.connector == connector and each.since > now), NEVER)


def _free_at(use: StationUse, of: ConnectorUse, now: int) -> int:
    """When a connector that is not free now becomes free, as far as that is known."""
    station, connector = use.station, of.connector
    if not (station.online and connector.in_service):
        return NEVER
    ends = [of.unplugged_at or now]
    if station.silent_from <= now < station.silent_until:
        ends.append(station.silent_until)
    if connector.broken_from <= now < connector.broken_until:
        ends.append(connector.broken_until)
    ends += [each.until for each in use.holds if each.connector == connector.id and each.since <= now < each.until]
    return max(ends)


def _changes(use: StationUse) -> Iterator[int]:
    """The instants at which something of the station changes, of which some may be to come."""
    station = use.station
    yield from (station.created_at, station.silent_from, station.silent_until)
    for each in use.connectors:
        yield from (each.connector.broken_from, each.connector.broken_until, each.connector.next_tariff_at)
        yield from (at for at in (each.plugged_in_at, each.unplugged_at) if at is not None)
    for hold in use.holds:
        yield from (hold.since, hold.until)
