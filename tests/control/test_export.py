"""A world is exported as readable JSON: all of it, as it is at one instant, without its credentials."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from app.control import exports as control
from app.main import create_app
from app.worlds import exports
from tests.conftest import HOST, Sandbox, settings
from tests.databases import Kept

WORLDS: Final = "/_sandbox/v1/worlds"
KINDS: Final = {
    *("fleets", "drivers", "attachments", "users", "payment_methods", "vehicles", "stations", "connectors"),
    *("sessions", "reservations", "documents"),
}


def test_the_export_names_its_format_and_version(untouched: Sandbox) -> None:
    """It is JSON with a file name for the world, and begins with its format and version."""
    answer = untouched.client.get(f"{WORLDS}/documented/export")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="documented.json"'
    assert list(answer.json())[:3] == ["wattif", "version", "world"]
    assert (answer.json()["wattif"], answer.json()["version"]) == ("export", 1)
    assert set(answer.json()) == {"wattif", "version", "world", *KINDS}


def test_the_export_describes_the_world(untouched: Sandbox) -> None:
    """It has the world's scenario, clock, counters and sample ids."""
    world = untouched.client.get(f"{WORLDS}/documented/export").json()["world"]

    assert world["name"] == world["scenario"] == "documented"
    assert world["clock"] == {"now": "2026-04-01T01:53:58.446000Z", "speed": 0.0}
    assert world["monday"] == "2026-03-30T00:00:00Z"
    assert world["page_break_at"] == "2026-04-01T00:00:00Z"
    assert world["sample"]["charge"] == untouched.world("documented")["sample"]["charge"]
    assert world["sessions"] is None


def test_every_object_is_on_its_own_line(untouched: Sandbox) -> None:
    """Each line between the brackets is a whole object, except for the comma after it."""
    answer = untouched.client.get(f"{WORLDS}/default/export")
    lines = [line.rstrip(",") for line in answer.text.splitlines()[1:] if line.startswith("{")]
    things = [json.loads(line) for line in lines]

    assert len(things) == sum(len(answer.json()[kind]) for kind in KINDS) > 1_000


def test_the_export_has_every_row(untouched: Sandbox) -> None:
    """Each kind has as many objects as the table has rows, with the table's columns in their order."""
    file = untouched.client.get(f"{WORLDS}/default/export").json()
    number = untouched.kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'")[0].n
    for kind, table in ((kind, "end_user" if kind == "users" else kind[:-1]) for kind in KINDS):
        rows = untouched.kept.dicts(f"SELECT * FROM {table} WHERE world = :world", world=number)  # noqa: S608 - a table's own name

        assert len(file[kind]) == len(rows)
        assert all(list(row) == [name for name in rows[0] if name != "world"] for row in file[kind])


def test_the_values_are_readable(untouched: Sandbox) -> None:
    """Instants are RFC 3339, plans and curves are lists of numbers, and instants that never come are null."""
    file = untouched.client.get(f"{WORLDS}/documented/export").json()
    session = next(each for each in file["sessions"] if each["id"] == "cs_DocumentedCariqaGuide00000000000")
    unpaid = next(each for each in file["sessions"] if each["id"] == "cs_MagicSessionUnpaid00000000000000")
    vehicle = next(each for each in file["vehicles"] if each["id"] == "veh_CAfwCp0gh3fVUUqhbaPupXynUVgbdQxr")

    assert session["created_at"] == "2026-03-30T13:51:18.754610Z"
    assert session["plan"] == [[0.0, 0.0, 3601.0, 0.0], [pytest.approx(10 / 3601), 10.0, 0.0, 0.0]]
    assert unpaid["settled_at"] is None
    assert vehicle["dc"] == [[0.0, 46.0], [0.53, 46.0], [1.0, 18.0]]
    assert {each["declined_from"] for each in file["payment_methods"]} == {None}


def test_the_export_has_no_credentials(sandbox: Sandbox) -> None:
    """Neither the world's keys nor tokens that it issued are in it."""
    keys = sandbox.world()["credentials"]
    file = sandbox.client.get(f"{WORLDS}/default/export").text
    secrets = [keys["charge"]["secret_key"], keys["cariqa"]["token"]]
    secrets += [keys["podero"][name] for name in ("client_id", "client_secret", "token")]

    assert [secret for secret in secrets if secret in file] == []


def test_an_unknown_world_cannot_be_exported(untouched: Sandbox) -> None:
    """It is 404."""
    answer = untouched.client.get(f"{WORLDS}/nowhere/export")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_export_is_one_state(kept: Kept) -> None:
    """Changes that are made while the export is read are not in it."""

    async def read(app: Starlette, *, meanwhile: bool) -> bytes:
        async with aclosing(exports.export_world(app.state.context.directory.database, "default")) as pieces:
            file = await anext(pieces)
            if meanwhile:
                kept.run("UPDATE session SET rating = 3")
                kept.run("UPDATE connector SET in_service = (1 = 0)")
                kept.run("DELETE FROM reservation")
            return file + b"".join([piece async for piece in pieces])

    async def twice() -> tuple[bytes, bytes, bytes]:
        async with served(kept) as app:
            before = await read(app, meanwhile=False)
            return before, await read(app, meanwhile=True), await read(app, meanwhile=False)

    before, during, after = asyncio.run(twice())

    assert during == before != after


def test_a_closed_connection_ends_the_export(kept: Kept) -> None:
    """The rest is not read from the database, and readers and writers are served as before."""

    async def hang_up() -> tuple[list[int], int]:
        async with served(kept) as app:
            whole = size(await fetched(app))
            cut = [len(await fetched(app, pieces=4)) for _ in range(12)]
            database = app.state.context.directory.database
            for _ in range(12):
                await database.change(lambda db: db.exec_driver_sql("UPDATE meta SET value = value + 1"))
            return cut, whole - size(await fetched(app))

    cut, difference = asyncio.run(hang_up())

    assert max(cut) <= 5
    assert difference == 0


def test_an_export_ends_when_the_client_stops_reading(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The snapshot in the database is not kept open for such a client."""
    monkeypatch.setattr(control, "_SEND_TIMEOUT_S", 0.05)

    async def stall() -> tuple[list[Message], list[Message]]:
        async with served(kept) as app:
            return await fetched(app, stalls=True), await fetched(app)

    stalled, whole = asyncio.run(stall())

    assert len(stalled) == 2
    assert whole[-1] == {"type": "http.response.body", "body": b""}


def test_other_requests_are_served_during_an_export(kept: Kept) -> None:
    """At most two hundred objects are written before another request gets its turn."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def write() -> bytes:
        async with served(kept) as app:
            waiting = asyncio.create_task(others())
            file = [piece async for piece in exports.export_world(app.state.context.directory.database, "default")]
            waiting.cancel()
            return b"".join(file)

    things = asyncio.run(write()).count(b"\n{")

    assert turns > things // 200 > 5


@asynccontextmanager
async def served(kept: Kept) -> AsyncIterator[Starlette]:
    """The application on a database in which the worlds exist."""
    app = create_app(settings(kept))
    try:
        yield app
    finally:
        app.state.context.directory.database.close()


def size(sent: list[Message]) -> int:
    """The number of bytes that a client has received."""
    return sum(len(message.get("body", b"")) for message in sent)


async def fetched(app: Starlette, *, pieces: int | None = None, stalls: bool = False) -> list[Message]:
    """What a client receives that closes the connection after a number of pieces, or stops reading after the first."""
    sent: list[Message] = []
    gone = asyncio.Event()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) == pieces:
            gone.set()
        await asyncio.sleep(60 if stalls and "body" in message else 0)

    headers = [(b"host", HOST.removeprefix("http://").encode())]
    scope = {"type": "http", "method": "GET", "path": f"{WORLDS}/default/export", "headers": headers}
    await app({**scope, "query_string": b"", "scheme": "http"}, receive, send)
    return sent
