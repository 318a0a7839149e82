"""The worlds of a database: their rows, their credentials, and the numbers that no two of them share."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, inspect, select, update

from ..world.clock import NEVER
from . import rows, schema, tables
from .moment import World
from .prepared import Prepared
from .tables import SCHEMA, table

BUILDING: Final = "building"
OPEN: Final = "open"
RETIRED: Final = "retired"
"""The states of a world: no credential opens one that is being built or has been retired."""

_NUL: Final = "\0"
"""No name and no key has one, and PostgreSQL cannot even be asked for it."""

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
    if schema.make_tables(db):
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
    found = None if _NUL in name else _NAMED.first(db, {"name": name, "state": OPEN})
    return rows.world(found) if found else None


def locked(db: Connection, name: str) -> World | None:
    """The open world of that name, held against every other change until this one is committed."""
    sought = {"name": name, "state": OPEN}
    # PostgreSQL, having waited for a world that was then replaced, sees its successor only when asked again, and may
    # have to wait for that one too.
    while (found := _LOCKED.first(db, sought)) is None and _NAMED.first(db, sought) is not None:
        pass
    return rows.world(found) if found else None


def is_empty(db: Connection) -> bool:
    """Whether there is no world at all yet, in whatever state."""
    return db.execute(select(_WORLD.c.n).limit(1)).first() is None


def every(db: Connection, state: str) -> list[World]:
    """The worlds in that state, oldest first."""
    return [rows.world(found) for found in _EVERY.rows(db, {"state": state})]


def opened_by(db: Connection, vendor: str, key: str) -> Opened | None:
    """The world that a vendor's key opens."""
    found = None if _NUL in key else _OPENED_BY.first(db, {"vendor": vendor, "key": key, "state": OPEN})
    if found is None:
        return None
    *world, secret, expires_at = found
    return Opened(rows.world(world), Credential(vendor, key, secret, expires_at))


def credentials(db: Connection, number: int) -> list[Credential]:
    """The credentials that open the world of that number, oldest key first."""
    return [Credential(*found) for found in _CREDENTIALS_OF.rows(db, {"world": number})]


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


def hand_over(db: Connection, old: World, new: World, wall: int) -> None:
    """Opens a world in another's place: its name and credentials go over, and the other is retired from now on."""
    db.execute(update(_WORLD).where(_WORLD.c.n == old.n).values(state=RETIRED, wall=wall))
    db.execute(update(_CREDENTIAL).where(_CREDENTIAL.c.world == old.n).values(world=new.n))
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


_BY_NAME: Final = select(_WORLD).where(_WORLD.c.name == bindparam("name"), _WORLD.c.state == bindparam("state"))
_NAMED: Final = Prepared(_BY_NAME)
_LOCKED: Final = Prepared(_BY_NAME.with_for_update())
_EVERY: Final = Prepared(select(_WORLD).where(_WORLD.c.state == bindparam("state")).order_by(_WORLD.c.n))
_OPENED_BY: Final = Prepared(
    select(_WORLD, _CREDENTIAL.c.secret, _CREDENTIAL.c.expires_at)
    .join_from(_CREDENTIAL, _WORLD, _CREDENTIAL.c.world == _WORLD.c.n)
    .where(
        _CREDENTIAL.c.vendor == bindparam("vendor"),
        _CREDENTIAL.c.key == bindparam("key"),
        _WORLD.c.state == bindparam("state"),
    )
)
_CREDENTIALS_OF: Final = Prepared(
    select(_CREDENTIAL.c.vendor, _CREDENTIAL.c.key, _CREDENTIAL.c.secret, _CREDENTIAL.c.expires_at)
    .where(_CREDENTIAL.c.world == bindparam("world"))
    .order_by(_CREDENTIAL.c.vendor, _CREDENTIAL.c.expires_at.desc(), _CREDENTIAL.c.key)
)
