"""The world `default` as its callers see it: the calls that are measured, and who can charge where.

Everything here comes from answers of the server; the benchmark knows nothing of how they are made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from .client import OK, Client, MeasureFailedError

CALLS: Final = ("completed", "active", "newest", "retrieve", "reservations", "cariqa", "podero")
"""The names of the measured calls."""

_SESSIONS: Final = "/v1/charging_sessions"
_BUSY: Final = 409
_WORLD: Final = "/_sandbox/v1/worlds/default"
_TEN: Final = 10
_PAGES: Final = 20
_ORDER: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")
_SLOW_KW: Final = (3.0, 12.0)

Order = dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A GET that is measured: `rows` is where its ten objects are, `least` the bar to its share of its constant."""

    name: str
    title: str
    path: str
    key: str
    rows: str | None
    least: float | None = None

    def answered(self, client: Client) -> bytes:
        """What it answers, complete."""
        answer = client.get(self.path, self.key)
        if self.rows is not None and len(answer.json()[self.rows]) != _TEN:
            raise MeasureFailedError(f"GET {self.path} answers {len(answer.json()[self.rows])} objects, not ten")
        return answer.body


class Town:
    """The world of a server in real time, met through one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._world = client.get(_WORLD).json()
        if (self._world["scenario"], self._world["clock"]["speed"]) != ("town", 1):
            raise MeasureFailedError("the world default is not the town in real time")
        self.charge: Final[str] = self._world["credentials"]["charge"]["secret_key"]

    def completed(self) -> Call:
        path = f"{_SESSIONS}?limit=10&status=completed"
        return Call("completed", "ten completed sessions", path, self.charge, "data", 0.33)

    def calls(self) -> list[Call]:
        """Everything that is measured beside a constant."""
        cariqa, podero = (self._world["credentials"][vendor] for vendor in ("cariqa", "podero"))
        span = self._world["sample"]["podero"]
        user = f"/api/v1/users/{cariqa['user_id']}/charging-sessions/?page_size=10"
        org = f"/api/partners/v2.0/org/{podero['org_id']}/users/{podero['user_id']}"
        car = f"{org}/electric-vehicles/{podero['electric_vehicle_id']}/sessions"
        days = f"from={span['from']}&to={span['to']}&limit=10"
        some = self._client.get(self.completed().path, self.charge).json()["data"][0]["id"]
        return [
            self.completed(),
            Call("active", "ten active sessions", f"{_SESSIONS}?limit=10&status=active", self.charge, "data", 0.25),
            Call("newest", "ten sessions, unfiltered", f"{_SESSIONS}?limit=10", self.charge, "data"),
            Call("retrieve", "one session", f"{_SESSIONS}/{some}", self.charge, None),
            Call("reservations", "ten reservations", "/v1/reservations?limit=10", self.charge, "data"),
            Call("cariqa", "Cariqa: ten sessions of a user", user, cariqa["token"], "results"),
            Call("podero", "Podero: ten sessions of a car", f"{car}?{days}", podero["token"], "items"),
        ]

    def occupy(self) -> None:
        """Starts slow sessions until ten are active, and ten more that may end meanwhile."""
        active = self._client.get(f"{_SESSIONS}?limit=100&status=active", self.charge)
        missing = 2 * _TEN - len(active.json()["data"])
        for order in self.orders(slow=True):
            if missing <= 0:
                return
            missing -= self.start(order) is not None
        if missing > 0:
            raise MeasureFailedError(f"twenty sessions could not be made active: {missing} are missing")

    def orders(self, *, slow: bool = False) -> Iterator[Order]:
        """Who has charged where before, each car and each connector once; slow is alternating current."""
        taken: set[str] = set()
        for session in self._history():
            order = {name: str(session[name]) for name in _ORDER}
            place = f"{order['charging_station']}/{order['connector']}"
            if {order["vehicle"], place} & taken or (slow and not _is_slow(session)):
                continue
            taken |= {order["vehicle"], place}
            yield order

    def start(self, order: Order, client: Client | None = None) -> str | None:
        """The id of a session that now charges; None if car or connector are busy."""
        answer = (client or self._client).post(_SESSIONS, order, key=self.charge, expected=(_BUSY,))
        return str(answer.json()["id"]) if answer.status == OK else None

    def end(self, session: str, client: Client | None = None) -> None:
        """Ends a session that charges."""
        ended = (client or self._client).post(f"{_SESSIONS}/{session}/end", {}, key=self.charge).json()
        if (ended["id"], ended["status"]) != (session, "completed"):
            raise MeasureFailedError(f"{session} was ended, and {ended['id']} is {ended['status']}")

    def advance(self, by: str) -> datetime:
        """Moves the clock on; what it shows now."""
        return datetime.fromisoformat(self._client.post(f"{_WORLD}/clock/advance", {"by": by}).json()["to"])

    def now(self) -> datetime:
        return datetime.fromisoformat(self._client.get(f"{_WORLD}/clock").json()["now"])

    def _history(self) -> Iterator[dict[str, Any]]:
        link: str | None = f"{_SESSIONS}?limit=100&status=completed"
        for _ in range(_PAGES):
            if link is None:
                return
            listed = self._client.get(link, self.charge).json()
            yield from listed["data"]
            link = listed["next_page_url"]


def _is_slow(session: dict[str, Any]) -> bool:
    """By the mean power it took."""
    began, ended = (datetime.fromisoformat(session[name]) for name in ("session_started", "session_ended"))
    hours = (ended - began).total_seconds() / 3600
    return hours > 0 and _SLOW_KW[0] <= session["energy_consumed"] / 1000 / hours <= _SLOW_KW[1]
