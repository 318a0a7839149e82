"""The vendors by name, for clients of their APIs."""

from abc import abstractmethod
from typing import Final, Generic, TypeVar

HttpClient = TypeVar("HttpClient")

KEYS: Final = {"charge": "secret_key", "cariqa": "token", "podero": "token"}
"""The credential that each vendor's API takes as a bearer token."""


class OfVendors(Generic[HttpClient]):
    """A client of each vendor's API, which has the world's key and resolves paths below the vendor's address.

    world.charge.get("/charging_sessions")
    """

    @abstractmethod
    def _client(self, vendor: str) -> HttpClient:
        """The client of a vendor, which is made when it is first asked for."""

    @property
    def charge(self) -> HttpClient:
        return self._client("charge")

    @property
    def cariqa(self) -> HttpClient:
        return self._client("cariqa")

    @property
    def podero(self) -> HttpClient:
        return self._client("podero")
