"""The steps that bring a database from one schema to the next, in SQL that SQLite and PostgreSQL both take.

A step is true of the schema of its time, so it names tables and columns itself and is never changed later.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, inspect, text

from ...wall_clock import random_token

_AFTER_MIDNIGHT: Final = "(horizon - monday) % 86400000000"
"""Microseconds, in SQL; `monday` begins at midnight."""


def _to_2(db: Connection) -> None:
    """From 0.1.0 to 0.2.0.

    In 0.1.0, `horizon` counts the planned slices of the day after it in its microseconds. `wall` is the instant of the
    wall clock that belongs to the clock's `anchor`, and also the instant at which a building world last progressed or a
    retired one was retired. The table of users is named after a vendor; it is the one with `has_billing_data`.
    """
    [users] = (name for name in inspect(db).get_table_names() if _has_column(db, name, "has_billing_data"))
    for statement in (
        f"ALTER TABLE {users} RENAME TO end_user",
        "ALTER TABLE world ADD COLUMN planned_slices BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE world ADD COLUMN progressed_at BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE world ADD COLUMN retired_at BIGINT NOT NULL DEFAULT 253402300799999000",
        "UPDATE world SET progressed_at = wall WHERE state = 'building'",
        "UPDATE world SET retired_at = wall WHERE state = 'retired'",
        # The horizon of a world without planned days is its beginning, which is practically never so near to midnight.
        f"UPDATE world SET planned_slices = {_AFTER_MIDNIGHT} WHERE {_AFTER_MIDNIGHT} BETWEEN 1 AND 999999",  # noqa: S608 - our own words
        "UPDATE world SET horizon = horizon - planned_slices",
    ):
        db.execute(text(statement))


def _to_3(db: Connection) -> None:
    """From 0.3.0 to 0.4.0: each open world gets a key for links, drawn as for a new world.

    No world of 0.3.0 goes on: its rows were drawn by another generator, which would contradict those of further days.
    """
    for statement in (
        "ALTER TABLE world ADD COLUMN coming_days BIGINT",
        "ALTER TABLE world ADD COLUMN gaps TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE world ADD COLUMN planned_n BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE world DROP COLUMN planned_slices",
        "ALTER TABLE world ADD COLUMN link_key VARCHAR NOT NULL DEFAULT ''",
        "CREATE INDEX ix_world_link_key ON world (link_key)",
    ):
        db.execute(text(statement))
    open_worlds = db.execute(text("SELECT n FROM world WHERE state = 'open'")).all()
    if open_worlds:
        keys = [{"n": n, "link_key": random_token(24)} for (n,) in open_worlds]
        db.execute(text("UPDATE world SET link_key = :link_key WHERE n = :n"), keys)


def _to_4(db: Connection) -> None:
    """From 0.4.0 to 0.5.0."""
    for statement in (
        "ALTER TABLE reservation ADD COLUMN connector VARCHAR",
        "ALTER TABLE reservation ADD COLUMN fee_fails BOOLEAN NOT NULL DEFAULT FALSE",
        "CREATE INDEX reservation_by_connector ON reservation (world, station, connector, resolves_at, n) "
        "WHERE connector IS NOT NULL",
    ):
        db.execute(text(statement))


def _has_column(db: Connection, table: str, name: str) -> bool:
    return any(column["name"] == name for column in inspect(db).get_columns(table))


STEPS: Final[Mapping[int, Callable[[Connection], None]]] = {2: _to_2, 3: _to_3, 4: _to_4}
"""The steps by the number of the schema to which they lead, each from the number before."""
