"""The world `default` as its callers see it: the GETs that are measured, and sessions that can be started."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from .connections import exchange, request, successes
from .loads import TEN, Target
from .servers import MeasureFailedError, Server

SESSIONS: Final = "/v1/charging_sessions"
WORLDS: Final = "/_sandbox/v1/worlds"
DEFAULT: Final = f"{WORLDS}/default"
BUSY: Final = 409
"""The status of a session whose vehicle or connector is busy."""
_ORDER: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")
_SLOW_KW: Final = (3.0, 12.0)
_DAYS_AGO: Final = timedelta(days=3)
"""After three days hardly a vehicle is still plugged in."""
_ALL_DAYS: Final = timedelta(days=600)
_ALL_HAVE_LEFT: Final = "P2D"


class World:
    """The world of a server, in real time. Raises MeasureFailedError if it is not."""

    def __init__(self, server: Server) -> None:
        self.server: Final = server
        self._client: Final = server.client()
        self._facts: Final[dict[str, Any]] = self._client.get(DEFAULT).json()
        if self._facts["clock"]["speed"] != 1:
            raise MeasureFailedError("the world default is not in real time")
        self.charge: Final[str] = self._facts["credentials"]["charge"]["secret_key"]
        self.cariqa_token: Final[str] = self._facts["credentials"]["cariqa"]["token"]
        self.cariqa_user: Final[str] = self._facts["credentials"]["cariqa"]["user_id"]
        self.podero_keys: Final[dict[str, str]] = self._facts["credentials"]["podero"]

    def sessions(self, title: str, filters: Mapping[str, str]) -> Target:
        """A page of ten of Charge's sessions."""
        query = urlencode({"limit": str(TEN), **filters})
        return Target(title, self.server, f"{SESSIONS}?{query}", self.charge)

    def completed(self) -> Target:
        return self.sessions("ten completed sessions", {"status": "completed"})

    def active(self) -> Target:
        """A page of active sessions, of which this makes sure that there are enough."""
        self._occupy()
        return self.sessions("ten active sessions", {"status": "active"})

    def session(self) -> Target:
        some = self.completed().json()["data"][0]["id"]
        return Target("one session", self.server, f"{SESSIONS}/{some}", self.charge, rows=None)

    def cariqa(self) -> Target:
        """The first page of the sample user's sessions."""
        path = f"/api/v1/users/{self.cariqa_user}/charging-sessions/?page_size={TEN}"
        return Target("Cariqa: ten sessions of a user", self.server, path, self.cariqa_token, "results")

    def podero(self) -> Target:
        """The first page of all of the sample vehicle's sessions."""
        keys, today = self.podero_keys, self.now()
        vehicle = f"/org/{keys['org_id']}/users/{keys['user_id']}/electric-vehicles/{keys['electric_vehicle_id']}"
        days = {"from": f"{today - _ALL_DAYS:%Y-%m-%d}", "to": f"{today:%Y-%m-%d}", "limit": str(TEN)}
        path = f"/api/partners/v2.0{vehicle}/sessions?{urlencode(days)}"
        return Target("Podero: ten sessions of a vehicle", self.server, path, keys["token"], "items")

    def pages(self, target: Target) -> Iterator[dict[str, Any]]:
        """The pages of one of Charge's lists, from this one on."""
        with self.server.client(self.charge) as client:
            link: str | None = target.path
            while link is not None:
                page = client.get(link).json()
                yield page
                link = page["next_page_url"]

    def starts(self, *, slow: bool = False) -> Iterator[bytes]:
        """Requests that start a session, each with a vehicle and a connector of its own; slow are 3 to 12 kW.

        They are taken from sessions that were completed days ago.
        """
        before = f"{self.now() - _DAYS_AGO:%Y-%m-%dT%H:%M:%SZ}"
        history = self.sessions("", {"limit": "100", "status": "completed", "created[lt]": before})
        taken: set[str] = set()
        for session in (session for page in self.pages(history) for session in page["data"]):
            connector = f"{session['charging_station']}/{session['connector']}"
            if {session["vehicle"], connector} & taken or (slow and not _is_slow(session)):
                continue
            taken |= {session["vehicle"], connector}
            yield request("POST", SESSIONS, self.charge, {name: session[name] for name in _ORDER})

    def advance(self, by: str = _ALL_HAVE_LEFT) -> datetime:
        """Moves the clock on, by default until all vehicles that charge now have left; returns what it shows."""
        return datetime.fromisoformat(self._client.post(f"{DEFAULT}/clock/advance", json={"by": by}).json()["to"])

    def now(self) -> datetime:
        return datetime.fromisoformat(self._client.get(f"{DEFAULT}/clock").json()["now"])

    def _occupy(self) -> None:
        """Starts slow sessions until twenty are active, so that ten are left when some have ended."""
        active = self.sessions("", {"limit": "100", "status": "active"}).json()["data"]
        missing = 2 * TEN - len(active)
        for order in self.starts(slow=True):
            if missing <= 0:
                return
            missing -= len(successes(exchange(self.server, [iter([order])]).all(), or_else=BUSY))
        if missing > 0:
            raise MeasureFailedError(f"twenty sessions could not be made active: {missing} are missing")


def _is_slow(session: Mapping[str, Any]) -> bool:
    """Whether the mean power was that of alternating current."""
    began, ended = (datetime.fromisoformat(session[name]) for name in ("session_started", "session_ended"))
    hours = (ended - began).total_seconds() / 3600
    return hours > 0 and _SLOW_KW[0] <= session["energy_consumed"] / 1000 / hours <= _SLOW_KW[1]
