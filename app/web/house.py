"""What a server is put together from, as far as its faces need to know it."""

from asyncio import Event
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from ..simulation.moments import Moments
from .links import Links


@dataclass(slots=True)
class House:
    """The worlds, and how to link to them.

    `ready` turns true once the lasting worlds are there; `retired` is set when one was replaced: its rows are to go.
    """

    moments: Moments
    links: Links
    allowed_hosts: Sequence[str] = ()
    ready: bool = False
    retired: Event = field(default_factory=Event)


def house_of(request: Request) -> House:
    """The house that the request came to."""
    house: House = request.app.state.house
    return house
