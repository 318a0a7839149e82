"""The declarations `one_statement` and `keeps_worlds` of queries and operations are true."""

import asyncio
import pkgutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from inspect import getmembers, isfunction
from types import ModuleType
from typing import Any, Final

import pytest
from sqlalchemy import Connection

import app.operations
import app.store
from app.main import VENDORS
from app.scenario.terms import channels_of
from app.store import (
    accounts,
    documents,
    drivers,
    fleets,
    members,
    payment_methods,
    reservations,
    sessions,
    station_pages,
    transaction_sums,
    transactions,
    vehicles,
    wallets,
    worlds,
)
from app.store.charging_totals import Wanted, charging_totals
from app.store.database.url import open_database
from app.store.keyset_pages import PageQuery
from app.store.station_pages import StationQuery
from app.store.station_uses import station_uses
from app.store.transaction_sums import Period
from app.store.world_transaction import WorldTransaction, does_keep_worlds, runs_one_statement
from tests.conftest import Sandbox, on_sqlite
from tests.databases import Kept

_CHARGE: Final = "charge"
QUERIES: Final[dict[Callable[..., Any], Callable[[WorldTransaction], object]]] = {
    sessions.sessions: lambda tx: sessions.sessions(tx, _CHARGE, PageQuery({}, None, 5)),
    sessions.session: lambda tx: sessions.session(tx, _CHARGE, "cs_unknown"),
    documents.documents: lambda tx: documents.documents(tx, _CHARGE, "policy", PageQuery({}, None, 5)),
    documents.document: lambda tx: documents.document(tx, _CHARGE, "policy", "pol_unknown"),
    documents.documents_by_id: lambda tx: documents.documents_by_id(tx, _CHARGE, "policy", ["pol_unknown"]),
    transactions.transactions: lambda tx: transactions.transactions(tx, _CHARGE, PageQuery({}, None, 5)),
    transactions.transactions_by_id: lambda tx: transactions.transactions_by_id(tx, _CHARGE, ["txn_unknown"]),
    transaction_sums.sums: lambda tx: transaction_sums.sums(tx, _CHARGE, [Period(None, 0, tx.now, "eur")] * 3),
    wallets.wallet_balances: lambda tx: wallets.wallet_balances(tx, _CHARGE, ["pm_unknown"]),
    accounts.accounts_by_id: lambda tx: accounts.accounts_by_id(tx, _CHARGE, "account", ["acct_unknown"]),
    station_pages.newest_stations: lambda tx: station_pages.newest_stations(tx, StationQuery(PageQuery({}, None, 5))),
    station_uses: lambda tx: station_uses(tx, ["chst_unknown"]),
    reservations.reservations: lambda tx: reservations.reservations(tx, PageQuery({}, None, 5)),
    reservations.reservations_by_id: lambda tx: reservations.reservations_by_id(tx, ["res_unknown"]),
    sessions.sessions_by_id: lambda tx: sessions.sessions_by_id(tx, _CHARGE, ["cs_unknown"]),
    drivers.drivers: lambda tx: drivers.drivers(tx, _CHARGE, PageQuery({}, None, 5)),
    drivers.drivers_by_id: lambda tx: drivers.drivers_by_id(tx, _CHARGE, ["drv_unknown"]),
    fleets.fleets: lambda tx: fleets.fleets(tx, _CHARGE, PageQuery({}, None, 5)),
    fleets.fleets_by_id: lambda tx: fleets.fleets_by_id(tx, _CHARGE, ["flt_unknown"]),
    payment_methods.payment_methods: lambda tx: payment_methods.payment_methods(tx, _CHARGE, PageQuery({}, None, 5)),
    payment_methods.payment_methods_by_id: lambda tx: payment_methods.payment_methods_by_id(tx, _CHARGE, ["pm_none"]),
    members.members: lambda tx: members.members(tx, "podero", "org_unknown"),
    members.member_record: lambda tx: members.member_record(tx, "podero", "org_unknown", "user_unknown"),
    members.member_by_external_id: lambda tx: members.member_by_external_id(tx, "podero", "org_unknown", "unknown"),
    vehicles.vehicles: lambda tx: vehicles.vehicles(tx, PageQuery({}, None, 5)),
    vehicles.vehicles_by_id: lambda tx: vehicles.vehicles_by_id(tx, ["veh_unknown"]),
    charging_totals: lambda tx: charging_totals(tx, _CHARGE, Wanted(0, tx.now), "vehicle"),
}
"""A call of each query that declares that it runs one statement."""
KEPT_BY: Final = {"start", "stop", "confirm_setup_intent", "confirm_intent"}
"""The operations that declare that they keep the worlds; all of them are called below."""


def declared(package: ModuleType, does: Callable[[Callable[..., Any]], bool]) -> set[Callable[..., Any]]:
    """The functions of a package that have a declaration."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    return {function for module in modules for _, function in getmembers(module, isfunction) if does(function)}


def test_every_declared_query_is_tested() -> None:
    """There is a call of every query that declares that it runs one statement."""
    assert declared(app.store, runs_one_statement) == QUERIES.keys()


@on_sqlite
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.__name__)
def test_a_declared_query_runs_one_statement(kept: Kept, query: Callable[..., Any]) -> None:
    """A query with the declaration `one_statement` sends a single statement to the database."""

    def counted(db: Connection) -> int:
        world = worlds.named(db, "default")
        assert world is not None
        tx = WorldTransaction(db, world, world.clock.anchor, channels_of(VENDORS))
        return statements_of(db, lambda: QUERIES[query](tx))

    with closing(open_database(kept.url)) as database:
        assert asyncio.run(database.ask(counted)) == 1


def statements_of(db: Connection, work: Callable[[], object]) -> int:
    """The number of statements that `work` sends to SQLite."""
    statements: list[str] = []
    driver = db.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_trace_callback(statements.append)
    work()
    driver.set_trace_callback(None)
    return len(statements)


def test_every_operation_that_keeps_the_worlds_is_tested() -> None:
    """The test below calls every operation that declares that it keeps the worlds."""
    assert {each.__name__ for each in declared(app.operations, does_keep_worlds)} == KEPT_BY


def test_a_declared_operation_keeps_the_worlds(sandbox: Sandbox) -> None:
    """Starts, ends and confirmed intents change no key, and of the worlds only the number of what is made next."""

    def remembered() -> list[dict[str, Any]]:
        rows = sandbox.kept.dicts("SELECT * FROM world ORDER BY n")
        keys = sandbox.kept.dicts("SELECT * FROM credential ORDER BY vendor, key")
        return [{name: value for name, value in row.items() if name != "next_n"} for row in rows] + keys

    before = remembered()
    session = sandbox.start().json()["id"]

    assert sandbox.end(session).status_code == 200
    assert _confirmed(sandbox) == ["succeeded", "succeeded"]
    assert remembered() == before


def _confirmed(sandbox: Sandbox) -> list[str]:
    """The statuses of a setup intent, which adds a card, and of the payment intent of a start with that card."""
    world = sandbox.opened()
    key = {"Authorization": f"Bearer {world['credentials']['cariqa']['token']}"}
    user = f"/api/v1/users/{world['credentials']['cariqa']['user_id']}"
    there = "/_sandbox/v1/worlds/default"
    secret = sandbox.client.get(f"{user}/setup-intents/", headers=key).json()["setup_intent_client_secret"]
    card = {"card": "authentication_required"}
    added = sandbox.client.post(f"{there}/setup-intents/{secret}/confirm", json=card).json()
    order = {"evse_id": world["sample"]["cariqa"]["evse_id"], "payment_method_id": added["payment_method"]}
    refused = sandbox.client.post(f"{user}/charging/start/", json=order, headers=key).json()
    named = refused["error"]["payment_intent_client_secret"]
    paid = sandbox.client.post(f"{there}/payment-intents/{named}/confirm", json={}).json()
    return [added["status"], paid["status"]]
