"""Every answer is in the contract, with its status, headers and body; every answer of the contract is given."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import product
from typing import Any, NoReturn

import httpx2
import pytest

from app.domain.clock import DAY
from app.store.database.postgres import Postgres
from app.store.database.protocol import DatabaseUnavailableError, View
from app.store.database.sqlite import Sqlite
from app.store.world import World
from app.worlds.make import Maker
from app.worlds.turns import BusyError, Turns
from tests.conftest import Sandbox
from tests.contract.control_calls import IMPORT_BYTES, JSON, WORLDS
from tests.contract.member_calls import pending_cue
from tests.contract.provoked import INSTANTS, PROVOKED
from tests.contract.written import Operation, answer_faults, operations

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_answers_are_written_and_written_answers_are_given(
    operation: Operation, open_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer that can be provoked obeys the contract, and every status of the contract is among them."""
    sandbox = open_sandbox(max_import_bytes=IMPORT_BYTES)
    answers = list(PROVOKED[str(operation)](sandbox))
    if operation.contract == "sandbox" and 401 in operation.statuses:
        answers.append(open_sandbox(admin_token="token").client.send(answers[0].request))
    if operation.contract != "sandbox" and operation.method == "post" and 409 in operation.statuses:
        answers.append(_in_a_full_world(open_sandbox(max_rows=1), answers[0].request))
    if operation.name == "resolveCue":  # Its key is a secret of one world.
        full = open_sandbox(max_rows=1)
        answers.append(
            full.client.post(pending_cue(full, "documented"), content=answers[0].request.content, headers=JSON)
        )
    if 429 in operation.statuses:
        answers.append(_without_turns(sandbox, answers[0].request, monkeypatch))
    if 503 in operation.statuses:
        answers.append(_without_database(sandbox, answers[0].request, monkeypatch))

    assert [fault for answer in answers for fault in answer_faults(operation, answer)] == []
    assert sorted({answer.status_code for answer in answers}) == operation.statuses


def test_every_operation_is_called() -> None:
    """The calls of this test cover every operation of every contract."""
    assert set(PROVOKED) == {str(operation) for operation in operations()}


def test_lists_show_every_status(sandbox: Sandbox) -> None:
    """The sessions and reservations that were compared with the contract have every status."""
    sessions = {row["status"] for row in _rows(sandbox, "/v1/charging_sessions")}
    reservations = {row["status"] for row in _rows(sandbox, "/v1/reservations")}

    assert sessions == {"active", "completed", "cancelled", "failed"}
    assert reservations == {"pending", "confirmed", "completed", "cancelled", "failed", "expired"}


def test_users_sessions_are_of_every_kind(sandbox: Sandbox) -> None:
    """The Cariqa sessions that were compared include active and settled ones, and prices of every kind."""
    keys = sandbox.world()["sample"]["cariqa"]["active_user_id"], None
    rows = [row for user in keys for row in sandbox.cariqa(user, page_size=100).json()["results"]]
    rows += sandbox.cariqa(world="documented").json()["results"]
    prices = [row["user_facing_session_prices"] for row in rows]

    assert {row["is_active"] for row in rows} == {True, False}
    assert {bool(row["session_cost"]["invoice_summary"]) for row in rows} == {True, False}
    assert all(any(price[kind] is not None for price in prices) for kind in prices[0])


def _rows(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    return [
        row
        for world in WORLDS
        for at in INSTANTS
        for row in sandbox.charge(path, world=world, at=at, limit=100).json()["data"]
    ]


def _in_a_full_world(sandbox: Sandbox, request: httpx2.Request) -> httpx2.Response:
    """The answer to the same request, with a key of its own, in a world that takes one object and has it already."""
    headers = {"Authorization": "Bearer ch_sk_test_...", "Content-Type": "application/json"}
    sandbox.client.post("/v1/fleets", json={"name": "The only one"}, headers=headers)
    headers["Idempotency-Key"] = "one more"
    if not request.url.path.startswith("/v1/"):  # Another vendor has other keys.
        headers |= {"Authorization": request.headers.get("Authorization", headers["Authorization"])}
    return sandbox.client.request(request.method, request.url, headers=headers, content=request.content)


def _without_turns(sandbox: Sandbox, request: httpx2.Request, monkeypatch: pytest.MonkeyPatch) -> httpx2.Response:
    """The answer to the same request while all turns are taken, no world is ready, and a day is missing."""

    def taken(_turns: Turns) -> NoReturn:
        raise BusyError("Too many tests are under way; try again later.")

    # The name of the first answer's world is taken.
    unnamed = request.url.copy_with(query=None)
    again = httpx2.Request(request.method, unnamed, headers=request.headers, content=request.content)
    with monkeypatch.context() as patch:
        patch.setattr(Turns, "one", taken)
        patch.setattr(Maker, "_publish_ready", lambda *_, **_more: None)
        patch.setattr(World, "missing_days", lambda *_: [(0, DAY)])
        return sandbox.client.send(again)


def _without_database(sandbox: Sandbox, request: httpx2.Request, monkeypatch: pytest.MonkeyPatch) -> httpx2.Response:
    """The answer to the same request while the database does not answer."""

    async def unavailable(*_: object, **_more: object) -> NoReturn:
        raise DatabaseUnavailableError("it is away")

    @asynccontextmanager
    async def unseen(*_: object) -> AsyncIterator[View]:
        yield await unavailable()

    with monkeypatch.context() as patched:
        for database, verb in product((Sqlite, Postgres), ("ask", "change")):
            patched.setattr(database, verb, unavailable)
        for database in (Sqlite, Postgres):
            patched.setattr(database, "view", unseen)
        return sandbox.client.send(request)
