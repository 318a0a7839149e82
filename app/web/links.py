"""Absolute links that the sender of a request can follow: from another machine or container, or behind a proxy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from starlette.requests import Request

from .headers import header

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_SCHEMES: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Links:
    """The beginning of links: the public URL if there is one, else the address that the request was sent to.

    A request from a proxy in one of the networks `trusted` has that address in its X-Forwarded headers.
    """

    public_url: str | None
    trusted: Sequence[IPv4Network | IPv6Network]

    def origin(self, request: Request) -> str:
        """Scheme and host, without a slash at the end."""
        if self.public_url is not None:
            return self.public_url
        scheme, host = str(request.scope["scheme"]), header(request, b"host") or ""
        if self.trusted:
            scheme, host = self._forwarded(request, scheme, host)
        if not _HOST.fullmatch(host):
            name, port = request.scope.get("server") or ("localhost", None)
            host = f"{name}:{port}" if port else name
        return f"{scheme}://{host}"

    def _is_trusted(self, client: tuple[str, int] | None) -> bool:
        try:
            peer = ip_address(client[0]) if client else None
        except ValueError:
            peer = None
        return peer is not None and any(peer in network for network in self.trusted)

    def _forwarded(self, request: Request, scheme: str, host: str) -> tuple[str, str]:
        if not self._is_trusted(request.scope.get("client")):
            return scheme, host
        said = request.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
        named = request.headers.get("x-forwarded-host", "").split(",")[0].strip()
        return said if said in _SCHEMES else scheme, named if _HOST.fullmatch(named) else host
