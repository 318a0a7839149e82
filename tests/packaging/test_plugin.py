"""The pytest plugin of the wheel works on the oldest and the newest Python, beside the plugins that its users have."""

import sys
from pathlib import Path

import pytest

from tests.conftest import NOT_TESTED
from tests.packaging.environments import ROOT, Installation

pytestmark = pytest.mark.slow


def test_the_tests_of_the_plugin_pass(installation: Installation, tmp_path: Path) -> None:
    """All of `tests/testing` passes with the installed plugin, and no test is skipped because a package is missing."""
    ended = installation.run(
        sys.executable,
        *("-m", "pytest", "tests/testing", "--lane", "all", "-n", "0", "-q", "-p", "no:cacheprovider"),
        f"--basetemp={tmp_path / 'runs'}",
        folder=ROOT,
        WATTIF_TESTED_PYTHON=str(installation.bin / "python"),
        WATTIF_TESTED_PACKAGE="wattif",
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert NOT_TESTED not in ended.stdout
