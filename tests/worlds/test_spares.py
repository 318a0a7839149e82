"""Each kind of world that was asked for last has one spare, which the next request gets."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest
from sqlalchemy import Connection

from app.domain.clock import WEEK, millis
from app.main import VENDORS
from app.store import worlds
from app.store.database.protocol import Database, DatabaseUnavailableError
from app.store.database.url import open_database
from app.store.world import World
from app.wall_clock import wall_now
from app.worlds import cleanup, copy, spares
from app.worlds.build import quiet
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from app.worlds.reuse import Reuse
from app.worlds.spares import Kind, Spares
from app.worlds.startup import nothing
from tests.databases import Kept
from tests.store.test_copies import moved, of
from tests.worlds.test_templates import one_slice, run, until

VILLAGE = Wanted("village")
Steps = Callable[[Database, Spares], Awaitable[None]]


def run_beside_spares(kept: Kept, steps: Steps) -> None:
    """Runs steps while another task keeps spares."""

    async def beside(database: Database) -> None:
        spares = Spares(database, asyncio.Event(), Reuse(database))
        keeping = asyncio.create_task(spares.keep())
        try:
            await steps(database, spares)
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    run(kept, beside)


async def template(database: Database) -> World:
    """What villages are copied from."""
    lifecycle = Worlds(database, vendors=VENDORS)
    return await lifecycle.templates.find_or_make(await lifecycle.templates.read("village"), None, quiet)


async def spares_in(database: Database) -> list[World]:
    return await database.ask(lambda db: worlds.in_state(db, worlds.SPARE))


async def kinds(database: Database) -> set[Kind]:
    return {spares.kind_of(spare) for spare in await spares_in(database)}


async def retire_spares(database: Database) -> None:
    """Retires the spare that was made with the database."""
    for spare in await spares_in(database):
        await database.change(lambda db, n=spare.n: worlds.retire(db, n, wall_now()))  # type: ignore[misc]


@pytest.mark.parametrize("weeks", [0, 7])
def test_spare_is_the_template_in_another_week(kept: Kept, weeks: int) -> None:
    """It has each row of the template, moved by weeks; it has no keys, and callers do not see it."""
    numbers = []

    async def steps(database: Database, spares_: Spares) -> None:
        await retire_spares(database)
        of_village = await template(database)
        spares_.request((of_village.n, of_village.monday + weeks * WEEK))
        await until(lambda: made(database))
        [spare] = await spares_in(database)
        numbers.extend([of_village.n, spare.n])

    async def made(database: Database) -> bool:
        return bool(await spares_in(database))

    run_beside_spares(kept, steps)
    original, spare = numbers

    assert of(kept, spare) == moved(of(kept, original), weeks * WEEK)
    assert kept.rows("SELECT key FROM credential WHERE world = :n", n=spare) == []


def test_next_request_gets_the_spare(kept: Kept) -> None:
    """The spare is the new world, published in one transaction; another one is made when the server is idle."""

    async def steps(database: Database) -> None:
        lifecycle = Worlds(database, vendors=VENDORS)
        keeping = asyncio.create_task(lifecycle.keep(nothing))
        for name in ("first", "second"):
            [spare] = await spares_in(database)
            world, _ = await lifecycle.create(name, VILLAGE)
            assert world.n == spare.n
            assert (world.name, world.state) == (name, worlds.OPEN)
            await until(lambda spare=spare: another(database, spare))  # type: ignore[misc]
        keeping.cancel()
        await asyncio.wait([keeping])

    async def another(database: Database, before: World) -> bool:
        return [spare.n for spare in await spares_in(database) if spare.n != before.n] != []

    run(kept, steps)


def test_spare_is_taken_once(kept: Kept) -> None:
    """Of six requests at two servers one gets it; the others get copies, and all worlds are alike."""
    made: list[World] = []

    async def steps(database: Database) -> None:
        with closing(open_database(kept.url)) as other:
            both = [Worlds(database, vendors=VENDORS), Worlds(other, vendors=VENDORS)]
            made.extend(
                new for new, _ in await asyncio.gather(*(both[n % 2].create(f"mine-{n}", VILLAGE) for n in range(6)))
            )

    [[spare]] = kept.rows("SELECT n FROM world WHERE state = 'spare'")
    run(kept, steps)
    first, *others = (of(kept, world.n) for world in made)

    assert len({world.n for world in made}) == 6
    assert spare in {world.n for world in made}
    assert others == [first] * 5
    assert kept.rows("SELECT n FROM world WHERE state = 'spare'") == []


def test_request_for_another_week_gets_no_spare(kept: Kept) -> None:
    """A spare is of one template and one week: a request for another week, seed or scenario leaves it."""

    async def steps(database: Database) -> None:
        lifecycle, before = Worlds(database, vendors=VENDORS), await spares_in(database)
        of_next_week = millis(before[0].monday + WEEK)
        for wanted in (Wanted("village", start=of_next_week), Wanted("village", seed=8), Wanted("documented")):
            await lifecycle.create(None, wanted)
        assert await spares_in(database) == before

    run(kept, steps)


def test_four_kinds_have_a_spare(kept: Kept) -> None:
    """They are those that were asked for last; of the others the oldest are retired."""

    async def steps(database: Database, spares_: Spares) -> None:
        of_village = await template(database)
        weeks = [(of_village.n, of_village.monday + n * WEEK) for n in range(7)]
        for week in weeks[:5]:
            spares_.request(week)
            await until(lambda week=week: has(database, {week}))  # type: ignore[misc]
        for week in (weeks[2], weeks[5], weeks[6], weeks[2]):
            spares_.request(week)
        await until(lambda: has(database, {weeks[4], weeks[2], weeks[5], weeks[6]}))
        spares_.request(weeks[2])
        await until(lambda: has_only(database, {weeks[4], weeks[2], weeks[5], weeks[6]}))
        assert sorted(spares.kind_of(spare) for spare in await spares_in(database)) == sorted(
            [weeks[2], weeks[4], weeks[5], weeks[6]]
        )

    async def has(database: Database, wanted: set[Kind]) -> bool:
        return wanted <= await kinds(database)

    async def has_only(database: Database, wanted: set[Kind]) -> bool:
        return wanted == await kinds(database)

    run_beside_spares(kept, steps)


def test_spare_of_a_retired_template_is_retired(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its template was retired while it was copied."""
    monkeypatch.setattr(copy, "lasting", one_slice)

    async def steps(database: Database, spares_: Spares) -> None:
        await retire_spares(database)
        of_village = await template(database)
        spares_.request((of_village.n, of_village.monday))
        await until(lambda: begun(database))
        await database.change(lambda db: worlds.retire(db, of_village.n, wall_now()))
        await until(lambda: over(database))
        assert await spares_in(database) == []

    async def begun(database: Database) -> bool:
        return bool(await database.ask(lambda db: worlds.in_state(db, worlds.BUILDING)))

    async def over(database: Database) -> bool:
        return not await begun(database)

    run_beside_spares(kept, steps)


def test_spares_are_made_after_the_database_was_away(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was interrupted is begun again, and there is one spare in the end."""
    monkeypatch.setattr(cleanup, "_AGAIN_AFTER_S", 0)

    async def steps(database: Database, spares_: Spares) -> None:
        await retire_spares(database)
        of_village = await template(database)
        change, breaks = database.change, [True, False, True]

        async def broken(work: Callable[[Connection], object]) -> object:
            if breaks and breaks.pop():
                raise DatabaseUnavailableError("away")
            return await change(work)

        monkeypatch.setattr(database, "change", broken)
        spares_.request((of_village.n, of_village.monday))
        await until(lambda: one(database))
        assert breaks == []
        assert await kinds(database) == {(of_village.n, of_village.monday)}

    async def one(database: Database) -> bool:
        return len(await spares_in(database)) == 1

    run_beside_spares(kept, steps)


def test_start_finds_the_spare(kept: Kept) -> None:
    """A server that was stopped has left its spare to the next one."""
    [[spare]] = kept.rows("SELECT n FROM world WHERE state = 'spare'")
    taken: list[int] = []

    async def steps(database: Database) -> None:
        taken.append((await Worlds(database, vendors=VENDORS).create(None, VILLAGE))[0].n)

    run(kept, steps)

    assert taken == [spare]
