"""What cannot be started is told in one line, with exit code 2 and without a traceback; nothing is changed by it."""

from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

import pytest

from tests.conftest import HAMLET
from tests.databases import Kept
from tests.serving.servers import ROOT, told

pytestmark = pytest.mark.slow

GOOD: Final = Path(HAMLET).read_text("utf-8")


@pytest.mark.parametrize(
    "options",
    [("--scenario", "town"), ("--seed", "8"), ("--start", "2026-03-05T12:00:00.000Z"), ("--sessions", "3000")],
    ids=["scenario", "seed", "start", "sessions"],
)
def test_another_world_than_there_is(kept: Kept, options: tuple[str, str]) -> None:
    """Scenario, seed, start and size must agree with the database; the line names a way out, and all stays."""
    before = kept.rows("SELECT * FROM world ORDER BY n")
    answer = serve(kept.url, *options)

    assert_refused(answer)
    assert ("--fresh" if kept.url.startswith("sqlite") else "--database") in answer.stderr
    assert options[1] in answer.stderr
    assert kept.rows("SELECT * FROM world ORDER BY n") == before


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of something else is refused by name, and stays what it is."""
    file = tmp_path / "notes.db"
    file.write_text("These are notes, and nobody wants them to be set aside.\n" * 30, "utf-8")
    before = file.read_bytes()
    answer = serve(f"sqlite:///{file}")

    assert_refused(answer)
    assert str(file) in answer.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["notes.db"]
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("speed: 0}", "speed: 0", 5), ("  fleets: 3", "  boats: 3", 7), ("seed: 7", "seed: many", 4)],
    ids=["broken", "field", "type"],
)
def test_a_bad_scenario(tmp_path: Path, old: str, new: str, line: int) -> None:
    """A scenario that is broken YAML, or has a wrong field or type, is refused with its file and line."""
    scenario = tmp_path / "bad.yaml"
    scenario.write_text(GOOD.replace(old, new), "utf-8")
    answer = serve(f"sqlite:///{tmp_path}/wattif.db", "--scenario", str(scenario))

    assert answer.returncode == 2
    assert answer.stderr.startswith(f"wattif: {scenario}")
    assert f":{line}:" in answer.stderr or f"line {line}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--scenario", "atlantis", "town"),
        ("--port", "99999", "port"),
        ("--seed", "-1", "seed"),
        ("--speed", "2000000", "speed"),
        ("--sessions", "0", "sessions"),
    ],
)
def test_a_value_that_means_nothing(tmp_path: Path, option: str, value: str, named: str) -> None:
    """An unknown name, a value out of bounds and a host that is not there are refused, in a line that says why."""
    answer = serve(f"sqlite:///{tmp_path}/wattif.db", option, value)

    assert_refused(answer)
    assert named in answer.stderr


def serve(url: str, *options: str) -> CompletedProcess[str]:
    """What a server on that database says when it does not start."""
    return told("serve", "--port", "0", "--database", url, *options, folder=ROOT)


def assert_refused(answer: CompletedProcess[str]) -> None:
    """One line on stderr, exit code 2."""
    assert answer.returncode == 2, answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert answer.stderr.startswith("wattif: ")
