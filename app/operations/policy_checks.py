"""The policies that hold for a session, which can refuse its start."""

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias

import orjson

from ..domain.channels import Channel
from ..domain.errors import PolicyBlockedError
from ..domain.json_values import filled
from ..domain.models import Connector, Document, Driver, Fleet, Station, Vehicle
from ..domain.ocpi_prices import energy_price
from ..domain.policies import ACTIVE, SUGGESTION, Attempt, Policy, blocking_rule
from ..domain.station_prices import tariff_at
from ..store.documents import documents_by_id
from ..store.world_transaction import WorldTransaction

POLICY: Final = "policy"
"""The kind of the documents that are policies."""
_TIMEZONE: Final = {"timezone": "UTC"}
_EMPTY: Final[Mapping[str, Any]] = {"name": "", "mode": SUGGESTION, "rules": {}}
"""What counts where a fleet or a policy of a scenario has no such member."""

Governed: TypeAlias = Driver | Vehicle | Fleet | None


def refuse_if_blocked(
    tx: WorldTransaction, channel: Channel, station: Station, connector: Connector, governed: Collection[Governed]
) -> None:
    """Raises PolicyBlockedError if an active policy of the driver, the vehicle or the fleet does not allow a session.

    All active policies that they name must be obeyed (CHARGE-081), and ids that name no policy are ignored
    (CHARGE-084). Nothing is read if none is named.
    """
    ids = dict.fromkeys(policy for each in governed if each is not None for policy in each.policy_ids)
    if not ids:
        return
    found = {each.id: each for each in documents_by_id(tx, channel.name, POLICY, ids) if each.first == ACTIVE}
    fleet = next((each for each in governed if isinstance(each, Fleet)), None)
    attempt = Attempt(
        station.operator,
        float(station.latitude),
        float(station.longitude),
        energy_price(tariff_at(connector, tx.now)),
        tx.now,
        None if fleet is None else filled(orjson.loads(fleet.details), _TIMEZONE)["timezone"],
    )
    broken = blocking_rule([_policy(found[each]) for each in ids if each in found], attempt)
    if broken is not None:
        raise PolicyBlockedError(broken.policy.id, broken.policy.name, broken.rule, broken.reason)


def _policy(document: Document) -> Policy:
    body = filled(orjson.loads(document.body), _EMPTY)
    return Policy(document.id, body["name"], body["mode"], body["rules"])
