"""The wheel serves by itself: installed into an empty environment and started in an empty folder."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Final
from zipfile import ZipFile

import httpx2
import pytest

from tests.serving.servers import PATIENCE_S, READY, ROOT

pytestmark = pytest.mark.slow

_BUILD_S: Final = 120


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment with nothing but the wheel and, beside it, the packages that it depends on."""

    wheel: Path
    program: Path
    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs the installed command in the empty folder until it ends."""
        return subprocess.run(  # noqa: S603 - the program that was just installed
            [str(self.program), *words],
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Builds the wheel and installs it without the network.

    A `.pth` file lets the new environment import the dependencies from the environment of the tests.
    """
    base = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(base))
    [wheel] = base.glob("*.whl")
    environment = base / "environment"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    _run(str(scripts / "python"), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel))
    [packages] = environment.glob("[Ll]ib/**/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    folder = base / "empty"
    folder.mkdir()
    return Installation(wheel, scripts / "wattif", folder)


@pytest.fixture(scope="module")
def served(installation: Installation) -> Iterator[httpx2.Client]:
    """A client of `wattif serve`, which runs until the tests of this file are done."""
    with subprocess.Popen(  # noqa: S603 - the program that was just installed
        [str(installation.program), "serve", "--port", "0"],
        cwd=installation.folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watchdog = Timer(PATIENCE_S, process.kill)
        watchdog.start()
        try:
            printed: list[str] = []
            for line in process.stdout or ():
                printed.append(line)
                if line.startswith(READY):
                    break
            assert printed[-1].startswith(READY), "".join(printed)
            with httpx2.Client(base_url=printed[-1].removeprefix(READY).strip(), timeout=10) as client:
                yield client
        finally:
            watchdog.cancel()
            process.kill()


def test_the_wheel_ships_one_package(installation: Installation) -> None:
    """Its package is `wattif`, never `app`, which its user may have; data files and public modules are in it."""
    with ZipFile(installation.wheel) as wheel:
        names = set(wheel.namelist())
    data = {f"wattif/{file.relative_to(ROOT)}" for name in ("openapi", "fixtures") for file in _files(ROOT / name)}
    folders = ("app/dashboard/static", "app/files/static")
    static = {f"wattif/{file.relative_to(ROOT / 'app')}" for folder in folders for file in _files(ROOT / folder)}

    assert {re.sub(r"-.*", "", name.partition("/")[0]) for name in names} == {"wattif"}
    assert data | static | {"wattif/client/__init__.py", "wattif/cli/__init__.py"} <= names


def test_the_installed_command_needs_no_checkout(installation: Installation) -> None:
    """`--version` and `check-scenario` work in an empty folder, and write nothing there."""
    version, checked = installation.run("--version"), installation.run("check-scenario", "village")

    assert re.fullmatch(r"wattif \d+\.\d+\.\d+\S*\n", version.stdout)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("village is valid: ")


def test_the_installed_server_answers(served: httpx2.Client) -> None:
    """Health, a documented call of Charge, every contract and the pages of the docs are answered."""
    listed = served.get("/v1/charging_sessions", headers={"Authorization": "Bearer ch_sk_test_..."})
    contracts = [f"/_sandbox/v1/openapi/{file.stem}.json" for file in _files(ROOT / "openapi")]

    assert served.get("/_sandbox/v1/health").json()["status"] == "ok"
    assert (listed.status_code, listed.headers["X-Sandbox-World"]) == (200, "documented")
    assert listed.json()["data"]
    assert [served.get(path).status_code for path in contracts] == [200] * len(contracts)
    for page in (
        "",
        "/static/docs.js",
        "/static/swagger-ui/swagger-ui-bundle.js",
        "/fidelity/charge",
        "/quirks/charge",
    ):
        assert served.get(f"/docs{page}").status_code == 200


def test_the_installed_server_draws_an_invoice(served: httpx2.Client) -> None:
    """The PDF file of an invoice is there, with the font that the wheel ships."""
    made = served.post("/_sandbox/v1/worlds", json={"scenario": "village"}).json()["credentials"]["cariqa"]
    path, key = f"/api/v1/users/{made['user_id']}/charging-sessions/", {"Authorization": f"Bearer {made['token']}"}
    costs = [row["session_cost"] for row in served.get(path, headers=key).json()["results"]]
    [file, *_] = [served.get(cost["invoice_download"]) for cost in costs if cost["invoice_download"]]

    assert (file.status_code, file.content[:5]) == (200, b"%PDF-")
    assert b"DejaVuSans" in file.content


def test_an_installed_server_creates_worlds(served: httpx2.Client) -> None:
    """Each scenario in the wheel can be made into a world."""
    for name in ("village", "town", "documented", "empty", "fault_parade"):
        created = served.post("/_sandbox/v1/worlds", json={"scenario": name})

        assert (created.status_code, created.json()["scenario"]) == (201, name)


def test_the_hint_names_the_installed_command(installation: Installation) -> None:
    """A command without a server says how to start one by the name that is installed."""
    answer = installation.run("worlds", "--url", "http://127.0.0.1:1")

    assert answer.returncode == 3
    assert "`wattif serve`" in answer.stderr


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _run(*words: str) -> None:
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=_BUILD_S, check=False)  # noqa: S603 - the interpreter of the tests, or the one that it made
    assert ended.returncode == 0, f"{ended.stdout}{ended.stderr}"


def _environment() -> dict[str, str]:
    """The environment of the tests without what would lead to the checkout or change a setting."""
    return {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("WATTIF_")
    }
