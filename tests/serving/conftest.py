"""The command line in this very process, where a test needs no other."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os import environ
from pathlib import Path

import pytest

from app.cli.program import main
from tests.serving.puppets import Puppet, puppet


@dataclass(frozen=True, slots=True)
class Told:
    """What a command has printed, and how it has ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Told]


@pytest.fixture
def server() -> Iterator[Puppet]:
    with puppet() as it:
        yield it


@pytest.fixture
def command(
    server: Puppet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Runs a command in an empty folder; unless told otherwise, it steers the puppet."""
    for name in [each for each in environ if each.startswith("WATTIF_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WATTIF_URL", server.url)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["wattif", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Told(int(ended.value.code or 0), printed.out, printed.err)

    return run
