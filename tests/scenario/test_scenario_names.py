"""A scenario is found by its name, among those of Wattif or in a folder, or by its path; no other file is opened."""

from pathlib import Path
from typing import Final

import pytest

from app.data_files import FIXTURES
from app.scenario.files import BadScenarioError
from tests.served import read

TINY: Final = "name: tiny\nabout: A scenario.\n"


@pytest.mark.parametrize("file", ["tiny.yaml", "tiny.yml"])
def test_scenario_in_the_folder_is_found_by_name(tmp_path: Path, file: str) -> None:
    """Its name is that of its file without the ending."""
    (tmp_path / file).write_text(TINY, "utf-8")

    assert read("tiny", tmp_path).scenario.name == "tiny"
    assert read("tiny", tmp_path) == read(str(tmp_path / file))


def test_scenarios_of_wattif_come_first(tmp_path: Path) -> None:
    """A file in the folder cannot take the name of a scenario that comes with Wattif."""
    (tmp_path / "village.yaml").write_text(TINY, "utf-8")

    assert read("village", tmp_path).scenario.name == "village"


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.yaml")), ids=lambda file: file.stem)
def test_fingerprint_is_the_same_by_name_and_path(file: Path) -> None:
    """It is that of the texts, not of the place where they are."""
    assert read(file.stem).fingerprint == read(str(file)).fingerprint


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    """What was read once is remembered while the file has the same text."""
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY, "utf-8")
    first = read("tiny", tmp_path)
    file.write_text(TINY + "seed: 5\n", "utf-8")

    assert (first.scenario.seed, read("tiny", tmp_path).scenario.seed) == (1, 5)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../tiny", "below/tiny", "tiny.txt", "/tiny", "tiny\n", "tiny\0", "ti ny", "~", "a" * 65]
)
def test_name_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    """A text that could leave the folder is not a name, even if a file is there."""
    folder = tmp_path / "mine"
    (folder / "below").mkdir(parents=True)
    for place in (tmp_path, folder, folder / "below"):
        (place / "tiny.yaml").write_text(TINY, "utf-8")
        (place / "tiny.txt").write_text(TINY, "utf-8")
    with pytest.raises(BadScenarioError, match=r"there is no scenario .*town"):
        read(name, folder)


@pytest.mark.parametrize("name", ["atlantis", "atlantis.yaml", "a" * 300 + ".yaml", "\0.yaml"])
def test_unknown_name_is_refused_with_the_names(tmp_path: Path, name: str) -> None:
    """The message lists the scenarios that come with Wattif and those in the folder."""
    for file in ("mine.yaml", "yours.yml", "notes.txt", "not a name.yaml"):
        (tmp_path / file).write_text(TINY, "utf-8")
    with pytest.raises(BadScenarioError) as refusal:
        read(name, tmp_path)

    assert "documented, empty, fault_parade, town, village" in str(refusal.value)
    assert f"and in {tmp_path} mine, yours" in str(refusal.value)
    assert "not" not in str(refusal.value).partition("and in")[2].removeprefix(f" {tmp_path}")


@pytest.mark.parametrize("name", ["folder.yaml", "nowhere/tiny.yaml"])
def test_path_without_a_file_is_refused(tmp_path: Path, name: str) -> None:
    """It may be that of a folder, or lead into one that does not exist."""
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(BadScenarioError) as refusal:
        read(str(tmp_path / name))

    assert str(refusal.value).startswith(f"{tmp_path / name}: ")


def test_missing_folder_has_no_scenarios(tmp_path: Path) -> None:
    """The default folder need not exist."""
    with pytest.raises(BadScenarioError, match="there is no scenario 'tiny'"):
        read("tiny", tmp_path / "nowhere")
    assert read("empty", tmp_path / "nowhere").scenario.name == "empty"
