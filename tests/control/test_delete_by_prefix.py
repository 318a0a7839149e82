"""Worlds whose names begin alike are listed and deleted in one call; `default` and `documented` stay."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final

import pytest

from app import main
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world, look_at_each_vendor, names, request_delete, request_world
from tests.databases import Kept

MANY: Final = 130
REFUSED: Final = [401, 403, 401]


def test_worlds_with_the_prefix_are_deleted(common: Sandbox) -> None:
    """The answer has their number and names, their keys open nothing, and other worlds stay."""
    gone = [create_world(common, name=f"gone-{n}") for n in range(3)]
    stays = [create_world(common, name=name) for name in ("gon", "a-gone-1", "gone")]
    answer = common.client.delete(WORLDS, params={"prefix": "gone-"})

    assert (answer.status_code, answer.json()) == (200, {"deleted": 3, "names": ["gone-0", "gone-1", "gone-2"]})
    assert {each["name"] for each in gone} & names(common) == set()
    assert {each["name"] for each in stays} <= names(common)
    assert [each.status_code for each in look_at_each_vendor(common, gone[0]).values()] == REFUSED
    assert [each.status_code for each in look_at_each_vendor(common, stays[0]).values()] == [200] * 3


@pytest.mark.own_server
def test_lasting_worlds_stay(sandbox: Sandbox) -> None:
    """A prefix of their names, or the whole name, deletes others only."""
    before = [sandbox.world(name)["credentials"] for name in ("default", "documented")]
    create_world(sandbox, name="d1")
    create_world(sandbox, name="default-2")
    deleted = [sandbox.client.delete(WORLDS, params={"prefix": each}).json() for each in ("default", "documented", "d")]

    assert [each["names"] for each in deleted] == [["default-2"], [], ["d1"]]
    assert [sandbox.world(name)["credentials"] for name in ("default", "documented")] == before


@pytest.mark.own_server
def test_only_the_first_hundred_are_named(sandbox: Sandbox) -> None:
    """All are deleted, and their number is told."""
    for n in range(MANY):
        create_world(sandbox, name=f"many-{n:03}", scenario="empty")
    answer = sandbox.client.delete(WORLDS, params={"prefix": "many-"}).json()

    assert answer == {"deleted": MANY, "names": [f"many-{n:03}" for n in range(100)]}
    assert names(sandbox) == {"default", "documented"}


@pytest.mark.parametrize(
    "query", ["", "?prefix=", "?prefix=%25", "?prefix=_", "?prefix=A", "?prefix=a&prefix=b", "?name=a"]
)
def test_prefix_is_required(common: Sandbox, query: str) -> None:
    """Without one, with an empty one, or with one that no name has, the call is 400 and deletes no world."""
    create_world(common)
    before = names(common)
    answer = common.client.delete(f"{WORLDS}{query}")

    assert answer.status_code == 400
    assert names(common) == before


def test_deletions_at_the_same_time_share_the_worlds(common: Sandbox) -> None:
    """Of concurrent calls each world is counted by one, also beside calls that delete or reset a single world."""
    for n in range(40):
        create_world(common, name=f"shared-{n}", scenario="empty")
    calls = [*(["many"] * 4), *(["one", "reset"] * 4)]

    def call(what: str, n: int) -> int:
        if what == "many":
            return int(common.client.delete(WORLDS, params={"prefix": "shared-"}).json()["deleted"])
        if what == "one":
            return int(request_delete(common, f"shared-{n}").status_code == 204)
        assert common.client.post(f"{WORLDS}/shared-{n}/reset").status_code in {200, 404}
        return 0

    with ThreadPoolExecutor(len(calls)) as crowd:
        counted = sum(crowd.map(call, calls, range(len(calls))))
    counted += int(common.client.delete(WORLDS, params={"prefix": "shared-"}).json()["deleted"])

    assert counted == 40
    assert common.client.get(WORLDS, params={"prefix": "shared-"}).json() == {"worlds": []}


def test_creation_beside_a_deletion_is_whole(common: Sandbox) -> None:
    """Each world that is created meanwhile is either there with its keys, or gone with them."""
    with ThreadPoolExecutor(4) as crowd:
        made = crowd.map(lambda n: request_world(common, name=f"beside-{n}", scenario="empty"), range(30))
        deleted = [common.client.delete(WORLDS, params={"prefix": "beside-"}).status_code for _ in range(5)]
        worlds = [answer.json() for answer in made]
    there = names(common)
    opened = {world["name"] for world in worlds if look_at_each_vendor(common, world)["charge"].status_code == 200}

    assert set(deleted) == {200}
    assert opened == {name for name in there if name.startswith("beside-")}


def test_other_requests_are_served_while_many_are_deleted(kept: Kept) -> None:
    """Between the transactions of a deletion other requests have their turn."""

    async def story(database: Database) -> tuple[int, int]:
        lives = Worlds(database, vendors=main.VENDORS)
        for n in range(60):
            await lives.create(f"slice-{n}", Wanted("empty"))
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        other = asyncio.create_task(count())
        deleted = await lives.delete_all("slice-")
        other.cancel()
        return len(deleted), turns

    with closing(open_database(kept.url)) as database:
        deleted, turns = asyncio.run(story(database))

    assert deleted == 60
    assert turns >= 2


def test_list_has_the_worlds_with_the_prefix(common: Sandbox) -> None:
    """Page by page too: each has its own keys, and the address of the next page keeps the prefix."""
    made = []
    for n in range(5):
        made.append(create_world(common, name=f"listed-{n}", scenario="empty"))
        create_world(common, name=f"unlisted-{n}", scenario="empty")
    whole = common.client.get(WORLDS, params={"prefix": "listed-"})
    page = common.client.get(WORLDS, params={"prefix": "listed-", "limit": 2})
    found = page.json()["worlds"]
    while "next" in page.links:
        page = common.client.get(page.links["next"]["url"])
        found += page.json()["worlds"]

    assert [each["name"] for each in found] == [f"listed-{n}" for n in range(5)]
    assert [each["credentials"] for each in whole.json()["worlds"]] == [each["credentials"] for each in made]
    assert "prefix=listed-" in common.client.get(WORLDS, params={"prefix": "listed-", "limit": 2}).links["next"]["url"]
    assert common.client.get(WORLDS, params={"prefix": "nothing-"}).json() == {"worlds": []}
