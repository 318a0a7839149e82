"""Whether a session that is to be planned finds what it holds free, and the connector in order."""

from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, and_, bindparam, or_, select

from ..domain import models
from ..domain.exclusivity import held
from ..domain.sessions import view
from .database.compiled_statements import CompiledStatement
from .schema import tables
from .schema.tables import table
from .start_inputs import HOLDS_SAME

_SESSION: Final = table(tables.Session).c


def is_free(db: Connection, number: int, planned: models.Session) -> bool:
    """Whether no session of the world of that number collides with a planned one, nor an outage of its connector."""
    where = {
        "world": number,
        "since": planned.created_at - view.LONGEST,
        "begins": planned.created_at,
        "ends": planned.unplugged_at,
        "station": planned.station,
        "connector": planned.connector,
        "vehicle": planned.vehicle,
        "driver": planned.driver,
        "user": planned.user,
    }
    statements = (*(_TAKEN[kind] for kind, _ in held(planned)), _OUT_OF_ORDER)
    return all(statement.first(db, where) is None for statement in statements)


def _overlaps(since: Column[int], until: Column[int]) -> ColumnElement[bool]:
    """True of an outage at some instant of the visit."""
    return and_(since < bindparam("ends"), until > bindparam("begins"))


_STATION, _CONNECTOR = table(tables.Station).c, table(tables.Connector).c
_OUT_OF_ORDER: Final = CompiledStatement(
    select(_CONNECTOR.id)
    .join_from(
        table(tables.Connector),
        table(tables.Station),
        and_(_STATION.world == _CONNECTOR.world, _STATION.id == _CONNECTOR.station),
    )
    .where(
        _CONNECTOR.world == bindparam("world"),
        _CONNECTOR.station == bindparam("station"),
        _CONNECTOR.id == bindparam("connector"),
        or_(
            _overlaps(_STATION.silent_from, _STATION.silent_until),
            _overlaps(_CONNECTOR.broken_from, _CONNECTOR.broken_until),
        ),
    )
)
_TOGETHER: Final = and_(
    _SESSION.world == bindparam("world"),
    _SESSION.created_at > bindparam("since"),
    _SESSION.created_at < bindparam("ends"),
    _SESSION.unplugged_at > bindparam("begins"),
)
_TAKEN: Final = {
    kind: CompiledStatement(select(_SESSION.n).where(_TOGETHER, same).limit(1)) for kind, same in HOLDS_SAME.items()
}
