"""Energy contracts of users, and the prices in which charging at home is counted."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ..domain import smart_charging
from ..domain.channels import HOME
from ..domain.clock import DAY
from ..domain.devices import ELECTRIC_VEHICLE
from ..domain.energy_contracts import Rates, read_rates, timeline, with_rates
from ..domain.models import Document, Session, Vehicle
from ..domain.smart_charging import Market
from ..store import documents, home_sessions, sessions
from ..store.keyset_pages import PageQuery
from ..store.world_transaction import WorldTransaction
from .documents import change_document, create_document

CONTRACT: Final = "energy_contract"
_EVERY: Final = 1_000_000
_KEPT_FOR: Final = 8 * DAY
"""How long rates are kept that count no more: a session that goes on may have begun with them."""


def contracts_of(tx: WorldTransaction, vendor: str, owner: str) -> list[Document]:
    """The contracts of a user, newest first."""
    return documents.documents(tx, vendor, CONTRACT, PageQuery({"owner": owner}, None, _EVERY))


def market_for(tx: WorldTransaction, vehicle: Vehicle) -> Market:
    """The prices in which a vehicle's charging at home is counted: those of its owner's contracts, or the market's."""
    market = Market(tx.world.seed, tx.world.monday)
    vendor = tx.channels[HOME.name].shown_by
    if vehicle.owner is None or vendor is None:
        return market
    contracts = [rates for each in contracts_of(tx, vendor, vehicle.owner) if (rates := read_rates(_body(each)))]
    if not contracts:
        return market
    device = documents.document(tx, vendor, ELECTRIC_VEHICLE, vehicle.uuid)
    building = None if device is None else _body(device).get("building_id")
    return Market(market.seed, market.monday, timeline(contracts, building))


def create_contract(tx: WorldTransaction, vendor: str, owner: str, body: Mapping[str, Any], rates: Rates) -> Document:
    """Creates a contract, whose prices count from now on."""
    n = sessions.take_number(tx)
    made = create_document(tx, vendor, CONTRACT, None, n, {**body, "rates": with_rates([], rates, 0)}, owner=owner)
    if rates.prices:
        _reprice(tx, owner)
    return made


def change_contract(tx: WorldTransaction, contract: Document, body: Mapping[str, Any], rates: Rates) -> Document:
    """Changes a contract. If its prices or its building are others, they count from now on."""
    before = read_rates(_body(contract))
    last = before[-1] if before else None
    is_same = last is not None and Rates(last.since, rates.prices, rates.hourly, rates.building) == last
    if is_same:
        return change_document(tx, contract, {**body, "rates": _body(contract)["rates"]})
    kept = with_rates(before, rates, tx.now - _KEPT_FOR)
    saved = change_document(tx, contract, {**body, "rates": kept})
    _reprice(tx, contract.owner or "")
    return saved


def counted_anew(tx: WorldTransaction, session: Session, vehicle: Vehicle) -> Session:
    """A session at home that has not ended, counted in the prices of the owner's contracts."""
    return smart_charging.repriced(market_for(tx, vehicle), session, vehicle, tx.now)


def _reprice(tx: WorldTransaction, owner: str) -> None:
    """Counts the sessions of a user's vehicles that go on or are planned in other prices; earlier ones stay."""
    for vehicle in home_sessions.vehicles_of_owner(tx, owner):
        market = market_for(tx, vehicle)
        for session in home_sessions.unended_at_home(tx, vehicle.id):
            sessions.save_session(tx, smart_charging.repriced(market, session, vehicle, tx.now))


def _body(document: Document) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(document.body)
    return body
