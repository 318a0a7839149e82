"""A lock on the whole database, for what only one transaction may do at a time."""

from typing import Final

from sqlalchemy import Connection, func, select, text

_NUMBER: Final = 3_210_400_902
"""The number of PostgreSQL's advisory lock. It is the same in every release, so that different releases exclude each
other."""


def lock_database(db: Connection) -> None:
    """Waits until no other transaction holds the lock, and holds it until this one ends.

    SQLite lets in one writer at a time by itself.
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_NUMBER)))


def lift_time_limit(db: Connection) -> None:
    """Lets the statements of this transaction take as long as they need, because they go through a whole table."""
    if db.dialect.name == "postgresql":
        db.execute(text("SET LOCAL statement_timeout = 0"))
