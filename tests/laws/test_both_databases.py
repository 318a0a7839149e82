"""Same scenario, seed, start and calls: the same bytes on SQLite and on PostgreSQL, but for the host in links."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import pytest
from hypothesis import given, settings

from tests.conftest import made_in
from tests.databases import Databases, Kept, PostgresDatabases, SqliteFiles
from tests.laws.callers import EVER, RESERVATIONS, SESSIONS, UNSHRUNK, Caller, caller, copied
from tests.laws.stories import STORIES, Step, Teller, cast

INSTANTS: Final = ("2026-02-20T07:00:00.001Z", None, "2026-03-06T19:20:21.022Z")
STORY: Final[list[Step]] = [
    ("lists", 0, 0),
    *(("start", n, 3 * n) for n in range(6)),
    ("limited", 7, 31),
    ("start", 8, 49),
    ("stray", 9, 4),
    ("advance", 7, 13),
    ("end", 1, 0),
    ("sessions", 2, 20),
    ("advance", 59, 59),
    ("end", 2, 0),
    ("end", 2, 0),
    ("lists", 3, 0),
]
"""Starts, some of which are refused, one with a limit, one with a card that fails later, and ends before and after."""


@pytest.fixture(scope="module")
def kinds(sqlite_files: SqliteFiles, postgres_databases: PostgresDatabases) -> list[tuple[Databases, Kept]]:
    """Both kinds of databases, and the same scenario made in each."""
    return [(databases, made_in(databases)) for databases in (sqlite_files, postgres_databases)]


@pytest.mark.parametrize("world", ["default", "documented"])
def test_both_show_the_same_bytes(kinds: list[tuple[Databases, Kept]], world: str) -> None:
    """Every list of every vendor, page by page, and each session by itself, in the past, now and in the future."""
    with twice(kinds, world) as (one, other):
        for at in INSTANTS:
            assert shown(other, at) == shown(one, at)


def test_both_answer_a_story_with_the_same_bytes(kinds: list[tuple[Databases, Kept]]) -> None:
    """Starts, refusals, ends and everything they leave behind, as told above."""
    with twice(kinds) as (one, other):
        told = tell(one, kinds[0][1], STORY)

        assert tell(other, kinds[1][1], STORY) == told
        assert {body["status"] for body in told if "status" in body} >= {"active", "completed"}
        assert [shown(other, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]


@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(story=STORIES)
def test_both_answer_any_story_with_the_same_bytes(kinds: list[tuple[Databases, Kept]], story: list[Step]) -> None:
    """So do they for a random story."""
    with twice(kinds) as (one, other):
        assert tell(other, kinds[1][1], story) == tell(one, kinds[0][1], story)
        assert shown(other) == shown(one)


@pytest.mark.parametrize("week", ["2026-03-04", "2026-10-23"])
def test_both_make_worlds_that_show_the_same_bytes(kinds: list[tuple[Databases, Kept]], week: str) -> None:
    """So do villages that are made on each, whenever they begin, and their forks."""
    wanted = {"seed": 31, "clock": {"at": f"{week}T12:15:00Z"}}
    seen = []
    with twice(kinds) as callers:
        for one in callers:
            for name, of in (("one", wanted), ("another", wanted), ("fork", {"fork": "one"})):
                made = one.client.post("/_sandbox/v1/worlds", json={"name": name, **of})
                seen.append(shown(caller(one.client, one.kept, name)))

                assert made.status_code == 201

    assert seen[1:] == seen[:1] * 5


@contextmanager
def twice(kinds: list[tuple[Databases, Kept]], world: str = "default") -> Iterator[list[Caller]]:
    """Somebody who calls the world on SQLite, and somebody who does on PostgreSQL."""
    with ExitStack() as stack:
        yield [stack.enter_context(copied(databases, made, world)) for databases, made in kinds]


def tell(somebody: Caller, made: Kept, story: list[Step]) -> list[Any]:
    """The bodies that a story is answered with."""
    return Teller(somebody, cast(made)).tells(story)


def shown(somebody: Caller, at: str | None = None) -> dict[str, bytes]:
    """The bytes of everything that the vendors show, by path."""
    answers = {}
    for path in (SESSIONS, RESERVATIONS, *(f"{SESSIONS}?status={status}" for status in ("active", "completed"))):
        following: str | None = f"{path}{'&' if '?' in path else '?'}limit=37"
        while following is not None:
            answers[following] = somebody.get(following, at)
            following = answers[following].json()["next_page_url"]
    ids = [row["id"] for row in somebody.rows(SESSIONS, at=at)[:40]]
    for path in (*(f"{SESSIONS}/{each}" for each in ids), *somebody.users, *(f"{car}?{EVER}" for car in somebody.cars)):
        answers[path] = somebody.get(path, at)

    assert {answer.status_code for answer in answers.values()} == {200}

    return {path: answer.content for path, answer in answers.items()}
