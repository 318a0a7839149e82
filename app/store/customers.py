"""What keeps a user from starting a session: an active one, also through another vendor, or a debt."""

from typing import Final, NamedTuple

from sqlalchemy import bindparam, literal_column, select

from ..domain.channels import HOME
from ..domain.sessions import view
from .database.compiled_statements import CompiledStatement
from .debts import unpaid
from .schema.tables import SESSION
from .world_transaction import WorldTransaction


class CustomerState(NamedTuple):
    """The UUIDs of an active session of a user, and of a session that is not paid; None where there is none."""

    active: str | None
    unpaid: str | None


def customer_state(tx: WorldTransaction, channel: str, user: str) -> CustomerState:
    """Returns what keeps the user from starting a session."""
    named = {"world": tx.world.n, "channel": channel, "user": user, "now": tx.now, "since": tx.now - view.LONGEST}
    return CustomerState(*_STATE.rows(tx.db, named)[0])


def active_session_of_driver(tx: WorldTransaction, driver: str) -> str | None:
    """Returns the UUID of a driver's active session; charging at home, where the driver need not be, is none."""
    named = {"world": tx.world.n, "driver": driver, "now": tx.now, "since": tx.now - view.LONGEST}
    return next((row[0] for row in _OF_DRIVER.rows(tx.db, named)), None)


_ACTIVE: Final = (
    select(SESSION.c.uuid)
    .where(
        SESSION.in_world,
        SESSION.c.user == bindparam("user"),
        SESSION.c.created_at.between(bindparam("since"), bindparam("now")),
        SESSION.c.ended_at > bindparam("now"),
    )
    .limit(1)
)
_STATE: Final = CompiledStatement(select(_ACTIVE.scalar_subquery(), unpaid(SESSION.c.uuid).scalar_subquery()))
_OF_DRIVER: Final = CompiledStatement(
    select(SESSION.c.uuid)
    .where(
        SESSION.in_world,
        SESSION.c.driver == bindparam("driver"),
        SESSION.c.created_at.between(bindparam("since"), bindparam("now")),
        SESSION.c.ended_at > bindparam("now"),
        SESSION.c.channel != literal_column(f"'{HOME.name}'"),
    )
    .limit(1)
)
