"""Random calls of Charge's API: the path and the body of a POST, mostly valid, for the objects that a world has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from app.domain.clock import MINUTE, instant, millis

Body = dict[str, Any]

CARDS: Final = ("4242424242424242", "4000000000000002", "4000000000009995", "4000000000000341", "4111111111111111")
ODD_VALUES: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        -1,
        0,
        2**31,
        2**63,
        2**63 - 1,
        1e300,
        -0.0,
        0.5,
        "",
        " ",
        "\0",
        "\ud800",
        "\U0001f600",
        "é" * 600,
        [],
        {},
    ),
    *([None], [[]], {"a": None}, {"": ""}, "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z", "null", "1", [1, "1"]),
)
"""Values of no member or of few, in whose place a call has another one."""
PATHS: Final = {
    "account": "/v1/accounts",
    "driver": "/v1/drivers",
    "vehicle": "/v1/vehicles",
    "payment_method": "/v1/payment_methods",
    "fleet": "/v1/fleets",
    "charging_station": "/v1/charging_stations",
    "charging_session": "/v1/charging_sessions",
    "reservation": "/v1/reservations",
    "transaction": "/v1/transactions",
    "estimation": "/v1/estimations",
    "invoice": "/v1/invoices",
    "report": "/v1/reports",
    "policy": "/v1/policies",
    "webhook_endpoint": "/v1/webhook_endpoints",
}
LISTED: Final = tuple(kind for kind in PATHS if kind not in {"account", "estimation"})
"""The kinds of objects that have a list."""


@dataclass(slots=True)
class Known:
    """What a call may name: ids of the world, of objects that were deleted, and of another world.

    `parties` are drivers, each with a vehicle and a payment method.
    `has_stray` says whether the call that was made up last names an id that is none of this world's objects.
    """

    chance: Random
    now: str
    own: Mapping[str, list[str]]
    strays: Mapping[str, list[str]]
    connectors: Mapping[str, list[str]]
    parties: list[tuple[str, str, str]]
    has_stray: bool = field(default=False)

    def id(self, kind: str) -> str:
        """The id of an object of that kind, now and then one that this world does not have."""
        if self.chance.random() < 0.06 or not self.own[kind]:
            self.has_stray = True
            return self.chance.choice([*self.strays.get(kind, []), f"{kind}_unknown"])
        return self.chance.choice(self.own[kind][:6] + self.own[kind][-2:])

    def ids(self, kind: str) -> list[str]:
        return [self.id(kind) for _ in range(self.chance.choice((0, 0, 1, 2)))] if self.own[kind] else []

    def some(self, **members: Callable[[], Any]) -> Body:
        """Some of the members."""
        return {name: value() for name, value in members.items() if self.chance.random() < 0.3}

    def party(self) -> Body:
        """Who charges: mostly those who belong together."""
        kinds = ("driver", "vehicle", "payment_method")
        if self.chance.random() < 0.2:
            return {kind: self.id(kind) for kind in kinds}
        return dict(zip(kinds, self.chance.choice(self.parties), strict=True))

    def after(self, least: int, most: int) -> str:
        """An instant that many minutes from now."""
        return millis(instant(self.now) + self.chance.randint(least, most) * MINUTE)

    def metadata(self) -> Body:
        return {self.chance.choice(("a", "b", "c")): self.chance.choice(("1", "é", None, "")) for _ in range(2)}

    def one(self, *values: object) -> Any:  # noqa: ANN401 - a member of a body
        return self.chance.choice(values)


def _account(it: Known) -> Body:
    return {"name": "A", "email": "a@company.example", "type": it.one("individual", "business")} | it.some(
        metadata=it.metadata, preferences=lambda: {"default_payment_method": it.id("payment_method")}
    )


def _driver(it: Known) -> Body:
    return {"name": "D", "email": "d@company.example"} | it.some(
        policy_ids=lambda: it.ids("policy"),
        metadata=it.metadata,
        phone=lambda: it.one(None, "+33"),
        preferences=lambda: it.some(
            preferred_charging_stations=lambda: it.ids("charging_station"), max_price_per_kwh=lambda: it.one(0, 0.5, 9)
        ),
    )


def _vehicle(it: Known) -> Body:
    vin = {"vin": it.one("YV1XZK5V0S1234567", "WVWZZZE1ZMP000001")}
    return (
        {"battery_capacity": it.one(1, 40_000, 82_000), "charging_standard": it.one("CCS", "Type2")}
        | vin
        | it.some(
            information=lambda: {"make": "Volvo", "model": "EX30", "year": "2025"},
            policy_ids=lambda: it.ids("policy"),
            metadata=it.metadata,
        )
    )


def _payment_method(it: Known) -> Body:
    kind = it.one("card", "card", "bank_account", "wallet")
    members: dict[str, Body] = {
        "card": {"number": it.one(*CARDS), "exp_month": 12, "exp_year": it.one(2030, 9999)},
        "bank_account": {"account_number": "DE00", "bank_name": "B", "country": "DE", "currency": "eur"},
        "wallet": {"currency": "eur", "balance": it.one(0, 100, 10_000_000)},
    }
    return {"type": kind, kind: members[kind]}


def _fleet(it: Known) -> Body:
    return {"name": "F"} | it.some(
        policy_ids=lambda: it.ids("policy"),
        timezone=lambda: it.one("UTC", "Europe/Paris", "America/New_York"),
        metadata=it.metadata,
        address=lambda: {"city": "Paris", "country": "FR"},
    )


def _session(it: Known) -> Body:
    station = it.id("charging_station")
    connector = it.one(*it.connectors.get(station, ["none"]))
    named = it.party()
    limit = it.some(session_limit=lambda: it.one(None, 1, 5_000, 1_000_000))
    return {"charging_station": station, "connector": connector} | named | limit


def _reservation(it: Known) -> Body:
    start = it.chance.randint(0, 300)
    named = it.party() | it.some(metadata=it.metadata)
    return {
        "connector_type": it.one(["CCS"], ["Type2"], ["Type2", "CCS"]),
        "ideal_start": it.after(start, start),
        "ideal_end": it.after(start + 20, start + 200),
        "location": {"latitude": 52.52, "longitude": 13.405, "radius": it.one(1, 200, 100_000)},
    } | named


def _estimation(it: Known) -> Body:
    levels = {"battery_level": it.one(0, 20, 80), "battery_target_level": it.one(1, 80, 100)}
    return levels | {kind: it.id(kind) for kind in ("charging_station", "vehicle")}


def _period(it: Known) -> Body:
    return {"period_start": it.after(-60 * 24 * 30, 0), "period_end": it.after(0, 60 * 24 * 3)}


def _invoice(it: Known) -> Body:
    return _period(it) | it.some(fleet=lambda: it.id("fleet"), description=lambda: it.one(None, "I"))


def _report(it: Known) -> Body:
    grouped = {"type": "charging_summary", "group_by": it.one("vehicle", "driver", "fleet")}
    filters = it.some(filters=lambda: {"vehicle": it.ids("vehicle")})
    return {"parameters": _period(it) | grouped | filters} | it.some(fleet=lambda: it.id("fleet"))


def _policy(it: Known) -> Body:
    fence = {"center": {"latitude": 52.52, "longitude": 13.405}, "name": "G", "radius_meters": it.one(1, 20_000)}
    window = {"days_of_week": ["monday", "friday"], "start_time": "22:00", "end_time": "06:00"}
    rules = it.some(
        allowed_operators=lambda: it.one([], ["Operator"]),
        geofences=lambda: [fence],
        max_price_per_kwh=lambda: it.one(None, 0, 0.4, 90),
        time_windows=lambda: [window],
    )
    return {"mode": it.one("suggestion", "suggestion", "enforcement"), "name": "P", "rules": rules}


def _webhook_endpoint(it: Known) -> Body:
    return {"enabled_events": ["report.succeeded"], "url": it.one("https://example.com/h", "http://127.0.0.1:1/h")}


CREATES: Final[dict[str, Callable[[Known], Body]]] = {
    "account": _account,
    "driver": _driver,
    "vehicle": _vehicle,
    "payment_method": _payment_method,
    "fleet": _fleet,
    "charging_session": _session,
    "reservation": _reservation,
    "estimation": _estimation,
    "invoice": _invoice,
    "report": _report,
    "policy": _policy,
    "webhook_endpoint": _webhook_endpoint,
}
_STATUSES: Final = {
    "driver": ("active", "active", "suspended", "archived"),
    "fleet": ("active", "active", "suspended", "archived"),
    "vehicle": ("active", "active", "inactive", "retired"),
    "policy": ("active", "inactive"),
    "webhook_endpoint": ("enabled", "disabled"),
}
_MEMBERS_OF_UPDATES: Final = ("metadata", "policy_ids", "phone", "preferences", "description", "rules", "location")


def update(it: Known, kind: str) -> Body:
    """The body of an update: a few members of a create, and a status where there is one."""
    body = CREATES[kind](it)
    changed = {name: value for name, value in body.items() if name in _MEMBERS_OF_UPDATES}
    return changed | it.some(**{"status": lambda: it.one(*_STATUSES[kind])} if kind in _STATUSES else {})


def owner(it: Known) -> Body:
    kind = it.one("driver", "fleet")
    return {kind: it.id(kind)}


ACTS: Final[dict[tuple[str, str], Callable[[Known], Body]]] = {
    ("charging_session", "end"): lambda _: {},
    ("driver", "attach"): lambda it: {"fleet": it.id("fleet")},
    ("driver", "detach"): lambda it: {"fleet": it.id("fleet")},
    ("vehicle", "attach"): owner,
    ("vehicle", "detach"): owner,
    ("payment_method", "attach"): owner,
    ("payment_method", "detach"): owner,
    ("reservation", "confirm"): lambda it: it.some(payment_method=lambda: it.id("payment_method")),
    ("reservation", "cancel"): lambda _: {},
    ("invoice", "finalize"): lambda _: {},
    ("invoice", "pay"): lambda it: it.some(payment_method=lambda: it.id("payment_method")),
    ("invoice", "void"): lambda _: {},
}
"""What can be done to an object besides an update, by kind and the last part of the path, with its body."""


def spoiled(body: Body, chance: Random) -> Body:
    """The body with one member left out, added, or with an odd value, at some depth."""
    found = dict(body)
    if not found or chance.random() < 0.1:
        return found | {"colour": "red"}
    name = chance.choice(sorted(found))
    if isinstance(found[name], dict) and found[name] and chance.random() < 0.6:
        found[name] = spoiled(found[name], chance)
    elif chance.random() < 0.2:
        del found[name]
    else:
        found[name] = chance.choice(ODD_VALUES)
    return found
