"""The world `default` as its callers see it: the calls that are measured, and who can charge where.

Everything here comes from answers of the server; the benchmark knows nothing of how they are made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from .client import OK, Client, MeasureFailedError

SESSIONS: Final = "/v1/charging_sessions"
WORLD: Final = "/_sandbox/v1/worlds/default"
TEN: Final = 10
_BUSY: Final = 409
_ORDER: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")
_SLOW_KW: Final = (3.0, 12.0)
_FORMERLY: Final = timedelta(days=3)
"""After that long, hardly anybody is still plugged in."""
_ALL: Final = timedelta(days=600)

Order = dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A GET that is measured; `rows` is where its ten objects are."""

    title: str
    path: str
    key: str
    rows: str | None = "data"

    def answered(self, client: Client) -> bytes:
        """What it answers, complete."""
        answer = client.get(self.path, self.key)
        if self.rows is not None and len(answer.json()[self.rows]) != TEN:
            raise MeasureFailedError(f"GET {self.path} answers {len(answer.json()[self.rows])} objects, not ten")
        return answer.body


class Town:
    """The world of a server in real time, met through one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._world = client.get(WORLD).json()
        if self._world["clock"]["speed"] != 1:
            raise MeasureFailedError("the world default is not in real time")
        self.charge: Final[str] = self._world["credentials"]["charge"]["secret_key"]

    def listing(self, title: str, filters: Mapping[str, str]) -> Call:
        """A page of ten of Charge's sessions."""
        return Call(title, f"{SESSIONS}?{urlencode({'limit': str(TEN), **filters})}", self.charge)

    def completed(self) -> Call:
        return self.listing("ten completed sessions", {"status": "completed"})

    def active(self) -> Call:
        return self.listing("ten active sessions", {"status": "active"})

    def newest(self) -> Call:
        return self.listing("ten sessions, unfiltered", {})

    def retrieve(self) -> Call:
        some = self.listed(self.completed())[0]["id"]
        return Call("one session", f"{SESSIONS}/{some}", self.charge, None)

    def reservations(self) -> Call:
        return Call("ten reservations", f"/v1/reservations?limit={TEN}", self.charge)

    def cariqa(self) -> Call:
        """The first page of the sample user's sessions."""
        keys = self._world["credentials"]["cariqa"]
        path = f"/api/v1/users/{keys['user_id']}/charging-sessions/?page_size={TEN}"
        return Call("Cariqa: ten sessions of a user", path, keys["token"], "results")

    def podero(self) -> Call:
        """The first page of all of the sample car's sessions."""
        keys, today = self._world["credentials"]["podero"], self.now()
        car = f"/org/{keys['org_id']}/users/{keys['user_id']}/electric-vehicles/{keys['electric_vehicle_id']}"
        days = {"from": f"{today - _ALL:%Y-%m-%d}", "to": f"{today:%Y-%m-%d}", "limit": str(TEN)}
        path = f"/api/partners/v2.0{car}/sessions?{urlencode(days)}"
        return Call("Podero: ten sessions of a car", path, keys["token"], "items")

    def listed(self, call: Call) -> list[dict[str, Any]]:
        """The objects on a page."""
        rows: list[dict[str, Any]] = self._client.get(call.path, call.key).json()[call.rows]
        return rows

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        """One of Charge's lists from here on, page by page."""
        link: str | None = call.path
        while link is not None:
            page = self._client.get(link, self.charge).json()
            yield page
            link = page["next_page_url"]

    def occupy(self) -> None:
        """Starts slow sessions until ten are active, and ten more that may end meanwhile."""
        active = self.listing("", {"limit": "100", "status": "active"})
        missing = 2 * TEN - len(self.listed(active))
        for order in self.orders(slow=True):
            if missing <= 0:
                return
            missing -= self.start(order) is not None
        if missing > 0:
            raise MeasureFailedError(f"twenty sessions could not be made active: {missing} are missing")

    def orders(self, *, slow: bool = False) -> Iterator[Order]:
        """Who charged where some days ago, each car and each connector once; slow is alternating current."""
        before = f"{self.now() - _FORMERLY:%Y-%m-%dT%H:%M:%SZ}"
        history = self.listing("", {"limit": "100", "status": "completed", "created[lt]": before})
        taken: set[str] = set()
        for session in (session for page in self.pages(history) for session in page["data"]):
            order = {name: str(session[name]) for name in _ORDER}
            place = f"{order['charging_station']}/{order['connector']}"
            if {order["vehicle"], place} & taken or (slow and not _is_slow(session)):
                continue
            taken |= {order["vehicle"], place}
            yield order

    def start(self, order: Order, client: Client | None = None) -> str | None:
        """The id of a session that now charges; None if car or connector are busy."""
        answer = (client or self._client).post(SESSIONS, order, key=self.charge, expected=(_BUSY,))
        return str(answer.json()["id"]) if answer.status == OK else None

    def end(self, session: str, client: Client | None = None) -> None:
        """Ends a session that charges."""
        ended = (client or self._client).post(f"{SESSIONS}/{session}/end", {}, key=self.charge).json()
        if (ended["id"], ended["status"]) != (session, "completed"):
            raise MeasureFailedError(f"{session} was ended, and {ended['id']} is {ended['status']}")

    def advance(self, by: str) -> datetime:
        """Moves the clock on; what it shows now."""
        return datetime.fromisoformat(self._client.post(f"{WORLD}/clock/advance", {"by": by}).json()["to"])

    def now(self) -> datetime:
        return datetime.fromisoformat(self._client.get(f"{WORLD}/clock").json()["now"])


def _is_slow(session: dict[str, Any]) -> bool:
    """By the mean power it took."""
    began, ended = (datetime.fromisoformat(session[name]) for name in ("session_started", "session_ended"))
    hours = (ended - began).total_seconds() / 3600
    return hours > 0 and _SLOW_KW[0] <= session["energy_consumed"] / 1000 / hours <= _SLOW_KW[1]
