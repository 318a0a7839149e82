"""What a start or a stop of a session depends on: the things it names, what is plugged in, and what is planned."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, FromClause, and_, bindparam, literal, select

from ..domain import exclusivity, models
from ..domain.exclusivity import held
from ..domain.sessions import view
from . import rows
from .database.compiled_statements import CompiledStatement
from .schema import tables
from .schema.tables import columns, table
from .world_transaction import WorldTransaction

_SESSION: Final = table(tables.Session).c
_PLAIN_SESSION: Final = columns(tables.Session, "n", "plan")


@dataclass(frozen=True, slots=True)
class StartInputs:
    """Everything a start depends on; None where the world has no such thing, or none was asked for."""

    station: models.Station | None
    connector: models.Connector | None
    driver: models.Driver | None
    user: models.User | None
    vehicle: models.Vehicle | None
    payment_method: models.PaymentMethod | None


def start_inputs(
    tx: WorldTransaction,
    *,
    station: str,
    connector: str,
    driver: str | None,
    user: str | None,
    vehicle: str,
    payment_method: str,
) -> StartInputs:
    """What the world holds under the ids of a start, which has a driver or a user."""
    ids = {"station": station, "connector": connector, "vehicle": vehicle, "card": payment_method}
    statement, parts = _BY_USER if driver is None else _BY_DRIVER
    found = statement.rows(tx.db, {"world": tx.world.n, "buyer": driver or user, **ids})[0]
    place, plug, buyer, car, card = (found[part] if found[part.start] is not None else None for part in parts)
    return StartInputs(
        station=models.Station(*place) if place else None,
        connector=models.Connector(*plug) if plug else None,
        driver=models.Driver(*buyer) if buyer and driver is not None else None,
        user=models.User(*buyer) if buyer and driver is None else None,
        vehicle=rows.vehicle(car) if car else None,
        payment_method=rows.payment_method(card) if card else None,
    )


def vehicle_by_id(tx: WorldTransaction, vehicle: str) -> models.Vehicle | None:
    found = _VEHICLE.first(tx.db, {"world": tx.world.n, "id": vehicle})
    return rows.vehicle(found) if found else None


def payment_method_by_id(tx: WorldTransaction, payment_method: str | None) -> models.PaymentMethod | None:
    found = _PAYMENT_METHOD.first(tx.db, {"world": tx.world.n, "id": payment_method})
    return rows.payment_method(found) if found else None


def connector(tx: WorldTransaction, station: str, name: str) -> models.Connector:
    """A connector that a session names."""
    found = _CONNECTOR.rows(tx.db, {"world": tx.world.n, "station": station, "id": name})
    return models.Connector(*found[0])


def is_connector_busy(tx: WorldTransaction, station: str, name: str) -> bool:
    """Whether a car is plugged into the connector now."""
    where = {"world": tx.world.n, "station": station, "connector": name, "now": tx.now}
    return bool(_PLUGGED_INTO.rows(tx.db, {**where, "since": tx.now - view.LONGEST}))


def is_vehicle_busy(tx: WorldTransaction, vehicle: str) -> bool:
    """Whether the car is plugged in anywhere now."""
    what = {"world": tx.world.n, "vehicle": vehicle, "now": tx.now}
    return bool(_PLUGGED_IN.rows(tx.db, {**what, "since": tx.now - view.LONGEST}))


def last_soc(tx: WorldTransaction, vehicle: str) -> float | None:
    """The state of charge at which the car was last unplugged; None if it has never been plugged in."""
    last = _LAST_SOC.first(tx.db, {"world": tx.world.n, "vehicle": vehicle, "now": tx.now})
    return None if last is None else float(last[0])


def planned_around(tx: WorldTransaction, begun: models.Session) -> list[models.Session]:
    """The planned sessions that may collide with one that has just begun."""
    around = {
        "world": tx.world.n,
        "now": tx.now,
        "until": begun.unplugged_at,
        "station": begun.station,
        "connector": begun.connector,
        "vehicle": begun.vehicle,
        "driver": begun.driver,
        "user": begun.user,
    }
    found = {row[0]: row for kind, _ in held(begun) for row in _PLANNED[kind].rows(tx.db, around)}
    return [models.Session(*row) for row in found.values()]


def reservations_for(tx: WorldTransaction, session_n: int) -> list[models.Reservation]:
    """The reservations that a planned session was to fulfil."""
    found = _RESERVATIONS_FOR.rows(tx.db, {"world": tx.world.n, "session": session_n})
    return [models.Reservation(*row) for row in found]


def _by_id(model: type[tables.Base], *names: str) -> CompiledStatement:
    """Everything but the world's number of the row with these key columns."""
    column = table(model).c
    every = [each for each in column if each.name != "world"]
    keys = (column[name] == bindparam(name) for name in names)
    return CompiledStatement(select(*every).where(column.world == bindparam("world"), *keys))


_CONNECTOR: Final = _by_id(tables.Connector, "station", "id")
_VEHICLE: Final = _by_id(tables.Vehicle, "id")
_PAYMENT_METHOD: Final = _by_id(tables.PaymentMethod, "id")
_RESERVATIONS_FOR: Final = _by_id(tables.Reservation, "session")


def _start_inputs(buyer: type[tables.Base]) -> tuple[CompiledStatement, list[slice]]:
    """One statement for all that a start names, which always has one row; and the part of the row for each."""
    named: list[tuple[type[tables.Base], dict[str, str]]] = [
        (tables.Station, {"id": "station"}),
        (tables.Connector, {"station": "station", "id": "connector"}),
        (buyer, {"id": "buyer"}),
        (tables.Vehicle, {"id": "vehicle"}),
        (tables.PaymentMethod, {"id": "card"}),
    ]
    joined: FromClause = select(literal(1)).subquery("start")
    shown: list[Column[Any]] = []
    parts = []
    for model, keys in named:
        column = table(model).c
        same = (column[name] == bindparam(said) for name, said in keys.items())
        joined = joined.outerjoin(table(model), and_(column.world == bindparam("world"), *same))
        every = [each for each in column if each.name != "world"]
        parts.append(slice(len(shown), len(shown) + len(every)))
        shown += every
    return CompiledStatement(select(*shown).select_from(joined)), parts


_BY_DRIVER: Final = _start_inputs(tables.Driver)
_BY_USER: Final = _start_inputs(tables.User)

_HERE: Final = _SESSION.world == bindparam("world")
_SEEN: Final = _SESSION.created_at <= bindparam("now")
_NOW_PLUGGED: Final = and_(
    _HERE, _SESSION.created_at.between(bindparam("since"), bindparam("now")), _SESSION.unplugged_at > bindparam("now")
)
_AT_CONNECTOR: Final = and_(_SESSION.station == bindparam("station"), _SESSION.connector == bindparam("connector"))
_OF_VEHICLE: Final = _SESSION.vehicle == bindparam("vehicle")
_PLUGGED_INTO: Final = CompiledStatement(select(_SESSION.n).where(_NOW_PLUGGED, _AT_CONNECTOR).limit(1))
_PLUGGED_IN: Final = CompiledStatement(select(_SESSION.n).where(_NOW_PLUGGED, _OF_VEHICLE).limit(1))
_LAST_SOC: Final = CompiledStatement(
    select(_SESSION.soc_end)
    .where(_HERE, _OF_VEHICLE, _SEEN)
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(1)
)
_PLANNED_SPAN: Final = and_(_HERE, _SESSION.created_at > bindparam("now"), _SESSION.created_at < bindparam("until"))
HOLDS_SAME: Final = {
    exclusivity.CONNECTOR: _AT_CONNECTOR,
    exclusivity.VEHICLE: _OF_VEHICLE,
    exclusivity.DRIVER: _SESSION.driver == bindparam("driver"),
    exclusivity.USER: _SESSION.user == bindparam("user"),
}
"""The condition that a session holds the same thing, by kind; each has a statement, because each has an index."""
_PLANNED: Final = {
    kind: CompiledStatement(select(*_PLAIN_SESSION).where(_PLANNED_SPAN, same)) for kind, same in HOLDS_SAME.items()
}
