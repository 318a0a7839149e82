"""The answers that no API gives, because the request reached none: problem bodies (RFC 9457), written by the server."""

from typing import Final

import orjson
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ..web import refusals
from ..web.problems import MEDIA_TYPE, ProblemError, members

Headers = list[tuple[bytes, bytes]]

INVALID: Final = 400, "This is not a valid HTTP/1.1 request."
STOPPING: Final = 503, refusals.STOPPING
FULL: Final = 503, "The server has too many open connections; close some and try again."
_PROTOCOLS: Final = {
    b"\x16\x03": "This is a TLS handshake on the plain HTTP port: use http:// rather than https://.",
    b"PRI * HTTP/2": "This is HTTP/2 with prior knowledge: use HTTP/1.1.",
}
"""The first bytes of what is sent by mistake, and what the log says about it."""


def likely_mistake(piece: bytes) -> str | None:
    """Which other protocol begins with these bytes, as a sentence; None if it is not known."""
    return next((sentence for begin, sentence in _PROTOCOLS.items() if piece.startswith(begin)), None)


def body(status: int, detail: str) -> bytes:
    """A problem body."""
    return orjson.dumps(members(ProblemError(status, detail)))


def head(content: bytes) -> Headers:
    """The header lines of a problem body, after which the connection is closed."""
    length = str(len(content)).encode()
    return [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", length), (b"connection", b"close")]


def refusal(status: int, detail: str, headers: Headers) -> bytes:
    """A whole response as it is sent, with some header lines that every response has."""
    content = body(status, detail)
    lines = [name + b": " + value + b"\r\n" for name, value in headers + head(content)]
    return b"".join((STATUS_LINE[status], *lines, b"\r\n", content))


async def server_options(_scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """An ASGI application that answers `OPTIONS *`, which asks whether the server is there (RFC 9110, 9.3.7)."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
