"""Requests that come with the same key at the same time share one look at the database, and none depends on another."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.domain.clock import NEVER
from app.store.world import OpenedWorld
from app.worlds.directory import WorldDirectory

_WORLD = SimpleNamespace(name="opened", clock=SimpleNamespace(speed=0), expires_at=NEVER)
_OPENED = cast("OpenedWorld", SimpleNamespace(world=_WORLD))


class _SlowDatabase:
    """Answers when it is told to, and counts what it is asked."""

    def __init__(self, answer: OpenedWorld | Exception) -> None:
        self.asked = 0
        self.goes_on = asyncio.Event()
        self._answer = answer

    def version(self) -> int:
        return 1

    async def ask(self, _work: object, **_options: object) -> OpenedWorld:
        self.asked += 1
        await self.goes_on.wait()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize("cancelled", [0, 1], ids=["first", "second"])
def test_cancelled_request_leaves_the_answer_to_others(cancelled: int) -> None:
    """A request whose client is gone does not end the lookup that others wait for, also if it began it."""

    async def run() -> tuple[list[Any], int]:
        database = _SlowDatabase(_OPENED)
        requests = _two_requests(database)
        await asyncio.sleep(0)
        requests[cancelled].cancel()
        await asyncio.sleep(0)
        database.goes_on.set()
        return await asyncio.gather(*requests, return_exceptions=True), database.asked

    answers, asked = asyncio.run(run())

    assert answers[1 - cancelled] is _OPENED
    assert isinstance(answers[cancelled], asyncio.CancelledError)
    assert asked == 1


def test_failed_lookup_fails_for_all_and_is_not_remembered() -> None:
    """An error of the database reaches each request that waits, and the next request asks again."""

    async def run() -> tuple[list[Any], int]:
        database = _SlowDatabase(OSError("no database"))
        directory = WorldDirectory(cast("Any", database), {})
        database.goes_on.set()
        answers = await asyncio.gather(*_two_requests(database, directory), return_exceptions=True)
        answers += await asyncio.gather(directory.opened_by("a vendor", "a key"), return_exceptions=True)
        return answers, database.asked

    answers, asked = asyncio.run(run())

    assert [str(answer) for answer in answers] == ["no database"] * 3
    assert asked == 2


def _two_requests(database: _SlowDatabase, directory: WorldDirectory | None = None) -> list[asyncio.Task[Any]]:
    known = directory or WorldDirectory(cast("Any", database), {})
    return [asyncio.create_task(known.opened_by("a vendor", "a key")) for _ in range(2)]
