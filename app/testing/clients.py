"""HTTP clients of the vendors' APIs: made at first use, with one TLS context for all of them."""

import ssl
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from .vendors import KEYS, OfVendors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from ..client import World

TIMEOUT_S: Final = 60
_AT: Final = "X-Sandbox-At"


class Clients(OfVendors["httpx2.Client"]):
    """Clients of the vendors' APIs in a world. With `at`, each GET answers as of that instant."""

    def __init__(self, world: "World", at: str | None = None) -> None:
        self._world = world
        self._at = at
        self._made: dict[str, httpx2.Client] = {}

    def _client(self, vendor: str) -> "httpx2.Client":
        made = self._made.get(vendor)
        if made is None:
            import httpx2  # noqa: PLC0415 - a test that calls no vendor does without

            made = self._made[vendor] = httpx2.Client(**_options(self._world, vendor, self._at))
        return made

    def close(self) -> None:
        """Closes the connections; a later use opens new ones."""
        while self._made:
            self._made.popitem()[1].close()


class AsyncClients(OfVendors["httpx2.AsyncClient"]):
    """The same for `await`.

    No connection outlives a call, because that of one event loop cannot be used, nor closed, in another.
    """

    def __init__(self, world: "World", at: str | None = None) -> None:
        self._world = world
        self._at = at
        self._made: dict[str, httpx2.AsyncClient] = {}

    def _client(self, vendor: str) -> "httpx2.AsyncClient":
        made = self._made.get(vendor)
        if made is None:
            import httpx2  # noqa: PLC0415 - a test that calls no vendor does without

            unkept = httpx2.Limits(max_keepalive_connections=0)
            made = httpx2.AsyncClient(**_options(self._world, vendor, self._at), limits=unkept)
            self._made[vendor] = made
        return made


def _options(world: "World", vendor: str, at: str | None) -> dict[str, Any]:
    urls: Mapping[str, Any] = dict(world.urls)
    credentials: Mapping[str, Any] = dict(world.credentials)
    is_secure = urlsplit(urls[vendor]).scheme == "https"
    headers = {"Authorization": f"Bearer {credentials[vendor][KEYS[vendor]]}"}
    return {
        "base_url": urls[vendor],
        "headers": headers if at is None else headers | {_AT: at},
        "verify": tls_context(is_secure=is_secure),
        # A proxy that is meant for the internet does not reach a server on this machine.
        "trust_env": is_secure,
        "timeout": TIMEOUT_S,
    }


@cache
def tls_context(*, is_secure: bool) -> ssl.SSLContext:
    """The TLS context of all clients. To load the certificates takes 50 ms, which plain HTTP does without."""
    return ssl.create_default_context() if is_secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
