"""Energy contracts of users: created and changed, with what that does to the price of charging at home."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ..domain import smart_charging
from ..domain.charge_policy import read_policy
from ..domain.clock import DAY
from ..domain.energy_contracts import Rates, read_rates, with_rates
from ..domain.models import Document
from ..store import home_sessions, sessions
from ..store.world_transaction import WorldTransaction
from .documents import change_document, create_document
from .energy_prices import CONTRACT, market_for
from .home_plans import rearrange

_KEPT_FOR: Final = 8 * DAY
"""How long rates are kept that count no more: a session that goes on may have begun with them."""


def create_contract(tx: WorldTransaction, vendor: str, owner: str, body: Mapping[str, Any], rates: Rates) -> Document:
    """Creates a contract, whose prices count from now on."""
    n = sessions.take_number(tx)
    made = create_document(tx, vendor, CONTRACT, None, n, {**body, "rates": with_rates([], rates, 0)}, owner=owner)
    if rates.prices:
        count_anew(tx, owner)
    return made


def change_contract(tx: WorldTransaction, contract: Document, body: Mapping[str, Any], rates: Rates) -> Document:
    """Changes a contract. If its prices or its building are others, they count from now on."""
    stored = orjson.loads(contract.body)
    before = read_rates(stored)
    if before and Rates(before[-1].since, rates.prices, rates.hourly, rates.building) == before[-1]:
        return change_document(tx, contract, {**body, "rates": stored["rates"]})
    saved = change_document(tx, contract, {**body, "rates": with_rates(before, rates, tx.now - _KEPT_FOR)})
    count_anew(tx, contract.owner or "")
    return saved


def count_anew(tx: WorldTransaction, owner: str) -> None:
    """Counts the sessions of a user's vehicles that go on or are planned in other prices; earlier ones stay.

    A vehicle with a policy waits for the cheap hours of these prices.
    """
    for vehicle in home_sessions.vehicles_of_owner(tx, owner):
        market = market_for(tx, vehicle)
        for session in home_sessions.unended_at_home(tx, vehicle.id):
            sessions.save_session(tx, smart_charging.repriced(market, session, vehicle, tx.now))
        policy = read_policy(vehicle.charge_policy)
        if policy is not None and policy.optimises:
            rearrange(tx, vehicle)
