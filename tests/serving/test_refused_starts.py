"""A server that cannot start prints its reason, exits with 2, and changes nothing."""

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
def test_options_that_differ_from_the_database_are_refused(kept: Kept, options: tuple[str, str]) -> None:
    """Scenario, seed, start and size must agree with the database; the line says what to do instead."""
    before = kept.rows("SELECT * FROM world ORDER BY n")
    answer = serve(kept.url, *options)

    assert_refused(answer)
    assert ("--fresh" if kept.url.startswith("sqlite") else "--database") in answer.stderr
    assert options[1] in answer.stderr
    assert kept.rows("SELECT * FROM world ORDER BY n") == before


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    """The line names the file, which stays unchanged."""
    file = tmp_path / "notes.db"
    file.write_text("These are notes, not a database.\n" * 30, "utf-8")
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
def test_a_faulty_scenario_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    """Broken YAML, an unknown field and a wrong type are reported with file and line."""
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
        ("--start", "yesterday", "RFC 3339"),
        ("--start", "0001-01-01T00:00:00Z", "February of the year 1"),
        ("--start", "9999-06-01T00:00:00Z", "the year 9998"),
    ],
)
def test_an_invalid_option_is_refused(tmp_path: Path, option: str, value: str, named: str) -> None:
    """One line names the option; an unknown scenario lists those that exist."""
    answer = serve(f"sqlite:///{tmp_path}/wattif.db", option, value)

    assert_refused(answer)
    assert named in answer.stderr


@pytest.mark.parametrize("way", ["environment", ".env"])
@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"WATTIF_CHARGE_KEY": "ch_sk_live_0123456789abcdef"}, "WATTIF_CHARGE_KEY: this is a live mode key"),
        ({"WATTIF_PODERO_TOKEN": "0123456789"}, "WATTIF_PODERO_TOKEN: a key has at least 16 characters"),
        (dict.fromkeys(["WATTIF_CARIQA_TOKEN", "WATTIF_PODERO_TOKEN"], "0123456789abcdef"), "WATTIF_PODERO_TOKEN: "),
    ],
)
def test_a_bad_key_is_refused(tmp_path: Path, way: str, variables: dict[str, str], named: str) -> None:
    """One line names the variable and does not repeat the key, and no database is made, nor set aside."""
    (tmp_path / "wattif.db").write_text("", "utf-8")
    if way == ".env":
        (tmp_path / ".env").write_text("".join(f"{name}={key}\n" for name, key in variables.items()), "utf-8")
    given = variables if way == "environment" else {}
    answer = told("serve", "--port", "0", "--fresh", folder=tmp_path, **given)

    assert_refused(answer)
    assert answer.stderr.startswith(f"wattif: {named}")
    assert "0123456789" not in answer.stderr
    assert {each.name for each in tmp_path.iterdir()} - {".env"} == {"wattif.db"}


def serve(url: str, *options: str) -> CompletedProcess[str]:
    """What a server on that database says when it does not start."""
    return told("serve", "--port", "0", "--database", url, *options, folder=ROOT)


def assert_refused(answer: CompletedProcess[str]) -> None:
    """One line on stderr, exit code 2."""
    assert answer.returncode == 2, answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert answer.stderr.startswith("wattif: ")
