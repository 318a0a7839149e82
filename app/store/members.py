"""Users of an organisation, each with the numbers of its devices."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, distinct, func, or_, select

from ..domain.devices import ELECTRIC_VEHICLE, HEAT_PUMP, INVERTER, WALLBOX
from ..domain.models import DELETED, User
from .database.compiled_statements import CompiledStatement
from .database.json_values import member
from .keyset_pages import is_created
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import DOCUMENT, END_USER, VEHICLE
from .world_transaction import WorldTransaction, one_statement

save_member: Final = END_USER.save


class DeviceCounts(NamedTuple):
    """How many devices a user has that were not deleted."""

    electric_vehicles: int
    heat_pumps: int
    inverters: int
    wallboxes: int


class MemberRecord(NamedTuple):
    """A user of an organisation, and the numbers of the user's devices."""

    user: User
    counts: DeviceCounts


@one_statement
def members(tx: WorldTransaction, vendor: str, org: str, *, include_deleted: bool = False) -> list[MemberRecord]:
    """Returns the users of an organisation, newest first."""
    return _LISTED[include_deleted].all(tx.db, {**_parameters(tx, vendor), "org": org})


@one_statement
def member_record(tx: WorldTransaction, vendor: str, org: str, user: str) -> MemberRecord | None:
    """Returns the user of an organisation with that id, also one who was deleted."""
    return next(iter(_BY_ID.all(tx.db, {**_parameters(tx, vendor), "org": org, "id": user})), None)


@one_statement
def member_by_external_id(
    tx: WorldTransaction, vendor: str, org: str, external_id: str, *, include_deleted: bool = False
) -> MemberRecord | None:
    """Returns the user of an organisation whom a caller knows by that id; the newest if there are several."""
    named = {**_parameters(tx, vendor), "org": org, "external_id": external_id}
    return next(iter(_BY_EXTERNAL_ID[include_deleted].all(tx.db, named)), None)


def has_members(tx: WorldTransaction, org: str) -> bool:
    """Whether there is an organisation, of which some user is known, even if it is one who was deleted."""
    return _ANY.first(tx.db, {"world": tx.world.n, "org": org}) is not None


def email_is_taken(tx: WorldTransaction, org: str, email: str, but: str) -> bool:
    """Whether another user of the organisation than the one with the id `but` has that address, in any case."""
    return _WITH_EMAIL.first(tx.db, {"world": tx.world.n, "org": org, "email": email.lower(), "but": but}) is not None


def external_id_is_taken(tx: WorldTransaction, org: str, external_id: str, but: str) -> bool:
    """Whether another user of the organisation than the one with the id `but` has that id of a caller's."""
    named = {"world": tx.world.n, "org": org, "external_id": external_id, "but": but}
    return _WITH_EXTERNAL_ID.first(tx.db, named) is not None


def insert_member(tx: WorldTransaction, new: User) -> None:
    """Inserts a user."""
    END_USER.insert(tx.db, tx.world.n, [new])


def _parameters(tx: WorldTransaction, vendor: str) -> dict[str, Any]:
    return {"world": tx.world.n, "vendor": vendor, "now": tx.now}


def _documents(kind: str) -> ColumnElement[int]:
    """The number of a user's devices of a kind that are documents."""
    return (
        select(func.count())
        .where(*_of_kind(kind), member(DOCUMENT.c.body, "deleted_at").is_(None))
        .correlate(END_USER.table)
        .scalar_subquery()
    )


def _wallboxes() -> ColumnElement[int]:
    """The number of a user's wallboxes: what stands at homes, and documents of others.

    A document may be about what stands at a home, which it names as its `station`; then it counts only if it says that
    this was deleted.
    """
    its_homes = (
        VEHICLE.c.world == END_USER.c.world,
        VEHICLE.c.owner == END_USER.c.id,
        VEHICLE.c.status != DELETED,
        VEHICLE.c.created_at <= bindparam("now"),
    )
    homes = select(func.count(distinct(VEHICLE.c.home))).where(*its_homes).correlate(END_USER.table)
    station = member(DOCUMENT.c.body, "station")
    at_home = select(VEHICLE.c.id).where(*its_homes, VEHICLE.c.home == station)
    is_at_home = at_home.correlate(END_USER.table, DOCUMENT.table).exists()
    is_deleted = member(DOCUMENT.c.body, "deleted_at").is_not(None)
    counted = case((and_(is_at_home, is_deleted), -1), (or_(is_at_home, is_deleted), 0), else_=1)
    of_documents = select(func.coalesce(func.sum(counted), 0)).where(*_of_kind(WALLBOX)).correlate(END_USER.table)
    return homes.scalar_subquery() + of_documents.scalar_subquery()


def _of_kind(kind: str) -> tuple[ColumnElement[bool], ...]:
    """True of the documents of a user's devices of a kind."""
    return (
        DOCUMENT.c.world == END_USER.c.world,
        DOCUMENT.c.vendor == bindparam("vendor"),
        DOCUMENT.c.kind == kind,
        DOCUMENT.c.owner == END_USER.c.id,
        DOCUMENT.c.created_at <= bindparam("now"),
    )


def _vehicles() -> ColumnElement[int]:
    """The number of a user's vehicles. Whether one was deleted stands in its document, if it has one."""
    is_its = and_(
        DOCUMENT.c.world == VEHICLE.c.world,
        DOCUMENT.c.vendor == bindparam("vendor"),
        DOCUMENT.c.kind == ELECTRIC_VEHICLE,
        DOCUMENT.c.id == VEHICLE.c.uuid,
    )
    return (
        select(func.count())
        .select_from(VEHICLE.table)
        .outerjoin(DOCUMENT.table, is_its)
        .where(
            VEHICLE.c.world == END_USER.c.world,
            VEHICLE.c.owner == END_USER.c.id,
            VEHICLE.c.status != DELETED,
            VEHICLE.c.created_at <= bindparam("now"),
            or_(DOCUMENT.c.body.is_(None), member(DOCUMENT.c.body, "deleted_at").is_(None)),
        )
        .correlate(END_USER.table)
        .scalar_subquery()
    )


def _records(*conditions: ColumnElement[bool]) -> JoinedQuery[MemberRecord]:
    return JoinedQuery(
        MemberRecord,
        _MAPPINGS,
        select()
        .select_from(END_USER.table)
        .where(END_USER.in_world, END_USER.c.org == bindparam("org"), *conditions)
        .order_by(END_USER.c.created_at.desc(), END_USER.c.n.desc()),
    )


_MAPPINGS: Final[dict[str, EntityMapping[Any]]] = {
    "user": END_USER.mapping,
    "counts": EntityMapping(
        DeviceCounts,
        {
            "electric_vehicles": _vehicles(),
            "heat_pumps": _documents(HEAT_PUMP),
            "inverters": _documents(INVERTER),
            "wallboxes": _wallboxes(),
        },
    ),
}
_IS_THERE: Final = END_USER.c.status != DELETED
_CREATED: Final = END_USER.c.created_at <= bindparam("now")
_EXTERNAL_ID: Final = member(END_USER.c.details, "external_user_id")
_HAS_EXTERNAL_ID: Final = bindparam("external_id") == _EXTERNAL_ID
_LISTED: Final = {True: _records(_CREATED), False: _records(_CREATED, _IS_THERE)}
_BY_ID: Final = _records(is_created(END_USER), END_USER.c.id == bindparam("id"))
_BY_EXTERNAL_ID: Final = {
    True: _records(_CREATED, _HAS_EXTERNAL_ID),
    False: _records(_CREATED, _HAS_EXTERNAL_ID, _IS_THERE),
}
_ANY: Final = CompiledStatement(
    select(END_USER.c.id).where(END_USER.in_world, END_USER.c.org == bindparam("org")).limit(1)
)
_OTHER: Final = and_(
    END_USER.in_world, END_USER.c.org == bindparam("org"), END_USER.c.id != bindparam("but"), _IS_THERE
)
_WITH_EMAIL: Final = CompiledStatement(
    select(END_USER.c.id).where(_OTHER, func.lower(END_USER.c.email) == bindparam("email")).limit(1)
)
_WITH_EXTERNAL_ID: Final = CompiledStatement(select(END_USER.c.id).where(_OTHER, _HAS_EXTERNAL_ID).limit(1))
