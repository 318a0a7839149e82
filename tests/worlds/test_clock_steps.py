"""No world's clock falls when the machine's clock steps, also at another server and after a restart."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from unittest.mock import patch

import pytest

from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, instant
from app.wall_clock import MACHINE, WallClock
from tests.conftest import Sandbox, resumed, started
from tests.databases import Kept
from tests.worlds.test_wall_clock import Machine

WORLDS: Final = "/_sandbox/v1/worlds"
BEGIN: Final = 1_900_000_000 * SECOND
"""Later than the clocks of all databases that tests make."""
_STATE: Final = ("_ahead", "_last", "_ran_on_at")


@dataclass
class Process:
    """What a process of its own knows of time: the clock of its machine, and its own."""

    machine: Machine
    clock: WallClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self.machine.clock()

    @contextmanager
    def runs(self) -> Iterator[None]:
        """Within the block this process' clock is the server's."""
        mine = {name: getattr(self.clock, name) for name in ("source", "steady", *_STATE)}
        with patch.multiple(MACHINE, **mine):
            try:
                yield
            finally:
                self.remember()

    def remember(self) -> None:
        """Keeps what the clock has come to know."""
        for name in _STATE:
            setattr(self.clock, name, getattr(MACHINE, name))


@dataclass
class Host:
    """A server, and the process in which its calls are made."""

    sandbox: Sandbox
    process: Process

    def now(self, world: str = "mine") -> int:
        return instant(self._call("GET", f"{WORLDS}/{world}/clock")["now"])

    def create(self, speed: float) -> None:
        """Creates a village, `mine`, that runs."""
        clock = {"at": "2026-03-04T12:00:00Z", "speed": speed}
        self._call("POST", WORLDS, {"name": "mine", "scenario": "village", "clock": clock})

    def start(self) -> dict[str, Any]:
        """Starts a session; it is shown as of this instant."""
        with self.process.runs():
            body: dict[str, Any] = self.sandbox.start("mine").json()
        return body

    def end(self, session: str) -> dict[str, Any]:
        with self.process.runs():
            body: dict[str, Any] = self.sandbox.end(session, "mine").json()
        return body

    def listed(self) -> set[str]:
        """The ids of the newest sessions in the list."""
        with self.process.runs():
            return {row["id"] for row in self.sandbox.charge(world="mine", limit=20).json()["data"]}

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        with self.process.runs():
            answer = self.sandbox.client.request(method, path, json=body)
        assert answer.is_success, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


@pytest.fixture
def machine() -> Machine:
    return Machine(at=BEGIN)


@contextmanager
def serving(kept: Kept, machine: Machine, *, again: bool = False) -> Iterator[Host]:
    """A server on a machine. With `again` it starts in the usual way, on a database that is there."""
    process = Process(machine)
    with process.runs(), (started if again else resumed)(kept) as client:
        process.remember()
        yield Host(Sandbox(client, kept), process)


@pytest.mark.parametrize("speed", [1, 60, 0.3])
def test_a_world_follows_a_step_forward(kept: Kept, machine: Machine, speed: float) -> None:
    """After a suspend of a day, a day of the machine has passed in the world, times its speed."""
    with serving(kept, machine) as host:
        host.create(speed)
        before = host.now()
        machine.at += DAY

        assert host.now() - before == pytest.approx(speed * DAY, abs=2 * MILLISECOND)


@pytest.mark.parametrize("step", [-SECOND, -HOUR, -3 * DAY])
def test_a_world_does_not_follow_a_step_back(kept: Kept, machine: Machine, step: int) -> None:
    """The clock shows nothing earlier, and runs on: after two seconds at least one has passed, at most two."""
    with serving(kept, machine) as host:
        host.create(1)
        machine.run(MINUTE)
        session, before = host.start(), host.now()
        machine.at += step
        shown = [host.now()]
        machine.run(2 * SECOND)
        shown.append(host.now())

        assert session["id"] in host.listed()
        assert before <= shown[0] <= shown[0] + SECOND <= shown[1] <= before + 2 * SECOND


@pytest.mark.parametrize("step", [-HOUR, -400 * DAY])
def test_a_world_runs_on_after_a_restart_behind(kept: Kept, machine: Machine, step: int) -> None:
    """A server that starts while the machine's clock is behind goes on at the last instant that was noted."""
    with serving(kept, machine) as host:
        host.create(1)
        machine.run(MINUTE)
        session = host.start()
        machine.run(HOUR)
        before = host.now()
    machine.at += step
    with serving(kept, machine, again=True) as host:
        shown = [host.now()]
        machine.run(10 * SECOND)
        shown.append(host.now())

        assert session["id"] in host.listed()
        assert shown == [before, before + 10 * SECOND]


def test_a_wrong_clock_at_the_start_does_no_lasting_harm(kept: Kept, machine: Machine) -> None:
    """Where the machine learns the time only after the server has started, the world shows the right time then."""
    with serving(kept, machine) as host:
        host.create(1)
        before = host.now()
    right = machine.at
    machine.at = 0
    with serving(kept, machine, again=True) as host:
        wrong = host.now()
        machine.at = right + HOUR

        assert wrong == before
        assert host.now() == pytest.approx(before + HOUR, abs=SECOND)


def test_a_crash_loses_no_change(kept: Kept, machine: Machine) -> None:
    """Each change notes the instant at which it was made, so that it is not undone by a start behind it."""
    with serving(kept, machine) as host:
        host.create(1000)
        machine.run(MINUTE)
        created = instant(host.start()["created"])
        [noted] = kept.rows("SELECT anchor, wall FROM world WHERE name = 'mine'")

        assert noted.wall == BEGIN + MINUTE
        assert noted.anchor // MILLISECOND * MILLISECOND == created


@pytest.mark.parametrize("behind", [2 * SECOND, HOUR])
def test_a_server_behind_shows_what_the_other_wrote(kept: Kept, machine: Machine, behind: int) -> None:
    """Of two servers with different clocks, each shows at once, and ends, the sessions that the other has started."""
    late = Machine(at=machine.at - behind)
    with serving(kept, machine) as one:
        one.create(1)
        with serving(kept, late) as other:
            shown = []
            for host, beside in ((one, other), (other, one)) * 2:
                machine.run(2 * MINUTE)
                late.run(2 * MINUTE)
                started_there = host.start()
                ended = beside.end(started_there["id"])
                shown += [started_there["created"], ended["session_ended"]]

                assert started_there["id"] in host.listed()
                assert ended["status"] == "completed"

            assert shown == sorted(shown)
            assert abs(one.now() - other.now()) <= SECOND


def test_a_new_world_begins_at_the_machines_time(kept: Kept, machine: Machine) -> None:
    """`now` as the start of a world is what the machine's clock shows, also after that was set back."""
    with serving(kept, machine) as host:
        host.create(1)
        machine.at -= HOUR
        host.now()
        with host.process.runs():
            made = host.sandbox.client.post(WORLDS, json={"scenario": "empty", "clock": {"at": "now"}}).json()

        assert instant(made["clock"]["now"]) == machine.at


def test_a_frozen_world_is_not_written_at(kept: Kept, machine: Machine) -> None:
    """A change in a world that stands still leaves its clock as it is in the database."""
    with serving(kept, machine) as host:
        host.create(0)
        clock = "SELECT anchor, wall, speed FROM world WHERE name = 'mine'"
        before = kept.rows(clock)
        machine.run(HOUR)

        assert host.start()["created"] == "2026-03-04T12:00:00.000Z"
        assert kept.rows(clock) == before
