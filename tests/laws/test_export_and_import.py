"""An exported and imported world is the same world: now, in the past and future, after more calls, in any database."""

from contextlib import ExitStack
from typing import Any, Final

import httpx2
import pytest
from hypothesis import given, settings

from tests.conftest import made_in
from tests.databases import Databases, Kept, PostgresDatabases, SqliteFiles
from tests.laws.random_calls import CALL_LISTS, FIXED_CALLS, Call, CallRunner, inventory
from tests.laws.shown_bytes import shown
from tests.laws.world_client import WITHOUT_SHRINKING, WorldClient, client_of_copy, world_client

WORLDS: Final = "/_sandbox/v1/worlds"
INSTANTS: Final = (None, "2026-02-20T07:00:00.001Z", "2026-03-04T13:30:00Z", "2026-03-06T19:20:21.022Z")
EVENTS: Final = ("station_silent", "card_declined", "connector_fault")


@pytest.mark.parametrize("world", ["default", "documented"])
def test_vendors_show_the_same_bytes_of_the_import(databases: Databases, made: Kept, world: str) -> None:
    """Pages with the same tokens, and each session by itself, are the same in the past, now and in the future."""
    with client_of_copy(databases, made, world) as one:
        other = imported(one, exported(one))

        for at in INSTANTS:
            assert shown(other, at) == shown(one, at)


def test_an_export_holds_what_happened(databases: Databases, made: Kept) -> None:
    """It holds starts, ends, silent stations, faults and declined cards; exporting the import gives the same file."""
    with client_of_copy(databases, made) as one:
        make_history(one, made)
        file = exported(one)
        other = imported(one, file)

        assert [shown(other, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]
        assert without_name(exported(other)) == without_name(file)
        assert without_keys(other) == without_keys(one)


@pytest.mark.slow
@settings(max_examples=2, deadline=None, phases=WITHOUT_SHRINKING)
@given(before=CALL_LISTS, calls=CALL_LISTS)
def test_calls_after_the_import_get_the_same_bodies(
    databases: Databases, made: Kept, before: list[Call], calls: list[Call]
) -> None:
    """Calls in the imported world get the bodies, and new ids, that they get in the exported one."""
    with client_of_copy(databases, made) as one:
        started = CallRunner(one, inventory(made))
        started.run(before)
        other = imported(one, exported(one))

        assert CallRunner(other, inventory(made), [*started.started]).run(calls) == started.run(calls)
        assert shown(other) == shown(one)
        assert without_name(exported(other)) == without_name(exported(one))


@pytest.mark.slow
def test_a_reset_of_the_import_equals_a_reset_of_the_original(databases: Databases, made: Kept) -> None:
    """Both worlds show the same bytes after a reset."""
    with client_of_copy(databases, made) as one:
        make_history(one, made)
        other = imported(one, exported(one))

        assert (one.reset().status_code, other.reset().status_code) == (200, 200)
        assert shown(other) == shown(one)


def test_an_import_into_another_database_shows_the_same_bytes(
    sqlite_files: SqliteFiles, postgres_databases: PostgresDatabases
) -> None:
    """From SQLite to PostgreSQL and back, the vendors show the same bytes and the last export equals the first."""
    with ExitStack() as stack:
        made = made_in(sqlite_files)
        one = stack.enter_context(client_of_copy(sqlite_files, made))
        elsewhere = stack.enter_context(client_of_copy(postgres_databases, made_in(postgres_databases)))
        make_history(one, made)
        file = exported(one)
        there = imported(elsewhere, file)
        back = imported(one, exported(there))

        assert [shown(there, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]
        assert [shown(back, at) for at in INSTANTS] == [shown(one, at) for at in INSTANTS]
        assert without_name(exported(back)) == without_name(file)


def make_history(client: WorldClient, made: Kept) -> None:
    """Makes calls in the world and simulates events there."""
    CallRunner(client, inventory(made)).run(FIXED_CALLS)
    sample = client.start_body()
    active = next(row["id"] for row in client.rows("/v1/charging_sessions") if row["status"] == "active")
    named = (sample["charging_station"], sample["payment_method"], active)
    for event, name in zip(EVENTS, named, strict=True):
        body = {"event": event, "id": name, "at": "+PT5M"}
        answer = client.http.post(f"{WORLDS}/{client.world}/simulate", json=body)
        assert answer.status_code == httpx2.codes.OK, answer.text
    client.advance("PT7M")


def exported(client: WorldClient) -> bytes:
    answer = client.http.get(f"{WORLDS}/{client.world}/export")
    assert answer.status_code == httpx2.codes.OK
    return answer.content


def imported(client: WorldClient, file: bytes) -> WorldClient:
    """Imports a file and returns a client of the new world."""
    headers = {"Content-Type": "application/json"}
    answer = client.http.post(f"{WORLDS}/import?name=imported", content=file, headers=headers)
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    return world_client(client.http, client.kept, "imported")


def without_name(file: bytes) -> bytes:
    """The file without the name of the world, which is at the beginning of a line."""
    before, name, after = file.partition(b'"name":"')
    return before + name + after.partition(b'"')[2]


def without_keys(client: WorldClient) -> dict[str, Any]:
    """The world in the control API's words, without its name and keys."""
    shown: dict[str, Any] = client.http.get(f"{WORLDS}/{client.world}").json()
    return {name: value for name, value in shown.items() if name not in {"name", "credentials"}}
