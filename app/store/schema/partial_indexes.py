"""Conditions of partial indexes, and expressions that indexes have.

A statement that is to use such an index repeats its condition or expression in the same words.
"""

from typing import Any, Final

from sqlalchemy import Index, TextClause, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex

MISHAP: Final = text("outcome <> 'completed'")
"""True of the few sessions that failed or were cancelled, so that a list of them does not read all others."""
SHOWN_BY_UUID: Final = text("(channel <> 'charge' OR at_home IS NOT NULL)")
"""True of sessions that a vendor shows under their UUID. An index takes no parameters, so the channel whose vendor
shows other ids is named here."""
HAS_CONNECTOR: Final = text("connector IS NOT NULL")
"""True of reservations that hold a connector, or held one."""
WAITS: Final = text("failed_reason = 'no_available_connectors' AND touched_at < 253402300799999000")
"""True of reservations of callers for which there is no connector. Those of a scenario are touched at NEVER."""
HAS_DRIVER: Final = text("driver IS NOT NULL")
HAS_FLEET: Final = text("fleet IS NOT NULL")
HAS_OWNER: Final = text("owner IS NOT NULL")
"""True of vehicles that have smart charging."""
HAS_TRANSACTION: Final = text('"transaction" IS NOT NULL')
"""True of the few sessions whose payment has an id that does not follow from their own."""
HAS_USER: Final = text('"user" IS NOT NULL')
IS_UNPAID: Final = text('"user" IS NOT NULL AND settled_at = 253402300799999000')
"""True of sessions of users whose payment fails, or has failed; the number is NEVER."""
LEAVES_LATE: Final = text("unplugged_at > ended_at + 90000000")
SETTLES_LATE: Final = text("settled_at > ended_at + 90000000")
"""True of sessions that are unplugged, or settled, more than `PROMPTLY` after their end."""
PROMPTLY: Final = 90_000_000
"""Microseconds; the conditions above have the same number."""
IS_OPEN: Final = text("state = 'open'")
"""True of a world that credentials open. If the state were a parameter, SQLite would plan the statement again at each
run, because the index is partial."""
LATITUDE: Final = "CAST(latitude AS FLOAT)"
LONGITUDE: Final = "CAST(longitude AS FLOAT)"
"""Degrees as numbers; the columns hold them as they are written."""
_WHERE: Final = "where"


def partial_index(name: str, condition: TextClause, *columns: str, unique: bool = False) -> Index:
    """An index of the rows for which the condition is true."""
    return Index(name, *columns, unique=unique, info={_WHERE: condition})


@compiles(CreateIndex)
def _create_index(creation: CreateIndex, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    """Gives the condition of an index to the dialect that makes it.

    `postgresql_where` would load that dialect at every start, on SQLite too; it takes as long as the tables themselves.
    """
    index = creation.element
    if _WHERE in index.info:
        index.dialect_options[compiler.dialect.name]["where"] = index.info[_WHERE]
    statement: str = compiler.visit_create_index(creation, **options)
    return statement


def mishap_index(name: str, *filters: str) -> Index:
    """An index of failed and cancelled sessions by these columns."""
    return partial_index(name, MISHAP, "world", "channel", *filters, "outcome", "created_at", "n")
