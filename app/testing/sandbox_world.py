"""The world of a test: a world of the control API, with clients of the vendors' APIs and variables for an app."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from ..client import ControlError, World
from ..client.values import instant_text
from .clients import Clients
from .environment import variables
from .vendors import OfVendors

if TYPE_CHECKING:
    import httpx2

    from ..client import ControlClient
    from ..client.values import Duration, Instant


class SandboxWorld(World, OfVendors["httpx2.Client"]):
    """A private world, with an HTTP client of each vendor's API that has its key.

    `names` are variables of one's own for `env`, and what each has, such as `charge.secret_key`.
    """

    def __init__(
        self, client: "ControlClient", answer: Mapping[str, Any], *, names: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        super().__init__(client, answer)
        self._names = names
        self._clients = Clients(self)
        self._views: dict[str, Clients] = {}
        self._forks: list[SandboxWorld] = []

    def _client(self, vendor: str) -> "httpx2.Client":
        return self._clients._client(vendor)  # noqa: SLF001 - its own clients

    @cached_property
    def env(self) -> dict[str, str]:
        """Environment variables for the application under test: addresses and keys of the vendors' APIs."""
        return variables(self, self._names())

    def at(self, instant: "Instant") -> Clients:
        """The clients of the vendors' APIs whose GETs answer as of an instant, past or future; the clock stays."""
        text = instant_text("instant", instant)
        return self._views.setdefault(text, Clients(self, text))

    def fork(self, name: str | None = None, *, expires_in: "Duration | None" = None) -> Self:
        """A copy of this world as it is now, with keys of its own. It is deleted with this one."""
        copy = super().fork(name, expires_in=expires_in)
        copy._names = self._names  # noqa: SLF001 - of the same class
        self._forks.append(copy)
        return copy

    def delete(self) -> None:
        """Deletes the world and its forks, and closes the clients."""
        self.close()
        for fork in self._forks:
            with suppress(ControlError):
                fork.delete()
        super().delete()

    def close(self) -> None:
        """Closes the clients; the world stays."""
        for clients in (self._clients, *self._views.values()):
            clients.close()
