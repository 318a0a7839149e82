"""A template is made once for each scenario and seed, and retired when there are too many."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import pytest
from sqlalchemy import Connection

from app.main import VENDORS
from app.scenario.scenarios import Read
from app.store import worlds
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.schema import version
from app.store.world import World
from app.wall_clock import wall_now
from app.worlds import copy, credentials, make, templates
from app.worlds.build import Builder, quiet
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from app.worlds.publish import publish
from tests.databases import Kept
from tests.store.test_copies import of

Answer = TypeVar("Answer")


class BrokenError(Exception):
    """What the making of a template may raise."""


def run(kept: Kept, steps: Callable[[Database], Awaitable[Answer]]) -> Answer:
    """The result of steps that are run on a prepared database."""

    async def prepared() -> Answer:
        with closing(open_database(kept.url)) as database:
            await database.change(version.prepare)
            return await steps(database)

    return asyncio.run(prepared())


def states(kept: Kept) -> list[tuple[int, str]]:
    """The numbers and states of all worlds."""
    return [(row.n, row.state) for row in kept.rows("SELECT n, state FROM world ORDER BY n")]


def asking(lifecycle: Worlds, source: Read, seed: int | None = None) -> "asyncio.Task[World]":
    """A request for a template."""
    return asyncio.create_task(lifecycle.templates.find_or_make(source, seed, quiet))


async def until(happened: Callable[[], Awaitable[object]]) -> None:
    """Lets others go on until the database says so, on a busy machine too."""
    async with asyncio.timeout(90):
        while not await happened():  # noqa: ASYNC110 - the database has no notifications
            await asyncio.sleep(0)


def test_template_is_made_once(empty: Kept) -> None:
    """Six concurrent requests share one; later requests find it, also after a start of the server."""

    async def steps(database: Database) -> set[int]:
        lifecycle, later = Worlds(database, vendors=VENDORS), Worlds(database, vendors=VENDORS)
        source = await lifecycle.templates.read("empty")
        requests = [asking(lifecycle, source, seed) for seed in (None, 1, None, None, 1, 1)]
        found = {(await each).n for each in requests}
        return found | {(await asking(each, source)).n for each in (lifecycle, later)}

    assert run(empty, steps) == {1}
    assert states(empty) == [(1, "template")]


def test_two_servers_share_a_template(empty: Kept) -> None:
    """Both copy from the same one in the end; the one that the other server has made is retired."""

    async def steps(database: Database) -> list[int]:
        with closing(open_database(empty.url)) as other:
            both = [Worlds(each, vendors=VENDORS) for each in (database, other)]
            source = await both[0].templates.read("empty")
            return [world.n for world in await asyncio.gather(*(asking(each, source) for each in both))]

    one, other = run(empty, steps)

    assert one == other
    assert dict(states(empty)).pop(one) == "template"
    assert sorted(state for _, state in states(empty)) in (["template"], ["retired", "template"])


def test_large_world_has_no_template(empty: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is built by itself, also at a reset, and holds what a copy would hold."""

    async def steps(database: Database) -> None:
        lifecycle, wanted = Worlds(database, vendors=VENDORS), Wanted("village")
        with monkeypatch.context() as patch:
            patch.setattr(make, "_COPIED", 10)
            await lifecycle.create("alone", wanted)
            await lifecycle.reset("alone")
        await lifecycle.create("copied", wanted)

    run(empty, steps)

    assert states(empty) == [(1, "retired"), (2, "open"), (3, "template"), (4, "open")]
    assert of(empty, 2) == of(empty, 4)


def test_cancelled_request_does_not_stop_others(empty: Kept) -> None:
    """The first request is cancelled, and the second one gets the template."""

    async def steps(database: Database) -> int:
        lifecycle = Worlds(database, vendors=VENDORS)
        source = await lifecycle.templates.read("empty")
        cancelled, waiting = asking(lifecycle, source), asking(lifecycle, source)
        await until(lambda: database.ask(lambda db: worlds.in_state(db, worlds.BUILDING)))
        cancelled.cancel()
        return (await waiting).n

    assert run(empty, steps) == 1
    assert states(empty) == [(1, "template")]


def test_failed_template_is_made_again(empty: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """All waiting requests get the error; the next one gets a template without rows of the first attempt."""

    async def steps(database: Database) -> tuple[list[object], int]:
        lifecycle = Worlds(database, vendors=VENDORS)
        source = await lifecycle.templates.read("empty")
        with monkeypatch.context() as patch:
            patch.setattr(Builder, "_make_indexes", broken)
            requests = await asyncio.gather(
                asking(lifecycle, source), asking(lifecycle, source), return_exceptions=True
            )
        return [type(each) for each in requests], (await asking(lifecycle, source)).n

    async def broken(_builder: Builder, _days: int) -> None:
        raise BrokenError

    assert run(empty, steps) == ([BrokenError] * 2, 2)
    assert states(empty) == [(1, "retired"), (2, "template")]
    assert {name: len(rows) for name, rows in of(empty, 2).items()} == {
        name: len(rows) for name, rows in of(empty, 1).items()
    }


def test_seed_and_text_have_a_template_of_their_own(empty: Kept, tmp_path: Path) -> None:
    """The same text is the same scenario at each path; another seed or another text is another one."""

    async def steps(database: Database) -> list[int]:
        lifecycle = Worlds(database, vendors=VENDORS)
        found = []
        for name, text in (("a", ""), ("b", ""), ("b", "seed: 3\n"), ("c", "# c\n"), ("a", "")):
            file = tmp_path / f"{name}.yaml"
            file.write_text(f"name: tiny\nabout: Tiny.\n{text}", "utf-8")
            found.append((await asking(lifecycle, await lifecycle.templates.read_for_operator(str(file)))).n)
        tiny = await lifecycle.templates.read_for_operator(str(tmp_path / "a.yaml"))
        return [*found, *[(await asking(lifecycle, tiny, seed)).n for seed in (1, 2, 1)]]

    assert run(empty, steps) == [1, 1, 2, 3, 1, 1, 4, 1]


def test_oldest_template_is_retired(empty: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the oldest one is retired; it is made again when it is asked for."""
    monkeypatch.setattr(templates, "_MOST", 3)

    async def steps(database: Database) -> list[int]:
        lifecycle = Worlds(database, vendors=VENDORS)
        source = await lifecycle.templates.read("empty")
        return [(await asking(lifecycle, source, seed)).n for seed in (1, 2, 3, 4, 4, 2, 1)]

    assert run(empty, steps) == [1, 2, 3, 4, 4, 2, 5]
    assert states(empty) == [(1, "retired"), (2, "retired"), (3, "template"), (4, "template"), (5, "template")]


@pytest.mark.parametrize("when", ["copied", "spared"])
def test_template_retired_during_a_copy_is_noticed(kept: Kept, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Its rows may be removed at any time, so its copy is retired, and the world is made from another one."""
    monkeypatch.setattr(copy, "lasting", one_slice)
    if when == "copied":
        kept.run("UPDATE world SET state = 'retired' WHERE state = 'spare'")

    async def steps(database: Database) -> tuple[World, World, World]:
        halting = Halting(database)
        lifecycle = Worlds(cast("Database", halting), vendors=VENDORS)
        source = await lifecycle.templates.read("village")
        old = await asking(lifecycle, source)
        open_ = partial(publish, vendors=VENDORS, keys=credentials.issue(VENDORS, "late"))
        if when == "spared":
            await database.change(partial(worlds.retire, number=old.n, wall=wall_now()))
            return old, old, await lifecycle.maker.make(source, Wanted("village"), open_, name="late")
        monkeypatch.setattr(copy, "lasting", halting.after_one_slice)
        making = asyncio.create_task(lifecycle.maker.make(source, Wanted("village"), open_, name="late"))
        await until(lambda: database.ask(lambda db: worlds.in_state(db, worlds.BUILDING)))
        [begun] = await database.ask(lambda db: worlds.in_state(db, worlds.BUILDING))
        await database.change(partial(worlds.retire, number=old.n, wall=wall_now()))
        monkeypatch.setattr(copy, "lasting", one_slice)
        halting.goes_on.set()
        return old, begun, await making

    old, begun, made = run(kept, steps)

    assert dict(states(kept))[begun.n] == "retired"
    assert dict(states(kept))[made.template or 0] == "template"
    assert made.template != old.n
    assert of(kept, made.n) == of(kept, old.n)


class Halting:
    """A database that takes no more changes after the first slice of a copy, until `goes_on` is set."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._database, name)

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:
        await self.goes_on.wait()
        return await self._database.change(work, keeps_worlds=keeps_worlds)

    def after_one_slice(self, micros: int) -> Callable[[], bool]:
        self.goes_on.clear()
        return one_slice(micros)


def one_slice(_micros: int) -> Callable[[], bool]:
    """A transaction that has time for one slice."""
    left = iter([True])
    return lambda: next(left, False)
