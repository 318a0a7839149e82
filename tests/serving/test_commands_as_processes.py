"""A command that is stopped, or cannot print, ends without a traceback and leaves nothing behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Final

import pytest

from tests.serving.fake_server import WORLD, FakeServer
from tests.serving.servers import environment, started, told

pytestmark = pytest.mark.slow

FULL: Final = Path("/dev/full")


def test_a_closed_pipe_ends_a_command_silently(server: FakeServer, tmp_path: Path) -> None:
    """As in `wattif worlds | head -1`: stderr is empty, and the exit code is that of a broken pipe."""
    server.answers({"worlds": [WORLD] * 1_000})
    with started("worlds", "--url", server.url, folder=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        with server.hesitating():
            server.wait_until_asked()
            process.stdout.close()

        assert (process.wait(10), process.stderr.read()) == (141, "")


@pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")
def test_a_full_disk_is_reported(server: FakeServer, tmp_path: Path) -> None:
    """One line says that the output cannot be written."""
    server.answers({"worlds": [WORLD]})
    with FULL.open("wb") as full:
        ended = subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, "-m", "app", "worlds", "--url", server.url],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr.startswith("wattif: the output cannot be written: ")
    assert len(ended.stderr.splitlines()) == 1


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Lets commands be interrupted even where the tests run in the background of a shell, which ignores Ctrl-C."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_export_leaves_no_file(server: FakeServer, tmp_path: Path) -> None:
    """Ctrl-C ends an export without output and without a partial file."""
    with server.hesitating(), started("export", "alpha", "a.json", "--url", server.url, folder=tmp_path) as process:
        assert process.stderr
        server.wait_until_asked()
        assert len(list(tmp_path.iterdir())) == 1
        # Python misses a signal that arrives between its last check and the system call in which it waits.
        sleep(0.3)
        process.send_signal(signal.SIGINT)

        assert (process.wait(10), process.stderr.read()) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_letters_that_the_terminal_lacks_are_escaped(server: FakeServer, tmp_path: Path) -> None:
    """ASCII output shows other letters as escapes."""
    event = {"event": "unplug", "id": "Séance.", "takes": [], "does": "Ärger.", "refused": "…"}
    server.answers({"events": [event]})
    shown = told("simulate", "alpha", "--url", server.url, folder=tmp_path, PYTHONIOENCODING="ascii")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert r"S\xe9ance." in shown.stdout


@pytest.mark.parametrize(
    "words", ["--help", "health", "clock alpha", "worlds", "worlds show alpha --json", "simulate alpha"]
)
def test_a_command_loads_no_server_modules(server: FakeServer, tmp_path: Path, words: str) -> None:
    """A command that calls a server imports no web framework and no database, so that it starts fast."""
    server.answers({**WORLD, **WORLD["clock"], "worlds": [], "events": []})
    heavy = {"fastapi", "starlette", "pydantic_settings", "sqlalchemy", "uvicorn", "yaml", "faker", "orjson"}
    program = f"import sys, atexit, app.cli; atexit.register(lambda: print({heavy} & set(sys.modules))); app.cli.main()"
    ended = subprocess.run(  # noqa: S603 - the interpreter that runs the tests
        [sys.executable, "-c", program, *words.split()],
        cwd=tmp_path,
        env=environment() | {"WATTIF_URL": server.url},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.splitlines()[-1] == "set()"
