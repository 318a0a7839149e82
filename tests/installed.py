"""Wattif as its users have it: the wheel, unpacked into a folder, and a command that runs it by the tests' Python."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

ROOT: Final = Path(__file__).resolve().parents[1]
PATIENCE_S: Final = 120
_UNSET: Final = ("WATTIF_", "PYTEST_", "CHARGE_", "CARIQA_", "PODERO_")
_NEEDLESS_PLUGINS: Final = "-p no:schemathesis -p no:faker"
"""Plugins that the environment of the tests has, a user's has not, and that take a second to load."""


@dataclass(frozen=True, slots=True)
class Installed:
    """An unpacked wheel, whose `packages` Python imports, and the folder of its `commands`, for the PATH."""

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

    def run(self, *words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in a folder until it ends."""
        return subprocess.run(  # noqa: S603 - commands of this repository's examples
            words,
            cwd=folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


def install(folder: Path) -> Installed:
    """Builds the wheel and unpacks it into a folder, without the network."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603 - the interpreter of the tests
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    made = Installed(folder / "packages", folder / "commands")
    with ZipFile(wheel) as file:
        file.extractall(made.packages)
    made.commands.mkdir()
    program = made.commands / "wattif"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wattif "$@"\n', "utf-8")
    program.chmod(0o755)
    return made
