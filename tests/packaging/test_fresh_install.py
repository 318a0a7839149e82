"""The wheel as pip installs it: into a new environment, with what it requires from the network."""

import os
import re
import sys

import pytest

from tests.packaging.conftest import Built
from tests.packaging.environments import Installation, run, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("WATTIF_DIST" not in os.environ, reason="needs the network: `make dist` runs it"),
]


@pytest.fixture(scope="module")
def fresh(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A new environment with the wheel, pytest, and what both require, in the newest versions that they allow."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder / "environment")
    python = folder / "environment" / "bin" / "python"
    run(python, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check", built.wheel, "pytest")
    (folder / "empty").mkdir()
    return Installation(python.parent, folder / "empty")


def test_pip_installs_a_server(fresh: Installation) -> None:
    """After `pip install`, `wattif serve` generates its town and keeps it in `./wattif.db`."""
    assert re.fullmatch(r"wattif \d+\.\d+\.\d+\S*\n", fresh.run("wattif", "--version").stdout)
    with serving(fresh) as client:
        assert client.get("/_sandbox/v1/worlds/default").json()["scenario"] == "town"
    assert (fresh.folder / "wattif.db").is_file()


def test_pip_finds_no_conflict(fresh: Installation) -> None:
    """`pip check` has nothing to say against what was installed."""
    assert fresh.run("python", "-m", "pip", "check").stdout == "No broken requirements found.\n"
