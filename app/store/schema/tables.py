"""The tables. The key of a world's table begins with the world's number."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Index, Table, text

from ...domain import models
from ..world import StoredCredential, World
from .entity_table import EntityTable
from .partial_indexes import (
    HAS_CONNECTOR,
    HAS_DRIVER,
    HAS_FLEET,
    HAS_OWNER,
    HAS_TRANSACTION,
    HAS_USER,
    IS_OPEN,
    IS_UNPAID,
    LATITUDE,
    LEAVES_LATE,
    LONGITUDE,
    OWNED_BY_NONE,
    SETTLES_LATE,
    SHOWN_BY_UUID,
    WAITS,
    mishap_index,
    partial_index,
)
from .table_of import table_of


@dataclass(frozen=True, slots=True)
class _Meta:
    """A number that belongs to the database: that of its schema, or that of the next world."""

    name: str
    value: int


META: Final = table_of(_Meta, "meta", key=("name",), in_world=False)
WORLD: Final = table_of(
    World,
    "world",
    key=("n",),
    in_world=False,
    indexes=(
        Index("ix_world_name", "name"),
        Index("ix_world_state", "state"),
        Index("ix_world_link_key", "link_key"),
        partial_index("world_open", IS_OPEN, "name", unique=True),
    ),
)
CREDENTIAL: Final = table_of(
    StoredCredential,
    "credential",
    key=("vendor", "key"),
    in_world=False,
    indexes=(Index("ix_credential_world", "world"),),
)
"""Its key does not begin with the world's number, because the world is found by the key."""

FLEET: Final = EntityTable(models.Fleet, "fleet", indexes=(Index("fleet_by_created", "world", "created_at", "n"),))
DRIVER: Final = EntityTable(models.Driver, "driver", indexes=(Index("driver_by_created", "world", "created_at", "n"),))
ATTACHMENT: Final = EntityTable(
    models.Attachment,
    "attachment",
    key=("driver", "target"),
    indexes=(Index("attachment_by_target", "world", "target", "n", "driver"),),
)
END_USER: Final = EntityTable(
    models.User, "end_user", indexes=(Index("end_user_by_org", "world", "org", "created_at", "n"),)
)
"""The users of all vendors; `org` is null for those of a vendor without organisations."""
PAYMENT_METHOD: Final = EntityTable(
    models.PaymentMethod,
    "payment_method",
    indexes=(
        Index("payment_method_by_created", "world", "created_at", "n"),
        Index("payment_method_by_driver", "world", "driver", "created_at", "n"),
        Index("payment_method_by_fleet", "world", "fleet", "created_at", "n"),
        partial_index("payment_method_by_user", HAS_USER, "world", "user", "created_at", "n"),
        partial_index("payment_method_of_account", OWNED_BY_NONE, "world"),
    ),
)
VEHICLE: Final = EntityTable(
    models.Vehicle,
    "vehicle",
    indexes=(
        Index("vehicle_by_uuid", "world", "uuid"),
        Index("vehicle_by_created", "world", "created_at", "n"),
        Index("vehicle_by_fleet", "world", "fleet", "created_at", "n"),
        partial_index("vehicle_by_owner", HAS_OWNER, "world", "owner", "created_at", "n"),
    ),
    short=("ac_phases",),
)
STATION: Final = EntityTable(
    models.Station,
    "station",
    indexes=(
        Index("station_by_created", "world", "created_at", "n"),
        Index(
            "station_by_place",
            "world",
            text(f"({LATITUDE})"),
            text(f"({LONGITUDE})"),
            *("kind", "created_at", "n", "id", "is_partner", "operator", "online", "silent_from", "silent_until"),
        ),
    ),
    short=("utc_offset_minutes",),
)
CONNECTOR: Final = EntityTable(
    models.Connector,
    "connector",
    key=("station", "id"),
    indexes=(Index("connector_by_evse", "world", "evse_id"),),
    short=("phases", "faults_after_s", "silent_after_s", "progress"),
)
SESSION: Final = EntityTable(
    models.Session,
    "session",
    key=("n",),
    indexes=(
        Index("session_by_id", "world", "id", unique=True),
        Index("session_by_created", "world", "channel", "created_at", "n", "ended_at"),
        partial_index("session_by_driver", HAS_DRIVER, "world", "driver", "created_at", "n", "channel"),
        Index("session_by_fleet", "world", "channel", "fleet", "created_at", "n"),
        Index("session_by_vehicle", "world", "vehicle", "created_at", "n", "channel", "unplugged_at"),
        partial_index("session_by_user", HAS_USER, "world", "user", "created_at", "n", "settled_at"),
        Index("session_by_connector", "world", "station", "connector", "created_at", "unplugged_at"),
        Index("session_by_end", "world", "ended_at", "settled_at", "unplugged_at", "n"),
        partial_index("session_by_end_of_driver", HAS_DRIVER, "world", "driver", "ended_at", "n"),
        partial_index("session_by_end_of_fleet", HAS_FLEET, "world", "fleet", "ended_at", "n", "energy_wh", "outcome"),
        partial_index("session_by_transaction", HAS_TRANSACTION, "world", "transaction"),
        partial_index("session_unpaid", IS_UNPAID, "world", "user", "created_at", "n"),
        partial_index("session_by_uuid", SHOWN_BY_UUID, "world", "uuid"),
        partial_index("session_leaves_late", LEAVES_LATE, "world", "unplugged_at", "n"),
        partial_index("session_settles_late", SETTLES_LATE, "world", "settled_at", "n"),
        mishap_index("session_mishap"),
        mishap_index("session_mishap_by_driver", "driver"),
        mishap_index("session_mishap_by_fleet", "fleet"),
        mishap_index("session_mishap_by_vehicle", "vehicle"),
    ),
    short=("rating",),
)
RESERVATION: Final = EntityTable(
    models.Reservation,
    "reservation",
    key=("n",),
    indexes=(
        Index("reservation_by_id", "world", "id", unique=True),
        Index("reservation_by_created", "world", "created_at", "n"),
        Index("reservation_by_driver", "world", "driver", "created_at", "n"),
        Index("reservation_by_vehicle", "world", "vehicle", "created_at", "n"),
        Index("reservation_by_station", "world", "station", "created_at", "n"),
        Index("reservation_by_session", "world", "session"),
        Index("reservation_by_resolution", "world", "resolves_at", "n"),
        partial_index("reservation_by_connector", HAS_CONNECTOR, "world", "station", "resolves_at", "connector", "n"),
        partial_index("reservation_waits", WAITS, "world", "resolves_at", "n"),
    ),
    short=("radius", "free_until_before"),
)
DOCUMENT: Final = EntityTable(
    models.Document,
    "document",
    key=("vendor", "kind", "id"),
    indexes=(
        Index("document_by_created", "world", "vendor", "kind", "created_at", "n"),
        Index("document_by_owner", "world", "vendor", "kind", "owner", "created_at", "n"),
    ),
)

ENTITY_TABLES: Final = (
    SESSION,
    FLEET,
    DRIVER,
    ATTACHMENT,
    END_USER,
    PAYMENT_METHOD,
    VEHICLE,
    STATION,
    CONNECTOR,
    RESERVATION,
    DOCUMENT,
)
"""The tables of a world; the longest table is the first, where the removal of a world begins."""
WORLD_TABLES: Final[list[Table]] = [each.table for each in ENTITY_TABLES]
