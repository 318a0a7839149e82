"""A model of worlds that is simple enough to be checked by reading: when sessions end and are unplugged, and how."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

MINUTE: Final = timedelta(minutes=1)
OUTAGE: Final = timedelta(minutes=30)
"""How long a connector is out of order after a fault."""


@dataclass(slots=True)
class SessionModel:
    """A session that the test started: its connector, when it ends and is unplugged, and its outcome."""

    connector: str
    created: datetime
    ended: datetime
    unplugged: datetime
    outcome: str

    def status(self, now: datetime) -> str:
        return "active" if now < self.ended else self.outcome


@dataclass(slots=True)
class WorldModel:
    """A world: its clock, the sessions that the test started, and when each faulty connector is out of order."""

    scenario: str
    seed: int
    now: datetime
    sessions: dict[str, SessionModel] = field(default_factory=dict)
    outages: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def copy(self) -> "WorldModel":
        return deepcopy(self)

    def may_start(self, connector: str) -> bool:
        """Whether the connector works and no session is plugged in; all sessions of the test use the same vehicle."""
        since, until = self.outages.get(connector, (self.now, self.now))
        return not since <= self.now < until and all(each.unplugged <= self.now for each in self.sessions.values())

    def end(self, session: str) -> bool:
        """Ends a session through the API. Returns False if it was not active."""
        it = self.sessions[session]
        if it.status(self.now) != "active":
            return False
        it.ended, it.outcome = self.now, "completed"
        it.unplugged = min(it.unplugged, self.now + MINUTE)
        return True

    def unplug(self, session: str, at: datetime) -> bool:
        """Unplugs the vehicle. Returns False if it was not plugged in."""
        it = self.sessions[session]
        if not it.created <= at < it.unplugged:
            return False
        if at < it.ended:
            it.ended, it.outcome = at, "completed"
        it.unplugged = at
        return True

    def fault(self, session: str, at: datetime) -> bool:
        """Lets the connector fail. Returns False if the session was over or the connector already out of order."""
        it = self.sessions[session]
        _, until = self.outages.get(it.connector, (self.now, self.now))
        if not it.created <= at < it.ended or self.now < until:
            return False
        it.ended, it.outcome = at, "failed"
        it.unplugged = min(it.unplugged, at + MINUTE)
        self.outages[it.connector] = (at, at + OUTAGE)
        return True
