"""The example with Playwright is green in the Chromium of this machine."""

import os
import shutil
from pathlib import Path

import pytest

from tests.javascript.tools import modules, path_with_program, refuse, run
from tests.serving.servers import ROOT

pytestmark = pytest.mark.slow

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def test_the_example_passes(tmp_path: Path) -> None:
    """Its tests start a server and a browser by themselves, and pass."""
    installed = modules("playwright")
    if not os.environ.get("PLAYWRIGHT_CHROMIUM") and not any(map(shutil.which, _NAMES)):
        refuse("no Chromium on the PATH, and PLAYWRIGHT_CHROMIUM names none")
    ignored = shutil.ignore_patterns("node_modules", "test-results")
    example = shutil.copytree(ROOT / "examples" / "playwright", tmp_path / "example", ignore=ignored)
    (example / "node_modules").symlink_to(installed)

    words = [installed / ".bin" / "playwright", "test", "--reporter", "line", "--workers", "1"]
    said = run(words, example, {"PATH": path_with_program(tmp_path)})

    assert "3 passed" in said
