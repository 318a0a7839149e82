"""What opens a world: the credentials of every vendor, each of which belongs to one world."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from ..domain.clock import NEVER
from . import rows
from .database.bulk_insert import BulkInsert
from .database.compiled_statements import CompiledStatement
from .schema import tables
from .schema.partial_indexes import IS_OPEN
from .schema.tables import table
from .world_transaction import World
from .worlds import NUL

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
class OpenedWorld:
    """A world and the credential that opened it."""

    world: World
    credential: Credential


def opened_by(db: Connection, vendor: str, key: str) -> OpenedWorld | None:
    """The world that a vendor's key opens."""
    found = None if NUL in key else _OPENED_BY.first(db, {"vendor": vendor, "key": key})
    if found is None:
        return None
    *world, secret, expires_at = found
    return OpenedWorld(rows.world(world), Credential(vendor, key, secret, expires_at))


def credentials(db: Connection, number: int) -> list[Credential]:
    """The credentials that open the world of that number, oldest key first."""
    return [Credential(*found) for found in _CREDENTIALS_OF.rows(db, {"world": number})]


def lasting(db: Connection) -> dict[int, list[Credential]]:
    """The credentials that never expire, by the number of the world they open."""
    found: dict[int, list[Credential]] = {}
    for number, *credential in _LASTING.rows(db, {"never": NEVER}):
        found.setdefault(number, []).append(Credential(*credential))
    return found


def add_credentials(db: Connection, number: int, credentials: Iterable[Credential]) -> None:
    """Lets credentials open the world of that number."""
    _ADD.run(db, [(each.vendor, each.key, number, each.secret, each.expires_at) for each in credentials])


def make_room(db: Connection, number: int, now: int, most: int) -> None:
    """Forgets a world's credentials that have expired, and of those that will expire the oldest beyond `most`."""
    db.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.world == number, _CREDENTIAL.c.expires_at <= now))
    passing = select(_CREDENTIAL.c.key).where(_CREDENTIAL.c.world == number, _CREDENTIAL.c.expires_at < NEVER)
    beyond = passing.order_by(_CREDENTIAL.c.expires_at.desc(), _CREDENTIAL.c.key).offset(most).limit(most)
    surplus = db.execute(beyond).scalars().all()
    if surplus:
        db.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.world == number, _CREDENTIAL.c.key.in_(surplus)))


_ADD: Final = BulkInsert(_CREDENTIAL)
_SHOWN: Final = (_CREDENTIAL.c.vendor, _CREDENTIAL.c.key, _CREDENTIAL.c.secret, _CREDENTIAL.c.expires_at)
_OPENED_BY: Final = CompiledStatement(
    select(_WORLD, _CREDENTIAL.c.secret, _CREDENTIAL.c.expires_at)
    .join_from(_CREDENTIAL, _WORLD, _CREDENTIAL.c.world == _WORLD.c.n)
    .where(_CREDENTIAL.c.vendor == bindparam("vendor"), _CREDENTIAL.c.key == bindparam("key"), IS_OPEN)
)
_CREDENTIALS_OF: Final = CompiledStatement(
    select(*_SHOWN)
    .where(_CREDENTIAL.c.world == bindparam("world"))
    .order_by(_CREDENTIAL.c.vendor, _CREDENTIAL.c.expires_at.desc(), _CREDENTIAL.c.key)
)
_LASTING: Final = CompiledStatement(
    select(_CREDENTIAL.c.world, *_SHOWN).where(_CREDENTIAL.c.expires_at == bindparam("never"))
)
