"""Work for a caller who has left stops, and what it has made is removed; a taken name is refused before the work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, closing
from typing import Any, Final

import pytest

from app.domain.clock import WEEK, millis
from app.main import VENDORS
from app.store import worlds
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.schema import version
from app.worlds import build, cleanup, copy, lifecycle
from app.worlds.bounds import Bounds
from app.worlds.build import Builder
from app.worlds.exports import export_world
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from app.worlds.publish import NameTakenError
from app.worlds.turns import BusyError
from tests.conftest import HAMLET
from tests.databases import Kept
from tests.worlds.test_templates import one_slice, states, until

VILLAGE: Final = Wanted("village")


@asynccontextmanager
async def opened(kept: Kept) -> AsyncIterator[Database]:
    with closing(open_database(kept.url)) as database:
        await database.change(version.prepare)
        yield database


async def is_building(database: Database) -> bool:
    return bool(await database.ask(lambda db: worlds.in_state(db, worlds.BUILDING)))


async def file_of(database: Database, name: str) -> bytes:
    async with aclosing(export_world(database, name)) as pieces:
        return b"".join([piece async for piece in pieces])


Work = Callable[[Worlds], Awaitable[object]]


def creation(lives: Worlds) -> Awaitable[object]:
    return lives.create("mine", Wanted("village", seed=99))


def large_creation(lives: Worlds) -> Awaitable[object]:
    return lives.create("mine", Wanted("village", sessions=500))


def copying(lives: Worlds) -> Awaitable[object]:
    return lives.create("mine", VILLAGE)


def fork(lives: Worlds) -> Awaitable[object]:
    return lives.fork("default", "mine", None)


def reset(lives: Worlds) -> Awaitable[object]:
    return lives.reset("default")


@pytest.mark.parametrize("work", [creation, large_creation, copying, fork, reset])
def test_cancelled_work_leaves_no_world(kept: Kept, monkeypatch: pytest.MonkeyPatch, work: Work) -> None:
    """What was built until then is retired at once and removed; names and worlds are as before."""
    monkeypatch.setattr(copy, "lasting", one_slice)
    monkeypatch.setattr(cleanup, "_UNREAD_AFTER", -1)
    kept.run("UPDATE world SET state = 'retired' WHERE state = 'spare'")

    async def story() -> None:
        async with opened(kept) as database:
            lives = Worlds(database, vendors=VENDORS, operators=HAMLET)
            await cleanup.sweep(database)
            before = states(kept)
            task = asyncio.ensure_future(work(lives))
            await until(lambda: is_building(database))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await lives.templates.stop()

            assert task.cancelled()
            assert not await is_building(database)

            await cleanup.sweep(database)

            assert states(kept) == before
            assert (await lives.create("mine", VILLAGE))[0].name == "mine"

    asyncio.run(story())


def test_a_template_is_not_made_for_callers_who_left(empty: Kept) -> None:
    """It is made while one caller waits for it, and stops with the last one; the next caller gets a new one."""

    async def story() -> list[tuple[int, str]]:
        async with opened(empty) as database:
            lives = Worlds(database, vendors=VENDORS)
            tasks = [asyncio.ensure_future(lives.create(None, VILLAGE)) for _ in range(3)]
            await until(lambda: is_building(database))
            for task in tasks:
                await asyncio.sleep(0)
                assert await is_building(database)
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await lives.create("mine", Wanted("empty"))
            await lives.templates.stop()
            return states(empty)

    assert [state for _, state in asyncio.run(story())] == ["retired", "template", "open"]


def test_a_fork_that_fails_is_retired_at_once(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database error in the middle leaves no world that is being built."""

    async def broken(*_: object) -> None:
        raise OSError

    async def story() -> None:
        async with opened(kept) as database:
            monkeypatch.setattr(lifecycle, "copy_rows", broken)
            with pytest.raises(OSError):  # noqa: PT011 - the error of the line above
                await Worlds(database, vendors=VENDORS).fork("default", "mine", None)

            assert not await is_building(database)

    asyncio.run(story())


def test_a_taken_name_is_refused_before_the_work(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """No world is begun for a name that exists, or that another caller's world is to have."""
    begun: list[object] = []

    def noted(*args: object, **_: object) -> Any:  # noqa: ANN401 - never returns
        begun.append(args)
        raise AssertionError

    async def story() -> None:
        async with opened(kept) as database:
            lives = Worlds(database, vendors=VENDORS)
            file = await file_of(database, "documented")
            requests: list[Work] = [
                lambda lives: lives.create("default", Wanted("village", seed=99)),
                lambda lives: lives.fork("documented", "default", None),
                lambda lives: lives.import_world(file, "default"),
            ]
            monkeypatch.setattr(build, "insert_world", noted)
            for request in requests:
                with pytest.raises(NameTakenError):
                    await request(lives)
            async with lives.claim("mine"):
                with pytest.raises(NameTakenError):
                    await lives.create("mine", VILLAGE)

    asyncio.run(story())

    assert begun == []


def test_builds_beyond_the_bound_are_refused(empty: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """One scenario is drawn and one waits; the third of three is refused, while a copy is made as usual."""
    go_on = asyncio.Event()

    async def story() -> None:
        async with opened(empty) as database:
            lives = Worlds(database, Bounds(builds=1, waiting=1), vendors=VENDORS)
            await lives.create(None, Wanted("empty"))
            fill = Builder.fill

            async def waiting(builder: Builder) -> Any:  # noqa: ANN401 - what `fill` returns
                await go_on.wait()
                return await fill(builder)

            monkeypatch.setattr(Builder, "fill", waiting)
            tasks = [asyncio.ensure_future(lives.create(None, Wanted("empty", seed=seed))) for seed in (7, 8, 9)]
            [refused], others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=20)
            assert isinstance(refused.exception(), BusyError)
            await lives.create("copied", Wanted("empty"))
            go_on.set()
            await asyncio.gather(*others)
            await lives.create("third", Wanted("empty", seed=9))

    asyncio.run(story())


def test_closing_worlds_helps_to_remove_them(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """While worlds of one week after another are made and deleted, the worlds that are left over stay few."""
    monkeypatch.setattr(cleanup, "_UNREAD_AFTER", -1)

    async def story() -> list[int]:
        left = []
        async with opened(kept) as database:
            lives = Worlds(database, vendors=VENDORS)
            for week in range(50):
                world, _ = await lives.create(None, Wanted("empty", start=millis(week * WEEK)))
                await lives.delete(world.name)
                left.append(len(await database.ask(lambda db: worlds.in_state(db, worlds.RETIRED))))
        return left

    assert 30 < max(asyncio.run(story())) < 40
