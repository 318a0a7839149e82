"""What happens in a world without anybody's API: people, cars, connectors, stations and cards do it, now or later."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from ..domain.clock import HOUR, LATEST, MILLISECOND, MINUTE, NEVER, millis
from ..domain.errors import ClockEndsError, SenselessError, UnknownThingError
from ..domain.models import Card, Reservation, Session, Station
from ..domain.sessions import interrupt
from ..domain.sessions.lifecycle import SessionBoundaries, Transition
from ..store import availability, parties, sessions, stations
from ..store.world_transaction import WorldTransaction
from .charging import with_podero
from .displaced_plans import clear_the_way, drop
from .time_travel import in_order

Thing = TypeVar("Thing")

_OUTAGE: Final = 30 * MINUTE
_LATE: Final = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Asked:
    """To whom something is to happen, when, and for how long (microseconds) where that is said."""

    id: str
    at: int
    lasts: int | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """When it happens, and what becomes of everybody concerned from then on."""

    at: int
    transitions: list[Transition]


@dataclass(frozen=True, slots=True)
class Changed:
    """The sessions and reservations that an event has made anew."""

    sessions: list[Session] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that can happen. `of` says whose id it needs, `lasts` whether it is told for how long it goes on."""

    of: str
    does: str
    refused: str
    happen: Callable[[WorldTransaction, Asked], Changed]
    lasts: bool = False


def happen(tx: WorldTransaction, event: str, who: str, when: Callable[[int], int], lasts: int | None) -> Happened:
    """Lets it happen at the instant that `when` makes of now.

    Refuses with UnknownThingError, with SenselessError where it makes no sense, or with ClockEndsError where no
    clock shows the instant, and then nothing is saved.
    """
    asked = Asked(who, when(tx.now) // MILLISECOND * MILLISECOND, lasts)
    if asked.at < tx.now:
        raise SenselessError(f"Things happen now or later, and it is {millis(tx.now)} already.")
    if asked.at + (asked.lasts or 0) > LATEST:
        raise ClockEndsError
    changed = EVENTS[event].happen(tx, asked)
    for session in changed.sessions:
        sessions.save_session(tx, session)
        clear_the_way(tx, session)
    facts = map(SessionBoundaries.of, changed.sessions)
    return Happened(asked.at, in_order(facts, changed.reservations, asked.at - 1, NEVER - 1))


def _to_session(happening: Callable[[Session, Asked], Session]) -> Callable[[WorldTransaction, Asked], Changed]:
    """An event that happens to one session."""

    def happen(tx: WorldTransaction, asked: Asked) -> Changed:
        changed = with_podero(tx, happening(_session(tx, asked.id), asked))
        station = _found(stations.station(tx, changed.station), changed.station)
        return Changed([_heard(changed, station)])

    return happen


def _connector_fault(tx: WorldTransaction, asked: Asked) -> Changed:
    session = sessions.session_shown_as(tx, asked.id)
    if session is not None:
        interrupt.fault(session, at=asked.at)
        connector = _found(stations.connector(tx, session.station, session.connector), session.connector)
    else:
        connector = _found(stations.connector_of_evse(tx, asked.id), asked.id)
    until = asked.at + (asked.lasts or _OUTAGE)
    _refuse_during(connector.evse_id, "out of order", (connector.broken_from, connector.broken_until), tx.now)
    stations.save_connector(tx, replace(connector, broken_from=asked.at, broken_until=until))
    there = availability.sessions_at(tx, connector.station, asked.at, until)
    station = _found(stations.station(tx, connector.station), connector.station)

    def failed(session: Session) -> Session:
        return session if session.ended_at <= asked.at else _heard(interrupt.fault(session, at=asked.at), station)

    return _through(tx, asked.at, (each for each in there if each.connector == connector.id), failed)


def _station_silent(tx: WorldTransaction, asked: Asked) -> Changed:
    station = _found(stations.station(tx, asked.id), asked.id)
    until = asked.at + (asked.lasts or _OUTAGE)
    if not station.online:
        raise SenselessError(f"{station.id} is never heard of.")
    _refuse_during(station.id, "silent", (station.silent_from, station.silent_until), tx.now)
    stations.save_station(tx, replace(station, silent_from=asked.at, silent_until=until))

    def unheard(session: Session) -> Session:
        return interrupt.silence(session, since=asked.at, until=until)

    return _through(tx, asked.at, availability.sessions_at(tx, station.id, asked.at, until), unheard)


def _card_declined(tx: WorldTransaction, asked: Asked) -> Changed:
    method = _found(parties.payment_method(tx, asked.id), asked.id)
    if method.card is Card.DECLINED or method.declined_from <= asked.at:
        raise SenselessError(f"{method.id} is declined already.")
    parties.save_payment_method(tx, replace(method, declined_from=asked.at))
    return Changed()


def _heard(session: Session, station: Station) -> Session:
    """What happens while its station is silent is heard of when that returns."""
    return interrupt.silence(session, since=station.silent_from, until=station.silent_until)


def _through(
    tx: WorldTransaction, since: int, there: Iterable[Session], befalls: Callable[[Session], Session]
) -> Changed:
    """An outage: it befalls whoever is plugged in, and nobody who meant to come later comes."""
    changed = Changed()
    for session in there:
        if session.created_at > since:
            changed.reservations.extend(drop(tx, session))
        elif (after := befalls(session)) is not session:
            changed.sessions.append(with_podero(tx, after))
    return changed


def _refuse_during(name: str, state: str, outage: tuple[int, int], now: int) -> None:
    """One outage at a time can be told of anything."""
    since, until = outage
    if since < NEVER and now < until:
        raise SenselessError(f"{name} is {state} from {millis(since)} until {millis(until)} already.")


def _session(tx: WorldTransaction, shown_id: str) -> Session:
    return _found(sessions.session_shown_as(tx, shown_id), shown_id)


def _found(thing: Thing | None, named: str) -> Thing:
    if thing is None:
        raise UnknownThingError(named)
    return thing


EVENTS: Final = {
    "unplug": Event(
        of="a charging session that is plugged in: Charge's id, or the UUID of Cariqa or Podero",
        does="The driver unplugs. While energy flows, the session is completed; later, the car leaves its connector.",
        refused="The car was unplugged before, or is not plugged in yet.",
        happen=_to_session(lambda session, asked: interrupt.unplug(session, at=asked.at)),
    ),
    "vehicle_full": Event(
        of="a charging session that takes power, or will",
        does="The car is full and takes no more power. At Charge the session is completed, elsewhere the car stays.",
        refused="Power has stopped before.",
        happen=_to_session(lambda session, asked: interrupt.vehicle_full(session, at=asked.at)),
    ),
    "connector_fault": Event(
        of="a charging session, or the EVSE id of a connector",
        does="The connector fails, and with it the session there, before or while energy flows. Nobody can start on it "
        "until it is repaired, which takes half an hour unless `for` says otherwise.",
        refused="The session has ended, or the connector is out of order already.",
        happen=_connector_fault,
        lasts=True,
    ),
    "station_silent": Event(
        of="a charging station, chst_…",
        does="Nothing is heard of the station: energy and `updated` stand still, nobody can start, and what ends "
        "is seen to end when it returns, after half an hour unless `for` says otherwise.",
        refused="The station is silent already, or always.",
        happen=_station_silent,
        lasts=True,
    ),
    "payment_fails": Event(
        of="a charging session that is to be paid",
        does="The payment fails when it is due, and leaves a debt.",
        refused="It is settled, or nobody pays for it.",
        happen=_to_session(lambda session, asked: interrupt.fail_payment(session, at=asked.at)),
    ),
    "debt_paid": Event(
        of="a charging session whose payment has failed",
        does="The debt is paid, and the session settled.",
        refused="There is no debt, or not yet.",
        happen=_to_session(lambda session, asked: interrupt.pay_debt(session, at=asked.at)),
    ),
    "card_declined": Event(
        of="a payment method, pm_…",
        does="The card is declined from now on. What was authorised before is paid.",
        refused="It is declined already.",
        happen=_card_declined,
    ),
    "charge_record_late": Event(
        of="a charging session of Cariqa's that is to be paid",
        does="The charge record, and with it the invoice, arrives late: six hours after the session's end unless `for` "
        "says otherwise.",
        refused="It is settled, its payment fails, or the record would have come before.",
        happen=_to_session(
            lambda session, asked: interrupt.late_record(session, delay=asked.lasts or _LATE, at=asked.at)
        ),
        lasts=True,
    ),
}
"""What can happen, by its name."""
