"""Whoever writes a scenario is told what is wrong with it, line by line, without a server."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import HAMLET
from tests.serving.conftest import Command
from tests.serving.puppets import Puppet

GOOD: Final = Path(HAMLET).read_text("utf-8")


def test_a_good_file(command: Command, server: Puppet, tmp_path: Path) -> None:
    """It is told by name, with what the file says about itself, and nobody is asked."""
    shutil.copy(HAMLET, tmp_path / "mine.yaml")
    shown = command("check-scenario", "mine.yaml")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == "mine.yaml is good: A small town for tests.\n"
    assert server.asked == []
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


def test_every_fault_has_its_line(command: Command, tmp_path: Path) -> None:
    """A line for each, which begins as editors and compilers have it, and exit code 1."""
    lines = GOOD.replace("seed: 7", "seed: many").replace("  fleets: 3", "  fleets: 3\n  boats: 3").splitlines()
    (tmp_path / "mine.yaml").write_text("\n".join(lines), "utf-8")
    shown = command("check-scenario", "mine.yaml")
    begins = [f"mine.yaml:{n}: " for n, line in enumerate(lines, 1) if "many" in line or "boats" in line]

    assert (shown.code, shown.err) == (1, "")
    assert len(begins) == 2
    assert all(line.startswith(begin) for line, begin in zip(shown.out.splitlines(), begins, strict=True))


@pytest.mark.parametrize("text", [b"", b"\x8a", b"a: [", b"- 1", b"&a [*a]", b"[" * 5_000], ids=str)
def test_what_is_no_scenario(command: Command, tmp_path: Path, text: bytes) -> None:
    """Whatever is in the file, there is no traceback."""
    (tmp_path / "mine.yaml").write_bytes(text)
    shown = command("check-scenario", "mine.yaml")

    assert (shown.code, shown.err) == (1, "")
    assert shown.out.startswith("mine.yaml:")


@pytest.mark.parametrize("file", ["nowhere.yaml", ".", "", "atlantis", "n" * 300 + ".yaml"])
def test_what_is_no_file(command: Command, file: str) -> None:
    """It is told which scenarios there are."""
    shown = command("check-scenario", file)

    assert (shown.code, shown.err) == (1, "")
    assert len(shown.out.splitlines()) == 1
    assert "village" in shown.out


def test_the_schema_is_for_editors(command: Command) -> None:
    """It is JSON, says which schema it is, and knows what a scenario has."""
    schema = json.loads(command("check-scenario", "--schema").out)

    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"name", "seed", "clock", "population", "objects"} <= schema["properties"].keys()


@pytest.mark.parametrize("words", [[], ["mine.yaml", "--schema"]], ids=["neither", "both"])
def test_it_is_either(command: Command, words: list[str]) -> None:
    """A file or the schema; anything else is wrong usage."""
    shown = command("check-scenario", *words)

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("wattif: ")
