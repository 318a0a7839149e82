"""The wheel as pip installs it: into a new environment, with what it requires from the network."""

import os
import re
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tests.packaging.conftest import Built
from tests.packaging.environments import ROOT, Installation, run, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("WATTIF_DIST" not in os.environ, reason="needs the network: `make dist` runs it"),
]


@pytest.fixture(scope="module")
def fresh(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A new environment with the wheel, pytest and xdist, in the newest versions that they allow."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder / "environment")
    python = folder / "environment" / "bin" / "python"
    pip = (python, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check")
    run(*pip, f"{built.wheel}[postgres]", "pytest", "pytest-xdist")
    (folder / "empty").mkdir()
    return Installation(python.parent, folder / "empty")


def test_pip_installs_a_server(fresh: Installation) -> None:
    """After `pip install`, `wattif serve` generates its town and keeps it in `./wattif.db`."""
    assert re.fullmatch(r"wattif \d+\.\d+\.\d+\S*\n", fresh.run("wattif", "--version").stdout)
    with serving(fresh) as client:
        assert client.get("/_sandbox/v1/worlds/default").json()["scenario"] == "town"
    assert (fresh.folder / "wattif.db").is_file()


def test_the_worked_example_passes(fresh: Installation, tmp_path: Path) -> None:
    """The tests of `examples/pytest` pass in a copy of that folder, on a server that two workers share."""
    copytree(ROOT / "examples" / "pytest", tmp_path / "billing")
    ended = fresh.run("python", "-m", "pytest", "-n", "2", folder=tmp_path / "billing")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"\b\d+ passed\b", ended.stdout)


def test_the_extra_adds_the_driver(fresh: Installation) -> None:
    """`wattif[postgres]` installs psycopg with its C library, and `pip check` finds no conflict."""
    assert fresh.run("python", "-c", "import psycopg; print(psycopg.pq.__impl__)").stdout == "binary\n"
    assert fresh.run("python", "-m", "pip", "check").stdout == "No broken requirements found.\n"
