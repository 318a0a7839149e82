"""Absolute links that the sender of a request can follow: from another machine or container, or behind a proxy."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .forwarded import Address, forwarded, is_host
from .headers import header


@dataclass(frozen=True, slots=True)
class Links:
    """The beginning of links: the public URL if there is one, else the address that the request was sent to.

    A request from a proxy in one of the networks `trusted` has that address in its headers; see web/forwarded.py.
    `public_url` has no slash at its end.
    """

    public_url: str | None
    trusted: Sequence[IPv4Network | IPv6Network]

    def origin(self, request: Request) -> str:
        """Scheme, host, and the path below which a proxy has this server; without a slash at the end."""
        if self.public_url is not None:
            return self.public_url
        scheme, host, prefix = str(request.scope["scheme"]), header(request, b"host") or "", ""
        if self.is_from_proxy(request):
            address = forwarded(request.headers)
            scheme, host, prefix = address.scheme or scheme, address.host or host, address.prefix
        if not is_host(host):
            name, port = request.scope.get("server") or ("localhost", None)
            host = f"{name}:{port}" if port else name
        return f"{scheme}://{host}{prefix}"

    def prefix(self, request: Request) -> str:
        """The path below which a proxy has this server, for a redirect to another path; "" without one."""
        if self.public_url is not None:
            return urlsplit(self.public_url).path
        return self.address(request).prefix

    def address(self, request: Request) -> Address:
        """What trusted proxies say of a request's address; empty if it comes from none."""
        return forwarded(request.headers) if self.is_from_proxy(request) else Address(None, None, "")

    def is_from_proxy(self, request: Request) -> bool:
        """Whether the request comes from a trusted proxy."""
        client = request.scope.get("client")
        if not self.trusted or not client:
            return False
        try:
            peer = ip_address(client[0])
        except ValueError:
            return False
        # A socket for both families shows an IPv4 peer as an IPv6 address.
        peer = getattr(peer, "ipv4_mapped", None) or peer
        return any(peer in network for network in self.trusted)


class PublicPath:
    """Removes the public URL's path from the path of requests, for a proxy that leaves it there."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and f"{scope['path']}/".startswith(f"{self._path}/"):
            scope = {**scope, "path": scope["path"].removeprefix(self._path) or "/"}
        await self._app(scope, receive, send)
