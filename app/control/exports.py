"""Worlds as files: exported and imported."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ..store.database.protocol import DatabaseUnavailableError
from ..web import request_body
from ..web.hang_ups import while_connected
from ..web.request_body import NotJsonError
from ..web.responses import JSON, common_headers
from ..web.routing import OperationRoute
from ..worlds.read_ahead import NoSpaceError
from .inputs import Context, Input, KnownWorld, Lifetime, Name, each_parameter_once
from .worlds import created, expiry

_SEND_TIMEOUT_S: Final = 20
"""The time for a client to accept one piece of a file, after which the connection is closed."""

router = APIRouter(route_class=OperationRoute)


class ImportQuery(Input):
    """The name and the lifetime of an imported world; the name in the file is the default."""

    name: Name | None = None
    expires_in: Lifetime | None = None


@router.get("/worlds/{name}/export")  # noqa: FAST003 - KnownWorld takes the name
async def export_world(request: Request, context: Context, world: KnownWorld) -> Response:
    """A world with everything in it, but without credentials."""
    pieces = context.worlds.export(world.name)
    # The first piece is awaited before the answer begins, so that a deleted world can still be a 404.
    return _FileResponse(request, f"{world.name}.json", await anext(pieces), pieces)


@router.post("/worlds/import", dependencies=[Depends(each_parameter_once)])
async def import_world(request: Request, context: Context, query: Annotated[ImportQuery, Query()]) -> Response:
    """Creates a world from an exported one."""
    await context.worlds.expire()
    if query.name is not None:
        await context.worlds.check_room(query.name)
    async with context.worlds.imports.one():
        raw = await request_body.read(request, context.import_bytes)
        if not request_body.is_json(request):
            raise NotJsonError(request_body.media_type(request))
        work = context.worlds.import_world(raw, query.name, expiry(query.expires_in))
        return created(request, context, *await while_connected(request, work))


class _FileResponse(StreamingResponse):
    """A file that is produced while it is sent.

    A client that disconnects, or stops reading, ends it. So does a database that fails: the client then gets a file
    that breaks off, as its transfer coding tells, because the status has been sent.
    """

    def __init__(self, request: Request, name: str, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(rest, headers=headers, media_type=JSON)
        self.raw_headers += common_headers(request)
        self._is_head: Final = request.method == "HEAD"
        self._first: Final = first
        self._rest: Final = rest

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        disconnected = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            # The client has less than was announced, and sees the connection closed.
            with suppress(TimeoutError, NoSpaceError, DatabaseUnavailableError):
                await self._send(send, disconnected)
        finally:
            disconnected.cancel()

    async def _send(self, send: Send, disconnected: asyncio.Task[None]) -> None:
        async with aclosing(self._rest) as rest:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if self._is_head:
                await send({"type": "http.response.body", "body": b""})
                return
            await _send_piece(send, self._first)
            async for piece in rest:
                if disconnected.done():
                    return
                await _send_piece(send, piece)
        await send({"type": "http.response.body", "body": b""})


async def _send_piece(send: Send, piece: bytes) -> None:
    async with asyncio.timeout(_SEND_TIMEOUT_S):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
