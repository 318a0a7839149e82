"""Scripts of calls to the scenarios that come with Wattif: lists page by page, starts and ends, events, exports.

A script takes ids from earlier answers, so that it works with each scenario.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

SCENARIOS: Final[tuple[dict[str, Any], ...]] = (
    {"scenario": "town", "seed": 1, "start": "2026-03-02T00:00:00Z", "speed": 0},
    {"scenario": "village"},
    {"scenario": "documented"},
    {"scenario": "fault_parade"},
    {"scenario": "empty"},
)
"""The settings of the servers on which each script runs."""
_HOST: Final = "http://localhost:8000"
_WORLDS: Final = "/_sandbox/v1/worlds"
_DEFAULT: Final = f"{_WORLDS}/default"
_SESSIONS: Final = "/v1/charging_sessions"
_RESERVATIONS: Final = "/v1/reservations"
_PAGES: Final = 4
_EVER: Final = "from=2025-11-01&to=2026-06-30"
_STATUSES: Final = {
    _SESSIONS: ("active", "completed", "cancelled", "failed"),
    _RESERVATIONS: ("pending", "confirmed", "completed", "cancelled", "failed", "expired"),
}
_FILTERS: Final = {
    _SESSIONS: ("driver", "fleet", "vehicle"),
    _RESERVATIONS: ("charging_station", "driver", "vehicle"),
}

Json = Any


class Ask(Protocol):
    """Sends a call with the world's key for the vendor that is asked, or another key; returns the answer's JSON."""

    def __call__(
        self, method: str, url: str, body: Json = None, *, at: str | None = None, key: str | None = None
    ) -> Json: ...


Script = Callable[[Ask], None]


def look(ask: Ask) -> None:
    """Reads each list of each vendor, now and at other instants, with every filter, page after page."""
    world = ask("GET", _DEFAULT)
    for url in (_WORLDS, f"{_DEFAULT}/clock", f"{_DEFAULT}/simulate"):
        ask("GET", url)
    held = ask("GET", f"{_DEFAULT}/export")
    now = world["clock"]["now"]
    for path in _STATUSES:
        _look_at_charge(ask, path, world)
    for bound in ("gt", "gte", "lt", "lte"):
        _walk(ask, f"{_SESSIONS}?created[{bound}]={now[:10]}T00:00:00Z&limit=4")
    for session in held["sessions"][-40::5]:
        _look_often(ask, f"{_SESSIONS}/{session['id']}", now)
    for user in held["users"][:12]:
        _walk(ask, f"/api/v1/users/{user['id']}/charging-sessions/?page_size=4")
        _look_often(ask, f"/api/v1/users/{user['id']}/charging-sessions/?page_size=2", now)
    for car in [car for car in held["vehicles"] if car["org"]][:12]:
        for query in (f"{_EVER}&limit=3&offset=2", f"from={now[:10]}&to={now[:10]}"):
            ask("GET", f"{_podero(car)}?{query}")
        _look_often(ask, f"{_podero(car)}?{_EVER}", now)


def charge(ask: Ask) -> None:
    """Starts, watches and ends sessions, also in ways that are refused, and advances the clock in between."""
    order = _order(ask)
    started = [_started(ask, order | {"session_limit": 5000})]
    _watch(ask, started)
    ask("POST", _SESSIONS, order)
    ask("POST", f"{_SESSIONS}/{started[0]}/end")
    ask("POST", f"{_SESSIONS}/{started[0]}/end")
    for changed in (
        {"payment_method": "pm_MagicCardDeclined000000000000000"},
        {"payment_method": "pm_MagicCardNeedsAuthentication0000"},
        {"charging_station": "chst_MagicStationOffline0000000000000", "connector": "connector_a1"},
        {"driver": "drv_unknown"},
        {"session_limit": 0},
    ):
        ask("POST", _SESSIONS, order | changed)
    for station in ("Faulty00000000000000", "Silent00000000000000", "Good0000000000000000"):
        _advance(ask, by="P1D")
        placed = {"charging_station": f"chst_MagicStation{station}", "connector": "connector_a1"}
        started.append(_started(ask, order | placed))
        _watch(ask, started[-1:])
    _advance(ask, by="PT6H")
    started.append(_started(ask, order | {"payment_method": "pm_MagicCardFailsAtSettlement000000"}))
    _advance(ask, until={"id": started[-1], "status": "completed"})
    _advance(ask, until={"id": started[-1], "status": "settled"})
    _watch(ask, started)
    _advance(ask, by="P3D")
    _walk(ask, f"{_SESSIONS}?limit=20")


def events(ask: Ask) -> None:
    """Simulates each event, now or later, and reads the sessions before and after it."""
    order = _order(ask)
    happen = f"{_DEFAULT}/simulate"
    for event, more in (
        ("unplug", {"at": "+PT10M"}),
        ("vehicle_full", {}),
        ("connector_fault", {"at": "+PT5M", "for": "PT40M"}),
        ("payment_fails", {}),
        ("charge_record_late", {"for": "PT2H"}),
        ("debt_paid", {}),
    ):
        session = _started(ask, order)
        _advance(ask, by="PT2M")
        ask("POST", happen, {"event": event, "id": session, **more})
        _watch(ask, [session])
        ask("POST", f"{_SESSIONS}/{session}/end")
        _advance(ask, by="P1D")
    session = _started(ask, order)
    ask("POST", happen, {"event": "station_silent", "id": order["charging_station"], "at": "+PT1M", "for": "PT2H"})
    ask("POST", happen, {"event": "card_declined", "id": order["payment_method"], "at": "+PT3M"})
    _advance(ask, by="PT8M")
    ask("POST", f"{_SESSIONS}/{session}/end")
    ask("POST", _SESSIONS, order)
    held = ask("GET", f"{_DEFAULT}/export")
    now = ask("GET", f"{_DEFAULT}/clock")["now"]
    here = [each for each in held["sessions"] if each["created_at"] <= now < (each["unplugged_at"] or "")]
    for each, event in zip(here, ("charge_record_late", "payment_fails", "vehicle_full", "unplug") * 3, strict=False):
        ask("POST", happen, {"event": event, "id": each["uuid"]})
    for connector in held["connectors"][:6]:
        ask("POST", happen, {"event": "connector_fault", "id": connector["evse_id"], "for": "PT1H"})
    _advance(ask, by="P2D")
    ask("GET", f"{_DEFAULT}/export")


def worlds(ask: Ask) -> None:
    """Creates, forks, exports, imports, resets and deletes worlds, sets speeds, and issues tokens that expire."""
    order = _order(ask)
    ask("POST", _WORLDS, {"name": "twin", "fork": "default", "clock": {"speed": 60}, "expires_in": "PT1H"})
    for url in (f"{_WORLDS}/twin", f"{_WORLDS}/twin/clock", f"{_WORLDS}/twin/export"):
        ask("GET", url)
    ask("PATCH", f"{_DEFAULT}/clock", {"speed": 3600})
    _started(ask, order)
    ask("GET", f"{_SESSIONS}?limit=2")
    ask("PATCH", f"{_DEFAULT}/clock", {"speed": 0})
    for scenario, seed in (("village", 3), ("empty", 1), ("documented", 1), ("fault_parade", 2)):
        name = f"{scenario.replace('_', '-')}-{seed}"
        ask("POST", _WORLDS, {"name": name, "scenario": scenario, "seed": seed})
        ask("POST", f"{_WORLDS}/{name}/clock/advance", {"by": "PT36H"})
        ask("GET", f"{_WORLDS}/{name}/export")
        ask("POST", f"{_WORLDS}/{name}/reset")
    ask("POST", _WORLDS, {"name": "later", "clock": {"at": "2027-05-05T05:05:05Z", "speed": 0.5}})
    document = ask("GET", f"{_WORLDS}/documented/export")
    ask("POST", f"{_WORLDS}/import?name=back", document)
    ask("POST", f"{_WORLDS}/import?name=broken", document | {"version": 2})
    ask("GET", f"{_WORLDS}/back/export")
    ask("POST", f"{_WORLDS}/import?name=village-back", ask("GET", f"{_WORLDS}/village-3/export"))
    ask("GET", f"{_SESSIONS}?limit=20", key="{{village-back:charge.secret_key}}")
    client = ask("GET", _DEFAULT)["credentials"]["podero"]
    named = {name: client[name] for name in ("client_id", "client_secret")}
    ask("POST", "/oauth2/token/", {"grant_type": "client_credentials", **named})
    ask("POST", "/oauth2/token/", {"grant_type": "password", **named})
    car = next((car for car in ask("GET", f"{_DEFAULT}/export")["vehicles"] if car["org"]), None)
    for by in ("PT9H", "PT1H"):
        if car is not None:
            ask("GET", f"{_podero(car)}?{_EVER}", key="{{token}}")
        _advance(ask, by=by)
    if car is not None:
        ask("GET", f"{_podero(car)}?{_EVER}", key="{{token}}")
    _advance(ask, to="2026-12-31T00:00:00Z")
    ask("DELETE", f"{_WORLDS}/later")
    ask("POST", f"{_DEFAULT}/reset")
    for url in (_WORLDS, _DEFAULT, f"{_SESSIONS}?limit=3", f"{_WORLDS}/later"):
        ask("GET", url)


SCRIPTS: Final[tuple[Script, ...]] = (look, charge, events, worlds)
"""Each of them is a separate recording on each scenario."""


def _look_at_charge(ask: Ask, path: str, world: Json) -> None:
    """Reads one of Charge's lists with each of its filters."""
    _walk(ask, f"{path}?limit=7")
    _look_often(ask, f"{path}?limit=5", world["clock"]["now"])
    for status in _STATUSES[path]:
        _walk(ask, f"{path}?status={status}&limit=3")
    for name in _FILTERS[path]:
        _walk(ask, f"{path}?{name}={world['sample']['charge'].get(name) or 'none'}&limit=3")


def _look_often(ask: Ask, url: str, now: str) -> None:
    """Reads a list now, at an earlier instant and at a later one."""
    year, month = int(now[:4]), int(now[5:7])
    for at in (None, f"{year}-{month:02d}-01T07:30:00.500Z", f"{year}-{month + 1:02d}-02T18:00:00Z"):
        ask("GET", url, at=at)


def _order(ask: Ask) -> dict[str, Any]:
    """A start with the world's sample ids; a world without drivers refuses it."""
    sample = ask("GET", _DEFAULT)["sample"]["charge"]
    ids = {name: value for name, value in sample.items() if name not in {"fleet", "account"}}
    return {"charging_station": "chst_none", "connector": "connector_a1", "payment_method": "pm_none"} | ids


def _started(ask: Ask, order: dict[str, Any]) -> str:
    return str(ask("POST", _SESSIONS, order).get("id", "cs_none"))


def _watch(ask: Ask, sessions: list[str]) -> None:
    """Reads the sessions now and at later instants."""
    now = ask("GET", f"{_DEFAULT}/clock")["now"]
    for session in sessions:
        for at in (None, f"{now[:14]}59:59.999Z", f"{now[:10]}T23:59:59Z"):
            ask("GET", f"{_SESSIONS}/{session}", at=at)


def _advance(ask: Ask, **how: Json) -> None:
    ask("POST", f"{_DEFAULT}/clock/advance", how)


def _walk(ask: Ask, url: str) -> None:
    """Reads a list from its first page on, and one page back."""
    back = None
    for _ in range(_PAGES):
        shown = ask("GET", url)
        back = shown.get("previous_page_url", shown.get("previous"))
        following = shown.get("next_page_url", shown.get("next"))
        if following is None:
            break
        url = following.removeprefix(_HOST)
    if back is not None:
        ask("GET", back.removeprefix(_HOST))


def _podero(car: Json) -> str:
    return f"/api/partners/v2.0/org/{car['org']}/users/{car['owner']}/electric-vehicles/{car['uuid']}/sessions"
