"""A running server as the command line reaches it: one connection for each call, and no redirect is followed."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from .. import __version__
from ..cli.output import printable
from .errors import MisusedError, NoAnswerError, RefusedError

_CONTROL: Final = "/_sandbox/v1"
_CHUNK: Final = 65_536
_HINTS: Final = {401: " Say it with --token, or in WATTIF_ADMIN_TOKEN."}


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its bytes as they came, and the object in them; both are empty where there is nothing to say."""

    raw: bytes
    body: dict[str, Any]


def here() -> str:
    """The address of the server that is started here, unless its options say something else."""
    return f"http://127.0.0.1:{os.environ.get('WATTIF_PORT') or 8000}"


class Server:
    """A server at an address: http or https, a host, perhaps a port and the path that a proxy puts before it."""

    def __init__(self, url: str, *, token: str | None = None, patience_s: float = 60) -> None:
        """Raises MisusedError for what is no address, and for a token that no header can carry."""
        self.url = _address(url)
        self._patience_s = patience_s
        self._headers = {"Accept": "application/json", "User-Agent": f"wattif/{__version__}"}
        if token is not None:
            if not token.isascii() or not token.isprintable():
                raise MisusedError("the token holds characters that no header can carry")
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """What the control API answers to an object, or to bytes that are JSON already.

        Raises RefusedError with the server's reason, NoAnswerError where there is none.
        """
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        with self._asked(method, path, sent) as response:
            with self._reported():
                raw = response.read()
            return self._understood(response, raw)

    def fetch(self, path: str, keep: Callable[[bytes], object]) -> int:
        """Hands on an answer of any length, piece by piece; how many bytes it has. Raises as `ask` does."""
        with self._asked("GET", path, None) as response:
            if response.status != 200 or not _is_json(response):  # noqa: PLR2004 - the one good answer
                with self._reported():
                    raw = response.read()
                self._understood(response, raw)
                raise self._foreign(response)
            promised, kept = response.getheader("Content-Length"), 0
            while chunk := self._chunk(response):
                keep(chunk)
                kept += len(chunk)
            if not response.chunked and str(kept) != promised:
                raise NoAnswerError(f"{self.url} has broken off after {kept} bytes")
            return kept

    def _chunk(self, response: HTTPResponse) -> bytes:
        with self._reported():
            return response.read(_CHUNK)

    @contextmanager
    def _asked(self, method: str, path: str, body: bytes | None) -> Iterator[HTTPResponse]:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        headers = self._headers | ({} if body is None else {"Content-Type": "application/json"})
        with self._reported():
            connection = kind(parts.hostname or "", parts.port, timeout=self._patience_s, blocksize=_CHUNK)
        with closing(connection):
            with self._reported():
                try:
                    connection.request(method, f"{parts.path}{_CONTROL}{path}", body, headers)
                except (BrokenPipeError, ConnectionResetError):
                    # Who does not want so long a body says so before its end, and hangs up.
                    if not body:
                        raise
                response = connection.getresponse()
            yield response

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            reason = f"nothing for {self._patience_s:g} s; what was asked may still be done (--timeout waits longer)"
            raise NoAnswerError(f"no answer from {self.url}: {reason}") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)
            hint = "; is it running? python -m app serve" if isinstance(error, ConnectionError) else ""
            raise NoAnswerError(f"no answer from {self.url}: {reason}{hint}") from None

    def _understood(self, response: HTTPResponse, raw: bytes) -> Answer:
        if response.status == 204:  # noqa: PLR2004 - there is nothing to say
            return Answer(b"", {})
        if not _is_json(response):
            raise self._foreign(response)
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise self._foreign(response) from None
        if not isinstance(body, dict):
            raise self._foreign(response)
        if response.status in {200, 201}:
            return Answer(raw, body)
        if not isinstance(body.get("detail"), str) or "problem" not in _kind(response):
            raise self._foreign(response)
        raise RefusedError(f"{body['detail']}{_HINTS.get(response.status, '')}")

    def _foreign(self, response: HTTPResponse) -> NoAnswerError:
        status = f"{response.status} {response.reason}".strip()
        where = response.getheader("Location")
        said = f"{status}, {_kind(response) or 'of no kind'}" if where is None else f"{status}, see {where}"
        return NoAnswerError(f"what answers at {self.url} is no Wattif: {said}")


def _address(text: str) -> str:
    """The address without a slash at its end; `http://` may be left out."""
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isascii() or not url.isprintable() or any(each in url for each in " @?#\\"):
        shown = text.rpartition("@")[2]
        raise MisusedError(f"there is no answer from {shown!r}: an address is like http://127.0.0.1:8000")
    return url.rstrip("/")


def _is_json(response: HTTPResponse) -> bool:
    return _kind(response).endswith(("/json", "+json"))


def _kind(response: HTTPResponse) -> str:
    return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
