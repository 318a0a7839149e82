"""Reads requests: HTTP/1.1 as uvicorn and llhttp read it, with bounds that are checked before any work."""

import asyncio
import re
import urllib.parse
from abc import ABC, abstractmethod
from typing import Any, Final, NoReturn

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import answers
from .answers import Headers
from .bounds import SharedState
from .exchange import Exchange
from .watch import BODY, HEADER, IDLE

_OVERHEAD: Final = 16
"""The bytes of framing that a chunked body may have for each of its bytes, beyond the bound on the header."""
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?")
"""A host with or without a port (RFC 3986, 3.2.2). It may be empty."""
_AUTHORITY: Final = re.compile(rb"[^:/?#]+://(?:[^/?#@]*@)?([^/?#@]*)")


class RequestReader(HttpToolsProtocol, ABC):
    """The side of a connection that reads.

    `phase` is what the client sends next, `step` changes whenever a request or an answer begins or ends, and `received`
    is the size of the body so far. `running` is the exchange that is answered, or was last; those behind it wait in
    `pipeline`. `cycle` is the last one that was read.
    """

    def __init__(
        self,
        config: Config,
        server_state: SharedState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.bounds: Final = server_state.bounds
        self._most_target: Final = self.bounds.target_bytes
        self._most_bytes: Final = self.bounds.header_bytes
        self._most_lines: Final = self.bounds.header_lines
        self.phase = IDLE
        self.step = self.received = 0
        self.running: Exchange | None = None
        self._fed = self._header_bytes = self._lines = self._hosts = self._dropped = 0
        self._host = self._valid_host = b""
        self._is_offer = False
        self._fault = answers.INVALID

    @abstractmethod
    def refuse(self, status: int, detail: str, reason: str | None = None) -> None:
        """Answers what the client is sending, and reads no more. The log has the reason, or the detail."""

    @abstractmethod
    def read_next(self, rest: bytes) -> None:
        """Reads what the client sent before all that is still held back."""

    def closing_headers(self) -> Headers:
        """The header lines of every answer, but for the one that says that the connection stays open."""
        return [line for line in self.server_state.default_headers if line[0] != b"keep-alive"]

    def is_busy(self) -> bool:
        """Whether a request is being answered."""
        return self.running is not None and not self.running.response_complete

    def begin(self, exchange: Exchange, app: ASGI3Application) -> None:
        """Begins to answer a request."""
        self.running = exchange
        self._start_asgi_task(exchange, app)

    def feed(self, piece: bytes) -> None:
        """Reads a piece of what the client sends."""
        if self.phase:
            if self.phase == HEADER and self._fed > self._most_bytes:
                self.refuse(*self._too_large())
                return
            self._fed += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as offer:
            self._ignore_offer(piece[offer.args[0] :])
        except httptools.HttpParserError:
            self.refuse(*self._fault, answers.likely_mistake(piece) if self._fault is answers.INVALID else None)
        else:
            if self.phase == BODY and self._fed > self._most_bytes + _OVERHEAD * self.received:
                self.refuse(400, "The body has more framing than content.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.phase = HEADER
        self.step += 1
        self._fed = self._header_bytes = self._lines = self._hosts = 0
        self._is_offer = False

    def on_url(self, url: bytes) -> None:
        self.url += url
        self._header_bytes = len(self.url)
        if self._header_bytes > self._most_target:
            self._stop(414, f"The target of a request has at most {self.bounds.target_bytes} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value) + 4
        self._lines += 1
        if self._header_bytes > self._most_bytes or self._lines > self._most_lines:
            self._stop(*self._too_large())
        if self.phase == BODY:
            return  # A trailer is no header of the request (RFC 9110, 6.5.1).
        name = name.lower()
        value = value.rstrip(b" \t")
        if name == b"host":
            self._hosts += 1
            self._host = value
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Hands the request to the application, or lets it wait for the answer to the one before it."""
        parser = self.parser
        version = parser.get_http_version()
        method = self.scope["method"] = parser.get_method().decode("ascii")
        if parser.should_upgrade() and method != "CONNECT":
            self._is_offer = True
            return
        if version != "1.1" or self._hosts != 1 or self._host != self._valid_host or method == "CONNECT":
            self._check(version, method)
        app = self.app if self._set_path(method) else answers.server_options
        self.phase = BODY
        self.step += 1
        self._fed = self.received = self._dropped = 0
        # A client that waits for `100 Continue` may send its body after another answer, or not. The body cannot be
        # told from the next request then, so the connection ends. `on_message_complete` lifts this.
        keeps = version != "1.0" and parser.should_keep_alive() and not self.expect_100_continue
        exchange = Exchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers if keeps else self.closing_headers(),
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keeps,
            on_response=self.on_response_complete,
        )
        self.cycle = exchange
        if self.is_busy():
            self.flow.pause_reading()
            self.pipeline.appendleft((exchange, app))
        else:
            self.begin(exchange, app)

    def on_body(self, body: bytes) -> None:
        self.received += len(body)
        super().on_body(body)
        if self.cycle.response_complete:
            self._dropped += len(body)
            if self._dropped > self.bounds.dropped_bytes:
                self.transport.abort()

    def on_message_complete(self) -> None:
        if self._is_offer:
            return
        self.phase = IDLE
        self.step += 1
        if self.expect_100_continue:
            self.cycle.keep_alive = self.parser.should_keep_alive()
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def _check(self, version: str, method: str) -> None:
        if version not in {"1.0", "1.1"}:
            self._stop(505, "This server speaks HTTP/1.1.")
        if self._hosts > 1 or (self._hosts == 0 and version == "1.1"):
            self._stop(400, "A request must have exactly one Host header.")
        if self._hosts and _HOST.fullmatch(self._host) is None:
            self._stop(400, "The Host header is no host with or without a port.")
        self._valid_host = self._host
        if method == "CONNECT":
            self._stop(501, "This server is no proxy.")
        self.scope["http_version"] = version

    def _set_path(self, method: str) -> bool:
        """Puts path and query into the scope. Returns whether the target is one; it may be the server itself."""
        url = self.url
        if url[:1] != b"/" and (url != b"*" or method != "OPTIONS"):
            # The authority of an absolute target takes the place of Host (RFC 9112, 3.2.2).
            found = _AUTHORITY.match(url)
            if found is None or _HOST.fullmatch(found[1]) is None:
                self._stop(*answers.INVALID)
            self.headers[:] = [line for line in self.headers if line[0] != b"host"]
            self.headers.insert(0, (b"host", found[1]))
        target = httptools.parse_url(url)
        raw_path = target.path or b"/"
        path = raw_path.decode("ascii")
        self.scope["path"] = self.root_path + (urllib.parse.unquote(path) if "%" in path else path)
        self.scope["raw_path"] = self.root_path.encode("ascii") + raw_path
        self.scope["query_string"] = target.query or b""
        return url != b"*"

    def _ignore_offer(self, rest: bytes) -> None:
        """Reads a request again without the protocols that it offers, which a server may ignore (RFC 9110, 7.8).

        llhttp takes what follows the header for the offered protocol, so the body would be lost.
        """
        line = b"%s %s HTTP/%s\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        kept = [b"%s: %s\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        self.phase = IDLE
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.feed(b"".join((line, *kept, b"\r\n")))
        if rest:
            self.read_next(rest)

    def _stop(self, status: int, detail: str) -> NoReturn:
        """Ends the parser's work from within; `feed` then refuses the request."""
        self._fault = status, detail
        raise httptools.HttpParserError(detail)

    def _too_large(self) -> tuple[int, str]:
        bounds = self.bounds
        return (
            431,
            f"A request has at most {bounds.header_lines} header lines, with {bounds.header_bytes} bytes in all.",
        )
