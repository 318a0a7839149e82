"""The number of a world is unique in its database, and the number of a session in its world."""

import asyncio

from app.store import retired_worlds, worlds
from app.store.database.protocol import Database
from app.store.schema import version
from tests.conftest import Sandbox


def test_a_worlds_number_is_never_given_twice(database: Database) -> None:
    """The number of a world that is gone is not given to another world."""

    async def every() -> list[int]:
        await database.change(version.prepare)
        taken = []
        for _ in range(4):
            number = await database.change(worlds.take_number)
            await database.change(lambda db, number=number: retired_worlds.delete_world(db, number))  # type: ignore[misc]
            taken.append(number)
        return taken

    assert asyncio.run(every()) == [1, 2, 3, 4]


def test_resets_take_new_numbers(sandbox: Sandbox) -> None:
    """A world that was reset has a number that no world had before."""
    before, taken = numbers(sandbox), []
    for _ in range(3):
        sandbox.client.post("/_sandbox/v1/worlds/documented/reset")
        taken.append(numbers(sandbox)["documented"])

    assert len(set(taken)) == 3
    assert min(taken) > max(before.values())
    assert numbers(sandbox)["default"] == before["default"]


def test_started_sessions_get_new_numbers(sandbox: Sandbox) -> None:
    """Sessions that are started get numbers above those of all planned sessions, each its own."""
    world = numbers(sandbox)["default"]
    last = sandbox.kept.rows("SELECT max(n) FROM session WHERE world = :world", world=world)[0][0]
    ids = []
    for _ in range(3):
        ids.append(sandbox.start().json()["id"])
        sandbox.advance("PT5H")
    found = pairs(sandbox, "SELECT id, n FROM session WHERE world = :world AND n > :n", world=world, n=last)

    assert [found[each] for each in ids] == sorted(found.values())
    assert len(set(ids)) == 3


def numbers(sandbox: Sandbox) -> dict[str, int]:
    """The numbers of the open worlds."""
    return pairs(sandbox, "SELECT name, n FROM world WHERE state = 'open'")


def pairs(sandbox: Sandbox, statement: str, **parameters: int) -> dict[str, int]:
    """The names and numbers that a query finds."""
    return {str(row[0]): int(row[1]) for row in sandbox.kept.rows(statement, **parameters)}
