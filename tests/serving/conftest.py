"""The command line, run in the process of the test, and a fake server for it to call."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os import environ
from pathlib import Path

import pytest

from app.cli.program import main
from tests.serving.fake_server import FakeServer, fake_server


@dataclass(frozen=True, slots=True)
class Output:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Output]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as running:
        yield running


@pytest.fixture
def command(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Runs a command in an empty folder. Without `--url` it calls the fake server."""
    for name in [each for each in environ if each.startswith("WATTIF_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WATTIF_URL", server.url)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Output:
        monkeypatch.setattr(sys, "argv", ["wattif", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Output(int(ended.value.code or 0), printed.out, printed.err)

    return run
