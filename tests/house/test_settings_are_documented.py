"""Every setting can be found where people look for one: in `.env.example` and in the README."""

import re
from pathlib import Path
from typing import Final

import pytest

from app.settings import Settings

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_NOT_FOR_FILES: Final = {"WATTIF_FRESH"}
"""Whoever left this in a file would lose the database at every start."""
_OF_COMMANDS: Final = {"WATTIF_URL"}
"""Where commands find the server that they steer: nothing that a server would need to know."""
_SETTINGS: Final = {f"WATTIF_{name.upper()}": field for name, field in Settings.model_fields.items()}


@pytest.mark.parametrize("name", sorted(set(_SETTINGS) - _NOT_FOR_FILES))
def test_setting_is_in_the_example(name: str) -> None:
    """With a value, and switched off, so that a copy of the file changes nothing."""
    text = (_REPOSITORY / ".env.example").read_text()

    assert re.search(rf"^# {name}=\S+$", text, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(_SETTINGS))
def test_setting_is_in_the_readme(name: str) -> None:
    """By its name in the environment."""
    assert f"`{name}`" in (_REPOSITORY / "README.md").read_text()


@pytest.mark.parametrize("name", sorted(_SETTINGS))
def test_setting_says_what_it_is(name: str) -> None:
    """In a sentence of its own."""
    assert (_SETTINGS[name].description or "").endswith(".")


@pytest.mark.parametrize("file", [".env.example", "README.md", "docker-compose.yml", "Dockerfile", "CONTRIBUTING.md"])
def test_nothing_else_is_promised(file: str) -> None:
    """No file names a setting that there is not."""
    named = set(re.findall(r"WATTIF_[A-Z_]+", (_REPOSITORY / file).read_text()))

    assert named <= set(_SETTINGS) | _OF_COMMANDS
