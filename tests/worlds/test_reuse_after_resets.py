"""A world that is reset leaves its rows to others, or gets them back; it answers, and who read it before is refused."""

from itertools import pairwise

import pytest

from app.main import VENDORS
from app.scenario.terms import channels_of
from app.store.database.protocol import Database
from app.worlds.directory import WorldDirectory, WorldGoneError
from app.worlds.lifecycle import Worlds
from app.worlds.reuse import Reuse
from tests.databases import Kept
from tests.worlds.test_reuse import VILLAGE, age, story


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


def test_world_that_has_its_first_rows_again_is_not_gone(kept: Kept) -> None:
    """A second reset gives it the number and the link key that it had before the first, whose readers are refused."""

    async def steps(database: Database, _: Worlds) -> None:
        reuse = Reuse(database)
        lives = Worlds(database, vendors=VENDORS, reuse=reuse)
        directory = WorldDirectory(database, channels_of(VENDORS), reuse=reuse)
        first, _keys = await lives.create("mine", VILLAGE)
        await lives.reset("mine")
        age(kept, first)
        await lives.reset("mine")
        again = await directory.named("mine")

        assert again is not None
        assert (again.n, again.link_key) == (first.n, first.link_key)
        assert await directory.ask(again, 5, lambda tx: tx.now) == 5
        with pytest.raises(WorldGoneError):
            await directory.ask(first, 5, lambda tx: tx.now)

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
