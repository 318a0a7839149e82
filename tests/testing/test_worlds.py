"""The fixtures give each test a private world, as `samples/worlds.py` uses it, and leave none."""

import re
from typing import Final

import httpx2
import pytest

from tests.testing.conftest import SAMPLES, Run, Runner

pytestmark = pytest.mark.slow

_NAMES: Final = re.findall(r"def (test_\w+)\(", (SAMPLES / "worlds.py").read_text("utf-8"))
_WRONG: Final = "test_a_wrong_marker_is_an_error"
_NAMES_OF_ITS_OWN: Final = '[tool.wattif.env]\nBILLING_KEY = "charge.secret_key"\n'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str], server_url: str) -> Run:
    """One run of all the samples, on a server that is not its own."""
    runner = Runner(tmp_path_factory.mktemp("worlds"), {**variables, "WATTIF_URL": server_url})
    runner.sample("worlds")
    runner.write("pyproject.toml", f"[tool.pytest.ini_options]\nstrict_markers = true\n{_NAMES_OF_ITS_OWN}")
    return runner.run()


@pytest.mark.parametrize("name", sorted(set(_NAMES) - {_WRONG, "test_markers_add_up"}))
def test_sample_passes(run: Run, name: str) -> None:
    """A test that is written as the documentation shows it passes."""
    assert run.outcome(name) == "PASSED"


def test_markers_add_up(run: Run) -> None:
    """A function's marker adds to that of its class."""
    assert run.outcome("TestMarkers::test_markers_add_up") == "PASSED"


def test_wrong_marker_is_an_error(run: Run) -> None:
    """A marker with an unknown option is refused with the options that there are."""
    assert run.outcome(_WRONG) == "ERROR"
    assert "takes scenario=, seed=, start= and speed=, not scenery" in run.printed


def test_no_world_is_left(run: Run, server_url: str) -> None:
    """After the run, the server has the two worlds that every server has."""
    assert run.code == 1
    worlds = httpx2.get(f"{server_url}/_sandbox/v1/worlds").json()["worlds"]

    assert [world["name"] for world in worlds] == ["default", "documented"]
