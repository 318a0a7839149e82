"""A caller who hangs up, reads slowly or asks for too much holds up no other caller."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from app.main import create_app
from app.store import worlds as world_store
from app.store.database.protocol import VIEWS
from app.worlds import lifecycle, read_ahead
from app.worlds.bounds import Bounds
from app.worlds.read_ahead import NoSpaceError
from app.worlds.turns import Turns
from tests.conftest import HOST, Sandbox, settings
from tests.control.worlds import WORLDS, create_world, names, request_world
from tests.databases import Kept
from tests.worlds.test_templates import until

BUSY, CREATED, TAKEN, UNAVAILABLE, GONE = 429, 201, 409, 503, 408


@dataclass(slots=True)
class Call:
    """A request whose client may hang up, or take the pieces of the answer one by one."""

    app: Starlette
    body: bytes = b""
    slow: bool = False
    sent: list[Message] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    takes_all: asyncio.Event = field(default_factory=asyncio.Event)

    async def made(self, method: str, path: str, query: bytes = b"") -> "Call":
        unread = [{"type": "http.request", "body": self.body, "more_body": False}]

        async def receive() -> Message:
            if unread:
                return unread.pop()
            await self.hung_up.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            self.sent.append(message)
            if self.slow and message["type"] == "http.response.body":
                await self.takes_all.wait()

        headers = [(b"host", HOST.removeprefix("http://").encode()), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": query}
        await self.app({**scope, "scheme": "http"}, receive, send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def content(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])


@asynccontextmanager
async def served(kept: Kept, bounds: Bounds | None = None) -> AsyncIterator[Starlette]:
    """The application on a database in which the worlds exist."""
    app = create_app(settings(kept))
    lives = app.state.context.worlds
    if bounds is not None:
        lives.__init__(app.state.context.directory.database, bounds, None, lives.vendors)
    try:
        yield app
    finally:
        await lives.templates.stop()
        app.state.context.directory.database.close()


async def building(app: Starlette) -> bool:
    return bool(
        await app.state.context.directory.database.ask(lambda db: world_store.in_state(db, world_store.BUILDING))
    )


async def idle(app: Starlette) -> bool:
    return not await building(app)


def test_work_stops_when_its_caller_hangs_up(kept: Kept) -> None:
    """Twelve callers ask for worlds of different seeds and leave: nothing is built any more, and no world is made."""

    async def story() -> tuple[list[int], list[str]]:
        async with served(kept) as app:
            bodies = [json.dumps({"name": f"gone-{n}", "scenario": "town", "seed": n}).encode() for n in range(12)]
            calls = [Call(app, body) for body in bodies]
            tasks = [asyncio.create_task(call.made("POST", WORLDS)) for call in calls]
            await until(lambda: building(app))
            for call in calls:
                call.hung_up.set()
            await asyncio.gather(*tasks)
            await app.state.context.worlds.templates.stop()
            await until(lambda: idle(app))
            listed = json.loads((await Call(app).made("GET", WORLDS)).content)["worlds"]
            return [call.status for call in calls], [world["name"] for world in listed]

    statuses, left = asyncio.run(story())

    assert statuses == [GONE] * 12
    assert left == ["default", "documented"]


def test_slow_readers_of_exports_keep_no_view(kept: Kept) -> None:
    """While eight clients have taken one piece each, another one gets its whole file, and a world is forked."""

    async def story() -> tuple[bytes, list[bytes], int]:
        async with served(kept) as app:
            slow = [Call(app, slow=True) for _ in range(2 * VIEWS)]
            tasks = [asyncio.create_task(call.made("GET", f"{WORLDS}/default/export")) for call in slow]
            await until(lambda: asyncio.sleep(0, all(len(call.sent) > 1 for call in slow)))
            async with asyncio.timeout(20):
                fast = await Call(app).made("GET", f"{WORLDS}/default/export")
                fork = await Call(app, b'{"fork": "documented"}').made("POST", WORLDS)
            for call in slow:
                call.takes_all.set()
            await asyncio.gather(*tasks)
            return fast.content, [call.content for call in slow], fork.status

    whole, slow, fork = asyncio.run(story())
    now = b'"now":"' + whole.partition(b'"now":"')[2][:10]

    assert fork == CREATED
    assert now in whole
    assert {len(each) for each in slow} == {len(whole)}
    assert json.loads(slow[0])["sessions"] == json.loads(whole)["sessions"]


def test_exports_beyond_the_bound_are_refused(kept: Kept) -> None:
    """One more is 429 with `Retry-After`; it is served once a client has its file, or has hung up."""

    async def story() -> list[int]:
        async with served(kept, Bounds(exports=1, patience_s=0)) as app:
            slow = Call(app, slow=True)
            task = asyncio.create_task(slow.made("GET", f"{WORLDS}/default/export"))
            await until(lambda: asyncio.sleep(0, len(slow.sent) > 1))
            refused = await Call(app).made("GET", f"{WORLDS}/documented/export")
            assert (b"retry-after", b"2") in refused.sent[0]["headers"]
            slow.hung_up.set()
            slow.takes_all.set()
            await task
            return [refused.status, (await Call(app).made("GET", f"{WORLDS}/documented/export")).status]

    assert asyncio.run(story()) == [BUSY, 200]


def test_imports_beyond_the_bound_are_refused(kept: Kept) -> None:
    """While one body is read, another import is 429 before its body is read."""

    async def story() -> tuple[int, int]:
        async with served(kept, Bounds(imports=1, patience_s=0)) as app:
            file = (await Call(app).made("GET", f"{WORLDS}/documented/export")).content
            async with app.state.context.worlds.imports.one():
                refused = await Call(app, file).made("POST", f"{WORLDS}/import", b"name=mine")
            return refused.status, (await Call(app, file).made("POST", f"{WORLDS}/import", b"name=mine")).status

    assert asyncio.run(story()) == (BUSY, CREATED)


def test_a_full_temporary_folder_is_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that cannot be read ahead is 503 with the reason."""

    def full() -> Any:  # noqa: ANN401 - never returns
        raise NoSpaceError("No space left on device")

    monkeypatch.setattr(read_ahead, "_opened", full)
    answer = sandbox.client.get(f"{WORLDS}/default/export")

    assert answer.status_code == UNAVAILABLE
    assert "No space left on device" in answer.json()["detail"]


def test_a_taken_name_is_refused_before_the_body_is_read(sandbox: Sandbox) -> None:
    """An import under a taken name is 409, even if its body is no export."""
    taken = sandbox.client.post(f"{WORLDS}/import", params={"name": "default"}, content=b"{", headers=_JSON)
    free = sandbox.client.post(f"{WORLDS}/import", params={"name": "free"}, content=b"{", headers=_JSON)

    assert (taken.status_code, free.status_code) == (TAKEN, 400)


def test_a_crowd_gets_its_worlds(open_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers who wait for a turn get it, one after the other."""
    monkeypatch.setattr(lifecycle, "Turns", lambda what, _at_once, *more: Turns(what, 1, *more))
    sandbox = open_sandbox()
    made = {create_world(sandbox, scenario="empty", seed=seed)["name"] for seed in range(3)}

    assert made <= names(sandbox)
    assert request_world(sandbox, name="default").status_code == TAKEN


_JSON: Final = {"Content-Type": "application/json"}
