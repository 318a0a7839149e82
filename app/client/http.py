"""HTTP to one server: connections that are kept open, JSON answers, and the errors of both. No redirect is followed."""

import json
import os
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLError
from typing import Final
from urllib.parse import urlsplit

from .answers import ControlResponse
from .errors import NoAnswerError, NotRunningError, NotWattifError, RefusedError, TimedOutError

_CHUNK_BYTES: Final = 65_536
_MOST_IDLE: Final = 16
"""The most connections that are kept while no call uses them."""
_MOST_SHOWN: Final = 200


class Transport:
    """Sends requests to the server at `url`, each with `headers`; `timeout_s` limits each wait for the network.

    Threads may share it: each call takes an idle connection, or opens one, and has it alone. One that the server has
    closed meanwhile is replaced before a call uses it. A call that fails on a connection is never sent again, because
    the server may have got it.
    """

    def __init__(self, url: str, headers: Mapping[str, str], timeout_s: float) -> None:
        self._url = url
        self._headers = dict(headers)
        self._timeout_s = timeout_s
        self._idle: list[tuple[int, HTTPConnection]] = []

    def send(self, method: str, path: str, content: bytes | None) -> ControlResponse:
        """Sends a request with JSON, and returns the server's 2xx answer.

        Raises RefusedError with the server's reason for another status, NoAnswerError without a complete answer.
        """
        with self._sent(method, path, content) as response:
            with self._translated_errors():
                raw = response.read()
            return self._parsed(response, raw)

    def download(self, path: str, write: Callable[[bytes], object]) -> int:
        """Gets a JSON answer of any length, and calls `write` with each piece of it; returns its length in bytes.

        Raises as `send` does. When the answer breaks off, `write` may have been called with a part of it.
        """
        with self._sent("GET", path, None) as response:
            if response.status != 200 or not _is_json(response):  # noqa: PLR2004 - the one status that has a file
                with self._translated_errors():
                    raw = response.read()
                self._parsed(response, raw)
                raise self._not_wattif(response)
            announced, length = response.getheader("Content-Length"), 0
            while chunk := self._next_chunk(response):
                write(chunk)
                length += len(chunk)
            if not response.chunked and str(length) != announced:
                raise NoAnswerError(f"the answer from {self._url} broke off after {length} bytes")
            return length

    def close(self) -> None:
        """Closes the connections that no call uses. A later call opens a new one."""
        while self._idle:
            self._idle.pop()[1].close()

    def _next_chunk(self, response: HTTPResponse) -> bytes:
        with self._translated_errors():
            return response.read(_CHUNK_BYTES)

    @contextmanager
    def _sent(self, method: str, path: str, body: bytes | None) -> Iterator[HTTPResponse]:
        headers = self._headers | ({} if body is None else {"Content-Type": "application/json"})
        with self._translated_errors():
            connection = self._connection()
        try:
            with self._translated_errors():
                try:
                    connection.request(method, f"{urlsplit(self._url).path}{path}", body, headers)
                except (BrokenPipeError, ConnectionResetError):
                    # A server that refuses a long body answers before the end of it, and hangs up.
                    if not body:
                        raise
                response = connection.getresponse()
            yield response
        except RefusedError:  # the whole answer has been read
            self._keep(connection, response)
            raise
        except BaseException:
            connection.close()
            raise
        self._keep(connection, response)

    def _keep(self, connection: HTTPConnection, response: HTTPResponse) -> None:
        """Keeps a connection for the next call, if the server does and the answer has been read."""
        if response.isclosed() and not response.will_close and len(self._idle) < _MOST_IDLE:
            self._idle.append((os.getpid(), connection))
        else:
            connection.close()

    def _connection(self) -> HTTPConnection:
        """An idle connection that is still good, else a new one, which is opened when it is used."""
        while self._idle:
            try:
                process, connection = self._idle.pop()
            except IndexError:  # another thread has taken the last one
                break
            # A forked process has the connections of its parent, which still uses them.
            if process == os.getpid() and _is_quiet(connection):
                return connection
            connection.close()
        parts = urlsplit(self._url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=self._timeout_s, blocksize=_CHUNK_BYTES)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            waited = f"nothing arrived for {self._timeout_s:g} s; the server may still do what it was asked"
            raise TimedOutError(f"no answer from {self._url}: {waited}") from None
        except SSLError as error:
            plain = "; does its address begin with http://?" if error.reason == "WRONG_VERSION_NUMBER" else ""
            raise NoAnswerError(f"no answer from {self._url}: {error.strerror or error}{plain}") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "strerror", None) or _shown(str(error)) or type(error).__name__
            kind = NotRunningError if isinstance(error, ConnectionError) else NoAnswerError
            raise kind(f"no answer from {self._url}: {reason}") from None
        except (OverflowError, MemoryError):
            raise NoAnswerError(f"no answer from {self._url}: it announces more bytes than fit in memory") from None

    def _parsed(self, response: HTTPResponse, raw: bytes) -> ControlResponse:
        if response.status == 204:  # noqa: PLR2004 - No Content
            return ControlResponse(b"", {})
        if not _is_json(response):
            raise self._not_wattif(response)
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise self._not_wattif(response) from None
        if not isinstance(body, dict):
            raise self._not_wattif(response)
        if response.status in {200, 201}:
            return ControlResponse(raw, body)
        if not isinstance(body.get("detail"), str) or "problem" not in _media_type(response):
            raise self._not_wattif(response)
        raise RefusedError(body["detail"], response.status, body)

    def _not_wattif(self, response: HTTPResponse) -> NotWattifError:
        status = _shown(f"{response.status} {response.reason}")
        detail = _shown(response.getheader("Location") or _media_type(response)) or "no content type"
        path = urlsplit(self._url).path
        advice = f"; does its address have the path {path}?" if path else ""
        return NotWattifError(f"the server at {self._url} is not Wattif: it answered {status}, {detail}{advice}")


def _is_quiet(connection: HTTPConnection) -> bool:
    """Whether the connection is open, and nothing has arrived on it: between two calls only its end could."""
    if connection.sock is None:
        return False
    if not hasattr(select, "poll"):  # Windows
        return not select.select([connection.sock], [], [], 0)[0]
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


def _shown(text: str) -> str:
    """What a strange server wrote, as a part of a sentence: on one line, and not too long."""
    return " ".join(text.split())[:_MOST_SHOWN]


def _is_json(response: HTTPResponse) -> bool:
    return _media_type(response).endswith(("/json", "+json"))


def _media_type(response: HTTPResponse) -> str:
    return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
