"""Wattif as its users have it: the package under its name, and a command that runs it by the tests' Python.

The files are laid out as the wheel does, which `tests/packaging` builds and tests.
"""

import os
import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_UNSET: Final = ("WATTIF_", "PYTEST_", "CHARGE_", "CARIQA_", "PODERO_")
_NEEDLESS_PLUGINS: Final = "-p no:schemathesis -p no:faker"
"""Plugins that the environment of the tests has, a user's has not, and that take a second to load."""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation, whose `packages` Python imports, and the folder of its `commands`, for the PATH."""

    packages: Path
    commands: Path

    def environment(self, **variables: str) -> dict[str, str]:
        """The environment of the tests, in which `wattif` is installed and no variable of Wattif or pytest is set."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNSET) and name != "CI"}
        path = os.pathsep.join((str(self.commands), str(Path(sys.executable).parent), os.environ["PATH"]))
        ours = {
            "PATH": path,
            "PYTHONPATH": str(self.packages),
            "NO_COLOR": "1",
            "PYTEST_ADDOPTS": _NEEDLESS_PLUGINS,
        }
        return kept | ours | variables


def install(folder: Path) -> Installed:
    """Copies the package and its data into a folder, with the entry points that pip would write."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    made = Installed(folder / "packages", folder / "commands")
    package = made.packages / "wattif"
    shutil.copytree(ROOT / "app", package, ignore=shutil.ignore_patterns("__pycache__"))
    for data in ("openapi", "fixtures"):
        shutil.copytree(ROOT / data, package / data)
    described = made.packages / f"wattif-{project['version']}.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: wattif\nVersion: {project['version']}\n", "utf-8"
    )
    plugin = project["entry-points"]["pytest11"]["wattif"]
    (described / "entry_points.txt").write_text(f"[pytest11]\nwattif = {plugin}\n", "utf-8")
    made.commands.mkdir()
    program = made.commands / "wattif"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wattif "$@"\n', "utf-8")
    program.chmod(0o755)
    return made
