"""After any sequence of valid and invalid calls of Cariqa's API, a world is as a simple model says."""

from random import Random

import httpx2
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from app.domain.clock import MINUTE, instant, millis
from tests.laws.cariqa_calls import EVENTS, billing_details, event, map_filter, user
from tests.laws.cariqa_model import compare_person, compare_users, path, picture, rows
from tests.laws.cariqa_world import CHANCE, EVERYWHERE, CariqaWorld
from tests.laws.conftest import WorldsCalled


class CariqaCalls(CariqaWorld):
    """Calls of a world, after each of which it is compared with the model."""

    @rule(chance=CHANCE)
    def create_user(self, chance: Random) -> None:
        made = self._changed("POST", "/users/", self._body(user(chance), chance))
        if made is not None:
            self.model.created.append(made["id"])
            self._meet(made["id"])
            assert self.model.people[made["id"]].shown == made

    @rule(chance=CHANCE)
    def enrol(self, chance: Random) -> None:
        self._enrol(chance)

    @rule(chance=CHANCE)
    def update_user(self, chance: Random) -> None:
        target = self._user(chance)
        shown = self._changed("PATCH", path(target), self._body(user(chance), chance))
        if shown is not None:
            self.model.people[target].shown = shown

    @rule(chance=CHANCE)
    def write_billing_details(self, chance: Random) -> None:
        target = self._user(chance)
        shown = self._changed("PUT", path(target, "billing-details"), self._body(billing_details(chance), chance))
        if shown is not None:
            self.model.people[target].billing = shown

    @rule(chance=CHANCE)
    def add_card(self, chance: Random) -> None:
        if self.model.people:
            self._add_card(chance.choice(sorted(self.model.people)), chance)

    @rule(chance=CHANCE, verb=st.sampled_from(["delete", "default"]))
    def change_card(self, chance: Random, verb: str) -> None:
        target = self._user(chance)
        card = self._card(chance, target)
        place = path(target, f"payment-methods/{card}")
        before = self.client.exported()
        answer = self.client.ask("DELETE", place) if verb == "delete" else self.client.ask("POST", place + "default/")
        if not answer.is_success:
            assert self.client.exported() == before
            return
        person = self.model.people[target]
        assert card in person.cards
        if verb == "default":
            person.default = card
            return
        person.cards.remove(card)
        if person.default == card:
            person.default = person.cards[-1] if person.cards else None

    @rule(chance=CHANCE)
    def start(self, chance: Random) -> None:
        self._start(self._user(chance), chance)

    @rule(chance=CHANCE, minutes=st.sampled_from([1, 30, 120]), is_stopped=st.booleans())
    def charge(self, chance: Random, minutes: int, *, is_stopped: bool) -> None:
        """A start by someone who has what it takes, mostly; some time later perhaps a stop, and the charge record."""
        able = [each for each, person in self.model.people.items() if person.cards and person.billing["line1"]]
        if able:
            target = chance.choice(able)
            self._start(target, chance)
            self.advance(minutes)
            person = self.model.people[target]
            if is_stopped and person.sessions:
                self._stop(target, person.sessions[-1])
                self.advance(2)

    def _start(self, target: str, chance: Random) -> None:
        person = self.model.people.get(target)
        body = self._body({"evse_id": self._evse(chance), "payment_method_id": self._card(chance, target)}, chance)
        has_debt, is_active = False, False
        if person is not None:
            has_debt = bool(rows(self.client, path(target, "charging/debts")))
            is_active = any(row["is_active"] for row in rows(self.client, path(target, "charging-sessions")))
        before = self.client.exported()
        answer = self.client.ask("POST", path(target, "charging/start"), body=body)
        if answer.status_code == httpx2.codes.CREATED:
            assert person is not None
            assert not has_debt
            assert not is_active
            assert body["payment_method_id"] in person.cards
            shown = answer.json()
            assert shown["is_active"]
            assert shown["evse_id"] == body["evse_id"]
            person.sessions.append(shown["id"])
            assert self._status_of(body["evse_id"]) == "CHARGING"
            return
        error = answer.json().get("error", {})
        if not error.get("payment_intent_client_secret"):
            assert self.client.exported() == before
        elif chance.random() < 0.7:
            self._confirm(error["payment_intent_client_secret"], chance)
        if error and has_debt and error["type"] != "validation_error":
            assert error["type"] in {"already_charging", "payment_error"}
        if error and is_active and error["type"] != "validation_error":
            assert error["type"] == "already_charging"

    @rule(chance=CHANCE)
    def stop(self, chance: Random) -> None:
        self._stop(*self._session(chance))

    def _stop(self, target: str, session: str) -> None:
        before = self.client.exported()
        answer = self.client.ask("POST", path(target, f"charging/stop/{session}"))
        if answer.is_success:
            assert not self.client.good("GET", path(target, f"charging-sessions/{session}"))["is_active"]
        else:
            assert self.client.exported() == before

    @rule(chance=CHANCE)
    def rate(self, chance: Random) -> None:
        target, session = self._session(chance)
        body = self._body({"rates": chance.choice((1, 5, "3", None))}, chance)
        shown = self._changed("PATCH", path(target, f"charging-sessions/{session}"), body)
        if shown is not None and "rates" in body:
            assert shown["rates"] == (None if body["rates"] is None else int(body["rates"]))

    @rule(chance=CHANCE)
    def pay_debt(self, chance: Random) -> None:
        target = self._user(chance)
        if target in self.model.people:
            debts = rows(self.client, path(target, "charging/debts"))
            if debts and self._confirm(debts[0]["payment_intent_client_secret"], chance):
                left = rows(self.client, path(target, "charging/debts"))
                assert left == debts[1:]
                paid = [row["charging_session_id"] for row in rows(self.client, path(target, "invoices"))]
                assert debts[0]["session_id"] in paid

    @rule(chance=CHANCE)
    def delete_user(self, chance: Random) -> None:
        target = self._user(chance)
        if len(self.model.people) > 1 and chance.random() < 0.5:
            before = self.client.exported()
            answer = self.client.ask("DELETE", path(target))
            if answer.is_success:
                assert target in self.model.people
                del self.model.people[target]
                self.model.deleted.append(target)
            else:
                assert self.client.exported() == before

    @rule(name=st.sampled_from(sorted(EVENTS)), chance=CHANCE)
    def simulate(self, name: str, chance: Random) -> None:
        of = EVENTS[name]
        target = {"session": lambda: self._session(chance)[1], "evse": lambda: self._evse(chance)}.get(
            of, lambda: self._card(chance, self._user(chance))
        )()
        before = self.client.exported()
        answer = self.client.simulate(name, target, **event(chance, name))
        assert answer.is_success or self.client.exported() == before

    @rule(chance=CHANCE)
    def look_at_map(self, chance: Random) -> None:
        """The map of the whole world counts the stations that a search around finds, and no search changes anything."""
        wanted = map_filter(chance)
        before = self.client.exported()
        tile = self.client.good("GET", "/stations/tile/", x=0, y=0, z=0, **wanted)
        found = sum(each["properties"]["count"] for each in tile["features"])
        only = {name: value for name, value in wanted.items() if name not in {"max_price", "power_groups"}}
        around = rows(self.client, "/stations/around/", **EVERYWHERE, **only)
        assert found <= len(around)
        assert found == len(around) or only != wanted
        for each in around[:2]:
            assert self.client.good("GET", "/stations/details/", id=each["id"], type="station_id") == each
        assert self.client.exported() == before

    @rule(minutes=st.sampled_from([1, 7, 20, 45, 180, 24 * 60, 9 * 24 * 60]))
    def advance(self, minutes: int) -> None:
        """What is shown of an instant before the clock gets there is shown when it is there."""
        to = millis(instant(self.client.now()) + minutes * MINUTE)
        ours = list(self.model.people)[-4:]
        station = self.stations[0]["id"]
        before = {each: picture(self.client, each, to) for each in ours}
        place = self.client.good("GET", "/stations/details/", to, id=station, type="station_id")
        self.client.advance(minutes)
        assert {each: picture(self.client, each) for each in ours} == before
        assert self.client.good("GET", "/stations/details/", id=station, type="station_id") == place

    @rule(is_fork=st.booleans())
    def copy(self, *, is_fork: bool) -> None:
        """A fork or an import shows all that the world shows, now and later; the calls go on in it."""
        copied = self.client.copied(f"cariqa-{next(self.names)}", is_fork=is_fork)
        later = millis(instant(self.client.now()) + 200 * MINUTE)
        for each in list(self.model.people)[-5:]:
            for at in (None, later):
                assert picture(copied, each, at) == picture(self.client, each, at)
        assert rows(copied, "/stations/around/", **EVERYWHERE) == rows(self.client, "/stations/around/", **EVERYWHERE)
        self.client.remove()
        self.client = copied

    @precondition(lambda self: hasattr(self, "client"))
    @invariant()
    def is_as_the_model_says(self) -> None:
        """The users, and one of them after each step, in turn."""
        self.seen += 1
        compare_users(self.client, self.model)
        people = sorted(self.model.people)
        if people:
            compare_person(self.client, self.model, people[self.seen % len(people)])

    def teardown(self) -> None:
        if hasattr(self, "client"):
            for each in self.model.people:
                compare_person(self.client, self.model, each)
            self.client.remove()
            self.other.remove()


def test_cariqa_agrees_with_its_model(worlds_called: WorldsCalled) -> None:
    """Random calls of all of Cariqa's resources find no difference between a world and its model."""
    assert worlds_called(CariqaCalls) > 0
