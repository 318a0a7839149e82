"""What a server is put together from, as far as its faces need to know it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from ..worlds.directory import WorldDirectory
from ..worlds.lifecycle import Worlds
from .links import Links
from .request_counters import RequestCounter


@dataclass(slots=True)
class AppContext:
    """The worlds, how to link to them, and who may steer them.

    `moments` is the way into a world, `worlds` makes and removes them. `body_bytes` is the most that a request's body
    may have, `import_bytes` if it is a whole world. `tallies` counts what each API answers; `ready` turns true once the
    lasting worlds are there.
    """

    directory: WorldDirectory
    worlds: Worlds
    links: Links
    allowed_hosts: Sequence[str] = ()
    admin_token: bytes | None = field(default=None, repr=False)
    body_bytes: int = 1 << 20
    import_bytes: int = 64 << 20
    request_counters: dict[str, RequestCounter] = field(default_factory=dict)
    ready: bool = False


def context_of(request: Request) -> AppContext:
    """The house that the request came to."""
    context: AppContext = request.app.state.context
    return context
