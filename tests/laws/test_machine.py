"""Whatever is done to several worlds in whatever order, each is as a simple model of it says, and as its copies are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2
import pytest
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

from tests.databases import Databases, Kept
from tests.laws.callers import SESSIONS, UNSHRUNK, Caller, caller, copied
from tests.laws.model import MINUTE, Model, Modelled

WORLDS: Final = "/_sandbox/v1/worlds"
AHEAD: Final = timedelta(days=8)
"""After so long every session is over, whatever it was planned to be."""
PLUGS: Final = st.sampled_from(["connector_a1", "connector_a2"])
MINUTES: Final = st.sampled_from([0, 1, 7, 45, 600, 100_000])
SOON: Final = st.sampled_from([0, 1, 5, 20, 90])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Worlds(RuleBasedStateMachine):
    """Several worlds on one server. Subclasses say which server that is."""

    client: httpx2.Client
    kept: Kept
    names: Iterator[int]

    worlds: Bundle[str] = Bundle("worlds")

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, Model] = {}
        self.callers: dict[str, Caller] = {}
        self.touched: set[str] = set()

    @initialize(target=worlds)
    def begin(self) -> str:
        return self._create("village", 1)

    @rule(target=worlds, scenario=st.sampled_from(["village", "empty"]), seed=st.integers(1, 2))
    def create(self, scenario: str, seed: int) -> str:
        return self._create(scenario, seed)

    @rule(world=worlds, plug=PLUGS)
    def start(self, world: str, plug: str) -> None:
        model, somebody = self.models[world], self.callers[world]
        answer = somebody.post(SESSIONS, somebody.order() | {"connector": plug})
        assert answer.status_code == (200 if model.may_start(plug) else 409), answer.text
        if answer.status_code == httpx2.codes.OK:
            body = answer.json()
            later = somebody.get(f"{SESSIONS}/{body['id']}", written(model.now + AHEAD)).json()
            ended = instant(later["session_ended"])
            model.sessions[body["id"]] = Modelled(plug, model.now, ended, ended + MINUTE, later["status"])
        self.touched.add(world)

    @rule(world=worlds, which=st.integers(0, 3))
    def end(self, world: str, which: int) -> None:
        session = self._session(world, which)
        if session is not None:
            answer = self.callers[world].post(f"{SESSIONS}/{session}/end")
            assert answer.status_code == (200 if self.models[world].end(session) else 409), answer.text

    @rule(world=worlds, which=st.integers(0, 3), minutes=SOON)
    def unplug(self, world: str, which: int, minutes: int) -> None:
        self._simulate(world, which, minutes, "unplug", Model.unplug)

    @rule(world=worlds, which=st.integers(0, 3), minutes=SOON)
    def fault(self, world: str, which: int, minutes: int) -> None:
        self._simulate(world, which, minutes, "connector_fault", Model.fault)

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
        never = at is None or (status == "active" and it.ended <= model.now)
        asked = {"until": {"id": session, "status": status}}
        answer = self.client.post(f"{WORLDS}/{world}/clock/advance", json=asked)
        assert answer.status_code == (409 if never else 200), answer.text
        if at is not None and not never:
            model.now = max(model.now, at)
            assert answer.json()["to"] == written(model.now)

    @rule(target=worlds, world=worlds)
    def fork(self, world: str) -> str:
        name = self._named()
        self._made(self.client.post(WORLDS, json={"name": name, "fork": world}))
        return self._is_like(world, name)

    @rule(target=worlds, world=worlds)
    def export_and_import(self, world: str) -> str:
        name = self._named()
        exported = self.client.get(f"{WORLDS}/{world}/export")
        assert exported.status_code == httpx2.codes.OK
        self._made(
            self.client.post(
                f"{WORLDS}/import",
                params={"name": name},
                content=exported.content,
                headers={"Content-Type": "application/json"},
            )
        )
        return self._is_like(world, name)

    @rule(world=worlds)
    def reset(self, world: str) -> None:
        model = self.models[world]
        assert self.client.post(f"{WORLDS}/{world}/reset").status_code == httpx2.codes.OK
        other = self._create(model.scenario, model.seed)
        self.models[world] = self.models[other].copy()
        assert self.callers[world].everything() == self.callers[other].everything()
        self._delete(other)

    @rule(world=consumes(worlds))
    def delete(self, world: str) -> None:
        self._delete(world)

    @invariant()
    def every_world_is_as_its_model(self) -> None:
        for world, model in self.models.items():
            somebody = self.callers[world]
            for session, it in model.sessions.items():
                shown = somebody.get(f"{SESSIONS}/{session}").json()
                ended = None if model.now < it.ended else written(it.ended)
                assert (shown["status"], shown["session_ended"]) == (it.status(model.now), ended)
            assert self._world(world)["clock"]["now"] == written(model.now)

    def teardown(self) -> None:
        for world in list(self.models):
            self._delete(world)

    def _create(self, scenario: str, seed: int) -> str:
        name = self._named()
        self._made(self.client.post(WORLDS, json={"name": name, "scenario": scenario, "seed": seed}))
        self.models[name] = Model(scenario, seed, instant(self._world(name)["clock"]["now"]))
        return name

    def _delete(self, world: str) -> None:
        somebody = self.callers.pop(world)
        del self.models[world]
        assert self.client.delete(f"{WORLDS}/{world}").status_code == httpx2.codes.NO_CONTENT
        assert somebody.get(SESSIONS).status_code == httpx2.codes.UNAUTHORIZED
        assert self.client.get(f"{WORLDS}/{world}").status_code == httpx2.codes.NOT_FOUND

    def _simulate(
        self, world: str, which: int, minutes: int, event: str, happens: Callable[[Model, str, datetime], bool]
    ) -> None:
        session, model = self._session(world, which), self.models[world]
        if session is None:
            return
        asked = {"event": event, "id": session, "at": f"+PT{minutes}M"}
        answer = self.client.post(f"{WORLDS}/{world}/simulate", json=asked)
        sensible = happens(model, session, model.now + minutes * MINUTE)
        assert answer.status_code == (200 if sensible else 409), answer.text

    def _is_like(self, world: str, name: str) -> str:
        """Another world is as one is, now and in a while."""
        self.models[name] = self.models[world].copy()
        for at in (None, written(self.models[world].now + timedelta(hours=3))):
            assert self.callers[name].everything(at) == self.callers[world].everything(at)
        return name

    def _made(self, answer: httpx2.Response) -> None:
        assert answer.status_code == httpx2.codes.CREATED, answer.text
        name = answer.json()["name"]
        self.callers[name] = caller(self.client, self.kept, name)  # type: ignore[arg-type]

    def _advanced(self, world: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(f"{WORLDS}/{world}/clock/advance", json=asked)
        assert answer.status_code == httpx2.codes.OK, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _session(self, world: str, which: int) -> str | None:
        sessions = list(self.models[world].sessions)
        return sessions[which % len(sessions)] if sessions else None

    def _world(self, name: str) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(f"{WORLDS}/{name}").json()
        return body

    def _named(self) -> str:
        return f"machine-{next(self.names)}"


@contextmanager
def machine(databases: Databases, made: Kept) -> Iterator[type[Worlds]]:
    """The machine on a server of its own."""
    with copied(databases, made) as somebody:
        yield type(
            "Machine", (Worlds,), {"client": somebody.client, "kept": somebody.kept, "names": iter(range(10**9))}
        )


def test_worlds_do_as_their_models_do(databases: Databases, made: Kept, pytestconfig: pytest.Config) -> None:
    """Random sequences of everything that can be done to worlds find nothing."""
    long = bool(pytestconfig.getoption("long", default=False))
    checked = settings(
        max_examples=300 if long else 4,
        stateful_step_count=40 if long else 15,
        deadline=None,
        phases=UNSHRUNK,
        suppress_health_check=list(HealthCheck),
    )
    with machine(databases, made) as worlds:
        run_state_machine_as_test(worlds, settings=checked)

    assert worlds.names.__next__() > 0
