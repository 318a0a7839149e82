"""The instants at which a charging session passes from one status to the next.

A session is first active, then completed, failed or cancelled, then unplugged, then settled. Transitions at one instant
are in this order.
"""

from typing import Final, NamedTuple

from ..channels import Channel
from ..clock import NEVER
from ..errors import NeverError, UnknownStatusError
from ..models import Outcome, Session
from ..transitions import FIRST, LAST, Period, Step, Transition, instant_of_status, was_or_will_be, with_previous
from .view import ACTIVE

CHARGING_SESSION: Final = "charging_session"
UNPLUGGED: Final = "unplugged"
SETTLED: Final = "settled"
STATUSES: Final = (
    *(ACTIVE, Outcome.COMPLETED.value, Outcome.FAILED.value, Outcome.CANCELLED.value),
    *(UNPLUGGED, SETTLED),
)


class SessionBoundaries(NamedTuple):
    """The part of a session from which its transitions follow."""

    n: int
    id: str
    uuid: str
    channel: Channel
    has_smart_charging: bool
    created_at: int
    ended_at: int
    unplugged_at: int
    settled_at: int
    outcome: str
    reason: str

    @classmethod
    def of(cls, session: Session, channel: Channel) -> "SessionBoundaries":
        """The boundaries of a session that was sold through that channel."""
        return cls(
            n=session.n,
            id=session.id,
            uuid=session.uuid,
            channel=channel,
            has_smart_charging=session.smart is not None,
            created_at=session.created_at,
            ended_at=session.ended_at,
            unplugged_at=session.unplugged_at,
            settled_at=session.settled_at,
            outcome=session.outcome,
            reason=session.reason,
        )

    @property
    def name(self) -> str:
        """The id that the session's channel shows."""
        return self.id if self.channel.shows == "id" else self.uuid


def transitions(facts: SessionBoundaries, after: int = FIRST, until: int = LAST) -> list[Transition]:
    """The session's transitions after an instant, up to another one, in time order; planned ones are included."""
    steps = [
        Step(facts.created_at, ACTIVE, "started"),
        Step(facts.ended_at, facts.outcome, facts.reason),
        Step(facts.unplugged_at, UNPLUGGED, UNPLUGGED),
        Step(facts.settled_at, SETTLED, "paid"),
    ]
    return [
        Transition(step.at, CHARGING_SESSION, facts.name, facts, came_from, step.status, step.reason)
        for step, came_from in with_previous(steps, after, until)
    ]


def instant_of(facts: SessionBoundaries, status: str, now: int) -> int:
    """The instant, in whole milliseconds and not before now, at which the session has that status.

    Raises UnknownStatusError or NeverError.
    """
    if status not in STATUSES:
        raise UnknownStatusError(STATUSES)
    if status == SETTLED and facts.settled_at == NEVER:
        why = f"The payment of {facts.name} fails" if facts.channel.buyer else f"There is no payment for {facts.name}"
        ended = was_or_will_be(facts.outcome, facts.ended_at, now)
        raise NeverError(f"{why}: it {ended}, and is never settled.", facts.outcome, facts.ended_at)
    periods = {
        ACTIVE: Period(facts.created_at, facts.ended_at),
        facts.outcome: Period(facts.ended_at),
        UNPLUGGED: Period(facts.unplugged_at),
        SETTLED: Period(facts.settled_at),
    }
    return instant_of_status(facts.name, periods, status, now, otherwise=facts.outcome)
