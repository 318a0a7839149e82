"""Protects the control API and the pages: they answer local host names, and no web pages of foreign origins.

The control API asks for the admin token as well, if there is one.
"""

import re
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .app_context import AppContext
from .forwarded import named_hosts
from .headers import bearer_token
from .problems import ProblemError, problem

_OPEN: Final = re.compile(r"/_sandbox/v1/(health|ready|metrics|openapi/[^/]+)/?")
"""The paths that can be read without the admin token, because they tell nothing about a world."""
_READS: Final = frozenset({"GET", "HEAD"})
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="wattif"'}
_LOOPBACK: Final = re.compile(
    r"https?://(localhost|([a-z0-9_-]+\.)+localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?"
)
"""The origins of pages that are served from this machine, such as a developer's own front end."""
_THIS_MACHINE: Final = frozenset(
    {
        *(f"{name}.docker.internal" for name in ("host", "gateway", "kubernetes", "vm")),
        *(f"{name}.containers.internal" for name in ("host", "gateway")),
        *(f"{name}.minikube.internal" for name in ("host", "control-plane")),
        *(f"host.{engine}.internal" for engine in ("lima", "k3d", "orb", "colima", "rancher-desktop")),
    }
)
"""The names by which containers and virtual machines reach the machine that they run on."""


class LocalOnly:
    """Refuses foreign host names, which DNS rebinding would use, and web pages of foreign origins.

    A page may call if it comes from this server, from this machine, or from an allowed origin. Behind a trusted proxy
    every host that is named must be a local or an allowed one, and this server's origin is the one of the proxy. The
    public URL's host and origin are allowed.
    """

    def __init__(self, app: ASGIApp, context: AppContext) -> None:
        self._app = app
        self._links = context.links
        hosts, origins = [*context.allowed_hosts], [*context.allowed_origins]
        if context.links.public_url is not None:
            public = urlsplit(context.links.public_url)
            hosts.append(public.netloc)
            origins.append(f"{public.scheme}://{public.netloc}")
        self._hosts = frozenset(map(_name, hosts))
        self._origins = frozenset(origin.lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        named = _values(scope, b"host")
        if self._links.is_from_proxy(request):
            named += named_hosts(request.headers)
        foreign = next((host for host in named if not self._is_near(_name(host))), None)
        if foreign is not None:
            refusal = ProblemError(
                403, f"Requests for the host {foreign[:255]!r} are refused; see WATTIF_ALLOWED_HOSTS."
            )
        elif not all(self._admits(origin.lower(), request) for origin in _values(scope, b"origin")):
            refusal = ProblemError(
                403, "Requests from pages of another origin are refused; see WATTIF_ALLOWED_ORIGINS."
            )
        else:
            await self._app(scope, receive, send)
            return
        await problem(request, refusal)(scope, receive, send)

    def _is_near(self, name: str) -> bool:
        return (
            "." not in name
            or name.endswith(".localhost")
            or name in _THIS_MACHINE
            or name in self._hosts
            or _is_address(name)
        )

    def _admits(self, origin: str, request: Request) -> bool:
        if _LOOPBACK.fullmatch(origin) or origin in self._origins:
            return True
        host = self._links.address(request).host or request.headers.get("host", "")
        return origin in {f"{scheme}://{host.lower()}" for scheme in ("http", "https")}


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
        brought = bearer_token(request)
        if not brought:
            detail = "This needs Authorization: Bearer, with the token that WATTIF_ADMIN_TOKEN sets."
        elif not compare_digest(brought.encode("latin-1"), self._token):
            detail = "The token is not the one that WATTIF_ADMIN_TOKEN sets."
        else:
            await self._app(scope, receive, send)
            return
        await problem(request, ProblemError(401, detail, _CHALLENGE))(scope, receive, send)


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _is_open(scope: Scope) -> bool:
    return scope["method"] in _READS and _OPEN.fullmatch(scope["path"]) is not None


def _name(host: str) -> str:
    """The host without its port and the dot of the root, in lower case."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
