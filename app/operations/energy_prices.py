"""The prices in which charging at home is counted: those of the owner's energy contracts, or the market's."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from ..domain import smart_charging
from ..domain.channels import HOME
from ..domain.devices import ELECTRIC_VEHICLE
from ..domain.energy_contracts import Rates, read_rates, timeline
from ..domain.models import Document, Session, Vehicle
from ..domain.smart_charging import Market
from ..store import documents, parties
from ..store.keyset_pages import PageQuery
from ..store.world_transaction import WorldTransaction

CONTRACT: Final = "energy_contract"
RATES: Final = "energy_rates"
"""The kind of the documents that say what a contract's prices are, and since when."""
EVERY: Final = 1_000_000
"""More documents than a user has."""


def contracts_of(tx: WorldTransaction, vendor: str, owner: str) -> list[Document]:
    """The contracts of a user, newest first."""
    return documents.documents(tx, vendor, CONTRACT, PageQuery({"owner": owner}, None, EVERY))


def rates_of(tx: WorldTransaction, vendor: str, owner: str) -> dict[str, list[Rates]]:
    """The rates that the contracts of a user have had, by the id of the contract; the oldest come first."""
    found: dict[str, list[Rates]] = {}
    for each in reversed(documents.documents(tx, vendor, RATES, PageQuery({"owner": owner}, None, EVERY))):
        body = _body(each)
        rates = read_rates(body)
        if rates is not None:
            found.setdefault(str(body.get("contract")), []).append(rates)
    return found


def market_for(tx: WorldTransaction, vehicle: Vehicle) -> Market:
    """The prices in which a vehicle's charging at home is counted."""
    market = Market(tx.world.seed, tx.world.monday)
    vendor = tx.channels[HOME.name].shown_by
    if vehicle.owner is None or vendor is None:
        return market
    contracts = rates_of(tx, vendor, vehicle.owner)
    if not contracts:
        return market
    device = documents.document(tx, vendor, ELECTRIC_VEHICLE, vehicle.uuid)
    building = None if device is None else _body(device).get("building_id")
    return Market(market.seed, market.monday, timeline([*contracts.values()][::-1], building))


def counted_by_contract(tx: WorldTransaction, planned: Iterable[Session]) -> Mapping[str, Session]:
    """Returns those of some sessions at home, by id, whose vehicles' owners have contracts, counted in their prices."""
    vendor = tx.channels[HOME.name].shown_by
    if vendor is None or documents.first_document(tx, vendor, RATES) is None:
        return {}
    counted = {}
    for session in planned:
        vehicle = parties.vehicle(tx, session.vehicle)
        market = None if vehicle is None else market_for(tx, vehicle)
        if vehicle is not None and market is not None and market.rates:
            counted[session.id] = smart_charging.repriced(market, session, vehicle, tx.now)
    return counted


def _body(document: Document) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(document.body)
    return body
