"""After any sequence of valid and invalid calls of Podero's API, a world is as a simple model says."""

from random import Random
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from app.domain.clock import MINUTE, instant, millis
from tests.laws.conftest import WorldsCalled
from tests.laws.podero_calls import DEVICES, Body, building, contract, user, week
from tests.laws.podero_model import compare_member, compare_users, picture
from tests.laws.podero_world import CHANCE, UNKNOWN, PoderoWorld

pytestmark = pytest.mark.slow

_URLS: Final = {"success_url": "https://portal.example/success", "cancel_url": "https://portal.example/cancel?a=1"}
_REGISTERED: Final = tuple(kind for kind in DEVICES if kind != "wallboxes")


class PoderoCalls(PoderoWorld):
    """Calls of a world, after each of which it is compared with the model."""

    @rule(chance=CHANCE)
    def create_user(self, chance: Random) -> None:
        self.emails += chance.random() < 0.9
        body = {"role": "user", "email": f"a{self.emails}@company.example"} | user(chance)
        made = self._changed("POST", f"/org/{self.org}/users", self._body(body, chance))
        if made is not None:
            self.model.created.append(made["id"])
            self._meet(made["id"])
            self.model.members[made["id"]].shown = made

    @rule(chance=CHANCE)
    def update_user(self, chance: Random) -> None:
        target = self._user(chance)
        shown = self._changed("PUT", self._path(target), self._body(user(chance), chance))
        if shown is not None:
            self.model.members[target].shown = shown

    @rule(chance=CHANCE)
    def remove_user(self, chance: Random) -> None:
        target = self._user(chance)
        if len(self.model.members) > 1 and chance.random() < 0.4:
            before = self.client.exported()
            answer = self.client.ask("DELETE", self._path(target))
            if answer.is_success:
                gone = self.model.members.pop(target)
                self.model.removed.append(target)
                self.model.removed_cars += [(target, car) for car in gone.devices["electric-vehicles"]]
            else:
                assert self.client.exported() == before

    @rule(chance=CHANCE, is_new=st.booleans())
    def write_building(self, chance: Random, *, is_new: bool) -> None:
        target = self._user(chance)
        mine = self._buildings(target)
        place = (
            "/buildings" if is_new or not mine else f"/buildings/{self._id(chance, mine, self._all_buildings(target))}"
        )
        method = "POST" if place == "/buildings" else "PUT"
        shown = self._changed(method, self._path(target) + place, self._body(building(chance), chance))
        if shown is not None:
            assert is_new or not mine or shown["id"] in mine
            self.model.members[target].buildings[shown["id"]] = shown

    @rule(chance=CHANCE, is_new=st.booleans())
    def write_contract(self, chance: Random, *, is_new: bool) -> None:
        target = self._user(chance)
        member = self.model.members.get(target)
        mine = [] if member is None else list(member.contracts)
        others = [each for one in self.model.members.values() for each in one.contracts if each not in mine]
        is_new = is_new or not mine
        place = "/energy-contracts" + ("" if is_new else f"/{self._id(chance, mine, others)}")
        stray = self._all_buildings(target) if chance.random() < 0.1 else []
        body = self._body(contract(chance, [*self._buildings(target), *stray]), chance)
        shown = self._changed("POST" if is_new else "PUT", self._path(target) + place, body)
        if shown is not None and member is not None:
            assert is_new or shown["id"] in mine
            assert shown["building"] is None or shown["building"] in member.buildings
            member.contracts[shown["id"]] = shown

    @rule(chance=CHANCE, kind=st.sampled_from(_REGISTERED))
    def register(self, chance: Random, kind: str) -> None:
        target = self._user(chance)
        body = self._body(DEVICES[kind](chance, self._buildings(target)), chance)
        shown = self._changed("POST", f"{self._path(target)}/{kind}", body)
        if shown is not None:
            self.model.members[target].devices[kind].append(shown["id"])
            self._note(target, kind, shown)

    @rule(chance=CHANCE, kind=st.sampled_from(sorted(DEVICES)))
    def update(self, chance: Random, kind: str) -> None:
        target, device = self._device(chance, kind)
        body = self._body(DEVICES[kind](chance, self._buildings(target)), chance)
        shown = self._changed("PUT", f"{self._path(target)}/{kind}/{device}", body)
        if shown is not None:
            assert shown["id"] == device
            self._note(target, kind, shown)

    @rule(chance=CHANCE)
    def set_week(self, chance: Random) -> None:
        target, car = self._device(chance, "electric-vehicles")
        place = f"{self._path(target)}/electric-vehicles/{car}/charge-policy"
        shown = self._changed("PUT", place, self._body(week(chance), chance))
        if shown is not None:
            assert shown == self.client.good("GET", place)

    @rule(
        chance=CHANCE,
        kind=st.sampled_from(["electric-vehicles", "wallboxes"]),
        method=st.sampled_from(["POST", "DELETE"]),
    )
    def boost(self, chance: Random, kind: str, method: str) -> None:
        target, device = self._device(chance, kind)
        place = f"{self._path(target)}/{kind}/{device}"
        before = self.client.exported()
        answer = self.client.ask(method, f"{place}/boost")
        if not answer.is_success:
            assert self.client.exported() == before
        elif method == "POST":
            shown = self.client.good("GET", place)
            assert shown["boost_state"] == "requested" or shown["boost_for_next_session"], shown
        else:
            assert not self.client.good("GET", place)["boost_for_next_session"]

    @rule(chance=CHANCE)
    def onboard(self, chance: Random) -> None:
        """A session of device onboarding, whose page is used by the user, perhaps twice."""
        target = self._user(chance)
        body: Body = {"language": "en", "price_zone_default": "AT", "user_id": target} | _URLS
        body |= {"device_type": chance.choice(("ev", "iv", "hp", None))} if chance.random() < 0.7 else {}
        made = self._changed("POST", "/device-onboarding", self._body(body, chance))
        if made is None or made["user"] not in self.model.members:
            return
        page = urlsplit(made["authentication_url"]).path
        assert self.http.get(page).status_code == 200
        key = chance.choice(("ev-0", "ev-1", "hp-0", "iv-1", "x"))
        before = self.client.exported()
        linked = self.http.post(page, data={"device": key}, follow_redirects=False)
        assert linked.status_code in {303, 400}, linked.text
        shown = self.client.good("GET", f"/device-onboarding/{made['id']}")
        if linked.status_code == 400:
            assert self.client.exported() == before
            return
        assert linked.headers["location"] == made["success_url"]
        kind = {"ev": "electric-vehicles", "hp": "heat-pumps", "iv": "inverters"}[key[:2]]
        self.model.members[made["user"]].devices[kind].append(shown["object_id"])
        before = self.client.exported()
        assert self.http.post(page, data={"device": key}, follow_redirects=False).status_code == 303
        assert self.client.exported() == before

    @rule(chance=CHANCE, kind=st.sampled_from(sorted(DEVICES)), state=st.sampled_from(["success", "fail"]))
    def reconnect(self, chance: Random, kind: str, state: str) -> None:
        """A device loses its link, and is signed in again or not."""
        target, device = self._device(chance, kind)
        self.client.simulate("connection_lost", device)
        answer = self.client.ask("GET", f"{self._path(target)}/{kind}/{device}")
        if not answer.is_success or not answer.json()["actions"]:
            return
        url = urlsplit(answer.json()["actions"][0]["resolution_link"]["url"])
        secret = parse_qs(url.query)["secret"][0]
        cue = url.path.split("/cues/")[1].split("/")[0] if "/cues/" in url.path else parse_qs(url.query)["cue_id"][0]
        urls = {"successUrl": "https://a.example/", "cancelUrl": "https://b.example/"}
        assert self.other.ask("POST", f"/cues/{UNKNOWN}/resolve", body=urls, secret=secret).status_code in {403, 404}
        early = self.client.ask("POST", f"/cues/{cue}/state", body={"state": state}, secret=secret)
        assert early.status_code in {200, 404}
        if early.status_code == 404:
            self.client.good("POST", f"/cues/{cue}/resolve", body=urls, secret=secret)
            self.client.good("POST", f"/cues/{cue}/state", body={"state": state}, secret=secret)
        shown = self.client.good("GET", f"{self._path(target)}/{kind}/{device}")
        assert shown["action_needed"] == (state == "fail")

    @rule(chance=CHANCE, event=st.sampled_from(["plug_in", "drive_away", "unplug"]))
    def simulate(self, chance: Random, event: str) -> None:
        target, car = self._device(chance, "electric-vehicles")
        more = {"plug_in": {"battery_level": chance.choice((0, 20, 99))}, "drive_away": {"km": chance.choice((1, 80))}}
        if event == "unplug":
            answer = self.client.ask("GET", f"{self._path(target)}/electric-vehicles/{car}/sessions/current")
            if not answer.is_success or answer.json()["session"] is None:
                return
            car = answer.json()["session"]["id"]
        before = self.client.exported()
        answer = self.client.simulate(event, car, **more.get(event, {}))
        assert answer.is_success or self.client.exported() == before

    @rule(minutes=st.sampled_from([1, 7, 20, 45, 180, 24 * 60, 3 * 24 * 60]))
    def advance(self, minutes: int) -> None:
        """What is shown of an instant before the clock gets there is shown when it is there; completed ones stay."""
        to = millis(instant(self.client.now()) + minutes * MINUTE)
        ours = list(self.model.members)[-3:]
        before = {each: picture(self.client, self.org, each, to) for each in ours}
        now = {each: picture(self.client, self.org, each) for each in ours}
        self.client.advance(minutes)
        assert {each: picture(self.client, self.org, each) for each in ours} == before
        for each in ours:
            for car in now[each]["electric-vehicles"]:
                done = now[each][car["id"]][0]["items"]
                assert not done or before[each][car["id"]][0]["items"][-len(done) :] == done

    @rule(is_fork=st.booleans())
    def copy(self, *, is_fork: bool) -> None:
        """A fork or an import shows all that the world shows, now and later; the calls go on in it."""
        copied = self.client.copied(f"podero-{next(self.names)}", is_fork=is_fork)
        later = millis(instant(self.client.now()) + 200 * MINUTE)
        for each in list(self.model.members)[-4:]:
            for at in (None, later):
                assert picture(copied, self.org, each, at) == picture(self.client, self.org, each, at)
        self.client.remove()
        self.client = copied

    @precondition(lambda self: hasattr(self, "client"))
    @invariant()
    def is_as_the_model_says(self) -> None:
        """The users, and one of them after each step, in turn."""
        self.seen += 1
        compare_users(self.client, self.org, self.model)
        members = sorted(self.model.members)
        if members:
            user_id = members[self.seen % len(members)]
            compare_member(self.client, self.org, user_id, self.model.members[user_id])

    def teardown(self) -> None:
        if hasattr(self, "client"):
            for each, member in self.model.members.items():
                compare_member(self.client, self.org, each, member)
            self.client.remove()
            self.other.remove()


def test_podero_agrees_with_its_model(worlds_called: WorldsCalled) -> None:
    """Random calls of all of Podero's resources find no difference between a world and its model."""
    assert worlds_called(PoderoCalls) > 0
