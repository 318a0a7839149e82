"""A new world takes the rows of a deleted one of its kind, which is put back; nothing else of that one is left."""

from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from app.domain.clock import WEEK, millis
from app.main import VENDORS
from app.scenario.terms import channels_of
from app.store import credentials, worlds
from app.store.database.protocol import Database
from app.store.world import Credential, OpenedWorld, World
from app.wall_clock import wall_now
from app.worlds import cleanup
from app.worlds.directory import WorldDirectory, WorldGoneError
from app.worlds.lifecycle import New, Worlds
from app.worlds.make import Wanted
from app.worlds.reuse import Reuse
from tests.databases import Kept
from tests.store.test_copies import of
from tests.worlds.test_templates import run, states

VILLAGE = Wanted("village")
Steps = Callable[[Database, Worlds], Awaitable[None]]


def story(kept: Kept, steps: Steps) -> None:
    """Runs steps on a database without a spare."""
    kept.run("UPDATE world SET state = 'retired', retired_at = 0, template = NULL WHERE state = 'spare'")

    async def on(database: Database) -> None:
        lives = Worlds(database, vendors=VENDORS)
        await cleanup.sweep(database)
        await steps(database, lives)

    run(kept, on)


def age(kept: Kept, world: World, seconds: float = 3) -> None:
    """Makes a world as if it had been deleted that many seconds ago."""
    at = wall_now() - int(seconds * 1e6)
    kept.run("UPDATE world SET retired_at = :at WHERE n = :n AND state = 'retired'", at=at, n=world.n)


async def deleted(lives: Worlds, name: str, wanted: Wanted = VILLAGE) -> New:
    made = await lives.create(name, wanted)
    await lives.delete(name)
    return made


def test_rows_of_a_deleted_world_are_those_of_a_new_one(kept: Kept) -> None:
    """The world has the number of the deleted one, and each row of a copy that was not used before."""

    async def steps(_: Database, lives: Worlds) -> None:
        first, _keys = await lives.create("first", VILLAGE)
        second, _keys = await lives.create("second", VILLAGE)
        kept.run("DELETE FROM session WHERE world = :n AND n < 50", n=second.n)
        kept.run("UPDATE driver SET name = 'Ada' WHERE world = :n", n=second.n)
        await lives.delete("second")
        age(kept, second)
        third, _keys = await lives.create("third", VILLAGE)

        assert third.n == second.n
        assert of(kept, third.n) == of(kept, first.n)
        assert (third.state, third.next_n, third.name) == (worlds.OPEN, first.next_n, "third")
        assert third.link_key not in {first.link_key, second.link_key, ""}

    story(kept, steps)


def test_keys_of_the_deleted_world_open_nothing(kept: Kept) -> None:
    """Only the new world's keys open it, also if both have the same name."""

    async def steps(database: Database, lives: Worlds) -> None:
        old, old_keys = await deleted(lives, "mine")
        age(kept, old)
        new, new_keys = await lives.create("mine", VILLAGE)

        def opened(keys: Credential) -> Callable[..., OpenedWorld | None]:
            return lambda db: credentials.opened_by(db, keys.vendor, keys.key)

        assert new.n == old.n
        assert [await database.ask(opened(each)) for each in old_keys] == [None] * len(old_keys)
        found = [await database.ask(opened(each)) for each in new_keys]
        assert [each.world for each in found if each] == [new] * len(new_keys)

    story(kept, steps)


def test_a_request_that_came_with_an_old_key_changes_nothing(kept: Kept) -> None:
    """Its world was deleted after its key was looked up, and a new one has the name, the rows and the number."""

    async def steps(database: Database, lives: Worlds) -> None:
        old, [key, *_] = await deleted(lives, "mine")
        age(kept, old)
        new, _ = await lives.create("mine", VILLAGE)
        directory = WorldDirectory(database, channels_of(VENDORS))

        assert (new.n, new.name) == (old.n, old.name)
        with pytest.raises(WorldGoneError):
            await directory.change(OpenedWorld(old, key), lambda tx: tx.now)

    story(kept, steps)


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (1, VILLAGE),
        (3, Wanted("village", start=millis(0))),
        (3, Wanted("village", seed=8)),
        (3, Wanted("empty")),
    ],
    ids=["read until just now", "another week", "another seed", "another scenario"],
)
def test_world_of_another_kind_is_left(kept: Kept, seconds: float, wanted: Wanted) -> None:
    """A deleted world is taken for one scenario, seed and week, when no request reads it any more."""

    async def steps(_: Database, lives: Worlds) -> None:
        old, _keys = await deleted(lives, "old")
        age(kept, old, seconds)
        before = of(kept, old.n)
        new, _keys = await lives.create("new", wanted)

        assert new.n != old.n
        assert of(kept, old.n) == before
        assert (old.n, "retired") in states(kept)

    story(kept, steps)


@pytest.mark.parametrize("others", [False, True])
def test_server_that_is_alone_takes_rows_at_once(kept: Kept, monkeypatch: pytest.MonkeyPatch, others: bool) -> None:  # noqa: FBT001 - pytest's way
    """A query that still has the deleted world is refused; while another server may read it, its rows are left."""

    async def steps(database: Database, _: Worlds) -> None:
        monkeypatch.setattr(database, "is_alone", lambda: not others)
        reuse = Reuse(database, at_once=True)
        lives = Worlds(database, vendors=VENDORS, reuse=reuse)
        directory = WorldDirectory(database, channels_of(VENDORS), reuse=reuse)
        old, _keys = await deleted(lives, "mine")
        new, _keys = await lives.create("mine", VILLAGE)
        found = await directory.ask(new, 5, lambda tx: tx.now)

        assert found == 5
        assert (new.n == old.n) is not others
        async with database.view() as view:
            if others:
                assert await directory.ask(old, 5, lambda tx: tx.now) == 5
                return
            with pytest.raises(WorldGoneError):
                await directory.ask(old, 5, lambda tx: tx.now)
            with pytest.raises(WorldGoneError):
                await directory.ask_view(view, old, 5, lambda tx: tx.now)

    story(kept, steps)


def test_world_that_was_reset_is_not_gone(kept: Kept) -> None:
    """It keeps its link key, which the rows that it had before were known by."""

    async def steps(database: Database, _: Worlds) -> None:
        reuse = Reuse(database)
        lives = Worlds(database, vendors=VENDORS, reuse=reuse)
        first, _keys = await lives.create("mine", VILLAGE)
        await lives.reset("mine")
        age(kept, first)
        other, _keys = await lives.create("other", VILLAGE)
        again = await WorldDirectory(database, channels_of(VENDORS), reuse=reuse).named("mine")

        assert again is not None
        assert again.link_key == first.link_key
        assert (other.n == first.n, reuse.is_gone(first), reuse.is_gone(again)) == (True, True, False)

    story(kept, steps)


def test_world_that_is_reset_often_is_never_gone(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets rows that it had before, under the link key that it had then."""

    async def steps(database: Database, _: Worlds) -> None:
        monkeypatch.setattr(database, "is_alone", lambda: True)
        reuse = Reuse(database, at_once=True)
        lives = Worlds(database, vendors=VENDORS, reuse=reuse)
        directory = WorldDirectory(database, channels_of(VENDORS), reuse=reuse)
        first, _keys = await lives.create("mine", VILLAGE)
        numbers = [first.n]
        for _reset in range(4):
            await lives.reset("mine")
            world = await directory.named("mine")
            assert world is not None
            assert await directory.ask(world, 5, lambda tx: tx.now) == 5
            numbers.append(world.n)

        assert len({*numbers}) == 2
        assert all(one != other for one, other in pairwise(numbers))

    story(kept, steps)


def test_world_with_many_objects_is_left(kept: Kept) -> None:
    """To put it back would take longer than a transaction may."""

    async def steps(_: Database, lives: Worlds) -> None:
        old, _keys = await deleted(lives, "old")
        age(kept, old)
        kept.run("UPDATE world SET next_n = 1001 WHERE n = :n", n=old.n)
        new, _keys = await lives.create("new", VILLAGE)

        assert new.n != old.n

    story(kept, steps)


def test_rows_are_not_removed_once_they_are_taken(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clean-up that has listed a deleted world finds it open, and leaves it."""

    async def steps(database: Database, lives: Worlds) -> None:
        old, _keys = await deleted(lives, "old")
        age(kept, old, 5)
        change, made = database.change, list[World]()

        async def taken_first(work: Callable[..., object], **more: bool) -> object:
            monkeypatch.setattr(database, "change", change)
            made.append((await lives.create("new", VILLAGE))[0])
            return await change(work, **more)

        monkeypatch.setattr(database, "change", taken_first)
        await cleanup.sweep(database)
        [new] = made

        assert new.n == old.n
        assert len(of(kept, new.n)["session"]) == 200
        assert (new.n, "open") in states(kept)

    story(kept, steps)


def test_rows_are_left_for_a_while(kept: Kept) -> None:
    """A clean-up leaves a deleted copy as long as the next world of its kind is likely to come, then removes it."""

    async def steps(database: Database, lives: Worlds) -> None:
        old, _keys = await deleted(lives, "old")
        for seconds, is_there in ((3, True), (5, False)):
            age(kept, old, seconds)
            await cleanup.sweep(database)
            assert ((old.n, "retired") in states(kept)) is is_there

    story(kept, steps)


def test_worlds_made_and_deleted_in_turn_share_a_few_numbers(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty worlds, of which one is there at a time, need one number if none is read after its deletion."""
    monkeypatch.setattr(cleanup, "_UNREAD_AFTER", -WEEK)

    async def steps(_: Database, lives: Worlds) -> None:
        numbers = {(await deleted(lives, f"world-{n}"))[0].n for n in range(50)}
        assert len(numbers) == 1

    story(kept, steps)
