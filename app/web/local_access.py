"""Protects the control API and the pages: they answer local host names, and no web pages of other origins.

The control API asks for the admin token as well, if there is one.
"""

import re
from collections.abc import Sequence
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import ProblemError, problem

_OPEN: Final = re.compile(r"/_sandbox/v1/(health|ready|metrics|openapi/[^/]+)")
"""The paths that can be read without the admin token, because they tell nothing about a world."""
_READS: Final = frozenset({"GET", "HEAD"})
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="wattif"'}


class LocalOnly:
    """Refuses foreign host names, which DNS rebinding would use, and web pages of other origins."""

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        if not self._is_near(_name(host)):
            refusal = ProblemError(403, f"Requests for the host {host[:255]!r} are refused; see WATTIF_ALLOWED_HOSTS.")
        elif origin is not None and origin.lower() not in {
            f"{scheme}://{host.lower()}" for scheme in ("http", "https")
        }:
            refusal = ProblemError(403, "Requests from pages of another origin are refused.")
        else:
            await self._app(scope, receive, send)
            return
        await problem(request, refusal)(scope, receive, send)

    def _is_near(self, name: str) -> bool:
        return "." not in name.rstrip(".") or name in self._allowed or _is_address(name)


class AdminOnly:
    """Refuses requests without the admin token, except reads of open paths. Refuses nothing if no token is set."""

    def __init__(self, app: ASGIApp, token: bytes | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._token is None or _is_open(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        scheme, _, brought = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            detail = "This needs Authorization: Bearer, with the token that WATTIF_ADMIN_TOKEN sets."
        elif not compare_digest(brought.strip().encode("latin-1"), self._token):
            detail = "The token is not the one that WATTIF_ADMIN_TOKEN sets."
        else:
            await self._app(scope, receive, send)
            return
        await problem(request, ProblemError(401, detail, _CHALLENGE))(scope, receive, send)


def _is_open(scope: Scope) -> bool:
    return scope["method"] in _READS and _OPEN.fullmatch(scope["path"]) is not None


def _name(host: str) -> str:
    """The host without its port, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
