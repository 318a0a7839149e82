"""A model of worlds, simple enough to be plainly right: who is plugged in, until when, and what becomes of them."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

MINUTE: Final = timedelta(minutes=1)
OUTAGE: Final = timedelta(minutes=30)
"""How long a connector is out of order after it has failed."""


@dataclass(slots=True)
class Modelled:
    """A session that somebody has started: where, and when it will end and be unplugged, with which outcome."""

    connector: str
    created: datetime
    ended: datetime
    unplugged: datetime
    outcome: str
    settled: bool = True

    def status(self, now: datetime) -> str:
        return "active" if now < self.ended else self.outcome


@dataclass(slots=True)
class Model:
    """A world: its time, the sessions started in it, and the connectors that are out of order until some instant."""

    scenario: str
    seed: int
    now: datetime
    sessions: dict[str, Modelled] = field(default_factory=dict)
    broken: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def copy(self) -> "Model":
        return deepcopy(self)

    def may_start(self, connector: str) -> bool:
        """Whether nobody is plugged in there, nor the one car that all of them charge anywhere, and it works."""
        since, until = self.broken.get(connector, (self.now, self.now))
        return not since <= self.now < until and all(each.unplugged <= self.now for each in self.sessions.values())

    def end(self, session: str) -> bool:
        """Somebody ends a session; whether it was active."""
        it = self.sessions[session]
        if it.status(self.now) != "active":
            return False
        it.ended, it.outcome = self.now, "completed"
        it.unplugged = min(it.unplugged, self.now + MINUTE)
        return True

    def unplug(self, session: str, at: datetime) -> bool:
        """The driver unplugs; whether there was a plug to pull."""
        it = self.sessions[session]
        if not it.created <= at < it.unplugged:
            return False
        if at < it.ended:
            it.ended, it.outcome = at, "completed"
        it.unplugged = at
        return True

    def fault(self, session: str, at: datetime) -> bool:
        """The connector fails; whether the session was still going on, and the connector in order."""
        it = self.sessions[session]
        _, until = self.broken.get(it.connector, (self.now, self.now))
        if not it.created <= at < it.ended or self.now < until:
            return False
        it.ended, it.outcome = at, "failed"
        it.unplugged = min(it.unplugged, at + MINUTE)
        self.broken[it.connector] = (at, at + OUTAGE)
        return True
