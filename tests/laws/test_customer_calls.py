"""After any sequence of calls on Cariqa's users, cards, intents and sessions, a world is as a simple model says."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Turns
from tests.contract.written import Operation, answer_faults, operations
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.laws.world_client import client_of_copy

ALL: Final = "?page_size=100"
pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"
USERS: Final = "/api/v1/users/"
CARDS: Final = ["visa", "mastercard", "declined", "insufficient_funds", "authentication_required", "fails_later"]
EVSES: Final = [f"DE*WTF*EGOOD*{n}" for n in (1, 2)]
_ADDRESS: Final = {"line1": "Karl-Marx-Allee 1", "postal_code": "10243"}
_REFUSED_AT_ONCE: Final = {"declined", "insufficient_funds"}
_NO_CONTENT: Final = 204
_SECONDS: Final = 45
_COMPARED: Final = 3
"""How many users are compared after each call; later ones are called more often."""
_OPERATIONS: Final[dict[str, Operation]] = {it.name: it for it in operations() if it.contract == "cariqa"}


@dataclass(slots=True)
class Customer:
    """What a user has. `cards` are words by ids, newest last; an intent is open or confirmed for its card."""

    id: str
    shown: dict[str, Any]
    billing: dict[str, Any] | None = None
    cards: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    opened: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    charging: tuple[str, str, str] | None = None
    sessions: int = 0
    debts: int = 0
    is_deleted: bool = False


class CustomerCalls:
    """Random calls in a world of its own, whose two good connectors are taken by its users."""

    def __init__(self, http: httpx2.Client, seed: int) -> None:
        self.http, self.chance = http, Random(seed)
        asked = {"name": f"customers-{seed}", "scenario": "village", "clock": {"speed": 0}}
        made = self.http.post(WORLDS, json=asked).json()
        self.world, self.key = made["name"], {"Authorization": f"Bearer {made['credentials']['cariqa']['token']}"}
        self.customers: list[Customer] = []
        self.answered = Counter[tuple[str, int]]()
        self.others = self._call("listUsers", "GET", "")["count"]
        for card in ("visa", "authentication_required", "fails_later"):
            self.enrol(card)

    def create(self) -> None:
        email, number = self.chance.choice([None, "user@example.com"]), self.chance.choice([None, "client-7"])
        locale = self.chance.choice(["en", "de"])
        body = {"email": email, "locale": locale, "custom_properties": {"external_id": number}}
        made = self._call("createUser", "POST", "", 201, json=body)
        assert made == {"id": made["id"], **body}
        self.customers.append(Customer(made["id"], made))

    def enrol_another(self) -> None:
        self.enrol(self.chance.choice(["fails_later", *CARDS]))

    def enrol(self, card: str) -> None:
        """A user who can start at once, if the card pays."""
        self.create()
        self._bill(self.customers[-1], None, "Berlin")
        self._add_card(self.customers[-1], card)

    def update(self) -> None:
        customer = self._customer()
        body: dict[str, Any] = self.chance.choice([{}, {"locale": "de"}, {"email": None}, {"custom_properties": None}])
        shown = self._call("updateUser", "PATCH", f"{customer.id}/", 404 if customer.is_deleted else 200, json=body)
        if not customer.is_deleted:
            customer.shown |= body
            assert shown == customer.shown

    def bill(self) -> None:
        self._bill(self._customer(), self.chance.choice([None, "", "Company"]), self.chance.choice([None, "Berlin"]))

    def _bill(self, customer: Customer, company: str | None, city: str | None) -> None:
        body = {**_ADDRESS, "company_name": company, "city": city}
        status = 404 if customer.is_deleted else 200
        shown = self._call("updateBillingDetails", "PUT", f"{customer.id}/billing-details/", status, json=body)
        if not customer.is_deleted:
            customer.billing = shown
            assert {name: shown[name] for name in body} == body

    def add_card(self) -> None:
        self._add_card(self._customer(), self.chance.choice(CARDS))

    def _add_card(self, customer: Customer, card: str) -> None:
        path = f"{customer.id}/setup-intents/"
        if customer.is_deleted:
            self._call("getSetupIntent", "GET", path, 404)
            return
        intent = self._call("getSetupIntent", "GET", path)["setup_intent_client_secret"]
        assert self._call("getSetupIntent", "GET", path)["setup_intent_client_secret"] == intent
        added = self._confirm("setup", intent, 200, card=card)["payment_method"]
        self._confirm("setup", intent, 409, card=card)
        customer.default = customer.default or added
        customer.cards[added] = card

    def choose(self) -> None:
        customer, card = self._card()
        path = f"{customer.id}/payment-methods/{card}/default/"
        is_there = card in customer.cards and not customer.is_deleted
        self._call("setDefaultPaymentMethod", "POST", path, _NO_CONTENT if is_there else 404)
        customer.default = card if is_there else customer.default

    def delete_card(self) -> None:
        customer, card = self._card()
        is_there = card in customer.cards and not customer.is_deleted
        pays = customer.charging is not None and customer.charging[1] == card
        status = 404 if not is_there else 402 if customer.debts else 400 if pays else _NO_CONTENT
        self._call("deletePaymentMethod", "DELETE", f"{customer.id}/payment-methods/{card}/", status)
        if status == _NO_CONTENT:
            del customer.cards[card]
            left = next(reversed(customer.cards), None)
            customer.default = left if customer.default == card else customer.default

    def start(self) -> None:
        customer, card = self._card()
        taken = {each.charging[2] for each in self.customers if each.charging is not None}
        evse = next((each for each in EVSES if each not in taken), EVSES[0])
        word, status = customer.cards.get(card), self._status_of_start(customer, card, is_free=evse not in taken)
        body = {"evse_id": evse, "payment_method_id": card}
        answer = self._call("startChargingSession", "POST", f"{customer.id}/charging/start/", status, json=body)
        if status == 201:
            customer.confirmed.discard(card)
            customer.charging, customer.sessions = (answer["id"], card, evse), customer.sessions + 1
        elif answer.get("error", {}).get("type") == "pre_authorization_failed":
            opened = answer["error"].get("payment_intent_client_secret")
            assert (opened is not None) == (word == "authentication_required")
            if opened is not None:
                assert customer.opened.setdefault(card, opened) == opened

    def _status_of_start(self, customer: Customer, card: str, *, is_free: bool) -> int:
        """The documented order of checks: the user, the station, the billing data, the payment."""
        word = customer.cards.get(card)
        if customer.is_deleted:
            return 404
        if customer.charging is not None:
            return 409
        if customer.debts:
            return 402
        if not is_free or customer.billing is None:
            return 409
        needs = word == "authentication_required" and card not in customer.confirmed
        return 402 if word is None or word in _REFUSED_AT_ONCE or needs else 201

    def authenticate(self) -> None:
        customer = self._customer()
        card, word = next(iter(customer.opened), ""), self.chance.choice([None, None, "visa", "declined"])
        opened = customer.opened.get(card, "pi_unknown")
        status = 404 if card not in customer.opened else 409 if word == "declined" else 200
        self._confirm("payment", opened, status, **({} if word is None else {"card": word}))
        if status == 200:
            customer.confirmed.add(card)
            del customer.opened[card]

    def stop(self) -> None:
        """A car charges for half an hour, and is gone, and billed, half an hour later."""
        customer = self._customer()
        if customer.charging is None:
            return
        session, card, _ = customer.charging
        self._advance()
        self._call("stopChargingSession", "POST", f"{customer.id}/charging/stop/{session}/", _NO_CONTENT)
        self._advance()
        customer.charging = None
        customer.debts += customer.cards[card] == "fails_later"

    def pay(self) -> None:
        customer = self._customer()
        if customer.is_deleted:
            return
        for debt in self._call("listDebts", "GET", f"{customer.id}/charging/debts/")["results"]:
            self._confirm("payment", debt["payment_intent_client_secret"], 409, card="declined")
            self._confirm("payment", debt["payment_intent_client_secret"], 200)
        customer.debts = 0

    def delete(self) -> None:
        customer = self._customer()
        if self.chance.random() < 0.5 and customer.charging is None and not customer.debts:
            return
        status = 404 if customer.is_deleted else 402 if customer.debts else 400 if customer.charging else _NO_CONTENT
        self._call("deleteUser", "DELETE", f"{customer.id}/", status)
        customer.is_deleted = customer.is_deleted or status == _NO_CONTENT

    def compare(self) -> None:
        """Compares the newest users with the model."""
        living = [each for each in self.customers if not each.is_deleted]
        assert self._call("listUsers", "GET", "?page_size=1")["count"] == self.others + len(living)
        for each in living[-_COMPARED:]:
            assert self._call("getUser", "GET", f"{each.id}/") == each.shown
            listed = self._call("listPaymentMethods", "GET", f"{each.id}/payment-methods/{ALL}")["results"]
            assert [row["id"] for row in listed] == [*reversed(each.cards)]
            assert [row["id"] for row in listed if row["default"]] == [card for card in [each.default] if card]
            billing = self._call("getBillingDetails", "GET", f"{each.id}/billing-details/")
            assert billing == (each.billing or dict.fromkeys(billing) | {"account_type": "personal"})
            sessions = self._call("listChargingSessions", "GET", f"{each.id}/charging-sessions/{ALL}")
            assert sessions["count"] == each.sessions
            active = [row["id"] for row in sessions["results"] if row["is_active"]]
            assert active == ([] if each.charging is None else [each.charging[0]])
            assert self._call("listDebts", "GET", f"{each.id}/charging/debts/")["count"] == each.debts

    def _customer(self) -> Customer:
        """One of the newest users; one who is charging, has a debt or has to authenticate is called more often."""
        busy = [each for each in self.customers if each.charging is not None or each.debts or each.opened]
        return self.chance.choice(busy if busy and self.chance.random() < 0.5 else self.customers[-_COMPARED:])

    def _card(self) -> tuple[Customer, str]:
        """A user, and mostly one of the user's cards."""
        customer = self._customer()
        cards = [*customer.cards] * 4 + ["pm_unknown"]
        return customer, self.chance.choice(cards)

    def _advance(self) -> None:
        self.http.post(f"{WORLDS}/{self.world}/clock/advance", json={"by": "PT30M"}).raise_for_status()

    def _call(self, operation: str, method: str, path: str, status: int = 200, **sent: Any) -> Any:  # noqa: ANN401 - JSON
        """The answer of an operation, which has that status and obeys the contract."""
        answer = self.http.request(method, f"{USERS}{path}", headers=self.key, **sent)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        self.answered[operation, status] += 1
        assert answer_faults(_OPERATIONS[operation], answer) == []
        return answer.json() if answer.content else None

    def _confirm(self, kind: str, intent: str, status: int, **body: str) -> Any:  # noqa: ANN401 - JSON
        answer = self.http.post(f"{WORLDS}/{self.world}/{kind}-intents/{intent}/confirm", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def remove(self) -> None:
        assert self.http.delete(f"{WORLDS}/{self.world}").status_code == _NO_CONTENT


_CALLS: Final = {
    CustomerCalls.create: 1,
    CustomerCalls.enrol_another: 2,
    CustomerCalls.update: 1,
    CustomerCalls.bill: 1,
    CustomerCalls.add_card: 2,
    CustomerCalls.choose: 2,
    CustomerCalls.delete_card: 4,
    CustomerCalls.start: 6,
    CustomerCalls.authenticate: 2,
    CustomerCalls.stop: 4,
    CustomerCalls.pay: 1,
    CustomerCalls.delete: 4,
}
"""What happens in a world, and how often."""
_CALLED: Final = {
    *(("startChargingSession", status) for status in (201, 402, 409)),
    *(("deleteUser", status) for status in (204, 402)),
    *((name, 204) for name in ("deletePaymentMethod", "setDefaultPaymentMethod", "stopChargingSession")),
}
"""Answers without which little would have been tried."""


def test_cariqa_agrees_with_its_model(databases: Databases, made: Kept, length: Length, turns: Turns) -> None:
    """Random calls of users, cards, intents and sessions find no difference between a world and its model."""
    steps = 500 if length is Length.LONG else 250
    with client_of_copy(databases, made) as client:
        for seed in turns(_SECONDS):
            world = CustomerCalls(client.http, seed)
            for call in world.chance.choices([*_CALLS], [*_CALLS.values()], k=steps):
                call(world)
                world.compare()
            assert world.answered.keys() >= _CALLED
            world.remove()
