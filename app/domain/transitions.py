"""Transitions from one status to the next, and when a status is reached: what sessions and reservations share."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from .clock import MILLISECOND, NEVER, millis
from .errors import NeverError

if TYPE_CHECKING:
    from .models import Reservation
    from .sessions.lifecycle import SessionBoundaries

LAST: Final = NEVER - 1
"""The last instant of a span that has no end; what happens at NEVER does not happen."""


class Transition(NamedTuple):
    """At `at` the subject came from one status to another; `came_from` is None when it was created.

    `kind` says what the subject is, and `id` is its id as the vendor shows it whose it is.
    """

    at: int
    kind: str
    id: str
    subject: "SessionBoundaries | Reservation"
    came_from: str | None
    to: str
    reason: str


class Step(NamedTuple):
    """An instant, the status from then on, and its reason."""

    at: int
    status: str
    reason: str


class Period(NamedTuple):
    """A status lasts from `begin` until `end`."""

    begin: int = NEVER
    end: int = NEVER


def with_previous(steps: Sequence[Step], after: int, until: int) -> Iterator[tuple[Step, str | None]]:
    """The steps after an instant, up to another one, in time order, each with the status before it.

    Steps at the same instant keep their order.
    """
    came_from: str | None = None
    for step in sorted(steps, key=itemgetter(0)):
        if after < step.at <= until:
            yield step, came_from
        came_from = step.status


def instant_of_status(name: str, periods: Mapping[str, Period], status: str, now: int, *, otherwise: str) -> int:
    """The instant, in whole milliseconds and not before now, at which the thing called `name` has the status.

    `periods` says when it has which status, and `otherwise` is the status that it has at last. Raises NeverError.
    """
    period = periods.get(status, Period())
    at = now if period.begin <= now else -(-period.begin // MILLISECOND) * MILLISECOND
    if at < period.end:
        return at
    is_over = period.begin <= now
    later = [word for word, other in periods.items() if word != status and is_over and other.begin == period.end]
    instead = next(iter(later), otherwise)
    opening = f"{name} is no longer {status}" if is_over else f"{name} will not be {status}"
    since = periods[instead].begin
    raise NeverError(f"{opening}: it {was_or_will_be(instead, since, now)}.", instead, since)


def was_or_will_be(status: str, at: int, now: int) -> str:
    """When the status began or begins, as the end of a sentence: `was completed at 2026-03-02T09:00:00.250Z`."""
    return f"{'was' if at <= now else 'will be'} {status} at {millis(at)}"
