"""A scenario is found by its name, here or in a folder of one's own, or by its path; nothing else is ever opened."""

from pathlib import Path
from typing import Final

import pytest

from app.data_files import FIXTURES
from app.scenario.files import BadScenarioError
from app.scenario.scenarios import fingerprint
from tests.served import read

TINY: Final = "name: tiny\nabout: A scenario.\n"


@pytest.mark.parametrize("file", ["tiny.yaml", "tiny.yml"])
def test_ones_own_are_found_by_name(tmp_path: Path, file: str) -> None:
    """A file in the folder has the name that it has without its ending."""
    (tmp_path / file).write_text(TINY, "utf-8")

    assert read("tiny", tmp_path).scenario.name == "tiny"
    assert fingerprint("tiny", tmp_path) == read(str(tmp_path / file)).fingerprint


def test_those_that_come_with_wattif_come_first(tmp_path: Path) -> None:
    """Nobody takes a village for the one that everybody knows."""
    (tmp_path / "village.yaml").write_text(TINY, "utf-8")

    assert read("village", tmp_path).scenario.name == "village"


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_fingerprint_needs_no_look(file: Path) -> None:
    """It is the same by name and by path, read or not."""
    assert fingerprint(file.stem) == fingerprint(str(file)) == read(file.stem).fingerprint


def test_a_fingerprint_of_what_is_bad(tmp_path: Path) -> None:
    """Nobody looks what is in the file, so that a start is quick; another text has another one."""
    (tmp_path / "tiny.yaml").write_text("name: [", "utf-8")
    before = fingerprint("tiny", tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY, "utf-8")

    assert before != fingerprint("tiny", tmp_path)


def test_what_has_changed_is_read_again(tmp_path: Path) -> None:
    """What was read once is remembered only as long as the file says the same."""
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY, "utf-8")
    first = read("tiny", tmp_path)
    file.write_text(TINY + "seed: 5\n", "utf-8")

    assert (first.scenario.seed, read("tiny", tmp_path).scenario.seed) == (1, 5)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../tiny", "below/tiny", "tiny.txt", "/tiny", "tiny\n", "tiny\0", "ti ny", "~", "a" * 65]
)
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    """Whatever could leave the folder is no name, even if a file lies there."""
    folder = tmp_path / "mine"
    (folder / "below").mkdir(parents=True)
    for place in (tmp_path, folder, folder / "below"):
        (place / "tiny.yaml").write_text(TINY, "utf-8")
        (place / "tiny.txt").write_text(TINY, "utf-8")
    for asked in (read, fingerprint):
        with pytest.raises(BadScenarioError, match=r"there is no scenario .*town"):
            asked(name, folder)


@pytest.mark.parametrize("name", ["atlantis", "atlantis.yaml", "a" * 300 + ".yaml", "\0.yaml"])
def test_who_finds_none_is_told_which_there_are(tmp_path: Path, name: str) -> None:
    """Those that come with Wattif, and those in the folder; but no file there that is none."""
    for file in ("mine.yaml", "yours.yml", "notes.txt", "not a name.yaml"):
        (tmp_path / file).write_text(TINY, "utf-8")
    with pytest.raises(BadScenarioError) as refusal:
        read(name, tmp_path)

    assert "documented, empty, fault_parade, town, village" in str(refusal.value)
    assert f"and in {tmp_path} mine, yours" in str(refusal.value)
    assert "not" not in str(refusal.value).partition("and in")[2].removeprefix(f" {tmp_path}")


@pytest.mark.parametrize("name", ["folder.yaml", "nowhere/tiny.yaml"])
def test_what_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    """A folder of that name, or a file in one that is not there."""
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(BadScenarioError) as refusal:
        read(str(tmp_path / name))

    assert str(refusal.value).startswith(f"{tmp_path / name}: ")


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """It is the one that is looked for where nobody has named one."""
    with pytest.raises(BadScenarioError, match="there is no scenario 'tiny'"):
        read("tiny", tmp_path / "nowhere")
    assert read("empty", tmp_path / "nowhere").scenario.name == "empty"
