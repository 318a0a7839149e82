"""The rows of retired worlds and crashed builds are removed in short transactions; all other rows stay."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from typing import Final

import pytest
from sqlalchemy import Connection

from app.domain.clock import MILLISECOND, MINUTE, SECOND
from app.store.database.protocol import DatabaseUnavailableError, OutcomeUnknownError
from app.store.database.url import open_database
from app.store.schema.tables import WORLD_TABLES
from app.wall_clock import wall_now
from app.worlds import cleanup
from tests.conftest import started
from tests.databases import Kept, add_twin

pytestmark = pytest.mark.slow

TWIN: Final = 77
TABLES: Final = [each.name for each in WORLD_TABLES]


def twin(kept: Kept, state: str, at: int) -> None:
    """Adds a world with copies of all rows of the first one, in a state, which progressed or was retired at `at`."""
    for name in TABLES:
        add_twin(kept, name, TWIN)
    add_twin(kept, "world", TWIN, name="'twin'", state=f"'{state}'", progressed_at=str(at), retired_at=str(at))


def counts(kept: Kept, number: int | None = None) -> dict[str, int]:
    """How many rows each table has, of one world or of all."""
    where = "" if number is None else f" WHERE world = {number}"
    return {name: kept.rows(f"SELECT count(*) FROM {name}{where}")[0][0] for name in TABLES}  # noqa: S608 - a table's own name


def numbers(kept: Kept) -> set[int]:
    """The worlds that the database has rows of."""
    return {n for (n,) in kept.rows("SELECT n FROM world")}


def sweep(kept: Kept) -> None:
    """Removes retired and crashed worlds, as a start or a reset does."""
    with closing(open_database(kept.url)) as database:
        asyncio.run(cleanup.sweep(database))


@pytest.mark.parametrize(("state", "age"), [("retired", 5 * SECOND), ("retired", 60 * MINUTE), ("building", MINUTE)])
def test_retired_and_crashed_worlds_are_removed(kept: Kept, state: str, age: int) -> None:
    """A retired world, and one whose building stopped a while ago, loses all its rows; the others keep theirs."""
    before, there = counts(kept), numbers(kept)
    twin(kept, state, wall_now() - age)
    with_twin = counts(kept)
    sweep(kept)

    assert with_twin != before
    assert counts(kept) == before
    assert numbers(kept) == there


@pytest.mark.parametrize(
    ("state", "age"),
    [
        ("building", 0),
        ("building", 2 * SECOND),
        ("open", 60 * MINUTE),
        ("template", 60 * MINUTE),
        ("spare", 60 * MINUTE),
        ("retired", 0),
    ],
)
def test_a_world_that_is_built_or_used_stays(kept: Kept, monkeypatch: pytest.MonkeyPatch, state: str, age: int) -> None:
    """A world that another process builds, one that may still be read, and one that is in use keep every row."""
    now = wall_now()
    # On a busy machine seconds may pass until the sweep looks.
    monkeypatch.setattr(cleanup, "wall_now", lambda: now)
    twin(kept, state, now - age)
    before, there = counts(kept), numbers(kept)
    sweep(kept)

    assert counts(kept) == before
    assert numbers(kept) == there


def test_a_start_removes_what_a_crash_left(kept: Kept) -> None:
    """The rows of a world that was being built at a crash are removed when the server starts again."""
    before = counts(kept, 1)
    twin(kept, "building", wall_now() - MINUTE)
    with started(kept):
        pass

    assert TWIN not in numbers(kept)
    assert counts(kept, TWIN) == dict.fromkeys(TABLES, 0)
    assert counts(kept, 1) == before


def test_a_server_removes_each_world_that_retires(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server waits until the world is no longer read, removes it, and waits for the next one."""
    monkeypatch.setattr(cleanup, "_DEAD_AFTER", 0)
    monkeypatch.setattr(cleanup, "_UNREAD_AFTER", 0)

    before = numbers(kept)

    async def keep() -> list[set[int]]:
        left, found = asyncio.Event(), []
        with closing(open_database(kept.url)) as database:
            keeping = asyncio.create_task(cleanup.keep_swept(database, left))
            for _ in range(2):
                twin(kept, "retired", wall_now() - MINUTE)
                left.set()
                async with asyncio.timeout(10):
                    while TWIN in numbers(kept):  # noqa: ASYNC110 - the database sends no notice
                        await asyncio.sleep(0.02)
                found.append(numbers(kept))
            keeping.cancel()
            await asyncio.wait([keeping])
        return found

    assert asyncio.run(keep()) == [before] * 2


@pytest.mark.parametrize("error", [DatabaseUnavailableError("away"), OutcomeUnknownError("lost")], ids=repr)
def test_a_server_goes_on_when_the_database_was_away(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """When the database refuses a removal, or loses its outcome, the server tries again until nothing is left."""
    for name in ("_DEAD_AFTER", "_UNREAD_AFTER", "_AGAIN_AFTER_S"):
        monkeypatch.setattr(cleanup, name, 0)
    twin(kept, "retired", wall_now() - MINUTE)

    async def keep() -> None:
        with closing(open_database(kept.url)) as database:
            change, breaks = database.change, [False, True, False, True]

            async def broken(work: Callable[[Connection], bool]) -> bool:
                answer = await change(work)
                if breaks and breaks.pop():
                    raise error
                return answer

            monkeypatch.setattr(database, "change", broken)
            keeping = asyncio.create_task(cleanup.keep_swept(database, asyncio.Event()))
            async with asyncio.timeout(10):
                while TWIN in numbers(kept):  # noqa: ASYNC110 - the database sends no notice
                    await asyncio.sleep(0.02)
            keeping.cancel()
            await asyncio.wait([keeping])

    asyncio.run(keep())

    assert counts(kept, TWIN) == dict.fromkeys(TABLES, 0)


def test_rows_are_removed_a_few_at_a_time(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction removes rows only for a limited time, so that others do not wait long."""
    monkeypatch.setattr(cleanup, "lasting", lambda _micros: lambda: False)
    twin(kept, "retired", wall_now() - MINUTE)
    totals = [sum(kept.counts().values())]
    with closing(open_database(kept.url)) as database:
        change = database.change

        async def noted(work: Callable[[Connection], bool]) -> bool:
            answer = await change(work)
            totals.append(sum(kept.counts().values()))
            return answer

        monkeypatch.setattr(database, "change", noted)
        asyncio.run(cleanup.sweep(database))

    assert totals[0] - totals[-1] > 500
    assert max(before - after for before, after in pairwise(totals)) <= 50
    assert cleanup._SLICE <= 5 * MILLISECOND  # noqa: SLF001 - the promise itself


def test_callers_help_with_a_backlog(kept: Kept) -> None:
    """A caller removes rows only if more worlds are left over than usual, and then only for some slices."""
    twin(kept, "retired", wall_now() - MINUTE)
    before, rows = numbers(kept), sum(kept.counts().values())

    async def helped(backlog: int, slices: int) -> int:
        with closing(open_database(kept.url)) as database:
            await cleanup.catch_up(database, backlog=backlog, slices=slices)
        return sum(kept.counts().values())

    assert asyncio.run(helped(1, 100)) == rows
    assert 0 < asyncio.run(helped(0, 1)) < rows
    assert numbers(kept) == before

    asyncio.run(helped(0, 100_000))

    assert numbers(kept) == before - {TWIN}
