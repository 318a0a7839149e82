"""Events of one session, and what other events need to change one."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from ...domain.channels import Channel
from ...domain.errors import UnknownThingError
from ...domain.models import Session, Station
from ...domain.sessions import interrupt
from ...store import sessions, stations
from ...store.world_transaction import WorldTransaction
from ..smart_charging import with_new_summary
from .event import Changes, Event, EventRequest

Thing = TypeVar("Thing")


class Interruption(Protocol):
    """A function that changes a session, or refuses to."""

    def __call__(self, session: Session, channel: Channel, *, at: int) -> Session: ...


def of_session(interruption: Interruption) -> Callable[[WorldTransaction, EventRequest], Changes]:
    """An event that happens to one session."""

    def happen(tx: WorldTransaction, request: EventRequest) -> Changes:
        session = found(sessions.session_shown_as(tx, request.id), request.id)
        changed = interruption(session, tx.channels[session.channel], at=request.at)
        if session.unplugged_at > request.at:
            # Later its smart charging has been shown, and stays as it is.
            changed = with_new_summary(tx, changed)
        station = found(stations.station(tx, changed.station), changed.station)
        return Changes([as_heard(changed, station, request.at)])

    return happen


def as_heard(session: Session, station: Station, at: int) -> Session:
    """The session as it is seen: what happens from `at` on while its station is silent becomes known after that.

    What the vendor was told before `at`, such as an end through its API, was known then.
    """
    return interrupt.silence(session, since=station.silent_from, until=station.silent_until, known=at)


def found(thing: Thing | None, named: str) -> Thing:
    if thing is None:
        raise UnknownThingError(named)
    return thing


EVENTS: Final = {
    "unplug": Event(
        of="a charging session whose vehicle is plugged in, by the id that a vendor shows",
        does="The driver unplugs. While energy flows, the session is completed; later, the vehicle leaves its "
        "connector.",
        refused="The vehicle was unplugged before, or is not plugged in yet.",
        happen=of_session(interrupt.unplug),
    ),
    "vehicle_full": Event(
        of="a charging session that takes power, or will",
        does="The vehicle is full and takes no more power. The session is completed then, or at the unplugging, "
        "as its vendor does it.",
        refused="Power has stopped before.",
        happen=of_session(interrupt.vehicle_full),
    ),
}
