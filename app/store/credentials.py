"""The credentials of all vendors. Each of them opens one world."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, delete, or_, select

from ..domain.clock import NEVER
from .database.bulk_insert import BulkInsert
from .schema.entity_mapping import EntityMapping, EntityQuery, JoinedQuery
from .schema.partial_indexes import IS_OPEN
from .schema.tables import CREDENTIAL, WORLD
from .world import Credential, OpenedWorld, StoredCredential, World
from .worlds import NUL, WORLD_MAPPING

_CREDENTIAL_MAPPING: Final = EntityMapping(Credential, dict(CREDENTIAL.c))
_STORED_MAPPING: Final = EntityMapping(StoredCredential, dict(CREDENTIAL.c))


def opened_by(db: Connection, vendor: str, key: str) -> OpenedWorld | None:
    """Returns the open world that a vendor's key opens."""
    found = [] if NUL in key else _OPENED_BY.all(db, {"vendor": vendor, "key": key})
    return found[0] if found else None


def credentials(db: Connection, number: int) -> list[Credential]:
    """Returns the credentials that open the world of that number, by vendor; those that last longest come first."""
    return _CREDENTIALS_OF.all(db, {"world": number})


def lasting_credentials(db: Connection, first: int, last: int) -> dict[int, list[Credential]]:
    """Returns the credentials that never expire, by the number of the world that they open, for a range of numbers."""
    found: dict[int, list[Credential]] = {}
    for credential in _LASTING.all(db, {"never": NEVER, "first": first, "last": last}):
        found.setdefault(credential.world, []).append(credential)
    return found


def insert_credentials(db: Connection, number: int, credentials: Iterable[Credential]) -> None:
    """Inserts credentials that open the world of that number."""
    _INSERT.run(db, [(number, *_CREDENTIAL_MAPPING.values(each)) for each in credentials])


def holders(db: Connection, vendors: Sequence[str], keys: Sequence[str]) -> list[tuple[str, World]]:
    """Returns which of the keys open a world by one of those kinds of credentials, each with the world."""
    found = (opened_by(db, vendor, key) for key in keys for vendor in vendors)
    return [(each.credential.key, each.world) for each in found if each is not None]


def release(db: Connection, vendors: Sequence[str], keys: Sequence[str]) -> None:
    """Deletes credentials of those kinds that open no world any more, because theirs was retired."""
    is_open = select(WORLD.c.n).where(IS_OPEN)
    db.execute(
        delete(CREDENTIAL).where(
            CREDENTIAL.c.vendor.in_(vendors), CREDENTIAL.c.key.in_(keys), CREDENTIAL.c.world.not_in(is_open)
        )
    )


def delete_replaced(db: Connection, number: int, new: Iterable[Credential]) -> None:
    """Deletes the credentials of the world of that number whose places new ones take.

    Of the same kind, these are the one that never expires, and one that does if it has the same key.
    """
    for each in new:
        has_its_place = or_(CREDENTIAL.c.expires_at == NEVER, CREDENTIAL.c.key == each.key)
        db.execute(
            delete(CREDENTIAL).where(CREDENTIAL.c.world == number, CREDENTIAL.c.vendor == each.vendor, has_its_place)
        )


def make_room(db: Connection, number: int, now: int, most: int) -> None:
    """Deletes a world's expired credentials, and those that expire first, so that at most `most` that expire remain."""
    db.execute(delete(CREDENTIAL).where(CREDENTIAL.c.world == number, CREDENTIAL.c.expires_at <= now))
    passing = select(CREDENTIAL.c.key).where(CREDENTIAL.c.world == number, CREDENTIAL.c.expires_at < NEVER)
    beyond = passing.order_by(CREDENTIAL.c.expires_at.desc(), CREDENTIAL.c.key).offset(most).limit(most)
    surplus = db.execute(beyond).scalars().all()
    if surplus:
        db.execute(delete(CREDENTIAL).where(CREDENTIAL.c.world == number, CREDENTIAL.c.key.in_(surplus)))


_INSERT: Final = BulkInsert(
    CREDENTIAL, [CREDENTIAL.c.world, *(CREDENTIAL.c[column.name] for column in _CREDENTIAL_MAPPING.columns)]
)
_OPENED_BY: Final = JoinedQuery(
    OpenedWorld,
    {"world": WORLD_MAPPING, "credential": _CREDENTIAL_MAPPING},
    select()
    .join_from(CREDENTIAL, WORLD, CREDENTIAL.c.world == WORLD.c.n)
    .where(CREDENTIAL.c.vendor == bindparam("vendor"), CREDENTIAL.c.key == bindparam("key"), IS_OPEN),
)
_CREDENTIALS_OF: Final = EntityQuery(
    _CREDENTIAL_MAPPING,
    select()
    .where(CREDENTIAL.c.world == bindparam("world"))
    .order_by(CREDENTIAL.c.vendor, CREDENTIAL.c.expires_at.desc(), CREDENTIAL.c.key),
)
_LASTING: Final = EntityQuery(
    _STORED_MAPPING,
    select().where(
        CREDENTIAL.c.world.between(bindparam("first"), bindparam("last")),
        CREDENTIAL.c.expires_at == bindparam("never"),
    ),
)
