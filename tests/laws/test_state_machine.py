"""After any sequence of operations on several worlds, each is as a simple model says and as its copies are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

import httpx2
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import Turns
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.laws.world_client import SESSIONS, WITHOUT_SHRINKING, WorldClient, client_of_copy, world_client
from tests.laws.world_model import MINUTE, SessionModel, WorldModel
from tests.soak import results_table

WORLDS: Final = "/_sandbox/v1/worlds"
AHEAD: Final = timedelta(days=8)
"""A span after which every session is over."""
PLUGS: Final = st.sampled_from(["connector_a1", "connector_a2"])
MINUTES: Final = st.sampled_from([0, 1, 7, 45, 600, 100_000])
_SECONDS: Final = 75
SOON: Final = st.sampled_from([0, 1, 5, 20, 90])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Worlds(RuleBasedStateMachine):
    """Several worlds on one server, which a subclass names."""

    http: httpx2.Client
    kept: Kept
    names: Iterator[int]

    worlds: Bundle[str] = Bundle("worlds")

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, WorldModel] = {}
        self.clients: dict[str, WorldClient] = {}

    @initialize(target=worlds)
    def begin(self) -> str:
        return self._create("village", 1)

    @rule(target=worlds, scenario=st.sampled_from(["village", "empty"]), seed=st.integers(1, 2))
    def create(self, scenario: str, seed: int) -> str:
        return self._create(scenario, seed)

    @rule(world=worlds, plug=PLUGS)
    def start(self, world: str, plug: str) -> None:
        model, client = self.models[world], self.clients[world]
        answer = client.post(SESSIONS, client.start_body() | {"connector": plug})
        assert answer.status_code == (200 if model.may_start(plug) else 409), answer.text
        if answer.status_code == httpx2.codes.OK:
            body = answer.json()
            later = client.get(f"{SESSIONS}/{body['id']}", written(model.now + AHEAD)).json()
            ended = instant(later["session_ended"])
            model.sessions[body["id"]] = SessionModel(plug, model.now, ended, ended + MINUTE, later["status"])

    @rule(world=worlds, which=st.integers(0, 3))
    def end(self, world: str, which: int) -> None:
        session = self._session(world, which)
        if session is not None:
            answer = self.clients[world].post(f"{SESSIONS}/{session}/end")
            assert answer.status_code == (200 if self.models[world].end(session) else 409), answer.text

    @rule(world=worlds, which=st.integers(0, 3), minutes=SOON)
    def unplug(self, world: str, which: int, minutes: int) -> None:
        self._simulate(world, which, minutes, "unplug", WorldModel.unplug)

    @rule(world=worlds, which=st.integers(0, 3), minutes=SOON)
    def fault(self, world: str, which: int, minutes: int) -> None:
        self._simulate(world, which, minutes, "connector_fault", WorldModel.fault)

    @rule(world=worlds, minutes=MINUTES)
    def advance(self, world: str, minutes: int) -> None:
        model = self.models[world]
        before, model.now = model.now, model.now + minutes * MINUTE
        body = self._advanced(world, {"by": f"PT{minutes}M"})
        assert (body["from"], body["to"]) == (written(before), written(model.now))
        ends = {
            (each["id"], each["at"], each["to"])
            for each in body["transitions"]
            if each["id"] in model.sessions and each["to"] in ("completed", "failed")
        }
        if not body["truncated"]:
            assert ends == {
                (session, written(it.ended), it.outcome)
                for session, it in model.sessions.items()
                if before < it.ended <= model.now
            }

    @rule(world=worlds, which=st.integers(0, 3), status=st.sampled_from(["active", "completed", "failed", "unplugged"]))
    def wait(self, world: str, which: int, status: str) -> None:
        session, model = self._session(world, which), self.models[world]
        if session is None:
            return
        it = model.sessions[session]
        at = {"active": it.created, it.outcome: it.ended, "unplugged": it.unplugged}.get(status)
        is_never = at is None or (status == "active" and it.ended <= model.now)
        asked = {"until": {"id": session, "status": status}}
        answer = self.http.post(f"{WORLDS}/{world}/clock/advance", json=asked)
        assert answer.status_code == (409 if is_never else 200), answer.text
        if at is not None and not is_never:
            model.now = max(model.now, at)
            assert answer.json()["to"] == written(model.now)

    @rule(target=worlds, world=worlds)
    def fork(self, world: str) -> str:
        name = self._free_name()
        self._add_client(self.http.post(WORLDS, json={"name": name, "fork": world}))
        return self._expect_copy(world, name)

    @rule(target=worlds, world=worlds)
    def export_and_import(self, world: str) -> str:
        name = self._free_name()
        exported = self.http.get(f"{WORLDS}/{world}/export")
        assert exported.status_code == httpx2.codes.OK
        self._add_client(
            self.http.post(
                f"{WORLDS}/import",
                params={"name": name},
                content=exported.content,
                headers={"Content-Type": "application/json"},
            )
        )
        return self._expect_copy(world, name)

    @rule(world=worlds)
    def reset(self, world: str) -> None:
        model = self.models[world]
        assert self.http.post(f"{WORLDS}/{world}/reset").status_code == httpx2.codes.OK
        other = self._create(model.scenario, model.seed)
        self.models[world] = self.models[other].copy()
        assert self.clients[world].everything() == self.clients[other].everything()
        self._delete(other)

    @rule(world=consumes(worlds))
    def delete(self, world: str) -> None:
        self._delete(world)

    @invariant()
    def every_world_agrees_with_its_model(self) -> None:
        for world, model in self.models.items():
            client = self.clients[world]
            for session, it in model.sessions.items():
                shown = client.get(f"{SESSIONS}/{session}").json()
                ended = None if model.now < it.ended else written(it.ended)
                assert (shown["status"], shown["session_ended"]) == (it.status(model.now), ended)
            assert self._world(world)["clock"]["now"] == written(model.now)

    def teardown(self) -> None:
        for world in list(self.models):
            self._delete(world)

    def _create(self, scenario: str, seed: int) -> str:
        name = self._free_name()
        self._add_client(self.http.post(WORLDS, json={"name": name, "scenario": scenario, "seed": seed}))
        self.models[name] = WorldModel(scenario, seed, instant(self._world(name)["clock"]["now"]))
        return name

    def _delete(self, world: str) -> None:
        client = self.clients.pop(world)
        del self.models[world]
        assert self.http.delete(f"{WORLDS}/{world}").status_code == httpx2.codes.NO_CONTENT
        assert client.get(SESSIONS).status_code == httpx2.codes.UNAUTHORIZED
        assert self.http.get(f"{WORLDS}/{world}").status_code == httpx2.codes.NOT_FOUND

    def _simulate(
        self, world: str, which: int, minutes: int, event: str, happens: Callable[[WorldModel, str, datetime], bool]
    ) -> None:
        session, model = self._session(world, which), self.models[world]
        if session is None:
            return
        asked = {"event": event, "id": session, "at": f"+PT{minutes}M"}
        answer = self.http.post(f"{WORLDS}/{world}/simulate", json=asked)
        is_possible = happens(model, session, model.now + minutes * MINUTE)
        assert answer.status_code == (200 if is_possible else 409), answer.text

    def _expect_copy(self, world: str, name: str) -> str:
        """Asserts that a new world shows what the other shows, now and three hours later."""
        self.models[name] = self.models[world].copy()
        for at in (None, written(self.models[world].now + timedelta(hours=3))):
            assert self.clients[name].everything(at) == self.clients[world].everything(at)
        return name

    def _add_client(self, answer: httpx2.Response) -> None:
        assert answer.status_code == httpx2.codes.CREATED, answer.text
        name = answer.json()["name"]
        self.clients[name] = world_client(self.http, self.kept, name)  # type: ignore[arg-type]

    def _advanced(self, world: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(f"{WORLDS}/{world}/clock/advance", json=asked)
        assert answer.status_code == httpx2.codes.OK, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _session(self, world: str, which: int) -> str | None:
        sessions = list(self.models[world].sessions)
        return sessions[which % len(sessions)] if sessions else None

    def _world(self, name: str) -> dict[str, Any]:
        body: dict[str, Any] = self.http.get(f"{WORLDS}/{name}").json()
        return body

    def _free_name(self) -> str:
        return f"machine-{next(self.names)}"


@contextmanager
def machine(databases: Databases, made: Kept) -> Iterator[type[Worlds]]:
    """The state machine with a server of its own."""
    with client_of_copy(databases, made) as client:
        yield type("Machine", (Worlds,), {"http": client.http, "kept": client.kept, "names": iter(range(10**9))})


def test_worlds_agree_with_their_models(databases: Databases, made: Kept, length: Length, turns: Turns) -> None:
    """Random sequences of all operations on worlds find no difference between a world, its model and its copies."""
    most, begin, sequences = {Length.SHORT: 4, Length.MEDIUM: 20, Length.LONG: 10}[length], monotonic(), 0
    checked = settings(
        max_examples=most,
        stateful_step_count=40 if length is Length.LONG else 15,
        deadline=None,
        phases=WITHOUT_SHRINKING,
        suppress_health_check=list(HealthCheck),
    )
    with machine(databases, made) as worlds:
        for _ in turns(_SECONDS):
            run_state_machine_as_test(worlds, settings=checked)
            sequences += most

    count = next(worlds.names)
    assert count > 0
    results_table.add(
        "random calls beside a model",
        databases,
        seconds=monotonic() - begin,
        checked=f"{sequences:,} sequences of {checked.stateful_step_count} calls in {count:,} worlds",
    )
