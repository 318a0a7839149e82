"""A uvicorn server that says when it is ready."""

import socket

import uvicorn

from ..web.app_context import AppContext
from .banner import banner


class Server(uvicorn.Server):
    """A uvicorn server that prints its address and the world `default` when it is ready."""

    def __init__(self, config: uvicorn.Config, context: AppContext, url: str) -> None:
        super().__init__(config)
        self._context = context
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        text = await self._context.directory.database.ask(
            lambda db: banner(db, self._context.worlds.vendors, self._url)
        )
        print(f"{text}\nWattif is ready on {self._url}", flush=True)  # noqa: T201 - the command's output
