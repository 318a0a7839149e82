"""What sessions and reservations share: transitions between statuses, and the instant at which a status is reached."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from .clock import EARLIEST, MILLISECOND, NEVER, millis
from .errors import NeverError

if TYPE_CHECKING:
    from .models import Reservation
    from .sessions.lifecycle import SessionBoundaries

FIRST: Final = EARLIEST - 1
"""Before the first instant of a span without a beginning."""
LAST: Final = NEVER - 1
"""The last instant of a span without an end. It leaves out NEVER, the instant of events that are not planned."""


class Transition(NamedTuple):
    """At `at` the subject passes from the status `came_from` to another; `came_from` is None when it is created.

    `kind` says whether the subject is a session or a reservation; `id` is the id that its vendor shows.
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
    """The first instant, in whole milliseconds and not before now, at which a session or reservation has the status.

    `name` is what messages call it, `periods` are the periods of its statuses, and `otherwise` is its last status.
    Raises NeverError.
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
