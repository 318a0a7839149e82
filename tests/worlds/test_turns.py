"""Long work is done in turns: a few callers at once, some waiting, and the rest refused at once."""

import asyncio

import pytest

from app.worlds.turns import BusyError, Turns


def test_no_more_than_the_bound_work_at_once() -> None:
    """Of five callers two work at any time, and all of them get their turn."""
    working, most, done = 0, 0, 0

    async def work(turns: Turns) -> None:
        nonlocal working, most, done
        async with turns.one():
            working += 1
            most = max(most, working)
            await asyncio.sleep(0)
            working -= 1
            done += 1

    async def story() -> None:
        turns = Turns("tests", at_once=2, waiting=3)
        await asyncio.gather(*(work(turns) for _ in range(5)))

    asyncio.run(story())

    assert (most, done) == (2, 5)


def test_callers_beyond_the_bound_are_refused() -> None:
    """One works and one waits; the third is refused, and is taken once there is room again."""

    async def story() -> None:
        turns, finish = Turns("tests", at_once=1, waiting=1), asyncio.Event()

        async def work() -> None:
            async with turns.one():
                await finish.wait()

        tasks = [asyncio.create_task(work()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="Too many tests"):
            await work()
        finish.set()
        await asyncio.gather(*tasks)
        await work()

    asyncio.run(story())


def test_a_caller_who_leaves_gives_its_turn_back() -> None:
    """A cancelled caller neither works nor waits any longer: as many as before get a turn."""

    async def story() -> list[str]:
        turns, finish = Turns("tests", at_once=1, waiting=1), asyncio.Event()
        worked: list[str] = []

        async def work(name: str) -> None:
            async with turns.one():
                await finish.wait()
                worked.append(name)

        tasks = [asyncio.create_task(work("cancelled")) for _ in range(2)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        others = [asyncio.create_task(work(name)) for name in ("first", "second")]
        await asyncio.sleep(0)
        finish.set()
        async with asyncio.timeout(10):
            await asyncio.gather(*others)
        return worked

    assert asyncio.run(story()) == ["first", "second"]


def test_a_caller_waits_as_long_as_is_told() -> None:
    """After that time it is refused, and the next caller gets the turn when it is free."""

    async def story() -> None:
        turns = Turns("tests", at_once=1, waiting=5, patience_s=0)
        async with turns.one():
            with pytest.raises(BusyError):
                async with turns.one():
                    raise AssertionError
        async with turns.one():
            pass

    asyncio.run(story())
