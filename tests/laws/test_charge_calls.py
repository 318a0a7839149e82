"""After any sequence of valid and invalid calls of Charge's API, a world is as a simple model says."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

import httpx2
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from app.domain.clock import DAY, MINUTE, instant, millis
from tests.laws.charge_calls import ACTS, CREATES, PATHS, Body, Known, spoiled, update
from tests.laws.charge_model import ChargeClient, ChargeModel, compare, compare_totals
from tests.laws.conftest import WorldsCalled

WORLDS: Final = "/_sandbox/v1/worlds"
CHANCE: Final = st.integers(0, 2**40).map(Random)
_DELETED: Final = ("driver", "vehicle", "fleet", "policy")
_EVENTS: Final = {
    "refund": "transaction",
    "adjustment": "transaction",
    "payment_fails": "charging_session",
    "unplug": "charging_session",
    "vehicle_full": "charging_session",
    "card_declined": "payment_method",
    "connector_fault": "charging_session",
    "station_silent": "charging_station",
}
_OLD: Final = ("driver", "vehicle", "payment_method", "fleet", "charging_station", "charging_session", "transaction")
"""The kinds of which a new world has objects."""


class ChargeCalls(RuleBasedStateMachine):
    """A world of each of two seeds; the second only lends its ids to calls in the first."""

    http: httpx2.Client
    names: Iterator[int]

    @initialize()
    def begin(self) -> None:
        self.client, self.other = self._created(1), self._created(2)
        self.old = {kind: [row["id"] for row in self.client.rows(kind)] for kind in _OLD}
        theirs = {kind: {row["id"] for row in self.other.rows(kind)} for kind in _OLD}
        self.strays = {kind: sorted(theirs[kind] - set(self.old[kind]))[:9] for kind in _OLD}
        stations = self.client.rows("charging_station")
        self.connectors = {row["id"]: [each["id"] for each in row["connectors"]] for row in stations}
        self.model = ChargeModel(self._clock()["now"])
        sample = self.http.get(f"{WORLDS}/{self.client.world}").json()["sample"]["charge"]
        self.parties = [(sample["driver"], sample["vehicle"], sample["payment_method"])]
        self.seen = 0
        self.kept: dict[str, tuple[str, Body, httpx2.Response, str]] = {}

    @rule(kind=st.sampled_from(sorted(CREATES)), chance=CHANCE)
    def create(self, kind: str, chance: Random) -> None:
        self._post(kind, PATHS[kind], CREATES[kind], chance, is_new=True)

    @rule(chance=CHANCE)
    def enrol(self, chance: Random) -> None:
        """A driver with a vehicle and a payment method, perhaps in a fleet, who can then charge and reserve."""
        bodies = [("driver", {"name": "D", "email": "d@company.example"})]
        bodies += [(kind, CREATES[kind](self._known(chance))) for kind in ("vehicle", "payment_method", "fleet")]
        made = {}
        for kind, body in bodies:
            answer = self.client.post(PATHS[kind], {**body, "policy_ids": []} if kind in _DELETED else body)
            assert answer.is_success, answer.text
            made[kind] = answer.json()["id"]
            self.model.created[kind].append(made[kind])
        driver = made["driver"]
        paths = [f"{PATHS[kind]}/{made[kind]}/attach" for kind in ("vehicle", "payment_method")]
        assert all(self.client.post(path, {"driver": driver}).is_success for path in paths)
        if chance.random() < 0.7:
            assert self.client.post(f"{PATHS['driver']}/{driver}/attach", {"fleet": made["fleet"]}).is_success
        self.parties.append((driver, made["vehicle"], made["payment_method"]))

    @rule(kind=st.sampled_from(["charging_session", "charging_session", "reservation"]), chance=CHANCE)
    def book(self, kind: str, chance: Random) -> None:
        self._post(kind, PATHS[kind], CREATES[kind], chance, is_new=True)

    @rule(kind=st.sampled_from(sorted(set(CREATES) - {"charging_session", "estimation", "report"})), chance=CHANCE)
    def update(self, kind: str, chance: Random) -> None:
        known = self._known(chance)
        if known.own[kind]:
            self._post(kind, f"{PATHS[kind]}/{known.id(kind)}", lambda it: update(it, kind), chance, known)

    @rule(act=st.sampled_from(sorted(ACTS)), chance=CHANCE)
    def act(self, act: tuple[str, str], chance: Random) -> None:
        kind, verb = act
        known = self._known(chance)
        if known.own[kind]:
            self._post(kind, f"{PATHS[kind]}/{known.id(kind)}/{verb}", ACTS[act], chance, known)

    @rule(kind=st.sampled_from(_DELETED), chance=CHANCE)
    def delete(self, kind: str, chance: Random) -> None:
        known = self._known(chance)
        if known.own[kind]:
            target = known.id(kind)
            before = self._exported()
            answer = self.client.delete(f"{PATHS[kind]}/{target}")
            if answer.status_code == httpx2.codes.OK:
                assert not known.has_stray
                self.model.deleted[kind].add(target)
                self.old[kind] = [each for each in self.old.get(kind, []) if each != target]
                assert self.client.shown(kind, target) is None
            else:
                assert self._exported() == before

    @rule(chance=CHANCE)
    def repeat(self, chance: Random) -> None:
        """The same key with the same call repeats its answer, with another one is refused, and does nothing more."""
        if self.kept:
            key = chance.choice(sorted(self.kept))
            path, body, first, at = self.kept.pop(key)
            if instant(self.model.now) < instant(at) + DAY:
                before = self._exported()
                again = self.client.post(path, body, key)
                misused = self.client.post(path, body | {"another": 1}, key)
                assert (again.status_code, again.content) == (first.status_code, first.content)
                assert misused.status_code == httpx2.codes.BAD_REQUEST
                assert self._exported() == before

    @rule(event=st.sampled_from(sorted(_EVENTS)), chance=CHANCE)
    def simulate(self, event: str, chance: Random) -> None:
        known = self._known(chance)
        kind = _EVENTS[event]
        if known.own[kind]:
            before = self._exported()
            asked: dict[str, Any] = {"event": event, "id": known.id(kind)}
            asked |= {"amount": chance.choice((-50, 1, 50, 10**6))} if event in {"refund", "adjustment"} else {}
            answer = self.http.post(f"{WORLDS}/{self.client.world}/simulate", json=asked)
            assert answer.status_code in {200, 400, 404, 409}, answer.text
            assert answer.is_success or self._exported() == before

    @rule(minutes=st.sampled_from([1, 7, 20, 45, 180, 24 * 60, 9 * 24 * 60]))
    def advance(self, minutes: int) -> None:
        """What is shown of an instant before the clock gets there is shown when it is there."""
        to = millis(instant(self.model.now) + minutes * MINUTE)
        ours = [(kind, each) for kind in PATHS for each in self.model.living(kind)[-3:]]
        before = {each: self.client.shown(*each, to) for each in ours}
        asked = {"by": f"PT{minutes}M"}
        assert self.http.post(f"{WORLDS}/{self.client.world}/clock/advance", json=asked).is_success
        self.model.now = to
        assert {each: self.client.shown(*each) for each in ours} == before
        self.model.created["estimation"] = [
            each for each in self.model.created["estimation"] if before.get(("estimation", each)) is not None
        ]

    @rule(is_fork=st.booleans())
    def copy(self, *, is_fork: bool) -> None:
        """A fork or an import shows all that the world shows, now and later; the calls go on in it."""
        name, world = f"charge-{next(self.names)}", self.client.world
        exported = self.http.get(f"{WORLDS}/{world}/export").content
        header = {"Content-Type": "application/json"}
        made = (
            self.http.post(WORLDS, json={"name": name, "fork": world})
            if is_fork
            else self.http.post(f"{WORLDS}/import?name={name}", content=exported, headers=header)
        )
        assert made.status_code == httpx2.codes.CREATED, made.text
        copied = self._client_of(made)
        later = millis(instant(self.model.now) + 200 * MINUTE)
        for kind in PATHS:
            for each in self.model.living(kind)[-4:]:
                assert copied.shown(kind, each) == self.client.shown(kind, each)
                assert copied.shown(kind, each, later) == self.client.shown(kind, each, later)
        self._remove(self.client)
        self.client = copied

    @precondition(lambda self: hasattr(self, "client"))
    @invariant()
    def is_as_the_model_says(self) -> None:
        """Two kinds after each step, in turn."""
        kinds = list(PATHS)
        for _ in range(2):
            self.seen += 1
            compare(self.client, self.model, kinds[self.seen % len(kinds)])
        if self.seen % 10 == 0:
            compare_totals(self.client, self.model)

    def teardown(self) -> None:
        if hasattr(self, "client"):
            for kind in PATHS:
                compare(self.client, self.model, kind)
            compare_totals(self.client, self.model)
            for client in (self.client, self.other):
                self._remove(client)

    def _post(
        self,
        kind: str,
        path: str,
        body_of: Callable[[Known], Body],
        chance: Random,
        known: Known | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        known = known or self._known(chance)
        if is_new and not all(known.own[each] for each in _OLD):
            return
        body = body_of(known)
        if chance.random() < 0.15:
            body = spoiled(body, chance)
        key = f"key-{next(self.names)}" if chance.random() < 0.2 else None
        before = self._exported()
        answer = self.client.post(path, body, key)
        if key is not None and answer.status_code != httpx2.codes.BAD_REQUEST:
            self.kept[key] = path, body, answer, self.model.now
        if not answer.is_success:
            assert key is not None or self._exported() == before, (path, body, answer.text)
            return
        shown = answer.json()
        assert not known.has_stray or kind == "invoice" or not _names(body, self.strays), (path, body)
        if is_new:
            self.model.created[kind].append(shown["id"])
        self.model.see(kind, shown)

    def _known(self, chance: Random) -> Known:
        own = {kind: [*self.old.get(kind, []), *self.model.living(kind)] for kind in PATHS}
        strays = {kind: [*self.strays.get(kind, []), *sorted(self.model.deleted[kind])] for kind in PATHS}
        return Known(chance, self.model.now, own, strays, self.connectors, self.parties)

    def _exported(self) -> bytes:
        answer = self.http.get(f"{WORLDS}/{self.client.world}/export")
        assert answer.status_code == httpx2.codes.OK
        return answer.content

    def _created(self, seed: int) -> ChargeClient:
        asked = {"name": f"charge-{next(self.names)}", "scenario": "village", "seed": seed}
        made = self.http.post(WORLDS, json=asked | {"clock": {"speed": 0}})
        assert made.status_code == httpx2.codes.CREATED, made.text
        return self._client_of(made)

    def _client_of(self, made: httpx2.Response) -> ChargeClient:
        body = made.json()
        return ChargeClient(self.http, body["name"], body["credentials"]["charge"]["secret_key"])

    def _clock(self) -> dict[str, str]:
        shown: dict[str, str] = self.http.get(f"{WORLDS}/{self.client.world}/clock").json()
        return shown

    def _remove(self, client: ChargeClient) -> None:
        assert self.http.delete(f"{WORLDS}/{client.world}").status_code == httpx2.codes.NO_CONTENT


def _names(value: object, strays: dict[str, list[str]]) -> bool:
    """Whether a body names an id of the other world somewhere."""
    if isinstance(value, dict):
        return any(_names(each, strays) for each in value.values())
    if isinstance(value, list):
        return any(_names(each, strays) for each in value)
    return any(value in ids for ids in strays.values())


def test_charge_agrees_with_its_model(worlds_called: WorldsCalled) -> None:
    """Random calls of all of Charge's resources find no difference between a world and its model."""
    assert worlds_called(ChargeCalls) > 0
