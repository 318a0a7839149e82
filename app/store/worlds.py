"""The worlds of a database: their rows, their credentials, and the numbers that no two of them share."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, inspect, select, update

from ..world.clock import NEVER
from . import rows, tables
from .moment import World
from .tables import SCHEMA, Base, table

BUILDING: Final = "building"
OPEN: Final = "open"
RETIRED: Final = "retired"
"""The states of a world: no credential opens one that is being built or has been retired."""

_META: Final = table(tables.Meta)
_WORLD: Final = table(tables.World)
_CREDENTIAL: Final = table(tables.Credential)


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that opens one world. `secret` goes with a client id; `expires_at` is an instant of that world."""

    vendor: str
    key: str
    secret: str | None
    expires_at: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A world and the credential that opened it."""

    world: World
    credential: Credential


def prepare(db: Connection) -> bool:
    """Makes the tables in an empty database; whether the database is one of this schema."""
    if not inspect(db).get_table_names():
        Base.metadata.create_all(db)
        db.execute(insert(_META), [{"name": "schema", "value": SCHEMA}, {"name": "next_world", "value": 1}])
        return True
    return is_current(db)


def is_current(db: Connection) -> bool:
    """Whether the database has this schema's tables, or none at all."""
    if not inspect(db).has_table(_META.name):
        return not inspect(db).get_table_names()
    return db.execute(select(_META.c.value).where(_META.c.name == "schema")).scalar() == SCHEMA


def is_foreign(db: Connection) -> bool:
    """Whether the database holds tables of somebody else's, and none of Wattif's of any version."""
    names = set(inspect(db).get_table_names())
    return bool(names) and not {_META.name, _WORLD.name, _CREDENTIAL.name} <= names


def take_number(db: Connection) -> int:
    """The next world's number; never given twice in a database."""
    counter = update(_META).where(_META.c.name == "next_world").values(value=_META.c.value + 1)
    return int(db.execute(counter.returning(_META.c.value)).scalar_one()) - 1


def add(db: Connection, world: World) -> None:
    """Adds a world's row."""
    db.execute(insert(_WORLD), rows.world_values(world))


def save(db: Connection, world: World) -> None:
    """Writes the row of a world that is there already."""
    db.execute(update(_WORLD).where(_WORLD.c.n == world.n), rows.world_values(world))


def named(db: Connection, name: str) -> World | None:
    """The open world of that name."""
    found = db.execute(_NAMED, {"name": name}).first()
    return rows.world(found) if found else None


def locked(db: Connection, name: str) -> World | None:
    """The open world of that name, held against every other change until this one is committed."""
    found = db.execute(_LOCKED, {"name": name}).first()
    return rows.world(found) if found else None


def every(db: Connection, state: str) -> list[World]:
    """The worlds in that state, oldest first."""
    return [rows.world(found) for found in db.execute(_EVERY, {"state": state}).all()]


def opened_by(db: Connection, vendor: str, key: str) -> Opened | None:
    """The world that a vendor's key opens."""
    found = db.execute(_OPENED_BY, {"vendor": vendor, "key": key}).first()
    if found is None:
        return None
    return Opened(rows.world(found), Credential(vendor, key, found.secret, found.expires_at))


def credentials(db: Connection, number: int) -> list[Credential]:
    """The credentials that open the world of that number, oldest key first."""
    found = db.execute(_CREDENTIALS_OF, {"world": number}).all()
    return [Credential(row.vendor, row.key, row.secret, row.expires_at) for row in found]


def add_credential(db: Connection, number: int, credential: Credential) -> None:
    """Lets a credential open the world of that number."""
    db.execute(insert(_CREDENTIAL), _values(number, credential))


def make_room(db: Connection, number: int, now: int, most: int) -> None:
    """Forgets a world's credentials that have expired, and of those that will expire the oldest beyond `most`."""
    db.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.world == number, _CREDENTIAL.c.expires_at <= now))
    passing = select(_CREDENTIAL.c.key).where(_CREDENTIAL.c.world == number, _CREDENTIAL.c.expires_at < NEVER)
    beyond = passing.order_by(_CREDENTIAL.c.expires_at.desc(), _CREDENTIAL.c.key).offset(most).limit(most)
    surplus = db.execute(beyond).scalars().all()
    if surplus:
        db.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.world == number, _CREDENTIAL.c.key.in_(surplus)))


def still_building(db: Connection, number: int, wall: int) -> None:
    """Notes that a world which is being built has just grown."""
    db.execute(update(_WORLD).where(_WORLD.c.n == number, _WORLD.c.state == BUILDING).values(wall=wall))


def hand_over(db: Connection, old: World, new: World) -> None:
    """Opens a world in another's place: its name and credentials go over, and the other is retired."""
    db.execute(update(_CREDENTIAL).where(_CREDENTIAL.c.world == old.n).values(world=new.n))
    db.execute(update(_WORLD).where(_WORLD.c.n == old.n).values(state=RETIRED))
    save(db, new)


def forget(db: Connection, number: int) -> None:
    """Removes the row of a world whose other rows are gone, and credentials that only it had."""
    db.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.world == number))
    db.execute(delete(_WORLD).where(_WORLD.c.n == number))


def _values(number: int, credential: Credential) -> dict[str, Any]:
    return {
        "world": number,
        "vendor": credential.vendor,
        "key": credential.key,
        "secret": credential.secret,
        "expires_at": credential.expires_at,
    }


_NAMED: Final = select(_WORLD).where(_WORLD.c.name == bindparam("name"), _WORLD.c.state == OPEN)
_LOCKED: Final = _NAMED.with_for_update()
_EVERY: Final = select(_WORLD).where(_WORLD.c.state == bindparam("state")).order_by(_WORLD.c.n)
_OPENED_BY: Final = (
    select(_WORLD, _CREDENTIAL.c.secret, _CREDENTIAL.c.expires_at)
    .join_from(_CREDENTIAL, _WORLD, _CREDENTIAL.c.world == _WORLD.c.n)
    .where(_CREDENTIAL.c.vendor == bindparam("vendor"), _CREDENTIAL.c.key == bindparam("key"), _WORLD.c.state == OPEN)
)
_CREDENTIALS_OF: Final = (
    select(_CREDENTIAL)
    .where(_CREDENTIAL.c.world == bindparam("world"))
    .order_by(_CREDENTIAL.c.vendor, _CREDENTIAL.c.expires_at.desc(), _CREDENTIAL.c.key)
)
