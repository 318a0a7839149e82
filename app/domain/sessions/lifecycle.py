"""When a session or a reservation passes from one status to the next, and when it will have the one that is waited for.

A session is active, then what became of it, then unplugged, then settled; what falls on one instant is in this order.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from .. import reservations
from ..clock import MILLISECOND, NEVER, millis
from ..errors import NeverError, UnknownStatusError
from ..models import Channel, Outcome, Reservation, Session
from .view import ACTIVE

CHARGING_SESSION: Final = "charging_session"
RESERVATION: Final = "reservation"
UNPLUGGED: Final = "unplugged"
SETTLED: Final = "settled"
SESSION_STATUSES: Final = (
    *(ACTIVE, Outcome.COMPLETED.value, Outcome.FAILED.value, Outcome.CANCELLED.value),
    *(UNPLUGGED, SETTLED),
)
RESERVATION_STATUSES: Final = (
    *(reservations.PENDING, reservations.CONFIRMED, reservations.COMPLETED),
    *(reservations.CANCELLED, reservations.FAILED, reservations.EXPIRED),
)


class Transition(NamedTuple):
    """At `at` the thing `id` came from one status to another; `came_from` is None when it was created.

    `id` is its id at the vendor whose it is, `ids` are those at every vendor that shows it, by the vendor's name.
    """

    at: int
    kind: str
    id: str
    ids: Mapping[str, str]
    came_from: str | None
    to: str
    reason: str


class SessionBoundaries(NamedTuple):
    """What of a session its transitions follow from; `is_poderos` says whether Podero shows it."""

    n: int
    id: str
    uuid: str
    channel: str
    is_poderos: bool
    created_at: int
    ended_at: int
    unplugged_at: int
    settled_at: int
    outcome: str
    reason: str

    @classmethod
    def of(cls, session: Session) -> "SessionBoundaries":
        return cls(
            n=session.n,
            id=session.id,
            uuid=session.uuid,
            channel=session.channel,
            is_poderos=session.smart is not None,
            created_at=session.created_at,
            ended_at=session.ended_at,
            unplugged_at=session.unplugged_at,
            settled_at=session.settled_at,
            outcome=session.outcome,
            reason=session.reason,
        )

    @property
    def name(self) -> str:
        """The id at the vendor whose session it is: Charge's own, and the UUID elsewhere."""
        return self.id if self.channel == Channel.CHARGE else self.uuid

    @property
    def ids(self) -> dict[str, str]:
        """The id at every vendor that shows the session."""
        shown = {} if self.channel == Channel.HOME else {str(self.channel): self.name}
        return {**shown, "podero": self.uuid} if self.is_poderos else shown


_Step: TypeAlias = tuple[int, str, str]
"""An instant, the status that is had from then on, and why."""

_Passed: TypeAlias = tuple[int, str | None, str, str]
"""The same with the status before it in the second place."""


class _Span(NamedTuple):
    """A status is had from `begin` on, until `end`."""

    begin: int = NEVER
    end: int = NEVER


def of_session(facts: SessionBoundaries, after: int = -1, until: int = NEVER - 1) -> list[Transition]:
    """A session's transitions after an instant, up to another one, in the order of time, planned ones too."""
    steps = [
        (facts.created_at, ACTIVE, "started"),
        (facts.ended_at, facts.outcome, facts.reason),
        (facts.unplugged_at, UNPLUGGED, UNPLUGGED),
        (facts.settled_at, SETTLED, "paid"),
    ]
    return [
        Transition(at, CHARGING_SESSION, facts.name, facts.ids, came_from, to, reason)
        for at, came_from, to, reason in _within(steps, after, until)
    ]


def of_reservation(it: Reservation, after: int = -1, until: int = NEVER - 1) -> list[Transition]:
    """A reservation's transitions after an instant, up to another one, in the order of time, planned ones too."""
    steps = [(it.created_at, reservations.PENDING, "booked")]
    if it.confirms_at < it.resolves_at:
        steps.append((it.confirms_at, reservations.CONFIRMED, "assigned"))
    steps.append((it.resolves_at, it.outcome, it.failed_reason or it.outcome))
    return [
        Transition(at, RESERVATION, it.id, {Channel.CHARGE.value: it.id}, came_from, to, reason)
        for at, came_from, to, reason in _within(steps, after, until)
    ]


def when(facts: SessionBoundaries, status: str, now: int) -> int:
    """The instant, in whole milliseconds and not before now, at which the session has that status.

    Refuses with UnknownStatusError or NeverError.
    """
    if status not in SESSION_STATUSES:
        raise UnknownStatusError(SESSION_STATUSES)
    if status == SETTLED and facts.settled_at == NEVER:
        at_home = facts.channel == Channel.HOME
        why = f"Nobody pays for {facts.name}" if at_home else f"The payment of {facts.name} fails"
        ended = _became(facts.outcome, facts.ended_at, now)
        raise NeverError(f"{why}: it {ended}, and is never settled.", facts.outcome, facts.ended_at)
    spans = {
        ACTIVE: _Span(facts.created_at, facts.ended_at),
        facts.outcome: _Span(facts.ended_at),
        UNPLUGGED: _Span(facts.unplugged_at),
        SETTLED: _Span(facts.settled_at),
    }
    return _when(facts.name, spans, status, now, otherwise=facts.outcome)


def when_reserved(it: Reservation, status: str, now: int) -> int:
    """The same for a reservation."""
    if status not in RESERVATION_STATUSES:
        raise UnknownStatusError(RESERVATION_STATUSES)
    spans = {reservations.PENDING: _Span(it.created_at, min(it.confirms_at, it.resolves_at))}
    if it.confirms_at < it.resolves_at:
        spans[reservations.CONFIRMED] = _Span(it.confirms_at, it.resolves_at)
    if it.resolves_at < NEVER:
        spans[it.outcome] = _Span(it.resolves_at)
    return _when(it.id, spans, status, now, otherwise=list(spans)[-1])


def _within(steps: list[_Step], after: int, until: int) -> list[_Passed]:
    """The steps within the span, in the order of time; those of one instant stay as they are."""
    came_from: str | None = None
    passed: list[_Passed] = []
    for at, to, reason in sorted(steps, key=itemgetter(0)):
        if after < at <= until:
            passed.append((at, came_from, to, reason))
        came_from = to
    return passed


def _when(name: str, spans: Mapping[str, _Span], status: str, now: int, *, otherwise: str) -> int:
    """When a status is had that has one of the spans; what never has it is, or will be, something else instead."""
    span = spans.get(status, _Span())
    at = now if span.begin <= now else -(-span.begin // MILLISECOND) * MILLISECOND
    if at < span.end:
        return at
    is_over = span.begin <= now
    later = [word for word, other in spans.items() if word != status and is_over and other.begin == span.end]
    instead = next(iter(later), otherwise)
    opening = f"{name} is no longer {status}" if is_over else f"{name} will not be {status}"
    since = spans[instead].begin
    raise NeverError(f"{opening}: it {_became(instead, since, now)}.", instead, since)


def _became(status: str, at: int, now: int) -> str:
    return f"{'was' if at <= now else 'will be'} {status} at {millis(at)}"
