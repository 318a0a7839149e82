"""What the vendors have shown of an instant, they show of it for ever: nothing that happens later changes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import HOUR, MILLISECOND, MINUTE, SECOND, instant, millis
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.laws.random_calls import inventory
from tests.laws.world_client import SESSIONS, WITHOUT_SHRINKING, WorldClient, client_of_copy, world_client

pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"
BOUNDARIES: Final = ("created_at", "started_at", "power_ends_at", "ended_at", "unplugged_at", "settled_at")
AROUND: Final = (-MILLISECOND, 0, MILLISECOND, 2 * SECOND, MINUTE)
EVENTS: Final = ("unplug", "vehicle_full", "connector_fault", "payment_fails", "debt_paid", "charge_record_late")
CARD: Final = "pm_MagicCardFailsAtSettlement000000"
STATIONS: Final = ("chst_MagicStationFaulty00000000000000", "chst_MagicStationSilent00000000000000")
"""Stations whose connectors fail or fall silent during each session."""
DELAYS: Final = (0, 0, 1, 20, 300)
"""Minutes until an event happens."""
STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from(["start", "end", "interrupt", "interrupt", "silence", "wait", "wait", "meet", "meet", "meet"]),
        st.integers(0, 999),
        st.integers(0, 999),
    ),
    min_size=12,
    max_size=24,
)
Shown = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Witness:
    """Calls a world, and remembers what it showed before each step of its clock and between two steps."""

    client: WorldClient
    now: int
    planned: list[dict[str, Any]]
    started: list[str] = field(default_factory=list)
    shown: dict[int, Shown] = field(default_factory=dict)

    def take(self, step: tuple[str, int, int]) -> None:
        """Does what a random step says."""
        kind, one, other = step
        if kind == "start":
            self._start(one, other)
        elif kind == "end":
            active = [row["id"] for row in self.client.rows(SESSIONS, "&status=active")][:3]
            if active:
                self.client.post(f"{SESSIONS}/{active[one % len(active)]}/end")
        elif kind == "interrupt":
            near = [*self._plugged_in(), *self.started][-8:]
            if near:
                self._simulate(EVENTS[one % len(EVENTS)], near[other % len(near)], DELAYS[one % len(DELAYS)])
        elif kind == "silence":
            near = [row["charging_station"] for row in self.client.rows(SESSIONS)[:6]]
            self._simulate("station_silent", near[one % len(near)], DELAYS[other % len(DELAYS)])
        elif kind == "wait":
            self._advance(self.now + (2, 60, 900, 20_000)[one % 4] * SECOND)
        else:
            self._meet(one, other)

    def changed(self) -> list[str]:
        """What is shown in another way than it was: an instant, a path, a member, and what the member was and is."""
        return [
            f"{millis(at)} {path} {name}: {was} is now {after[path].get(name)}"
            for at, before in self.shown.items()
            if at < self.now
            for after in [shown(self.client, millis(at))]
            for path in before
            for name, was in before[path].items()
            if after.get(path, {}).get(name) != was
        ]

    def _start(self, one: int, other: int) -> None:
        stock = inventory(self.client.kept, self.client.world)
        driver, vehicle, card = stock.people[one % len(stock.people)]
        station, connector = stock.connectors[other % len(stock.connectors)]
        if one % 4 < len(STATIONS):
            station, connector = STATIONS[one % 4], "connector_a1"
        body = {"charging_station": station, "connector": connector, "driver": driver, "vehicle": vehicle}
        body |= {"payment_method": CARD if other % 4 == 0 else card}
        answer = self.client.post(SESSIONS, body if one % 3 else body | {"session_limit": 1 + other * 10})
        if answer.is_success:
            self.started.append(answer.json()["id"])

    def _simulate(self, event: str, thing: str, minutes: int) -> None:
        asked = {"event": event, "id": thing, "at": f"+PT{minutes}M"}
        answer = self.client.http.post(f"{WORLDS}/{self.client.world}/simulate", json=asked)
        # A planned session may have been removed by one that was started.
        assert answer.status_code in {200, 404, 409}, answer.text

    def _meet(self, one: int, other: int) -> None:
        """Advances twice to about a boundary of a session that was planned in the beginning, and then interrupts it."""
        boundary, around = BOUNDARIES[one % len(BOUNDARIES)], AROUND[one % len(AROUND)]
        rows = [row for row in self.planned if row[boundary] and (other % 2 or row["channel"] == "charge")]
        coming = [row for row in rows if self.now < instant(row[boundary]) + around][:4]
        if coming:
            met = coming[other % len(coming)]
            self._advance(instant(met[boundary]) + around)
            self._advance(self.now + SECOND)
            if other % 3 == 0 and met["channel"] == "charge":
                self.client.post(f"{SESSIONS}/{met['id']}/end")
            elif other % 3 == 1:
                self._simulate(EVENTS[other % len(EVENTS)], id_of(met), DELAYS[one % len(DELAYS)])

    def _advance(self, to: int) -> None:
        between = self.now + (to - self.now) // 3 // MILLISECOND * MILLISECOND
        self.shown[self.now] = shown(self.client)
        moved = self.client.http.post(f"{WORLDS}/{self.client.world}/clock/advance", json={"to": millis(to)})
        assert moved.is_success, moved.text
        self.now = instant(moved.json()["to"])
        if between < self.now:
            self.shown.setdefault(between, shown(self.client, millis(between)))

    def _plugged_in(self) -> list[str]:
        """The ids of the sessions whose vehicles are plugged in about now, by the plan of the beginning."""
        return [
            id_of(row)
            for row in self.planned
            if instant(row["created_at"]) <= self.now < instant(row["unplugged_at"]) + HOUR
        ]


def id_of(row: dict[str, Any]) -> str:
    """The id that the session's vendor shows."""
    return str(row["id"] if row["channel"] == "charge" else row["uuid"])


def shown(client: WorldClient, at: str | None = None) -> Shown:
    """Every row of every list by path and id, and the pages of lists by status."""
    found: Shown = {}
    for path, body in client.everything(at).items():
        rows = body if isinstance(body, list) else body.get("results", body.get("items"))
        found |= {f"{path} {row['id']}": row for row in rows}
        found[path] = {"order": [row["id"] for row in rows], "body": body}
    for status in ("active", "completed", "failed", "cancelled"):
        found[status] = client.get(f"{SESSIONS}?status={status}&limit=7", at).json()
    return found


@pytest.fixture(scope="module")
def server(databases: Databases, made: Kept) -> Iterator[WorldClient]:
    """A client of a server on which the examples make their villages."""
    with client_of_copy(databases, made) as client:
        yield client


def witness(server: WorldClient, seed: int, number: int) -> Witness:
    """A witness of a new village."""
    made = server.http.post(WORLDS, json={"name": f"w{number}", "scenario": "village", "seed": seed}).json()
    exported = server.http.get(f"{WORLDS}/{made['name']}/export").json()
    sessions = sorted(exported["sessions"], key=lambda row: instant(row["created_at"]))
    return Witness(world_client(server.http, server.kept, made["name"]), instant(made["clock"]["now"]), sessions)


def test_answers_for_past_instants_stay(server: WorldClient, length: Length) -> None:
    """Starts, ends, events and steps of the clock, in random order, change no answer for an earlier instant."""
    numbers = iter(range(10**9))

    @settings(
        max_examples={Length.SHORT: 2, Length.MEDIUM: 50, Length.LONG: 1000}[length],
        deadline=None,
        phases=WITHOUT_SHRINKING,
    )
    @given(seed=st.integers(1, 3), steps=STEPS)
    def check(seed: int, steps: list[tuple[str, int, int]]) -> None:
        world = witness(server, seed, next(numbers))
        for step in steps:
            world.take(step)

        assert not world.changed()

        assert server.http.delete(f"{WORLDS}/{world.client.world}").is_success

    check()
