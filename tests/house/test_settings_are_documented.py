"""Every setting is documented in `.env.example` and on the page of settings."""

import re
from pathlib import Path
from typing import Final

import pytest

from app.main import ServerSettings

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_NOT_FOR_FILES: Final = {"WATTIF_FRESH"}
"""In a file this would delete the database at every start."""
_OF_COMMANDS: Final = {"WATTIF_URL"}
"""Settings of the commands, which a server does not read."""
_OF_TESTS: Final = {"WATTIF_WORLD"}
"""What the fixture `wattif` sets for the application under test."""
_SETTINGS: Final = {f"WATTIF_{name.upper()}": field for name, field in ServerSettings.model_fields.items()}


@pytest.mark.parametrize("name", sorted(set(_SETTINGS) - _NOT_FOR_FILES))
def test_settings_are_in_the_example(name: str) -> None:
    """Each has a line with a value that is commented out, so that a copy of the file changes nothing."""
    text = (_REPOSITORY / ".env.example").read_text()

    assert re.search(rf"^# {name}=\S+$", text, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(_SETTINGS))
def test_settings_are_on_their_page(name: str) -> None:
    """The page names each setting's environment variable."""
    assert f"`{name}`" in (_REPOSITORY / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("name", sorted(_SETTINGS))
def test_settings_have_a_description(name: str) -> None:
    """Each setting has a description that ends with a full stop."""
    assert (_SETTINGS[name].description or "").endswith(".")


@pytest.mark.parametrize(
    "file",
    [
        ".env.example",
        "README.md",
        "docker-compose.yml",
        "Dockerfile",
        "CONTRIBUTING.md",
        *(f"docs/{path.name}" for path in sorted((_REPOSITORY / "docs").glob("*.md"))),
    ],
)
def test_only_existing_settings_are_named(file: str) -> None:
    """No file names a setting that does not exist."""
    named = set(re.findall(r"WATTIF_[A-Z_]+", (_REPOSITORY / file).read_text()))

    assert named <= set(_SETTINGS) | _OF_COMMANDS | _OF_TESTS
