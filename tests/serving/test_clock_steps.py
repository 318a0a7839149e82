"""Servers whose machine's clock steps: their worlds never fall, and go by it otherwise."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Final

import pytest

from app.domain.clock import DAY, HOUR, SECOND, instant
from tests.databases import Kept
from tests.serving.crowds import SESSIONS
from tests.serving.servers import Server, serving

pytestmark = pytest.mark.slow

STEPPED: Final = """
import sys
from pathlib import Path
from app.cli import main
from app.wall_clock import MACHINE

file, source = Path(sys.argv.pop(1)), MACHINE.source
MACHINE.source = lambda: source() + 1000 * int(file.read_text())
main()
"""
"""The command line on a machine whose clock is off by as many microseconds as a file says."""
LINE: Final = "Worlds run on from their last instant."


class Machine:
    """A machine whose clock tests set."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, off: int) -> None:
        """Sets the clock to the right time and `off` microseconds."""
        written = self._file.with_suffix(".new")
        written.write_text(str(off))
        written.replace(self._file)

    @property
    def program(self) -> tuple[str, ...]:
        return ("-c", STEPPED, str(self._file))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "off")


@pytest.fixture
def start(kept: Kept) -> Iterator[Callable[[Machine], Server]]:
    """Starts a server of a machine on a database in which `default` runs in real time."""
    with ExitStack() as stack:

        def started_on(machine: Machine) -> Server:
            return stack.enter_context(serving(kept, "--speed", "1", program=machine.program))

        yield started_on


def now(server: Server) -> int:
    return instant(server.world()["clock"]["now"])


def test_a_running_server_follows_its_machine_and_never_falls(
    start: Callable[[Machine], Server], machine: Machine
) -> None:
    """A step forward shows at once; after one back the world runs on, and one line on stderr says so."""
    server = start(machine)
    begun = now(server)
    machine.set(DAY)
    forward = now(server)
    machine.set(0)
    back = [now(server)]
    sleep(1)
    back.append(now(server))

    assert DAY <= forward - begun < DAY + 20 * SECOND
    assert 0 <= back[0] - forward < 20 * SECOND
    assert SECOND // 2 < back[1] - back[0] < 20 * SECOND
    assert [line for line in server.complained().splitlines() if LINE in line] == server.complained().splitlines()
    assert server.complained().count(LINE) == 1


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_behind_runs_on(start: Callable[[Machine], Server], machine: Machine, ended_by: int) -> None:
    """A server that starts on a machine that is a week behind shows what was started before, and runs on."""
    server = start(machine)
    session = server.start().json()
    shown = [instant(session["created"])]
    server.stop(ended_by)
    machine.set(-7 * DAY)
    again = start(machine)
    shown += [now(again)]
    sleep(0.5)
    shown += [now(again)]
    machine.set(0)
    shown += [now(again)]

    assert again.client.get(f"{SESSIONS}/{session['id']}", headers=again.key()).json()["created"] == session["created"]
    assert shown == sorted(shown)
    assert shown[2] - shown[1] > SECOND // 4
    assert shown[3] - shown[0] < 60 * SECOND
    assert again.complained().count(LINE) == 1


def test_two_servers_of_which_one_is_behind_agree(
    start: Callable[[Machine], Server], machine: Machine, tmp_path: Path
) -> None:
    """What one server has written is in the other's past, whose machine is an hour behind, and the other way round."""
    late = Machine(tmp_path / "late")
    late.set(-HOUR)
    one, other = start(machine), start(late)
    shown = []
    for host, beside in ((one, other), (other, one)):
        session = host.start().json()
        ended = beside.client.post(f"{SESSIONS}/{session['id']}/end", headers=beside.key()).json()
        shown += [session["created"], ended["session_ended"]]
        host.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT2M"})

    assert shown == sorted(shown)
    assert abs(now(one) - now(other)) < 20 * SECOND
