"""Node.js, the programs that npm has installed, and the notice of a run that lacks them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

import pytest

from tests.conftest import NOT_TESTED
from tests.serving.servers import ROOT, environment

CLIENT: Final = ROOT / "clients" / "js"
_INSTALLED: Final = ROOT / ".examples"
_OLDEST: Final = (20, 19)
"""The oldest version of Node.js that the tools of the examples run on."""
_PATIENCE_S: Final = 240


def node() -> str:
    """The path of Node.js. Skips the test if there is none that is new enough; fails it if CI is set."""
    found = shutil.which("node")
    if found is None or _version(found) < _OLDEST:
        refuse(f"no Node.js {'.'.join(map(str, _OLDEST))} or newer")
    return found


def modules(example: str) -> Path:
    """The packages of an example that `make javascript` has installed. Skips the test, or fails it, like the above."""
    node()
    installed = _INSTALLED / example
    if not (installed / ".installed").exists():
        refuse(f"`make javascript` has not installed the packages of examples/{example}")
    return installed / "node_modules"


def path_with_program(folder: Path) -> str:
    """A PATH whose first folder has a program `wattif`, which runs this checkout."""
    program = folder / "wattif"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app "$@"\n')
    program.chmod(0o755)
    return os.pathsep.join([str(folder), os.environ.get("PATH", "")])


def run(command: Sequence[object], folder: Path, variables: Mapping[str, str]) -> str:
    """What a program prints; it must succeed. Its environment names no server."""
    kept = {name: value for name, value in environment().items() if name not in {"NODE_OPTIONS", "CI"}}
    done = subprocess.run(  # noqa: S603 - tools that the repository pins
        [str(word) for word in command],
        cwd=folder,
        env=kept | {"NO_COLOR": "1", "PYTHONSAFEPATH": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return str(done.stdout)


def refuse(reason: str) -> NoReturn:
    """Skips the test with a notice at the end of the run; fails it if CI is set."""
    notice = f"{NOT_TESTED} WITH NODE.JS: {reason}"
    if os.environ.get("CI"):
        pytest.fail(notice, pytrace=False)
    pytest.skip(notice)


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - Node.js
    return tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2])
