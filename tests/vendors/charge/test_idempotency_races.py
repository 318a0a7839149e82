"""Requests with the same `Idempotency-Key` that come at the same time are done once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final

import httpx2
import pytest

from app.store.database.protocol import DatabaseUnavailableError
from app.worlds.directory import WorldDirectory
from tests.conftest import Sandbox, on_sqlite
from tests.vendors.charge.pages import SESSIONS, every, order
from tests.vendors.charge.refusals import refusal

pytestmark = pytest.mark.own_server
KEY: Final = "one"


@on_sqlite
def test_second_request_is_refused_while_the_first_is_running(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second gets 409, and when it is sent again the first one's answer; another key does not wait."""
    change, entered, gate = WorldDirectory.change, Event(), asyncio.Event()

    async def held(self: WorldDirectory, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the method's own
        entered.set()
        await gate.wait()
        return await change(self, *args, **kwargs)

    with ThreadPoolExecutor(1) as thread:
        monkeypatch.setattr(WorldDirectory, "change", held)
        first = thread.submit(_start, sandbox, KEY)
        assert entered.wait(10)
        monkeypatch.setattr(WorldDirectory, "change", change)
        meanwhile = _start(sandbox, KEY)
        other = _start(sandbox, "another", connector="connector_a2", vehicle="unknown")
        assert sandbox.client.portal is not None
        sandbox.client.portal.call(gate.set)
        answer = first.result(10)

    assert refusal(meanwhile) == (409, None, "Idempotency-Key")
    assert other.status_code == 404
    assert answer.status_code == 200
    assert _start(sandbox, KEY).content == answer.content


def test_crowd_makes_one_session(sandbox: Sandbox) -> None:
    """Of many requests at once each is answered like the first, or refused because that is still running."""
    before = len(every(sandbox))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: _start(sandbox, KEY), range(24)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert {refusal(answer) for answer in answers if answer.status_code == 409} <= {(409, None, "Idempotency-Key")}
    assert len(every(sandbox)) == before + 1


def test_key_is_free_after_a_failure(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that failed keeps no answer, and its key is not in use any more."""

    def failing(*_: object) -> None:
        raise DatabaseUnavailableError("it is gone")

    with monkeypatch.context() as patched:
        patched.setattr("app.vendors.charge.resources.charging_sessions.start", failing)
        failed = _start(sandbox, KEY)

    assert failed.status_code == 503
    assert _start(sandbox, KEY).status_code == 200


def _start(sandbox: Sandbox, key: str, **changed: object) -> httpx2.Response:
    headers = sandbox.charge_key() | {"Idempotency-Key": key}
    return sandbox.client.post(SESSIONS, json=order(sandbox) | changed, headers=headers)
