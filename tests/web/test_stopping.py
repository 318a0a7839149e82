"""A request that is cancelled because the server stops is answered in its API's own form."""

from asyncio import CancelledError
from typing import NoReturn

import pytest

from tests.conftest import Sandbox
from tests.store.every_api import SHAPES, Callers, refused


def test_every_api_answers_503(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads and changes are 503 in each vendor's own form, and say that the server stops."""

    async def cancelled(*_: object, **__: object) -> NoReturn:
        raise CancelledError

    callers, context = Callers(sandbox), sandbox.client.app.state.context  # type: ignore[attr-defined] # Starlette's
    monkeypatch.setattr(context, "stopping", True)
    for verb in ("ask", "change"):
        monkeypatch.setattr(context.directory.database, verb, cancelled)
    answers = {name: call() for name, call in callers.calls().items()}

    assert {name: refused(answer) for name, answer in answers.items()} == {n: SHAPES[n.split()[0]] for n in answers}
    assert all("stopping" in answer.text for name, answer in answers.items() if name != "oauth token")
