"""The programs that `make generators` installs, and the notice of a run that lacks them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import pytest

from tests.conftest import NOT_TESTED

HERE: Final = Path(__file__).resolve().parent
INSTALLED: Final = HERE.parents[1] / ".generators"
MODULES: Final = INSTALLED / "npm" / "node_modules"
PYTHON: Final = INSTALLED / "python" / "bin" / "python"
_NODE: Final = (20, 19)
"""The oldest version of Node.js that all tools run on."""
_PATIENCE_S: Final = 240


def npm_program(name: str) -> str:
    """The path of a program that npm has installed. Skips the test if there is none; fails it if CI is set."""
    if shutil.which("node") is None or _node_version() < _NODE:
        _refuse(f"no Node.js {'.'.join(map(str, _NODE))} or newer")
    if not (MODULES.parent / ".installed").exists():
        _refuse("`make generators` has not installed what npm installs")
    return str(MODULES / ".bin" / name)


def python_program() -> str:
    """The interpreter of the environment with the Python generators. Skips the test, or fails it, like the above."""
    if not (PYTHON.parents[1] / ".installed").exists():
        _refuse("`make generators` has not installed the Python generators")
    return str(PYTHON)


def java_program() -> str:
    """The Java that runs openapi-generator. Skips the test if there is none: Java is not expected everywhere."""
    java = shutil.which("java")
    if java is None:
        pytest.skip(f"{NOT_TESTED} WITH OPENAPI-GENERATOR: no java")
    return java


def run(command: Sequence[object], folder: Path, **variables: str) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run(  # noqa: S603 - tools that the repository pins
        [str(word) for word in command],
        cwd=folder,
        env=_environment() | variables,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


def _environment() -> dict[str, str]:
    """The environment with the Python generators, which call ruff, in front of the path."""
    path = os.pathsep.join([str(PYTHON.parent), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "NO_COLOR": "1", "REDOCLY_TELEMETRY": "off"}


def _node_version() -> tuple[int, ...]:
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S607 - PATH
    return tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2])


def _refuse(reason: str) -> NoReturn:
    notice = f"{NOT_TESTED} WITH GENERATORS: {reason}"
    if os.environ.get("CI"):
        pytest.fail(notice, pytrace=False)
    pytest.skip(notice)
