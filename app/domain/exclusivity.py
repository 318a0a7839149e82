"""Exclusivity: a session holds its connector, its vehicle, its driver and its user while the vehicle is plugged in.

Two sessions collide if they hold the same thing at the same time. Which collisions are refused:

- **Plans and scenarios** refuse all of them (`EVERYTHING`), because a person charges one vehicle at a time. No session
  is planned where its connector, vehicle, driver or user is taken, and a planned session is removed when another one
  that holds one of them begins. A scenario file that places two colliding sessions is refused.
- **Starts and archives** refuse only what is physically impossible (`PHYSICAL`): a connector takes one vehicle, and a
  vehicle is at one connector. A vendor lets one driver start several sessions, as a fleet's shared account does. Such
  sessions are exported, so an archive has to accept them.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from .models import Session

CONNECTOR: Final = "connector"
VEHICLE: Final = "vehicle"
DRIVER: Final = "driver"
USER: Final = "user"
PHYSICAL: Final = (CONNECTOR, VEHICLE)
EVERYTHING: Final = (*PHYSICAL, DRIVER, USER)


Held: TypeAlias = tuple[str, Hashable]
"""Something that one session holds at a time: its kind, and what identifies it among its kind."""


class Collision(NamedTuple):
    """Two sessions of a list, by their places in it, that hold the same thing at the same time.

    `later` was created while the vehicle of `earlier` was plugged in.
    """

    kind: str
    earlier: int
    later: int


def held(session: Session) -> tuple[Held, ...]:
    """What the session holds while its vehicle is plugged in, in the order of `EVERYTHING`."""
    things: tuple[Held, ...] = ((CONNECTOR, (session.station, session.connector)), (VEHICLE, session.vehicle))
    if session.driver is not None:
        things = (*things, (DRIVER, session.driver))
    return things if session.user is None else (*things, (USER, session.user))


def overlap(one: Session, other: Session) -> bool:
    """Whether both vehicles are plugged in at some instant, which the instant of unplugging is not."""
    return one.created_at < other.unplugged_at and other.created_at < one.unplugged_at


def collide(one: Session, other: Session, kinds: Sequence[str] = EVERYTHING) -> bool:
    """Whether the sessions hold the same thing of one of these kinds at the same time."""
    return overlap(one, other) and any(kind in kinds for kind, _ in set(held(one)) & set(held(other)))


def collisions(sessions: Sequence[Session], kinds: Sequence[str] = EVERYTHING) -> Iterator[Collision]:
    """Yields a collision for each thing of these kinds that a session and an earlier one hold, in the order of time.

    Of several earlier sessions, the collision names the one that holds the thing longest.
    """
    holders: dict[Held, int] = {}
    for later in sorted(range(len(sessions)), key=lambda n: (sessions[n].created_at, sessions[n].unplugged_at)):
        for thing in held(sessions[later]):
            earlier = holders.setdefault(thing, later)
            if earlier != later and thing[0] in kinds and overlap(sessions[earlier], sessions[later]):
                yield Collision(thing[0], earlier, later)
            if sessions[later].unplugged_at >= sessions[earlier].unplugged_at:
                holders[thing] = later
