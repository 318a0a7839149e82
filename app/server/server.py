"""A uvicorn server with bounds on its connections, which says when it is ready and how it stops."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final

import uvicorn

from ..store.database.protocol import Transaction
from ..web.app_context import AppContext
from .bounds import Bounds, SharedState
from .protocol import HttpProtocol
from .request_log import StderrLog

_TICKS_A_SECOND: Final = 10
_TICK_S: Final = 0.1
_ACCEPT_S: Final = 2.0
_READ_S: Final = 1.0
_QUIET_TURNS: Final = 3
_CUT_S: Final = 2.0
"""The time for unfinished requests to answer that the server stops."""


class BoundedServer(uvicorn.Server):
    """Serves an application within some bounds. Its `config` has to name `HttpProtocol`."""

    def __init__(self, config: uvicorn.Config, bounds: Bounds, *, sweep_ticks: int = _TICKS_A_SECOND) -> None:
        config.headers.append(("Keep-Alive", f"timeout={bounds.keep_alive_s}"))
        super().__init__(config)
        self.server_state: SharedState = SharedState(bounds)
        self._sweep_ticks = sweep_ticks
        self._swept = 0.0

    async def on_tick(self, counter: int) -> bool:
        if counter % self._sweep_ticks == 0:
            self._sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets requests finish for a while, answers 503 to the others, and ends what is then left."""
        await self._settle(_ACCEPT_S)
        for server in self.servers:
            server.close()
        for each in sockets or ():
            each.close()
        await self._settle(_READ_S)
        for connection in self._connections():
            connection.shutdown()
        await self._finished(self.config.timeout_graceful_shutdown or 0)
        if unfinished := list(self.server_state.tasks):
            uvicorn.server.logger.warning("The server stops. Requests that were not finished: %s.", len(unfinished))
            self.interrupt()
            for connection in self._connections():
                connection.cut_answer()
            for task in unfinished:
                task.cancel()
            await self._finished(_CUT_S)
        for connection in self._connections():
            connection.transport.abort()
        await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to stop. The second signal ends the process at once, after Ctrl-C with 0 as the first one does."""
        if self.should_exit:
            if sig == signal.SIGINT:
                os._exit(0)
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        super().handle_exit(sig, frame)

    def interrupt(self) -> None:
        """Called before unfinished requests are cancelled."""

    def _connections(self) -> Iterator[HttpProtocol]:
        return (each for each in list(self.server_state.connections) if isinstance(each, HttpProtocol))

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        seconds = now - self._swept if self._swept else 0.0
        self._swept = now
        for connection in self._connections():
            connection.sweep(seconds)
        state = self.server_state
        if state.refuses and len(state.connections) < state.bounds.connections * 9 // 10:
            state.refuses = False
            uvicorn.server.logger.warning("Connections are accepted again.")

    async def _settle(self, at_most_s: float) -> None:
        """Accepts and reads what clients have sent already, so that closing their connections does not lose it."""
        loop = asyncio.get_running_loop()
        until, seen, quiet = loop.time() + at_most_s, 0, 0
        while quiet < _QUIET_TURNS and loop.time() < until:
            await asyncio.sleep(0)
            arrived = sum(2 if each.step else 1 for each in self._connections())
            seen, quiet = arrived, quiet + 1 if arrived == seen else 0

    async def _finished(self, at_most_s: float) -> None:
        """Returns when all connections and requests have ended, or after some time."""
        state, loop = self.server_state, asyncio.get_running_loop()
        until = loop.time() + at_most_s
        while (state.tasks or state.connections) and loop.time() < until:  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(_TICK_S)


class Server(BoundedServer):
    """Serves Wattif. Prints a banner and its address when it is ready. Closes the log when it has ended."""

    def __init__(
        self,
        config: uvicorn.Config,
        bounds: Bounds,
        context: AppContext,
        url: str,
        banner: Callable[[Transaction], str],
        *,
        log: StderrLog | None = None,
    ) -> None:
        super().__init__(config, bounds)
        self.server_state.log = None if log is None else log.requests
        self._context = context
        self._url = url
        self._banner = banner
        self._log = log

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        text = await self._context.directory.database.ask(self._banner)
        print(f"{text}\nWattif is ready on {self._url}", flush=True)  # noqa: T201 - the command's output

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # uvicorn ends the process by the signal that it got, so no later place is reached.
        if self._log is not None:
            self._log.close()

    def interrupt(self) -> None:
        self._context.stopping = True
