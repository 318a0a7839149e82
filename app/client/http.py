"""The HTTP client of the control API. Each call opens one connection, and no redirect is followed."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLError
from typing import Any, Final
from urllib.parse import urlsplit

from .. import __version__
from .errors import NoAnswerError, NotRunningError, NotWattifError, RefusedError, TimedOutError, UsageError

_CONTROL: Final = "/_sandbox/v1"
_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """A 2xx answer: `raw` is its body as bytes, `body` the JSON object in it. Both are empty after a 204."""

    raw: bytes
    body: dict[str, Any]


class ControlClient:
    """Calls the control API of the server at `url`.

    `url` is http or https, a host, and optionally a port and the path that a proxy puts before the server's own.
    `http://` may be left out. `timeout_s` limits each wait for the network in seconds, not the whole call.

    Raises UsageError if `url` is not such an address, or if `token` cannot be sent in a header.
    """

    def __init__(self, url: str, *, token: str | None = None, timeout_s: float = 60) -> None:
        self.url = _valid_address(url)
        self._timeout_s = timeout_s
        self._headers = {"Accept": "application/json", "User-Agent": f"wattif/{__version__}"}
        if token is not None:
            if not token.isascii() or not token.isprintable():
                raise UsageError("the token holds characters that a header cannot carry")
            self._headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, path: str, body: object = None) -> ControlResponse:
        """Sends a request, and returns the server's 2xx answer.

        `path` is relative to `/_sandbox/v1`. `body` is sent as JSON; bytes are sent as they are.
        Raises RefusedError with the server's reason for another status, NoAnswerError without a complete answer.
        """
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        with self._sent(method, path, content) as response:
            with self._translated_errors():
                raw = response.read()
            return self._parsed(response, raw)

    def download(self, path: str, write: Callable[[bytes], object]) -> int:
        """Gets a JSON answer of any length, and calls `write` with each piece of it; returns its length in bytes.

        Raises as `request` does. When the answer breaks off, `write` may have been called with a part of it.
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
                raise NoAnswerError(f"the answer from {self.url} broke off after {length} bytes")
            return length

    def _next_chunk(self, response: HTTPResponse) -> bytes:
        with self._translated_errors():
            return response.read(_CHUNK_BYTES)

    @contextmanager
    def _sent(self, method: str, path: str, body: bytes | None) -> Iterator[HTTPResponse]:
        parts = urlsplit(self.url)
        connection_class = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        headers = self._headers | ({} if body is None else {"Content-Type": "application/json"})
        with self._translated_errors():
            connection = connection_class(
                parts.hostname or "", parts.port, timeout=self._timeout_s, blocksize=_CHUNK_BYTES
            )
        with closing(connection):
            with self._translated_errors():
                try:
                    connection.request(method, f"{parts.path}{_CONTROL}{path}", body, headers)
                except (BrokenPipeError, ConnectionResetError):
                    # A server that refuses a long body answers before the end of it, and hangs up.
                    if not body:
                        raise
                response = connection.getresponse()
            yield response

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            waited = f"nothing arrived for {self._timeout_s:g} s; the server may still do what it was asked"
            raise TimedOutError(f"no answer from {self.url}: {waited}") from None
        except SSLError as error:
            plain = "; does its address begin with http://?" if error.reason == "WRONG_VERSION_NUMBER" else ""
            raise NoAnswerError(f"no answer from {self.url}: {error.strerror or error}{plain}") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            kind = NotRunningError if isinstance(error, ConnectionError) else NoAnswerError
            raise kind(f"no answer from {self.url}: {reason}") from None

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
        raise RefusedError(body["detail"], response.status)

    def _not_wattif(self, response: HTTPResponse) -> NotWattifError:
        status = f"{response.status} {response.reason}".strip()
        detail = response.getheader("Location") or _media_type(response) or "no content type"
        path = urlsplit(self.url).path
        advice = f"; does its address have the path {path}?" if path else ""
        return NotWattifError(f"the server at {self.url} is not Wattif: it answered {status}, {detail}{advice}")


def _valid_address(text: str) -> str:
    """The address with its scheme and without a slash at its end. Raises UsageError."""
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or not url.isascii() or not url.isprintable() or any(each in url for each in " @?#\\"):
        without_password = text.rpartition("@")[2]
        raise UsageError(f"no answer from {without_password!r}: an address looks like http://127.0.0.1:8000")
    return url.rstrip("/")


def _is_json(response: HTTPResponse) -> bool:
    return _media_type(response).endswith(("/json", "+json"))


def _media_type(response: HTTPResponse) -> str:
    return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
