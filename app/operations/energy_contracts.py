"""Energy contracts of users: created and changed, with what that does to the price of charging at home."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import orjson

from ..domain import smart_charging
from ..domain.charge_policy import read_policy
from ..domain.clock import DAY
from ..domain.energy_contracts import Rates, written_rates
from ..domain.ids import uuid_text
from ..domain.models import Document
from ..store import documents, home_sessions, sessions
from ..store.keyset_pages import PageQuery
from ..store.world_transaction import WorldTransaction
from .documents import change_document, create_document
from .energy_prices import CONTRACT, EVERY, RATES, market_for, rates_of
from .home_plans import rearrange

_KEPT_FOR: Final = 8 * DAY
"""How long rates are kept that count no more: a session that goes on may have begun with them."""

_MOST_KEPT: Final = 60


def create_contract(tx: WorldTransaction, vendor: str, owner: str, body: Mapping[str, Any], rates: Rates) -> Document:
    """Creates a contract of a user, whose prices count from now on. Raises WorldFullError."""
    made = create_document(tx, vendor, CONTRACT, None, sessions.take_number(tx), body, owner=owner)
    if rates.prices:
        _count(tx, made, rates)
    return made


def change_contract(tx: WorldTransaction, contract: Document, body: Mapping[str, Any], rates: Rates) -> Document:
    """Changes a contract. If its prices or its building are others, they count from now on."""
    before = rates_of(tx, contract.vendor, contract.owner or "").get(contract.id, [])
    last = before[-1] if before else Rates(rates.since, ())
    if Rates(last.since, rates.prices, rates.hourly, rates.building) != last and (last.prices or rates.prices):
        _count(tx, contract, rates)
    return change_document(tx, contract, body)


def count_anew(tx: WorldTransaction, owner: str) -> None:
    """Counts the sessions of a user's vehicles that go on or are planned in the prices of now; earlier ones stay.

    A vehicle with a policy waits for the cheap hours of these prices.
    """
    for vehicle in home_sessions.vehicles_of_owner(tx, owner):
        market = market_for(tx, vehicle)
        for session in home_sessions.unended_at_home(tx, vehicle.id):
            sessions.save_session(tx, smart_charging.repriced(market, session, vehicle, tx.now))
        policy = read_policy(vehicle.charge_policy)
        if policy is not None and policy.optimises:
            rearrange(tx, vehicle)


def _count(tx: WorldTransaction, contract: Document, rates: Rates) -> None:
    """Keeps the new rates of a contract, and counts sessions by them. Rates of the same instant are replaced."""
    _forget(tx, contract)
    new = Document(
        vendor=contract.vendor,
        kind=RATES,
        id=uuid_text(tx.world.seed, RATES, f"{contract.id}/{tx.now}"),
        n=contract.n,
        created_at=tx.now,
        body=orjson.dumps({"contract": contract.id, **written_rates(rates)}).decode(),
        touched_at=tx.now,
        owner=contract.owner,
    )
    if documents.document(tx, new.vendor, RATES, new.id) is None:
        documents.insert_document(tx, new)
    else:
        documents.save_document(tx, new)
    count_anew(tx, contract.owner or "")


def _forget(tx: WorldTransaction, contract: Document) -> None:
    """Removes rates of a contract under which no session that goes on has begun, and all but the last `_MOST_KEPT`."""
    listed = documents.documents(tx, contract.vendor, RATES, PageQuery({"owner": contract.owner or ""}, None, EVERY))
    own = [each for each in listed if orjson.loads(each.body).get("contract") == contract.id]
    for place, (newer, older) in enumerate(pairwise(own)):
        if newer.created_at < tx.now - _KEPT_FOR or place >= _MOST_KEPT:
            documents.remove_document(tx, contract.vendor, RATES, older.id)
