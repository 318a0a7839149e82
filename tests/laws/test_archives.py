"""A world that was exported and imported is the same world: now, then, whatever is done next, and in any database."""

from contextlib import ExitStack
from typing import Any, Final

import httpx2
import pytest
from hypothesis import given, settings

from tests.conftest import made_in
from tests.databases import Databases, Kept, PostgresDatabases, SqliteFiles
from tests.laws.callers import UNSHRUNK, Caller, caller, copied
from tests.laws.stories import STORIES, Step, Teller, cast
from tests.laws.test_both_databases import STORY, shown

WORLDS: Final = "/_sandbox/v1/worlds"
INSTANTS: Final = (None, "2026-02-20T07:00:00.001Z", "2026-03-04T13:30:00Z", "2026-03-06T19:20:21.022Z")
EVENTS: Final = ("station_silent", "card_declined", "connector_fault")


@pytest.mark.parametrize("world", ["default", "documented"])
def test_every_vendor_shows_the_same_bytes(databases: Databases, made: Kept, world: str) -> None:
    """Page by page with the same tokens, and each session by itself, in the past, now and in the future."""
    with copied(databases, made, world) as one:
        other = taken_in(one, exported(one))

        for at in INSTANTS:
            assert shown(other, at) == shown(one, at)


def test_what_happened_is_in_it(databases: Databases, made: Kept) -> None:
    """What was started and ended, silent stations, faults and declined cards; and the file comes out again."""
    with copied(databases, made) as one:
        lived(one, made)
        file = exported(one)
        other = taken_in(one, file)

        assert [shown(other, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]
        assert without_name(exported(other)) == without_name(file)
        assert without_keys(other) == without_keys(one)


@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(before=STORIES, story=STORIES)
def test_it_goes_on_the_same(databases: Databases, made: Kept, before: list[Step], story: list[Step]) -> None:
    """Whatever is done after the import gets the same bodies, new ids among them, as if it were done there."""
    with copied(databases, made) as one:
        started = Teller(one, cast(made))
        started.tells(before)
        other = taken_in(one, exported(one))

        assert Teller(other, cast(made), [*started.started]).tells(story) == started.tells(story)
        assert shown(other) == shown(one)
        assert without_name(exported(other)) == without_name(exported(one))


def test_a_reset_makes_both_the_same_again(databases: Databases, made: Kept) -> None:
    """What was imported is reset to where the exported world would be reset to."""
    with copied(databases, made) as one:
        lived(one, made)
        other = taken_in(one, exported(one))

        assert (one.reset().status_code, other.reset().status_code) == (200, 200)
        assert shown(other) == shown(one)


def test_it_is_the_same_in_another_database(sqlite_files: SqliteFiles, postgres_databases: PostgresDatabases) -> None:
    """From SQLite to PostgreSQL and back: the same bytes there, and the first file here again."""
    with ExitStack() as stack:
        made = made_in(sqlite_files)
        one = stack.enter_context(copied(sqlite_files, made))
        elsewhere = stack.enter_context(copied(postgres_databases, made_in(postgres_databases)))
        lived(one, made)
        file = exported(one)
        there = taken_in(elsewhere, file)
        back = taken_in(one, exported(there))

        assert [shown(there, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]
        assert [shown(back, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]
        assert without_name(exported(back)) == without_name(file)


def lived(somebody: Caller, made: Kept) -> None:
    """A story is told in the world, and then some things happen of themselves."""
    Teller(somebody, cast(made)).tells(STORY)
    order = somebody.order()
    named = (order["charging_station"], order["payment_method"], somebody.rows("/v1/charging_sessions")[0]["id"])
    for event, name in zip(EVENTS, named, strict=True):
        body = {"event": event, "id": name, "at": "+PT5M"}
        answer = somebody.client.post(f"{WORLDS}/{somebody.world}/simulate", json=body)
        assert answer.status_code == httpx2.codes.OK, answer.text
    somebody.advance("PT7M")


def exported(somebody: Caller) -> bytes:
    answer = somebody.client.get(f"{WORLDS}/{somebody.world}/export")
    assert answer.status_code == httpx2.codes.OK
    return answer.content


def taken_in(somebody: Caller, file: bytes) -> Caller:
    """Somebody who calls the world that the file becomes on a server."""
    headers = {"Content-Type": "application/json"}
    answer = somebody.client.post(f"{WORLDS}/import?name=taken-in", content=file, headers=headers)
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    return caller(somebody.client, somebody.kept, "taken-in")


def without_name(file: bytes) -> bytes:
    """The file but for the name of the world, which stands at the beginning of a line."""
    before, name, after = file.partition(b'"name":"')
    return before + name + after.partition(b'"')[2]


def without_keys(somebody: Caller) -> dict[str, Any]:
    """The world as the control API shows it, without its name and keys."""
    shown: dict[str, Any] = somebody.client.get(f"{WORLDS}/{somebody.world}").json()
    return {name: value for name, value in shown.items() if name not in {"name", "credentials"}}
