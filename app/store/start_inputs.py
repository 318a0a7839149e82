"""What the start of a session depends on, besides the sessions of others (`availability`)."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, String, and_, bindparam, false, func, literal, or_, select, true

from ..domain import models
from .attachments import first_fleet
from .keyset_pages import is_created
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.entity_table import EntityTable
from .schema.tables import CONNECTOR, DRIVER, END_USER, FLEET, PAYMENT_METHOD, STATION, VEHICLE
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class StartInputs:
    """The entities that a start names; None where the world has no such entity yet, or where it is deleted.

    `fleet` is that of the vehicle or else the first of the driver; a user's session is for no fleet. A driver cannot
    name a user's payment method, nor a user that of another user; a user with an organisation buys nothing.
    """

    station: models.Station | None
    connector: models.Connector | None
    buyer: models.Driver | models.User | None
    vehicle: models.Vehicle | None
    fleet: models.Fleet | None
    payment_method: models.PaymentMethod | None


def start_inputs(
    tx: WorldTransaction,
    *,
    station: str,
    connector: str,
    driver: str | None,
    user: str | None,
    vehicle: str | None,
    payment_method: str,
) -> StartInputs:
    """Returns the entities with the ids of a start, which names either a driver or a user.

    Where a user names no vehicle, it is the user's own.
    """
    ids = {
        "station": station,
        "connector": connector,
        "buyer": driver or user,
        "vehicle": vehicle,
        "payment_method": payment_method,
    }
    inputs = _BY_USER if driver is None else _BY_DRIVER
    return inputs.all(tx.db, {"world": tx.world.n, "now": tx.now, **ids})[0]


def _inputs(buyers: EntityTable[Any]) -> JoinedQuery[StartInputs]:
    """Compiles one statement for all entities that a start by such a buyer names. It always finds one row."""
    named_by: dict[str, tuple[EntityTable[Any], dict[str, str]]] = {
        "station": (STATION, {"id": "station"}),
        "connector": (CONNECTOR, {"station": "station", "id": "connector"}),
        "buyer": (buyers, {"id": "buyer"}),
        "vehicle": (VEHICLE, {"id": "vehicle"}),
        "payment_method": (PAYMENT_METHOD, {"id": "payment_method"}),
    }
    is_usable = {
        "vehicle": and_(is_created(VEHICLE), VEHICLE.c.status != models.DELETED),
        "buyer": and_(is_created(END_USER), END_USER.c.org.is_(None), END_USER.c.status != models.DELETED),
        "payment_method": and_(
            is_created(PAYMENT_METHOD),
            PAYMENT_METHOD.c.status != models.DELETED,
            or_(PAYMENT_METHOD.c.user == bindparam("buyer"), PAYMENT_METHOD.c.user.is_(None)),
        ),
    }
    of_fleet: ColumnElement[bool] = false()
    if buyers is DRIVER:
        is_usable |= {
            "buyer": and_(is_created(DRIVER), DRIVER.c.status != models.DELETED),
            "payment_method": and_(is_created(PAYMENT_METHOD), PAYMENT_METHOD.c.user.is_(None)),
        }
        fleet = func.coalesce(VEHICLE.c.fleet, first_fleet(bindparam("buyer")))
        of_fleet = and_(FLEET.c.id == fleet, FLEET.c.status != models.DELETED)
    joined: FromClause = select(literal(1)).subquery("start")
    for name, (named, key) in named_by.items():
        is_it = [named.c[column] == bindparam(parameter) for column, parameter in key.items()]
        if named is VEHICLE and buyers is END_USER:
            is_it = [VEHICLE.c.id == func.coalesce(bindparam("vehicle", type_=String()), END_USER.c.vehicle)]
        joined = joined.outerjoin(named.table, and_(named.in_world, *is_it, is_usable.get(name, true())))
    joined = joined.outerjoin(FLEET.table, and_(FLEET.in_world, of_fleet))
    mappings = {field: _NARROW.get(named) or named.mapping for field, (named, _) in named_by.items()}
    mappings["fleet"] = FLEET.mapping
    return JoinedQuery(StartInputs, mappings, select().select_from(joined))


_NARROW: Final[dict[EntityTable[Any], EntityMapping[Any]]] = {
    VEHICLE: EntityMapping(models.Vehicle, dict(VEHICLE.c), without=("n", "created_at", "touched_at", "details")),
    STATION: EntityMapping(models.Station, dict(STATION.c), without=("n", "created_at", "details")),
}
"""Without what a start does not ask about: the entities have the defaults there."""
_BY_DRIVER: Final = _inputs(DRIVER)
_BY_USER: Final = _inputs(END_USER)
