"""What small indexes are of: conditions that are true of few sessions, said in statements in the very same words."""

from typing import Final

from sqlalchemy import Index, TextClause, text

MISHAP: Final = text("outcome <> 'completed'")
"""True of the few sessions that failed or were cancelled: a list of them is not sought among all the others."""
SHOWN_BY_UUID: Final = text("(channel <> 'charge' OR at_home IS NOT NULL)")
"""True of the sessions that Cariqa or Podero show, under their UUID."""
HAS_DRIVER: Final = text("driver IS NOT NULL")
HAS_USER: Final = text('"user" IS NOT NULL')
LEAVES_LATE: Final = text("unplugged_at > ended_at + 90000000")
SETTLES_LATE: Final = text("settled_at > ended_at + 90000000")
"""True of the sessions whose car stays, or whose payment takes, longer after the end than `PROMPTLY`."""
PROMPTLY: Final = 90_000_000
"""Microseconds."""
IS_OPEN: Final = text("state = 'open'")
"""Of a world. With a parameter for the state, SQLite would plan the statement anew each time: its index is partial."""


def partial(name: str, condition: TextClause, *columns: str, unique: bool = False) -> Index:
    """An index of what the condition is true of."""
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def of_mishaps(name: str, *filters: str) -> Index:
    """An index of mishaps by these columns."""
    return partial(name, MISHAP, "world", "channel", *filters, "outcome", "created_at", "n")
