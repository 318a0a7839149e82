"""The pytest plugin: a whole run of pytest beside the imports of a server, and what its fixture costs in a test."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from app.client import ControlClient
from app.testing import SandboxWorld, TestServer
from app.testing.making import new_world
from app.testing.servers import launched

from . import loads, machine, table
from .run import Run
from .servers import MeasureFailedError, Wait, process
from .table import Row

_RUNS: Final = 9
_TESTS: Final = 200
_IMPORTS: Final = (sys.executable, "-c", "import fastapi, sqlmodel, uvicorn")
_PLUGIN: Final = ("-p", "app.testing.plugin")
_PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
_OTHERS: Final = ("faker", "schemathesis", "hypothesispytest", "xdist", "anyio")
"""The plugins of other packages that are installed here."""
_USES: Final = "def test_it(wattif):\n    assert wattif.name\n"
_USES_NOTHING: Final = "def test_it():\n    assert True\n"
_ORDER: Final = ("charging_station", "connector", "driver", "vehicle", "payment_method")
_MOST_IMPORTS: Final = 2.5
_MOST_MS: Final = 5
_MOST_SHARE: Final = 0.5


def rows(run: Run) -> Iterator[Row]:
    """A run that uses the plugin, one that does not, and the share of the fixture in a test."""
    yield from _runs(run)
    yield _fixture(run)


def _runs(run: Run) -> Iterator[Row]:
    run.say("runs of pytest with the plugin")
    folder = run.new_folder("testing")
    (folder / "test_uses.py").write_text(_USES)
    (folder / "test_uses_nothing.py").write_text(_USES_NOTHING)
    without = [word for name in _OTHERS for word in ("-p", f"no:{name}")]
    pytest = [*_PYTEST, *without]
    commands = (
        [*pytest, *_PLUGIN, "test_uses.py"],
        [*pytest, *_PLUGIN, "test_uses_nothing.py"],
        [*pytest, "test_uses_nothing.py"],
        [*_IMPORTS],
    )
    for command in commands:
        _run(command, folder)
    measured = loads.by_turns([partial(_run, command, folder) for command in commands], _RUNS)
    uses, *_, imports = (median(each.seconds for each in waits) for waits in measured)
    # Other programs only add to the time that a run takes, and this difference is smaller than what they add.
    _, loaded, bare, _ = (min(each.work_s for each in waits) for waits in measured)
    ratio = uses / imports
    yield table.row(
        f"a run of pytest with one test that uses the plugin, and no other plugin; the imports take {imports:.2f} s",
        f"{uses:.2f} s, {ratio:.2f} times as long",
        table.at_most(ratio, _MOST_IMPORTS, " times"),
    )
    cost_ms = (loaded - bare) * 1e3
    yield table.row(
        "processor time that the plugin adds to a run that does not use it",
        f"{cost_ms:.1f} ms",
        table.at_most(cost_ms, _MOST_MS, " ms"),
    )


def _run(command: list[str], folder: Path) -> Wait:
    """How long a command takes, and the processor time of it and of the processes that it has waited for."""
    began, before = perf_counter(), _worked_s()
    with process(command, folder) as started:
        if started.wait():
            raise MeasureFailedError(f"{' '.join(command)} exited with {started.returncode}")
    return Wait(perf_counter() - began, _worked_s() - before)


def _worked_s() -> float:
    """The processor time of all processes that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _fixture(run: Run) -> Row:
    """Tests that are written with the plugin's world: the first ones of a server, as a suite meets them."""
    run.say("the fixture of the plugin")
    with (run.folder / "testing.log").open("w+b") as log, launched(subprocess.PIPE, log) as (server, url):
        machine.pin(server.pid, machine.SERVER_CORES)
        with closing(ControlClient(url)) as client:
            times = [_test(TestServer(url, client, is_own=True)) for _ in range(_TESTS)]
    whole = median(whole for whole, _ in times)
    share = median(fixture / whole for whole, fixture in times)
    return table.row(
        f"the plugin's fixture in a test that lists, starts, advances and reads; the test takes {whole * 1e3:.1f} ms",
        f"{share:.2f} of it",
        table.at_most(share, _MOST_SHARE, " of it"),
    )


def _test(server: TestServer) -> tuple[float, float]:
    """The seconds of a test, and those of them that its fixture takes."""
    began = perf_counter()
    world = new_world(server, dict)
    made = perf_counter()
    _use(world)
    used = perf_counter()
    world.delete()
    ended = perf_counter()
    return ended - began, made - began + ended - used


def _use(world: SandboxWorld) -> None:
    ids = world.sample["charge"]
    world.charge.get("/charging_sessions", params={"limit": 10, "status": "completed"}).raise_for_status()
    order = {name: ids[name] for name in _ORDER}
    started = world.charge.post("/charging_sessions", json=order).raise_for_status().json()["id"]
    world.advance(until=(started, "completed"))
    status = world.charge.get(f"/charging_sessions/{started}").json()["status"]
    if status != "completed":
        raise MeasureFailedError(f"the session that was driven to its end is {status}")
