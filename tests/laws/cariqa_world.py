"""A world of Cariqa's with a model of it, and what random calls choose from."""

from collections.abc import Iterator
from random import Random
from typing import Any, Final

import httpx2
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
)

from tests.laws.cariqa_calls import CARDS, Body, user
from tests.laws.cariqa_model import CariqaModel, Person, path, rows
from tests.laws.charge_calls import spoiled
from tests.laws.vendor_client import WORLDS, Row, create

CHANCE: Final = st.integers(0, 2**40).map(Random)
_BASE: Final = "/api/v1"
EVERYWHERE: Final[dict[str, Any]] = {"latitude": 50, "longitude": 10, "distance": 1_000_000}
_OLD: Final = 3
"""How many users from before are called."""


class CariqaWorld(RuleBasedStateMachine):
    """A world of each of two seeds; the second only lends its ids to calls in the first."""

    http: httpx2.Client
    names: Iterator[int]

    @initialize()
    def begin(self) -> None:
        self.client, self.other = (create(self.http, "cariqa", _BASE, self.names, seed) for seed in (1, 2))
        self.model, self.seen = CariqaModel(), 0
        self.stations = rows(self.client, "/stations/around/", **EVERYWHERE)
        sample = self.client.sample()["credentials"]["cariqa"]["user_id"]
        for each in [sample, *[row["id"] for row in rows(self.client, "/users/")[:_OLD]]]:
            self._meet(each)
        for seed in range(3):
            self._enrol(Random(seed))
        theirs = rows(self.other, "/users/")
        ours = {row["id"] for row in rows(self.client, "/users/")}
        self.strays = [row["id"] for row in theirs if row["id"] not in ours][:5]
        self.stray_cards = [
            row["id"] for each in self.strays for row in rows(self.other, path(each, "payment-methods"))
        ]
        self.stray_sessions = [
            row["id"] for each in self.strays for row in rows(self.other, path(each, "charging-sessions"))
        ]

    def _enrol(self, chance: Random) -> None:
        """A user who can start a session, or could, had he another card."""
        made = self.client.good("POST", "/users/", body=user(chance))
        self.model.created.append(made["id"])
        self._meet(made["id"])
        details = {"country": "de", "city": "Berlin", "first_name": "Max", "last_name": "M"}
        written = {"line1": "Street 1", "postal_code": "10243", **details}
        self.model.people[made["id"]].billing = self.client.good(
            "PUT", path(made["id"], "billing-details"), body=written
        )
        self._add_card(made["id"], chance)

    def _changed(self, method: str, place: str, body: Body) -> Row | None:
        """What a call answers that changes something; one that is refused changes nothing."""
        before = self.client.exported()
        answer = self.client.ask(method, place, body=body)
        if answer.is_success:
            shown: Row = answer.json()
            return shown
        assert self.client.exported() == before, (place, body)
        return None

    def _body(self, body: Body, chance: Random) -> Body:
        return spoiled(body, chance) if chance.random() < 0.2 else body

    def _meet(self, user_id: str) -> None:
        """Takes a user into the model as it is shown."""
        if user_id in self.model.people:
            return
        cards = rows(self.client, path(user_id, "payment-methods"))
        self.model.people[user_id] = Person(
            self.client.good("GET", path(user_id)),
            self.client.good("GET", path(user_id, "billing-details")),
            [each["id"] for each in reversed(cards)],
            next((each["id"] for each in cards if each["default"]), None),
        )

    def _add_card(self, target: str, chance: Random) -> None:
        secret = self.client.good("GET", path(target, "setup-intents"))["setup_intent_client_secret"]
        card = chance.choice(CARDS)
        before = self.client.exported()
        answer = self.http.post(f"{WORLDS}/{self.client.world}/setup-intents/{secret}/confirm", json={"card": card})
        if not answer.is_success:
            assert answer.status_code < 500, answer.text
            assert self.client.exported() == before
            return
        person = self.model.people[target]
        person.cards.append(answer.json()["payment_method"])
        person.default = person.default or person.cards[-1]

    def _confirm(self, secret: str, chance: Random) -> bool:
        body: dict[str, Any] = {} if chance.random() < 0.5 else {"card": chance.choice(CARDS)}
        answer = self.http.post(f"{WORLDS}/{self.client.world}/payment-intents/{secret}/confirm", json=body)
        assert answer.status_code < 500, answer.text
        return answer.is_success

    def _user(self, chance: Random) -> str:
        is_stray = chance.random() < 0.1 or not self.model.people
        ids = [*self.strays, *self.model.deleted, "unknown"] if is_stray else sorted(self.model.people)
        return chance.choice(ids)

    def _card(self, chance: Random, target: str) -> str:
        person = self.model.people.get(target)
        is_own = person is not None and person.cards and chance.random() < 0.85
        others = [card for each in self.model.people.values() for card in each.cards]
        cards = person.cards if person is not None and is_own else [*self.stray_cards, *others, "pm_unknown"]
        return chance.choice(cards)

    def _session(self, chance: Random) -> tuple[str, str]:
        charged = [each for each, person in self.model.people.items() if person.sessions]
        target = chance.choice(charged) if charged and chance.random() < 0.9 else self._user(chance)
        person = self.model.people.get(target)
        if person is None or not person.sessions or chance.random() < 0.1:
            others = [each for one in self.model.people.values() for each in one.sessions]
            return target, chance.choice([*self.stray_sessions, *others, "unknown"])
        return target, chance.choice(person.sessions[-3:])

    def _evse(self, chance: Random) -> str:
        if chance.random() < 0.05:
            return "DE*UNK*E1"
        station = chance.choice(self.stations[:12])
        found: str = chance.choice(station["evses"])["evse_id"]
        return found

    def _status_of(self, evse_id: str) -> str:
        found = self.client.good("GET", "/stations/details/", id=evse_id, type="evse_id")
        return str(next(each["status"] for each in found["evses"] if each["evse_id"] == evse_id))
