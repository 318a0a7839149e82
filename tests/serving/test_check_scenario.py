"""`check-scenario` lists the faults of a scenario file with their lines, without a server."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import HAMLET
from tests.serving.conftest import Command
from tests.serving.fake_server import FakeServer

GOOD: Final = Path(HAMLET).read_text("utf-8")


def test_a_valid_file_is_confirmed(command: Command, server: FakeServer, tmp_path: Path) -> None:
    """Prints the file's name and its own description; no request is sent, and no file is written."""
    shutil.copy(HAMLET, tmp_path / "mine.yaml")
    shown = command("check-scenario", "mine.yaml")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == "mine.yaml is valid: A small town for tests.\n"
    assert server.asked == []
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


def test_every_fault_is_printed_with_its_line(command: Command, tmp_path: Path) -> None:
    """Each fault is one line that begins with `FILE:LINE: `, as compilers print it; the exit code is 1."""
    lines = GOOD.replace("seed: 7", "seed: many").replace("  fleets: 3", "  fleets: 3\n  boats: 3").splitlines()
    (tmp_path / "mine.yaml").write_text("\n".join(lines), "utf-8")
    shown = command("check-scenario", "mine.yaml")
    begins = [f"mine.yaml:{n}: " for n, line in enumerate(lines, 1) if "many" in line or "boats" in line]

    assert (shown.code, shown.err) == (1, "")
    assert len(begins) == 2
    assert all(line.startswith(begin) for line, begin in zip(shown.out.splitlines(), begins, strict=True))


@pytest.mark.parametrize("text", [b"", b"\x8a", b"a: [", b"- 1", b"&a [*a]", b"[" * 5_000], ids=str)
def test_a_file_that_is_not_a_scenario_is_refused(command: Command, tmp_path: Path, text: bytes) -> None:
    """Any content gives lines that begin with the file's name, and no traceback."""
    (tmp_path / "mine.yaml").write_bytes(text)
    shown = command("check-scenario", "mine.yaml")

    assert (shown.code, shown.err) == (1, "")
    assert shown.out.startswith("mine.yaml:")


@pytest.mark.parametrize("file", ["nowhere.yaml", ".", "", "atlantis", "n" * 300 + ".yaml"])
def test_a_name_that_is_not_found_lists_the_scenarios(command: Command, file: str) -> None:
    """One line names the scenarios that exist; the exit code is 1."""
    shown = command("check-scenario", file)

    assert (shown.code, shown.err) == (1, "")
    assert len(shown.out.splitlines()) == 1
    assert "village" in shown.out


def test_the_schema_option_prints_a_json_schema(command: Command) -> None:
    """The output is JSON, names its JSON Schema dialect, and describes the parts of a scenario."""
    schema = json.loads(command("check-scenario", "--schema").out)

    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"name", "seed", "clock", "population", "objects"} <= schema["properties"].keys()


@pytest.mark.parametrize("words", [[], ["mine.yaml", "--schema"]], ids=["neither", "both"])
def test_a_file_and_the_schema_option_exclude_each_other(command: Command, words: list[str]) -> None:
    """Both or neither is wrong usage: one line on stderr, exit code 2."""
    shown = command("check-scenario", *words)

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("wattif: ")
