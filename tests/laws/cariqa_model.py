"""A simple model of what callers created in a world of Cariqa's, and the comparison of a world with it."""

from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from tests.laws.vendor_client import Row, VendorClient

LISTS: Final = ("charging-sessions", "charging/debts", "invoices", "payment-methods")
"""The lists of a user."""


@dataclass(slots=True)
class Person:
    """A user as the last answers told of it: cards and sessions are ids, oldest first, with those from before."""

    shown: Row
    billing: Row
    cards: list[str] = field(default_factory=list)
    default: str | None = None
    sessions: list[str] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)


@dataclass(slots=True)
class CariqaModel:
    """The users that were created, oldest first, some that were there before, and the ids of deleted ones."""

    created: list[str] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def copy(self) -> "CariqaModel":
        return deepcopy(self)


def path(user: str, rest: str = "") -> str:
    return f"/users/{user}/{rest}{'/' if rest else ''}"


def rows(client: VendorClient, place: str, at: str | None = None, **query: Any) -> list[Row]:  # noqa: ANN401 - a query
    """Every row of a list, read page by page; `count` is their number."""
    found: list[Row] = []
    page = 1
    while True:
        body = client.good("GET", place, at, page=page, page_size=100, **query)
        found += body["results"]
        if body["next"] is None:
            assert body["count"] == len(found)
            return found
        page += 1


def picture(client: VendorClient, user: str, at: str | None = None) -> Row:
    """All that is shown of a user at an instant, without the keys of links, which differ in a copy of the world."""
    shown: Row = {each: rows(client, path(user, each), at) for each in LISTS}
    shown["user"] = client.good("GET", path(user), at)
    shown["billing"] = client.good("GET", path(user, "billing-details"), at)
    for session in shown["charging-sessions"]:
        for name in ("invoice_view", "invoice_download"):
            session["session_cost"][name] = bool(session["session_cost"][name])
    for invoice in shown["invoices"]:
        invoice["link"] = bool(invoice["link"])
    return shown


def compare_users(client: VendorClient, model: CariqaModel) -> None:
    """Asserts that the list of users has those that the model has, newest first, and no deleted one."""
    listed = [each["id"] for each in rows(client, "/users/")]
    ours = set(model.created)
    assert [each for each in listed if each in ours] == [
        each for each in reversed(model.created) if each in model.people
    ]
    assert len(set(listed)) == len(listed)
    assert not set(listed) & set(model.deleted)
    assert set(model.people) <= set(listed)
    for user in model.deleted[-4:]:
        for each in ("", "billing-details", "setup-intents", *LISTS):
            assert client.ask("GET", path(user, each)).status_code == 404, (user, each)


def compare_person(client: VendorClient, model: CariqaModel, user: str) -> None:
    """Asserts that a user is as the model says, and that sessions, invoices and debts agree."""
    person = model.people[user]
    shown = picture(client, user)
    assert shown["user"] == person.shown
    assert shown["billing"] == person.billing
    assert [each["id"] for each in rows(client, "/users/", search=user)] == [user]
    cards = shown["payment-methods"]
    assert [each["id"] for each in cards] == person.cards[::-1]
    assert [each["id"] for each in cards if each["default"]] == ([person.default] if person.default else [])
    _compare_sessions(client, person, user, shown)


def _compare_sessions(client: VendorClient, person: Person, user: str, shown: Row) -> None:
    sessions = shown["charging-sessions"]
    ids = [each["id"] for each in sessions]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if each in person.sessions] == person.sessions[::-1]
    assert sum(each["is_active"] for each in sessions) <= 1
    debts, invoices = shown["charging/debts"], shown["invoices"]
    owed = {each["session_id"]: Decimal(each["amount"]) for each in debts}
    billed = {each["charging_session_id"]: Decimal(each["total"]) for each in invoices if not each["refund"]}
    assert set(owed) | set(billed) <= set(ids)
    assert not set(owed) & set(billed)
    for session in sessions:
        id_, cost = session["id"], session["session_cost"]
        if session["is_active"]:
            assert id_ not in person.ended
            assert id_ not in owed
            assert id_ not in billed
            assert session["end_time"] is None
        else:
            person.ended.add(id_)
            assert session["end_time"] is not None
        if id_ in billed:
            assert cost["invoice_view"]
            assert Decimal(cost["invoice_summary"]) == billed[id_]
    for id_ in ids[:2]:
        one = client.good("GET", path(user, f"charging-sessions/{id_}"))
        listed = next(each for each in sessions if each["id"] == id_)
        assert {**one, "session_cost": None} == {**listed, "session_cost": None}
    for refund in (each for each in invoices if each["refund"]):
        assert refund["charging_session_id"] in billed
