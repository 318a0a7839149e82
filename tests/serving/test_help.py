"""`--help` is readable in a terminal of 80 columns, and shows calls to copy and the environment variables."""

import re
import shlex
from collections.abc import Iterator
from typing import Any, Final

import pytest
import typer

from app.cli.program import app
from app.main import ServerSettings
from tests.serving.conftest import Command

_WIDTH: Final = 80
_PREFIX: Final = "    python -m app "
_FLAG: Final = re.compile(r"^ +--(?:fresh|json|schema|help|version) (?! )", re.MULTILINE)


def _paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - Typer exports no type
    """The words of every command and group."""
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from _paths(each, (*path, name))


PATHS: Final = [" ".join(path) for path in _paths(typer.main.get_command(app))]


@pytest.fixture
def help_of(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The help of a command as a terminal of 80 columns shows it."""
    monkeypatch.setenv("COLUMNS", str(_WIDTH))
    return lambda path: command(*path.split(), "--help")


@pytest.mark.parametrize("path", PATHS)
def test_help_is_readable(help_of: Command, path: str) -> None:
    """No line is longer than the terminal is wide, and no sentence is cut off."""
    shown = help_of(path)

    assert shown.code == 0
    assert max(map(len, shown.out.splitlines())) <= _WIDTH
    assert "..." not in shown.out.replace("[ARGS]...", "")


@pytest.mark.parametrize("path", PATHS)
def test_a_flag_is_shown_without_a_value(help_of: Command, path: str) -> None:
    """Behind an option that takes no value there is only its help."""
    assert _FLAG.findall(help_of(path).out) == []


@pytest.mark.parametrize("path", PATHS)
def test_the_examples_can_be_typed(help_of: Command, path: str) -> None:
    """Each help has examples, of that command, whose words and options exist."""
    calls = [line.removeprefix(_PREFIX) for line in help_of(path).out.splitlines() if line.startswith(_PREFIX)]

    assert calls
    assert all(call.startswith(path) for call in calls)
    for call in calls:
        found: Any = typer.main.get_command(app)
        words = shlex.split(call)
        while words and words[0] in getattr(found, "commands", {}):
            found = found.commands[words.pop(0)]
        if "--help" not in words:
            found.make_context(call, words)


def test_help_of_serve_names_every_setting(help_of: Command) -> None:
    """Each variable is there with the option that does the same, or with what it is for."""
    shown = help_of("serve").out
    rows = dict(re.findall(r"^  (WATTIF_\w+)\s+(\S.*)$", shown, re.MULTILINE))

    assert set(rows) == {f"WATTIF_{name.upper()}" for name in ServerSettings.model_fields}
    assert rows["WATTIF_DATABASE_URL"] == "the same as --database"
    assert rows["WATTIF_ADMIN_TOKEN"].startswith("The token that")
    assert rows["WATTIF_CHARGE_KEY"] == "The secret key of `default` at Charge."


def test_help_of_the_program_names_the_variables_of_commands(help_of: Command) -> None:
    """It says where the address and the token of a server can be written once for all commands."""
    assert {"WATTIF_URL", "WATTIF_ADMIN_TOKEN"} <= set(re.findall(r"WATTIF_\w+", help_of("").out))
