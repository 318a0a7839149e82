"""Same scenario, seed, start and calls: the same bytes on SQLite and on PostgreSQL, but for the host in links."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import pytest
from hypothesis import given, settings

from tests.conftest import made_in
from tests.databases import Databases, Kept, PostgresDatabases, SqliteFiles
from tests.laws.random_calls import CALL_LISTS, FIXED_CALLS, Call, CallRunner, inventory
from tests.laws.shown_bytes import shown
from tests.laws.world_client import WITHOUT_SHRINKING, WorldClient, client_of_copy, world_client

INSTANTS: Final = ("2026-02-20T07:00:00.001Z", None, "2026-03-06T19:20:21.022Z")


@pytest.fixture(scope="module")
def kinds(sqlite_files: SqliteFiles, postgres_databases: PostgresDatabases) -> list[tuple[Databases, Kept]]:
    """Both kinds of databases, each with the same scenario."""
    return [(databases, made_in(databases)) for databases in (sqlite_files, postgres_databases)]


@pytest.mark.parametrize("world", ["default", "documented"])
def test_sqlite_and_postgresql_show_the_same_bytes(kinds: list[tuple[Databases, Kept]], world: str) -> None:
    """Every page of every list of every vendor, and each session by itself, in the past, now and in the future."""
    with one_of_each_kind(kinds, world) as (one, other):
        for at in INSTANTS:
            assert shown(other, at) == shown(one, at)


def test_fixed_calls_get_the_same_bytes(kinds: list[tuple[Databases, Kept]]) -> None:
    """Starts, refusals and ends get the same bodies, and everything shown afterwards is the same."""
    with one_of_each_kind(kinds) as (one, other):
        bodies = run(one, kinds[0][1], FIXED_CALLS)

        assert run(other, kinds[1][1], FIXED_CALLS) == bodies
        assert {body["status"] for body in bodies if "status" in body} >= {"active", "completed"}
        assert [shown(other, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]


@settings(max_examples=2, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS)
def test_random_calls_get_the_same_bytes(kinds: list[tuple[Databases, Kept]], calls: list[Call]) -> None:
    """Random calls get the same bodies, and everything shown afterwards is the same."""
    with one_of_each_kind(kinds) as (one, other):
        assert run(other, kinds[1][1], calls) == run(one, kinds[0][1], calls)
        assert shown(other) == shown(one)


@pytest.mark.parametrize("week", ["2026-03-04", "2026-10-23"])
def test_new_worlds_show_the_same_bytes(kinds: list[tuple[Databases, Kept]], week: str) -> None:
    """Villages that are created on each kind show the same bytes, in summer and winter time, and so do their forks."""
    village = {"seed": 31, "clock": {"at": f"{week}T12:15:00Z"}}
    seen = []
    with one_of_each_kind(kinds) as clients:
        for each in clients:
            for name, body in (("one", village), ("another", village), ("fork", {"fork": "one"})):
                made = each.http.post("/_sandbox/v1/worlds", json={"name": name, **body})
                seen.append(shown(world_client(each.http, each.kept, name)))

                assert made.status_code == 201

    assert seen[1:] == seen[:1] * 5


@contextmanager
def one_of_each_kind(kinds: list[tuple[Databases, Kept]], world: str = "default") -> Iterator[list[WorldClient]]:
    """A client of the world on SQLite, and one of the same world on PostgreSQL."""
    with ExitStack() as stack:
        yield [stack.enter_context(client_of_copy(databases, made, world)) for databases, made in kinds]


def run(client: WorldClient, made: Kept, calls: list[Call]) -> list[Any]:
    return CallRunner(client, inventory(made)).run(calls)
