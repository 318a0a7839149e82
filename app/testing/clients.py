"""HTTP clients of the vendors' APIs: made at first use, with one TLS context for all of them."""

import ssl
from abc import abstractmethod
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from .vendors import KEYS, HttpClient, OfVendors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from ..client import World

TIMEOUT_S: Final = 60
_AT: Final = "X-Sandbox-At"


class _MadeOnce(OfVendors[HttpClient]):
    """Clients of the vendors' APIs in a world. With `at`, each GET answers as of that instant."""

    def __init__(self, world: "World", at: str | None = None) -> None:
        self._world = world
        self._at = at
        self._made: dict[str, HttpClient] = {}

    @abstractmethod
    def _new(self, options: dict[str, Any]) -> HttpClient:
        """A client with these options."""

    def _client(self, vendor: str) -> HttpClient:
        made = self._made.get(vendor)
        if made is None:
            made = self._made[vendor] = self._new(_options(self._world, vendor, self._at))
        return made


class Clients(_MadeOnce["httpx2.Client"]):
    """Clients for code that does not await."""

    def _new(self, options: dict[str, Any]) -> "httpx2.Client":
        import httpx2  # noqa: PLC0415 - a test that calls no vendor does without

        return httpx2.Client(**options)

    def close(self) -> None:
        """Closes the connections; a later use opens new ones."""
        while self._made:
            self._made.popitem()[1].close()


class AsyncClients(_MadeOnce["httpx2.AsyncClient"]):
    """The same for `await`.

    No connection outlives a call, because that of one event loop cannot be used, nor closed, in another.
    """

    def _new(self, options: dict[str, Any]) -> "httpx2.AsyncClient":
        import httpx2  # noqa: PLC0415 - the same

        return httpx2.AsyncClient(**options, limits=httpx2.Limits(max_keepalive_connections=0))


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
