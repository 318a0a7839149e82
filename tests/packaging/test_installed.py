"""The wheel serves by itself: installed into an environment without a checkout and started in an empty folder."""

import re
from pathlib import Path

import httpx2
import pytest

from tests.packaging.environments import ROOT, Installation

pytestmark = pytest.mark.slow


def test_the_installed_command_needs_no_checkout(installation: Installation) -> None:
    """`--version`, `check-scenario` and `openapi` work, as a command and as a module."""
    version = installation.run("wattif", "--version")
    checked = installation.run("wattif", "check-scenario", "village")
    contract = installation.run("python", "-m", "wattif", "openapi", "charge")

    assert re.fullmatch(r"wattif \d+\.\d+\.\d+\S*\n", version.stdout)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("village is valid: ")
    assert contract.stdout == (ROOT / "openapi" / "charge.yaml").read_text("utf-8")


def test_the_database_lies_in_the_working_folder(installation: Installation, served: httpx2.Client) -> None:
    """`serve` without `--database` keeps its worlds in `./wattif.db`."""
    assert served.get("/_sandbox/v1/health").json()["status"] == "ok"
    assert (installation.folder / "wattif.db").is_file()


def test_the_installed_server_answers(served: httpx2.Client) -> None:
    """A documented call of Charge, every contract and the pages of the docs are answered."""
    listed = served.get("/v1/charging_sessions", headers={"Authorization": "Bearer ch_sk_test_..."})
    contracts = [f"/_sandbox/v1/openapi/{file.stem}.json" for file in _files(ROOT / "openapi")]

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


def test_an_installed_server_creates_worlds(installation: Installation, served: httpx2.Client) -> None:
    """Each scenario in the wheel can be made into a world; of the town, which takes long, the file is checked."""
    checked = installation.run("wattif", "check-scenario", "town")

    assert (checked.returncode, checked.stderr) == (0, "")
    for name in ("village", "documented", "empty", "fault_parade"):
        created = served.post("/_sandbox/v1/worlds", json={"scenario": name})

        assert (created.status_code, created.json()["scenario"]) == (201, name)


def test_the_hint_names_the_installed_command(installation: Installation) -> None:
    """A command without a server says how to start one by the name that is installed."""
    answer = installation.run("wattif", "worlds", "--url", "http://127.0.0.1:1")

    assert answer.returncode == 3
    assert "`wattif serve`" in answer.stderr


def test_a_package_of_the_users_own_is_left_alone(installation: Installation, tmp_path: Path) -> None:
    """Where modules have the names of Wattif's own, a program imports the user's, and Wattif imports Wattif's."""
    for name in ("app", "client", "server", "settings", "domain", "store"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n", "utf-8")
    (tmp_path / "app.py").unlink()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("OWNER = 'user'\n", "utf-8")
    own = installation.run("python", "-c", "import app, wattif.client; print(app.OWNER)", folder=tmp_path)
    checked = installation.run("python", "-m", "wattif", "check-scenario", "village", folder=tmp_path)

    assert (own.stdout, own.stderr) == ("user\n", "")
    assert (checked.returncode, checked.stderr) == (0, "")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
