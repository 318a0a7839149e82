"""What becomes of planned sessions when those who take part in them change."""

from ..domain.channels import Channel
from ..store import reservations, sessions_of
from ..store.world_transaction import WorldTransaction
from .displaced_plans import drop_displaced_plans


def drop_plans_of(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> None:
    """Removes all planned sessions of a `driver`, a `fleet` or a `vehicle`, and the planned reservations of a driver.

    A fleet's sessions are those of the channel.
    Sessions of others that follow from them are removed too where they become impossible.
    """
    drop_displaced_plans(tx, (), sessions_of.planned(tx, kind, thing_id, channel))
    if kind == "driver":
        reservations.remove_planned(tx, thing_id)
