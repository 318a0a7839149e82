"""The example with vitest is green, and its types are right; and so is the example on the client's own page."""

import re
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.javascript.tools import CLIENT, modules, path_with_program, run
from tests.serving.servers import ROOT

pytestmark = pytest.mark.slow


def test_the_example_passes(tmp_path: Path) -> None:
    """Its tests, and that of the page, start a server by themselves, and pass; the strict compiler accepts it."""
    installed = modules("vitest")
    example = copytree(ROOT / "examples" / "vitest", tmp_path / "example", ignore=ignore_patterns("node_modules"))
    (example / "node_modules").symlink_to(installed)

    run([installed / ".bin" / "tsc", "--noEmit"], example, {})
    (shown,) = re.findall(r"^```ts\n(.*?)^```", (CLIENT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (example / "test" / "page.test.ts").write_text(shown)
    said = run([installed / ".bin" / "vitest", "run"], example, {"PATH": path_with_program(tmp_path)})

    assert "Tests  6 passed (6)" in said
