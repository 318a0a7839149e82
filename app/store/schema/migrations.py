"""The steps that bring a database from one schema to the next, in SQL that SQLite and PostgreSQL both take.

A step is true of the schema of its time, so it names tables and columns itself and is never changed later.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, inspect, text

from ...wall_clock import random_token, wall_now

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
    """From 0.4.0 to 0.5.0: what a vendor lists and shows of fleets, drivers, vehicles, cards and stations.

    What is there already gets its place in a list by its id. It was created a year before the Monday of its world, or a
    week before it where the calendar began less than two years ago, one millisecond after another. A driver's fleet
    and a vehicle's driver become rows of `attachment`. What new worlds would be copied from is retired, because it has
    no details.
    """
    for statement in (*_ADDED_IN_4, *(each for name in _LISTED_IN_4 for each in _listed(db, name)), *_ATTACHED_IN_4):
        db.execute(text(statement))
    retire = "UPDATE world SET state = 'retired', retired_at = :wall WHERE state IN ('template', 'spare')"
    db.execute(text(retire), {"wall": wall_now()})


_LISTED_IN_4: Final = ("fleet", "driver", "payment_method", "vehicle", "station")
_CHANGED_IN_4: Final = ("fleet", "driver", "vehicle")
_ADDED_IN_4: Final = (
    (
        "CREATE TABLE attachment (world BIGINT NOT NULL, driver VARCHAR NOT NULL, kind VARCHAR NOT NULL,"
        " target VARCHAR NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (world, driver, target))"
    ),
    "CREATE INDEX attachment_by_target ON attachment (world, target, n, driver)",
    (
        "CREATE TABLE document (world BIGINT NOT NULL, vendor VARCHAR NOT NULL, kind VARCHAR NOT NULL,"
        " id VARCHAR NOT NULL, n BIGINT NOT NULL, created_at BIGINT NOT NULL, body TEXT NOT NULL,"
        " touched_at BIGINT NOT NULL, owner VARCHAR, first VARCHAR, second VARCHAR, second_at BIGINT NOT NULL,"
        " third VARCHAR, third_at BIGINT NOT NULL, PRIMARY KEY (world, vendor, kind, id))"
    ),
    "CREATE INDEX document_by_created ON document (world, vendor, kind, created_at, n)",
    "CREATE INDEX document_by_owner ON document (world, vendor, kind, owner, created_at, n)",
    "ALTER TABLE payment_method ADD COLUMN fleet VARCHAR",
    "ALTER TABLE payment_method ADD COLUMN kind VARCHAR NOT NULL DEFAULT 'card'",
    'ALTER TABLE session ADD COLUMN "transaction" VARCHAR',
    "ALTER TABLE reservation ADD COLUMN details TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE reservation ADD COLUMN connector VARCHAR",
    "ALTER TABLE reservation ADD COLUMN fee_fails_from BIGINT NOT NULL DEFAULT 253402300799999000",
    (
        "CREATE INDEX reservation_by_connector ON reservation (world, station, resolves_at, connector, n)"
        " WHERE connector IS NOT NULL"
    ),
    (
        "CREATE INDEX reservation_waits ON reservation (world, resolves_at, n)"
        " WHERE failed_reason = 'no_available_connectors' AND touched_at < 253402300799999000"
    ),
    # SQLite cannot let a column be null that was not, but it can put another one in its place.
    *(
        statement
        for table, column in (("fleet", "email"), ("reservation", "payment_method"))
        for statement in (
            f"ALTER TABLE {table} ADD COLUMN nullable VARCHAR",
            f"UPDATE {table} SET nullable = {column}",  # noqa: S608 - our own words
            f"ALTER TABLE {table} DROP COLUMN {column}",
            f"ALTER TABLE {table} RENAME COLUMN nullable TO {column}",
        )
    ),
)
_ATTACHED_IN_4: Final = (
    (
        "INSERT INTO attachment (world, driver, kind, target, n)"
        " SELECT world, id, 'fleet', fleet, n FROM driver WHERE fleet IS NOT NULL"
    ),
    (
        "INSERT INTO attachment (world, driver, kind, target, n)"
        " SELECT world, driver, 'vehicle', id, n FROM vehicle WHERE driver IS NOT NULL"
    ),
    "ALTER TABLE driver DROP COLUMN fleet",
    "ALTER TABLE vehicle DROP COLUMN driver",
    "CREATE INDEX fleet_by_created ON fleet (world, created_at, n)",
    "CREATE INDEX driver_by_created ON driver (world, created_at, n)",
    "CREATE INDEX payment_method_by_created ON payment_method (world, created_at, n)",
    "CREATE INDEX payment_method_by_driver ON payment_method (world, driver, created_at, n)",
    "CREATE INDEX payment_method_by_fleet ON payment_method (world, fleet, created_at, n)",
    (
        "CREATE INDEX payment_method_of_account ON payment_method (world)"
        " WHERE kind = 'wallet' AND driver IS NULL AND fleet IS NULL AND \"user\" IS NULL"
    ),
    "CREATE INDEX vehicle_by_created ON vehicle (world, created_at, n)",
    "CREATE INDEX vehicle_by_fleet ON vehicle (world, fleet, created_at, n)",
    "CREATE INDEX station_by_created ON station (world, created_at, n)",
    "CREATE INDEX session_by_end_of_driver ON session (world, driver, ended_at, n) WHERE driver IS NOT NULL",
    (
        "CREATE INDEX session_by_end_of_fleet ON session (world, fleet, ended_at, n, energy_wh, outcome)"
        " WHERE fleet IS NOT NULL"
    ),
    'CREATE INDEX session_by_transaction ON session (world, "transaction") WHERE "transaction" IS NOT NULL',
    "CREATE INDEX reservation_by_resolution ON reservation (world, resolves_at, n)",
    ("CREATE INDEX station_by_place ON station (world, (CAST(latitude AS FLOAT)), (CAST(longitude AS FLOAT)))"),
)
_TWO_YEARS_ON: Final = -62_072_524_800_000_000
"""The year 3, in microseconds."""


def _listed(db: Connection, table: str) -> list[str]:
    """The statements that give the rows of a table their places in a list, which are the same on both databases."""
    bytewise = 'COLLATE "C"' if db.dialect.name == "postgresql" else "COLLATE BINARY"
    changed = table in _CHANGED_IN_4
    return [
        f"ALTER TABLE {table} ADD COLUMN n BIGINT NOT NULL DEFAULT 0",
        f"ALTER TABLE {table} ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0",
        f"ALTER TABLE {table} ADD COLUMN details TEXT NOT NULL DEFAULT '{{}}'",
        *(
            f"ALTER TABLE {table} ADD COLUMN {column} NOT NULL DEFAULT {value}"
            for column, value in (
                ("status VARCHAR", "'active'"),
                ("policy_ids TEXT", "'[]'"),
                ("touched_at BIGINT", "0"),
            )
            if changed
        ),
        (
            f"UPDATE {table} SET n = listed.place, created_at = listed.begun + 1000 * listed.place"  # noqa: S608 - our own words
            f" FROM (SELECT {table}.world, {table}.id, {_BEGUN} AS begun,"
            f" row_number() OVER (PARTITION BY {table}.world ORDER BY {table}.id {bytewise}) - 1 AS place"
            f" FROM {table} JOIN world ON world.n = {table}.world) AS listed"
            f" WHERE listed.world = {table}.world AND listed.id = {table}.id"
        ),
        *([f"UPDATE {table} SET touched_at = created_at"] if changed else []),  # noqa: S608 - the same
    ]


_BEGUN: Final = (
    f"CASE WHEN world.monday < {_TWO_YEARS_ON} THEN world.monday - 604800000000 ELSE world.monday - 31536000000000 END"
)


def _to_5(db: Connection) -> None:
    """From 0.5.0 to 0.6.0: users have what their vendors list and show, and the owners of vehicles are users.

    A user gets a place in a list by the id, as step 4 gave them, and drives the vehicle of the last session. For each
    owner of vehicles there is a user of the organisation, after the others: the first driver of the first vehicle, or
    a person who is named after the id. What new worlds would be copied from is retired, because it has no details.
    """
    bytewise = 'COLLATE "C"' if db.dialect.name == "postgresql" else "COLLATE BINARY"
    for statement in (*_ADDED_IN_5, *(each.format(bytewise=bytewise, begun=_BEGUN) for each in _FILLED_IN_5)):
        db.execute(text(statement))
    retire = "UPDATE world SET state = 'retired', retired_at = :wall WHERE state IN ('template', 'spare')"
    db.execute(text(retire), {"wall": wall_now()})


_ADDED_IN_5: Final = (
    # SQLite cannot let a column be null that was not.
    "ALTER TABLE end_user ADD COLUMN nullable VARCHAR",
    "UPDATE end_user SET nullable = email",
    "ALTER TABLE end_user DROP COLUMN email",
    "ALTER TABLE end_user RENAME COLUMN nullable TO email",
    "ALTER TABLE end_user ADD COLUMN org VARCHAR",
    "ALTER TABLE end_user ADD COLUMN vehicle VARCHAR",
    "ALTER TABLE end_user ADD COLUMN status VARCHAR NOT NULL DEFAULT 'active'",
    "ALTER TABLE end_user ADD COLUMN n BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE end_user ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE end_user ADD COLUMN touched_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE end_user ADD COLUMN details TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE payment_method ADD COLUMN status VARCHAR NOT NULL DEFAULT 'active'",
    "ALTER TABLE vehicle ADD COLUMN charge_policy TEXT",
    "ALTER TABLE vehicle ADD COLUMN boosts_from BIGINT NOT NULL DEFAULT 253402300799999000",
    "ALTER TABLE connector ADD COLUMN for_maintenance BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE connector ADD COLUMN next_tariff VARCHAR",
    "ALTER TABLE connector ADD COLUMN next_tariff_at BIGINT NOT NULL DEFAULT 253402300799999000",
    "ALTER TABLE connector ADD COLUMN progress INTEGER",
    "ALTER TABLE connector ADD COLUMN unconfirmed_from BIGINT NOT NULL DEFAULT 253402300799999000",
    "ALTER TABLE connector ADD COLUMN unconfirmed_until BIGINT NOT NULL DEFAULT 253402300799999000",
    "CREATE INDEX end_user_by_org ON end_user (world, org, created_at, n)",
    ('CREATE INDEX payment_method_by_user ON payment_method (world, "user", created_at, n) WHERE "user" IS NOT NULL'),
    "CREATE INDEX vehicle_by_owner ON vehicle (world, owner, created_at, n) WHERE owner IS NOT NULL",
    "CREATE INDEX connector_by_evse ON connector (world, evse_id)",
    "DROP INDEX session_by_user",
    ('CREATE INDEX session_by_user ON session (world, "user", created_at, n, settled_at) WHERE "user" IS NOT NULL'),
    (
        'CREATE INDEX session_unpaid ON session (world, "user", created_at, n)'
        ' WHERE "user" IS NOT NULL AND settled_at = 253402300799999000'
    ),
    "DROP INDEX station_by_place",
    (
        "CREATE INDEX station_by_place ON station"
        " (world, (CAST(latitude AS FLOAT)), (CAST(longitude AS FLOAT)), kind, created_at, n, id,"
        " is_partner, operator, online, silent_from, silent_until)"
    ),
)
_FILLED_IN_5: Final = (
    (
        "UPDATE end_user SET n = listed.place, created_at = listed.begun + 1000 * listed.place"
        " FROM (SELECT end_user.world, end_user.id, {begun} AS begun,"
        " row_number() OVER (PARTITION BY end_user.world ORDER BY end_user.id {bytewise}) - 1 AS place"
        " FROM end_user JOIN world ON world.n = end_user.world) AS listed"
        " WHERE listed.world = end_user.world AND listed.id = end_user.id"
    ),
    (
        "UPDATE end_user SET vehicle = (SELECT session.vehicle FROM session"
        ' WHERE session.world = end_user.world AND session."user" = end_user.id'
        " ORDER BY session.created_at DESC, session.n DESC LIMIT 1)"
    ),
    (
        "INSERT INTO end_user (world, id, name, email, driver, has_billing_data, org, n, created_at)"
        " SELECT owned.world, owned.id, COALESCE(driver.name, 'Owner ' || substr(owned.id, 1, 8)),"
        " COALESCE(driver.email, substr(owned.id, 1, 8) || '@owner.example'), driver.id, TRUE, owned.org,"
        " owned.place, {begun} + 1000 * owned.place"
        " FROM (SELECT vehicle.world, vehicle.owner AS id, MIN(vehicle.org {bytewise}) AS org,"
        " (SELECT attachment.driver FROM attachment JOIN vehicle AS driven"
        " ON driven.world = attachment.world AND driven.id = attachment.target"
        " WHERE attachment.world = vehicle.world AND attachment.kind = 'vehicle' AND driven.owner = vehicle.owner"
        " ORDER BY driven.n, attachment.n LIMIT 1) AS driver,"
        " row_number() OVER (PARTITION BY vehicle.world ORDER BY vehicle.owner {bytewise}) - 1"
        " + (SELECT count(*) FROM end_user WHERE end_user.world = vehicle.world) AS place"
        " FROM vehicle WHERE vehicle.org IS NOT NULL AND vehicle.owner IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM end_user WHERE end_user.world = vehicle.world AND end_user.id = vehicle.owner)"
        " GROUP BY vehicle.world, vehicle.owner) AS owned"
        " JOIN world ON world.n = owned.world"
        " LEFT JOIN driver ON driver.world = owned.world AND driver.id = owned.driver"
    ),
    "UPDATE end_user SET touched_at = created_at",
)


def _has_column(db: Connection, table: str, name: str) -> bool:
    return any(column["name"] == name for column in inspect(db).get_columns(table))


STEPS: Final[Mapping[int, Callable[[Connection], None]]] = {2: _to_2, 3: _to_3, 4: _to_4, 5: _to_5}
"""The steps by the number of the schema to which they lead, each from the number before."""
