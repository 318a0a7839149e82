"""Conditions of partial indexes. A statement that is to use such an index repeats its condition in the same words."""

from typing import Final

from sqlalchemy import Index, TextClause, text

MISHAP: Final = text("outcome <> 'completed'")
"""True of the few sessions that failed or were cancelled, so that a list of them does not read all others."""
SHOWN_BY_UUID: Final = text("(channel <> 'charge' OR at_home IS NOT NULL)")
"""True of sessions that a vendor shows under their UUID. An index takes no parameters, so the channel whose vendor
shows other ids is named here."""
HAS_DRIVER: Final = text("driver IS NOT NULL")
HAS_USER: Final = text('"user" IS NOT NULL')
LEAVES_LATE: Final = text("unplugged_at > ended_at + 90000000")
SETTLES_LATE: Final = text("settled_at > ended_at + 90000000")
"""True of sessions that are unplugged, or settled, more than `PROMPTLY` after their end."""
PROMPTLY: Final = 90_000_000
"""Microseconds; the conditions above have the same number."""
IS_OPEN: Final = text("state = 'open'")
"""True of a world that credentials open. If the state were a parameter, SQLite would plan the statement again at each
run, because the index is partial."""


def partial_index(name: str, condition: TextClause, *columns: str, unique: bool = False) -> Index:
    """An index of the rows for which the condition is true."""
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def mishap_index(name: str, *filters: str) -> Index:
    """An index of failed and cancelled sessions by these columns."""
    return partial_index(name, MISHAP, "world", "channel", *filters, "outcome", "created_at", "n")
