"""Runs of pytest in processes of their own, with the plugin that is under test.

The interpreter and the way in which it loads the plugin can be chosen, so that the same tests run with an installed
wheel on another Python: `WATTIF_TESTED_PYTHON` is its path, and `WATTIF_TESTED_PACKAGE` is then `wattif`, whose plugin
pytest finds by itself. By default it is this interpreter, with the plugin of this checkout.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import NOT_TESTED
from tests.serving.servers import READY

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = Path(__file__).with_name("samples")
PYTHON: Final = os.environ.get("WATTIF_TESTED_PYTHON", sys.executable)
PACKAGE: Final = os.environ.get("WATTIF_TESTED_PACKAGE", "app")
_PLUGIN: Final = ("-p", "app.testing.plugin") if PACKAGE == "app" else ()
_OTHERS: Final = ("anyio", "asyncio", "cacheprovider", "faker", "randomly", "schemathesis", "xdist")
"""The plugins that a run does without, unless it is about them."""
_PATIENCE_S: Final = 120
_IMPORT: Final = re.compile(r"\bapp\.(?=(?:testing|client|world)\b)|(?<=\bimport )app\b")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of pytest that has ended."""

    code: int
    printed: str

    def outcome(self, test: str) -> str:
        """How a test ended: PASSED, FAILED, ERROR or SKIPPED."""
        found = re.findall(
            rf"^(PASSED|FAILED|ERROR|SKIPPED) \S*::{re.escape(test)}(?: - .*)?$", self.printed, re.MULTILINE
        )
        assert len(found) == 1, self.printed
        return str(found[0])

    def section(self) -> str:
        """What the section of a failure says."""
        parts = re.split(r"^-+ wattif -+$", self.printed, flags=re.MULTILINE)
        assert len(parts) == 2, self.printed
        return re.split(r"^[-=_]{5,}", parts[1], maxsplit=1, flags=re.MULTILINE)[0].strip()


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs pytest in a folder of its own."""

    folder: Path
    variables: Mapping[str, str]

    def command(self, *words: str, using: str = "") -> list[str]:
        """The words that run pytest, with one plugin of others at most."""
        without = [word for name in _OTHERS if name != using for word in ("-p", f"no:{name}")]
        return [PYTHON, "-m", "pytest", "-rA", "-W", "error", *_PLUGIN, *without, *words]

    def write(self, name: str, source: str) -> None:
        """Writes a file of the run; one that imports the checkout's package imports the tested one."""
        (self.folder / name).write_text(source if PACKAGE == "app" else _IMPORT.sub(_renamed, source), "utf-8")

    def sample(self, name: str) -> None:
        """Writes a module of tests from the folder of samples."""
        self.write(f"test_{name}.py", (SAMPLES / f"{name}.py").read_text("utf-8"))

    def run(self, *words: str, using: str = "", **variables: str) -> Run:
        ended = subprocess.run(  # noqa: S603 - the interpreter under test
            self.command(*words, using=using),
            cwd=self.folder,
            env={**self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        return Run(ended.returncode, ended.stdout)


@pytest.fixture(scope="session")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the runs: without variables of pytest and of Wattif, and with a cache of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "WATTIF_", "PYTHON"))}
    folder = tmp_path_factory.getbasetemp()
    # Workers share what a first start has prepared.
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    kept["XDG_CACHE_HOME"] = str(shared / "cache")
    return kept | ({"PYTHONPATH": str(ROOT)} if PACKAGE == "app" else {})


@pytest.fixture
def runner(tmp_path: Path, variables: dict[str, str]) -> Runner:
    """Runs pytest with servers that the runs start."""
    return Runner(tmp_path, variables)


@pytest.fixture(scope="session")
def server_url(variables: dict[str, str]) -> Iterator[str]:
    """The address of a server that the runs of a session share, where a server of their own is not the point."""
    command = [PYTHON, "-m", PACKAGE, "serve", "--for-tests", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - the interpreter under test
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        line = next(each for each in server.stdout if each.startswith(READY))
        yield line.removeprefix(READY).strip()
        server.stdin.close()


@pytest.fixture
def on_server(tmp_path: Path, variables: dict[str, str], server_url: str) -> Runner:
    """Runs pytest with the server that they share."""
    return Runner(tmp_path, {**variables, "WATTIF_URL": server_url})


@pytest.fixture
def needs() -> Callable[[str], None]:
    """Skips a test whose runs need a package that the tested interpreter does not have."""

    def check(module: str) -> None:
        if not _has(module):
            pytest.skip(f"{NOT_TESTED} WITH {module}: {PYTHON} does not have it")

    return check


@cache
def _has(module: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([PYTHON, "-c", code], check=False).returncode == 0  # noqa: S603 - the interpreter under test


def _renamed(found: re.Match[str]) -> str:
    return f"{PACKAGE}." if found[0].endswith(".") else PACKAGE
