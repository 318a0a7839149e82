"""What a server is put together from, as far as its faces need to know it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from ..simulation.moments import Moments
from ..simulation.worlds import Worlds
from .links import Links
from .tallies import Tally


@dataclass(slots=True)
class House:
    """The worlds, how to link to them, and who may steer them.

    `moments` is the way into a world, `worlds` makes and removes them. `body_bytes` is the most that a request's body
    may have, `import_bytes` if it is a whole world. `tallies` counts what each API answers; `ready` turns true once the
    lasting worlds are there.
    """

    moments: Moments
    worlds: Worlds
    links: Links
    allowed_hosts: Sequence[str] = ()
    admin_token: bytes | None = field(default=None, repr=False)
    body_bytes: int = 1 << 20
    import_bytes: int = 64 << 20
    tallies: dict[str, Tally] = field(default_factory=dict)
    ready: bool = False


def house_of(request: Request) -> House:
    """The house that the request came to."""
    house: House = request.app.state.house
    return house
