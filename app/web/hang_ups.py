"""Stops the work for a caller who has closed the connection."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request

Answer = TypeVar("Answer")


class CallerGoneError(Exception):
    """The caller has closed the connection, so the work was stopped. The answer to it is never sent."""


async def while_connected(request: Request, work: Awaitable[Answer]) -> Answer:
    """Awaits work for a request that was read to its end; when the caller hangs up, cancels it.

    Raises CallerGoneError then.
    """
    try:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(_end_at_hang_up(request, limit))
            try:
                return await work
            finally:
                watching.cancel()
    except TimeoutError:
        if limit.expired():
            raise CallerGoneError from None
        raise


async def _end_at_hang_up(request: Request, limit: asyncio.Timeout) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    limit.reschedule(asyncio.get_running_loop().time())
