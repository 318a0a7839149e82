"""The tables. Every key begins with the world's number; a row holds facts, never what time alone would change.

Columns stand in the order of the entity's fields, so that a row is an entity's arguments (`rows`).
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Float, Index, LargeBinary, MetaData, Table, Text
from sqlmodel import Field, SQLModel

from .partial_indexes import (
    HAS_DRIVER,
    HAS_USER,
    IS_OPEN,
    LEAVES_LATE,
    SETTLES_LATE,
    SHOWN_BY_UUID,
    of_mishaps,
    partial,
)


class Instant(BigInteger):
    """Microseconds since the epoch of a world's own time. A copied world's are later or earlier by whole weeks."""


class Base(SQLModel):
    """What all tables share: their own metadata, apart from any other SQLModel in the process."""

    metadata: ClassVar[MetaData] = MetaData()


class Meta(Base, table=True):
    """Numbers that belong to the database: its schema's version and the next world's number."""

    __tablename__: ClassVar[str] = "meta"
    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class World(Base, table=True):
    """A world: where it came from, its clock, and the counter of the sessions made in it."""

    __tablename__: ClassVar[str] = "world"
    __table_args__: ClassVar[tuple[Index, ...]] = (partial("world_open", IS_OPEN, "name", unique=True),)
    n: int = Field(primary_key=True, sa_type=BigInteger)
    name: str = Field(index=True)
    state: str = Field(index=True)
    scenario: str
    fingerprint: str
    seed: int = Field(sa_type=BigInteger)
    start: str
    monday: int = Field(sa_type=BigInteger)
    anchor: int = Field(sa_type=BigInteger)
    wall: int = Field(sa_type=BigInteger)
    speed: float = Field(sa_type=Float)
    first_speed: float = Field(sa_type=Float)
    horizon: int = Field(sa_type=BigInteger)
    page_break_at: int = Field(sa_type=BigInteger)
    next_n: int = Field(sa_type=BigInteger)
    sample: str = Field(sa_type=Text)
    sessions: int | None = Field(sa_type=BigInteger)
    template: int | None = Field(sa_type=BigInteger)
    first_n: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)


class Credential(Base, table=True):
    """A key that opens one world at one vendor; found by the key, because nobody knows the world before."""

    __tablename__: ClassVar[str] = "credential"
    vendor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    world: int = Field(sa_type=BigInteger, index=True)
    secret: str | None
    expires_at: int = Field(sa_type=BigInteger)


class Fleet(Base, table=True):
    __tablename__: ClassVar[str] = "fleet"
    world: int = Field(primary_key=True, sa_type=BigInteger)
    id: str = Field(primary_key=True)
    name: str
    email: str


class Driver(Base, table=True):
    __tablename__: ClassVar[str] = "driver"
    world: int = Field(primary_key=True, sa_type=BigInteger)
    id: str = Field(primary_key=True)
    name: str
    email: str
    fleet: str | None


class User(Base, table=True):
    __tablename__: ClassVar[str] = "cariqa_user"
    world: int = Field(primary_key=True, sa_type=BigInteger)
    id: str = Field(primary_key=True)
    name: str
    email: str
    driver: str | None
    has_billing_data: bool


class PaymentMethod(Base, table=True):
    __tablename__: ClassVar[str] = "payment_method"
    world: int = Field(primary_key=True, sa_type=BigInteger)
    id: str = Field(primary_key=True)
    driver: str | None
    user: str | None
    card: str
    declined_from: int = Field(sa_type=Instant)


class Vehicle(Base, table=True):
    __tablename__: ClassVar[str] = "vehicle"
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("vehicle_by_uuid", "world", "uuid"),)
    world: int = Field(primary_key=True, sa_type=BigInteger)
    id: str = Field(primary_key=True)
    uuid: str
    fleet: str | None
    driver: str | None
    make: str
    model: str
    plug: str
    battery_wh: int = Field(sa_type=BigInteger)
    ac_kw: float
    ac_phases: int
    dc: str = Field(sa_type=Text)
    charge_to: float
    org: str | None
    owner: str | None
    home: str | None
    arrives_with: float | None


class Station(Base, table=True):
    __tablename__: ClassVar[str] = "station"
    world: int = Field(primary_key=True, sa_type=BigInteger)
    id: str = Field(primary_key=True)
    name: str
    operator: str
    kind: str
    address: str
    city: str
    country: str
    latitude: str
    longitude: str
    phone: str | None
    is_partner: bool
    utc_offset_minutes: int
    online: bool
    silent_from: int = Field(sa_type=Instant)
    silent_until: int = Field(sa_type=Instant)


class Connector(Base, table=True):
    __tablename__: ClassVar[str] = "connector"
    world: int = Field(primary_key=True, sa_type=BigInteger)
    station: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    evse_id: str
    standard: str
    power_kw: float
    phases: int
    tariff: str
    in_service: bool
    faults_after_s: int | None
    silent_after_s: int | None
    broken_from: int = Field(sa_type=Instant)
    broken_until: int = Field(sa_type=Instant)


class Session(Base, table=True):
    """`entities.Session`, and after it the fields of `entities.Smart`, all null where Podero knows no car."""

    __tablename__: ClassVar[str] = "session"
    __table_args__: ClassVar[tuple[Index, ...]] = (
        Index("session_by_id", "world", "id", unique=True),
        Index("session_by_created", "world", "channel", "created_at", "n", "ended_at"),
        partial("session_by_driver", HAS_DRIVER, "world", "driver", "created_at", "n", "channel"),
        Index("session_by_fleet", "world", "channel", "fleet", "created_at", "n"),
        Index("session_by_vehicle", "world", "vehicle", "created_at", "n", "channel", "unplugged_at"),
        partial("session_by_user", HAS_USER, "world", "user", "created_at", "n"),
        Index("session_by_connector", "world", "station", "connector", "created_at", "unplugged_at"),
        Index("session_by_end", "world", "ended_at", "settled_at", "unplugged_at", "n"),
        partial("session_by_uuid", SHOWN_BY_UUID, "world", "uuid"),
        partial("session_leaves_late", LEAVES_LATE, "world", "unplugged_at", "n"),
        partial("session_settles_late", SETTLES_LATE, "world", "settled_at", "n"),
        of_mishaps("session_mishap"),
        of_mishaps("session_mishap_by_driver", "driver"),
        of_mishaps("session_mishap_by_fleet", "fleet"),
        of_mishaps("session_mishap_by_vehicle", "vehicle"),
    )
    world: int = Field(primary_key=True, sa_type=BigInteger)
    n: int = Field(primary_key=True, sa_type=BigInteger)
    id: str
    uuid: str
    channel: str
    driver: str | None
    fleet: str | None
    vehicle: str
    payment_method: str | None
    user: str | None
    station: str
    connector: str
    country: str
    tariff: str
    created_at: int = Field(sa_type=Instant)
    started_at: int = Field(sa_type=Instant)
    power_ends_at: int = Field(sa_type=Instant)
    ended_at: int = Field(sa_type=Instant)
    unplugged_at: int = Field(sa_type=Instant)
    settled_at: int = Field(sa_type=Instant)
    touched_at: int = Field(sa_type=Instant)
    outcome: str
    reason: str
    limit_wh: int | None = Field(sa_type=BigInteger)
    energy_wh: int = Field(sa_type=BigInteger)
    kwh_cost: int = Field(sa_type=BigInteger)
    time_cost: int = Field(sa_type=BigInteger)
    session_cost: int = Field(sa_type=BigInteger)
    starting_cost: int = Field(sa_type=BigInteger)
    blocking_cost: int = Field(sa_type=BigInteger)
    soc_start: float
    soc_end: float
    rating: int | None
    plan: bytes = Field(sa_type=LargeBinary)
    at_home: bool | None
    unplug_seen: bool | None
    charged_wh: int | None = Field(sa_type=BigInteger)
    flowing_s: int | None = Field(sa_type=BigInteger)
    peak_w: int | None = Field(sa_type=BigInteger)
    target_soc: float | None
    deadline_at: int | None = Field(sa_type=Instant)
    window_starts_at: int | None = Field(sa_type=Instant)
    window_ends_at: int | None = Field(sa_type=Instant)
    cost_e4: int | None = Field(sa_type=BigInteger)
    expected_savings_e4: int | None = Field(sa_type=BigInteger)
    actual_savings_e4: int | None = Field(sa_type=BigInteger)


class Reservation(Base, table=True):
    __tablename__: ClassVar[str] = "reservation"
    __table_args__: ClassVar[tuple[Index, ...]] = (
        Index("reservation_by_id", "world", "id", unique=True),
        Index("reservation_by_created", "world", "created_at", "n"),
        Index("reservation_by_driver", "world", "driver", "created_at", "n"),
        Index("reservation_by_vehicle", "world", "vehicle", "created_at", "n"),
        Index("reservation_by_station", "world", "station", "created_at", "n"),
        Index("reservation_by_session", "world", "session"),
    )
    world: int = Field(primary_key=True, sa_type=BigInteger)
    n: int = Field(primary_key=True, sa_type=BigInteger)
    id: str
    driver: str
    vehicle: str
    payment_method: str
    station: str | None
    connector_type: str
    created_at: int = Field(sa_type=Instant)
    confirms_at: int = Field(sa_type=Instant)
    resolves_at: int = Field(sa_type=Instant)
    touched_at: int = Field(sa_type=Instant)
    outcome: str
    failed_reason: str | None
    confirmed_at: int = Field(sa_type=Instant)
    ideal_start: int = Field(sa_type=Instant)
    ideal_end: int = Field(sa_type=Instant)
    reserved_start: int = Field(sa_type=Instant)
    reserved_end: int = Field(sa_type=Instant)
    earliest_start: int | None = Field(sa_type=Instant)
    latest_end: int | None = Field(sa_type=Instant)
    latitude: float
    longitude: float
    radius: int
    currency: str
    fee: int = Field(sa_type=BigInteger)
    free_until_before: int
    session: int | None = Field(sa_type=BigInteger)


def table(model: type[Base]) -> Table:
    """The Core table behind a model."""
    return Base.metadata.tables[str(model.__tablename__)]


def columns(model: type[Base], first: str, last: str | None = None) -> list[Column[Any]]:
    """The model's columns from one to another, in their order."""
    every = list(table(model).columns)
    names = [column.name for column in every]
    return every[names.index(first) : names.index(last) + 1 if last else None]
