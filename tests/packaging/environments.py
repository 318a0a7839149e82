"""The virtual environments that `make packaging` makes, and those that the tests put the built wheel into."""

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Final, NoReturn

import httpx2
import pytest

from tests.conftest import NOT_TESTED
from tests.serving.servers import READY

ROOT: Final = Path(__file__).resolve().parents[2]
_MADE: Final = ROOT / ".packaging"
_PATIENCE_S: Final = 600


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment with the wheel and what it needs, and an empty folder in which its programs run."""

    bin: Path
    folder: Path

    def run(self, *words: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a program of the environment until it ends, without what would lead to the checkout."""
        return subprocess.run(  # noqa: S603 - a program that was just installed
            [str(self.bin / words[0]), *words[1:]],
            cwd=folder or self.folder,
            env=environment() | variables,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )


@contextmanager
def serving(installation: Installation, *options: str) -> Iterator[httpx2.Client]:
    """A client of `python -m wattif serve` in the empty folder."""
    with subprocess.Popen(  # noqa: S603 - the program that was just installed
        [str(installation.bin / "python"), "-m", "wattif", "serve", "--port", "0", *options],
        cwd=installation.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watchdog = Timer(_PATIENCE_S, process.kill)
        watchdog.start()
        try:
            printed: list[str] = []
            for line in process.stdout or ():
                printed.append(line)
                if line.startswith(READY):
                    break
            assert printed[-1].startswith(READY), "".join(printed)
            with httpx2.Client(base_url=printed[-1].removeprefix(READY).strip(), timeout=_PATIENCE_S) as client:
                yield client
        finally:
            watchdog.cancel()
            process.kill()


def environment() -> dict[str, str]:
    """The environment of the tests without what would lead to the checkout or change a setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WATTIF_", "PYTEST_", "PYTHON"))}
    return kept | {"NO_COLOR": "1"}


def tools_python() -> Path:
    """The interpreter of the environment with build and twine. Skips the test, or fails it, if there is none."""
    if not (_MADE / "tools" / ".installed").exists():
        refuse("`make packaging` has not installed the tools that build it")
    return _MADE / "tools" / "bin" / "python"


def pythons() -> dict[str, Path]:
    """By version, the oldest first: the interpreters of the environments that lack the wheel only."""
    minors = sorted(int(stamp.parent.name.removeprefix("3.")) for stamp in _MADE.glob("3.*/.installed"))
    return {f"3.{minor}": _MADE / f"3.{minor}" / "bin" / "python" for minor in minors}


def install(wheel: Path, python: Path, folder: Path) -> None:
    """Makes an environment in `folder` with the wheel, which imports what it needs from the environment of `python`."""
    run(python, "-m", "venv", "--without-pip", folder / "environment")
    [packages] = (folder / "environment").glob("lib/python3*/site-packages")
    [needed] = python.parents[1].glob("lib/python3*/site-packages")
    (packages / "needed.pth").write_text(f"{needed}\n", "utf-8")
    # Its own pip: an older one than a Python cannot run on it.
    pip = (python, "-m", "pip", "--python", folder / "environment" / "bin" / "python", "install")
    run(*pip, "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", wheel)


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A temporary folder that `make` has filled once for all workers of this run."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            folder.mkdir()
            make(folder)
            (folder / ".made").touch()
    return folder


def run(*words: object) -> str:
    """What a program prints when it runs in the checkout; it must succeed."""
    ended = subprocess.run(  # noqa: S603 - tools that the repository pins
        [str(word) for word in words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert ended.returncode == 0, f"{words}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


def refuse(reason: str) -> NoReturn:
    """Skips the test, and says why even with -qq; fails it if CI is set."""
    notice = f"{NOT_TESTED} AS A WHEEL: {reason}"
    if os.environ.get("CI"):
        pytest.fail(notice, pytrace=False)
    pytest.skip(notice)
