"""The example with Docker Compose runs as it is written: the application works with the key that both are given."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.serving import servers
from tests.serving.servers import READY, ROOT, environment

pytestmark = pytest.mark.slow

FOLDER: Final = ROOT / "examples" / "compose"
COMPOSE: Final = (FOLDER / "compose.yml").read_text("utf-8")
SERVICES: Final[dict[str, dict[str, Any]]] = yaml.safe_load(COMPOSE)["services"]
PAGE: Final = (ROOT / "docs" / "deployment.md").read_text("utf-8")
INSIDE: Final = "http://wattif:8000"


def test_both_containers_have_the_same_key() -> None:
    """Wattif's key of `default` is the application's, which waits until Wattif is healthy."""
    application, wattif = SERVICES["application"], SERVICES["wattif"]

    assert application["environment"]["CHARGE_KEY"] == wattif["environment"]["WATTIF_CHARGE_KEY"]
    assert application["depends_on"] == {"wattif": {"condition": "service_healthy"}}
    assert "HEALTHCHECK" in (FOLDER / str(wattif["build"]) / "Dockerfile").read_text("utf-8")


def test_page_shows_the_compose_file() -> None:
    """The page on deployment has the services as they are in the file."""
    assert COMPOSE[COMPOSE.index("services:") :] in PAGE


def test_application_runs_with_the_variables_of_its_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints what its README shows each time it runs; a key that is not Wattif's is refused."""
    variables = environment() | SERVICES["wattif"]["environment"]
    # Without this, a server of the tests has no variable of Wattif.
    monkeypatch.setattr(servers, "environment", lambda: variables)
    with servers.started("serve", "--port", "0", folder=tmp_path) as server:
        url = next(line for line in server.stdout or () if line.startswith(READY)).removeprefix(READY).strip()
        first, second, refused = run(url), run(url), run(url, CHARGE_KEY="ch_sk_test_notTheKeyOfThisServer")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[0].endswith(" is active")
    assert re.search(r" is completed: [1-9]\d*\.\d{3} kWh for [1-9]\d*\.\d\d EUR$", first.stdout)
    assert first.stdout in (FOLDER / "README.md").read_text("utf-8")
    assert second.stdout == first.stdout
    assert refused.returncode == 1
    assert "401" in refused.stderr


def run(url: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Runs the application with the variables of its container, and this server in the place of the other one."""
    variables = {name: value.replace(INSIDE, url) for name, value in SERVICES["application"]["environment"].items()}
    return subprocess.run(  # noqa: S603 - the example of this repository
        [sys.executable, str(FOLDER / "application.py")],
        env=os.environ | variables | changed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
