"""Worlds as files: written down, and taken in again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Final

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ..archive import archives
from ..domain.clock import NEVER, later
from ..wall_clock import wall_now
from ..web import request_body
from ..web.app_context import context_of
from ..web.problems import ProblemError
from ..web.responses import JSON
from ..worlds.exports import export_world as export_pieces
from ..worlds.vendor import terms_of
from . import schemas
from .worlds import created, named

_PATIENCE_S: Final = 20
"""How long one piece of a file may take to be fetched: a database holds still for whoever reads it."""


class ImportWorld(BaseModel):
    """The query of POST /worlds/import."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: schemas.Name | None = None
    expires_in: schemas.Lifetime | None = None


async def export_world(request: Request) -> Response:
    name = named(request)
    pieces = export_pieces(context_of(request).directory.database, name)
    # Asked for before the answer begins, so that there can still be another one.
    return _File(f"{name}.json", await anext(pieces), pieces)


async def import_world(request: Request) -> Response:
    asked = ImportWorld.model_validate(dict(request.query_params))
    context = context_of(request)
    raw = await request_body.read(request, context.import_bytes)
    if not request_body.is_json(request):
        raise ProblemError(400, "Send the file as application/json.")
    archive = await asyncio.to_thread(archives.read, raw, terms_of(context.worlds.vendors))
    await context.worlds.expire()
    expires_at = NEVER if asked.expires_in is None else later(wall_now(), asked.expires_in)
    return await created(request, await context.worlds.import_world(archive, asked.name, expires_at))


class _File(StreamingResponse):
    """A file that is written while it is sent. Whoever hangs up, or stops reading, is not written for any more."""

    def __init__(self, name: str, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(rest, headers=headers, media_type=JSON)
        self._first: Final = first
        self._rest: Final = rest

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        hung_up = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            with suppress(TimeoutError):
                await self._written_to(send, hung_up)
        finally:
            hung_up.cancel()

    async def _written_to(self, send: Send, hung_up: asyncio.Task[None]) -> None:
        async with aclosing(self._rest) as rest:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await _sent(send, self._first)
            async for piece in rest:
                if hung_up.done():
                    return
                await _sent(send, piece)
        await send({"type": "http.response.body", "body": b""})


async def _sent(send: Send, piece: bytes) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
