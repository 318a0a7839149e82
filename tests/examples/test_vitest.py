"""The example with vitest is green, and its types are right."""

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.javascript.tools import modules, path_with_program, run
from tests.serving.servers import ROOT

pytestmark = pytest.mark.slow


def test_the_example_passes(tmp_path: Path) -> None:
    """Its tests start a server by themselves, and pass; the strict compiler accepts it."""
    installed = modules("vitest")
    example = copytree(ROOT / "examples" / "vitest", tmp_path / "example", ignore=ignore_patterns("node_modules"))
    (example / "node_modules").symlink_to(installed)

    said = run([installed / ".bin" / "vitest", "run"], example, {"PATH": path_with_program(tmp_path)})
    run([installed / ".bin" / "tsc", "--noEmit"], example, {})

    assert "Tests  5 passed (5)" in said
