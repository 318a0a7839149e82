"""Over HTTP a scenario is a name. No file is opened by its path, and no refusal quotes a file of the server."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import HAMLET, Sandbox
from tests.control.worlds import WORLDS, names, request_world

SECRET: Final = "db_password: hunter2-very-secret\n"
OWN: Final = "name: own\nabout: My own.\nseed: 3\n"
CREATED, REFUSED, CONFLICT = 201, 400, 409


@pytest.mark.parametrize("ending", [".yaml", ".yml", ".txt", ""])
@pytest.mark.parametrize("way", ["{}", "./{}", "//{}", "..\\{}", "{}\\..", "file://{}", "~{}"])
def test_a_path_is_refused_like_an_unknown_name(untouched: Sandbox, tmp_path: Path, ending: str, way: str) -> None:
    """The answer is the same for a file that exists and for one that does not, but for the path itself."""
    there, nowhere = tmp_path / f"there{ending}", tmp_path / f"nowhere{ending}"
    there.write_text(OWN, "utf-8")
    answers = [request_world(untouched, scenario=way.format(file)) for file in (there, nowhere)]
    details = [re.sub("'.*?'", "", answer.json()["detail"]) for answer in answers]

    assert [answer.status_code for answer in answers] == [REFUSED] * 2
    assert details[0] == details[1]
    assert "there is no scenario" in details[0]
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize("scenario", ["../own", "./own", "below/own", "own.yaml", "..\\own", "own\\", HAMLET])
def test_a_path_into_the_folder_is_refused_too(
    open_sandbox: Callable[..., Sandbox], tmp_path: Path, scenario: str
) -> None:
    """A scenario of the folder, and the one that the operator has named by its path, have no other name."""
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    sandbox = open_sandbox(scenarios=tmp_path)

    assert request_world(sandbox, scenario=scenario).status_code == REFUSED
    assert request_world(sandbox, scenario="own").status_code == CREATED


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"name: bad\nabout: Bad.\nseed: {SECRET}",
        "name: bad\nabout: Bad.\nseed: hunter2-very-secret\n",
        "name: bad\nabout: Bad.\nhunter2: [\n",
        "name: bad\nabout: Bad.\nhunter2: 1\nhunter2: 2\n",
        "hunter2",
        "name: bad\nabout: Bad.\nclock: {start: hunter2}\n",
        "\0hunter2",
    ],
)
def test_a_refusal_quotes_no_file(open_sandbox: Callable[..., Sandbox], tmp_path: Path, text: str) -> None:
    """A faulty scenario of the folder is refused with its name and the lines of its faults."""
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    answer = request_world(open_sandbox(scenarios=tmp_path), scenario="bad")

    assert answer.status_code == REFUSED
    assert re.search(r"bad\.yaml:\d+", answer.json()["detail"])
    assert "hunter2" not in answer.text
    assert "password" not in answer.text


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "large"])
def test_pipes_and_huge_files_are_not_read(open_sandbox: Callable[..., Sandbox], tmp_path: Path, kind: str) -> None:
    """A pipe, a folder, a device or a huge file in the folder is no scenario, and holds up no other request."""
    odd = tmp_path / "odd.yaml"
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "folder":
        odd.mkdir()
    elif kind == "device":
        odd.symlink_to("/dev/zero")
    else:
        odd.write_bytes(b"#" * (5 << 20))
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    sandbox = open_sandbox(scenarios=tmp_path)
    refused = [request_world(sandbox, scenario="odd").status_code for _ in range(10)]

    assert refused == [REFUSED] * 10
    assert request_world(sandbox, scenario="own").status_code == CREATED


@pytest.mark.parametrize("kind", ["there", "nowhere"])
def test_a_forged_import_opens_no_file(common: Sandbox, tmp_path: Path, kind: str) -> None:
    """An imported world whose scenario is a path cannot be reset, whether the file exists or not."""
    (tmp_path / "there.yaml").write_text(SECRET, "utf-8")
    file: dict[str, Any] = common.client.get(f"{WORLDS}/documented/export").json()
    file["world"]["scenario"] = str(tmp_path / f"{kind}.yaml")
    name = common.client.post(f"{WORLDS}/import", params={"name": f"forged-{kind}"}, json=file).json()["name"]
    answer = common.client.post(f"{WORLDS}/{name}/reset")

    assert answer.status_code == CONFLICT
    assert "there is no scenario" in answer.json()["detail"]
    assert "hunter2" not in answer.text
    assert common.client.get(f"{WORLDS}/{name}").json()["scenario"] == kind


def test_a_world_of_the_operators_file_is_reset_from_what_was_read(
    open_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """`default` is reset as it began, after the file has been changed and after it has been removed."""
    own = tmp_path / "own.yaml"
    own.write_text(OWN + "clock: {speed: 0, start: '2026-03-04T12:00:00Z'}\n", "utf-8")
    with_file = open_sandbox(scenario=HAMLET)
    with_file.kept.run("UPDATE world SET state = 'retired' WHERE name = 'default'")
    sandbox = open_sandbox(scenario=str(own))
    began = sandbox.world()
    own.write_text(SECRET, "utf-8")
    changed = sandbox.client.post(f"{WORLDS}/default/reset")
    own.unlink()
    removed = sandbox.client.post(f"{WORLDS}/default/reset")

    assert (changed.status_code, removed.status_code) == (200, 200)
    assert changed.json() == removed.json() == began
    assert began["seed"] == 3
