"""A connection, which uvicorn makes for each client: what it holds, and how it ends."""

import asyncio
from typing import Any, Final, cast

from uvicorn.config import Config

from ..wall_clock import wall_now
from ..web.log_text import printable, shown_target
from ..web.request_log import RequestRecord
from . import answers
from .bounds import SharedState
from .exchange import Exchange
from .reader import RequestReader
from .watch import BODY, DEAF, HEADER, IDLE, Watch

_PIECE: Final = 16 << 10
"""The parser is fed no more than this at a time, so that few requests wait for the answer to an earlier one."""


class HttpProtocol(RequestReader):
    """A connection with one client."""

    def __init__(
        self,
        config: Config,
        server_state: SharedState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.is_half_closed = False
        self._shared = server_state
        self._watch = Watch(server_state.bounds)
        self._held = bytearray()
        self._last_answer = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        if len(self.connections) < self.bounds.connections:
            super().connection_made(transport)
            return
        if not self._shared.refuses:
            self._shared.refuses = True
            self.logger.warning("Connections are refused: %s are open, which is the limit.", self.bounds.connections)
        self.transport, self.phase = transport, DEAF
        transport.write(answers.refusal(*answers.FULL, self.closing_headers()))
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for exchange in (self.running, *(queued for queued, _ in self.pipeline)):
            if isinstance(exchange, Exchange) and not exchange.response_complete:
                exchange.cut()
        self.pipeline.clear()
        self._held.clear()
        self.phase = DEAF

    def data_received(self, data: bytes) -> None:
        if self.phase == DEAF:
            self._drop(len(data))
        elif len(data) <= _PIECE and not self._held and not self.pipeline:
            self.feed(data)
        else:
            self._held += data
            self._feed_held()

    def eof_received(self) -> bool:  # type: ignore[override] # uvicorn closes the connection
        """Keeps the connection open for the answers to the requests that are whole."""
        if not self.is_half_closed:
            self.is_half_closed = True
            self.step += 1
        if self._held:
            return True
        if self.phase == BODY and self.cycle is self.running:
            return False
        if self.phase != IDLE:
            self._forget_unfinished()
        return self.is_busy()

    def on_response_complete(self) -> None:
        """Begins the next request that waits, or ends the connection if it has been asked to end."""
        self.step += 1
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            exchange, app = self.pipeline.pop()
            self.begin(cast("Exchange", exchange), app)
        if self._held:
            self._feed_held()
        if self._last_answer and not self.is_busy():
            self._say_last(self._last_answer)
        elif self.is_half_closed and not self.is_busy():
            self.transport.close()

    def resume_writing(self) -> None:
        self._watch.note_reading()
        super().resume_writing()

    def sweep(self, seconds: float) -> None:
        """Ends what has taken too long; `seconds` have passed since the last call."""
        self._watch.sweep(self, seconds)

    def shutdown(self) -> None:
        """Closes the connection, or lets it end with the answer to its last request."""
        super().shutdown()
        if self.cycle is not None:
            self.cycle.default_headers = self.closing_headers()
        if not self.is_busy():
            self.transport.close()

    def cut_answer(self) -> None:
        """Ends an answer that is being sent, because the server stops."""
        if self.running is not None and self.running.response_started and self.is_busy():
            self.running.is_cut = True
            self.running.cut()
            self.transport.abort()

    def refuse(self, status: int, detail: str, reason: str | None = None) -> None:
        """Answers what the client is sending, after the answers to its earlier requests, and reads no more."""
        answer = answers.refusal(status, detail, self.closing_headers())
        running = self.running
        if running is None or running is not self.cycle or not running.response_started or self.phase != BODY:
            self._log_refusal(status, reason or detail)
        if running is None or self.phase != BODY or self.cycle is not running:
            self._forget_unfinished()
            if self.is_busy():
                self._last_answer = answer
            else:
                self._say_last(answer)
        elif running.response_complete:
            self._say_last(b"")
        elif running.response_started:
            self.transport.abort()
        else:
            running.cut()
            self._say_last(answer)

    def read_next(self, rest: bytes) -> None:
        if self.phase == DEAF:
            self._drop(len(rest))
        else:
            self._held[:0] = rest
            self._feed_held()

    def _feed_held(self) -> None:
        """Reads what was held back, up to the next request that has to wait."""
        while self._held and not self.pipeline and self.phase != DEAF:
            piece = bytes(self._held[:_PIECE])
            del self._held[:_PIECE]
            self.feed(piece)
        if self._held:
            self.flow.pause_reading()

    def _log_refusal(self, status: int, reason: str) -> None:
        """Logs that no application gets what the client is sending; its target is known once it has been read."""
        log = self._shared.log
        if log is not None:
            is_begun = self.phase in (HEADER, BODY)
            path, _, query = self.url.partition(b"?") if is_begun else (b"", b"", b"")
            method = self.scope.get("method", "") if is_begun else ""
            shown = shown_target(path, query)
            log.write(RequestRecord(wall_now(), None, None, None, method, shown, status, 0, printable(reason)))

    def _forget_unfinished(self) -> None:
        """Forgets the request that is being read; no other is read after it."""
        if self.phase == BODY and self.pipeline:
            self.pipeline.popleft()
        self.phase = DEAF
        self._held.clear()

    def _say_last(self, answer: bytes) -> None:
        """Sends the connection's last answer. The client can read it, because what it still sends is dropped."""
        self.phase = DEAF
        self.step += 1
        self.running = None
        self._held.clear()
        self._fed = 0
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self.transport.write(answer)
        if self.is_half_closed:
            self.transport.close()
        else:
            self.transport.write_eof()

    def _drop(self, size: int) -> None:
        self._fed += size
        if self._fed > self.bounds.linger_bytes:
            self.transport.abort()
