"""A real server keeps its contracts: Schemathesis tries every operation with all of its checks in all of its phases."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import HAMLET
from tests.contract.made_soon import contract_path
from tests.contract.schemathesis_hooks import PREFIX
from tests.contract.written import CONTRACTS, REPOSITORY, operations
from tests.databases import Databases
from tests.lanes import share_of
from tests.soak import results_table

pytestmark = pytest.mark.slow

_PATIENCE_S: Final = 1_200
_EXAMPLES: Final = 120
"""With `--long`, in a soak of the usual length; schemathesis.toml says how many there are at least."""
_LEAST: Final = 50
_READY: Final = "Wattif is ready on "
_WORLDS: Final = "/_sandbox/v1/worlds"
_WORLD: Final = f"{_WORLDS}/documented"
_SPEED: Final = 3600
"""An hour a second: a connector that one example has taken is free again for the next ones."""
_PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
_FEWER: Final = ("--max-examples", "10", "--warnings", "off")
"""On PostgreSQL, unless `--long`. Making up requests takes most of a run, and they are the first of those for SQLite.

Too few of them are good for some operations, of which Schemathesis would warn.
"""
_LINKED: Final = {"cariqa", "charge", "podero", "sandbox"}
"""Contracts that have links to follow from answer to answer; the others have no stateful phase."""


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of this module's own."""
    folder = tmp_path_factory.mktemp("served")
    serve = ["serve", "--port", "0", "--database", databases.new().url, "--scenario", HAMLET]
    complaints = folder / "complaints.txt"
    with (
        complaints.open("w") as written,
        subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-m", "app", *serve],
            cwd=folder,
            env=_environment() | {"PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as process,
    ):
        said = next((line for line in process.stdout or () if line.startswith(_READY)), None)
        try:
            assert said is not None, complaints.read_text()
            yield said.removeprefix(_READY).strip()
        finally:
            process.terminate()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_server_keeps_its_contract(
    contract: str, server: str, databases: Databases, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """No check finds a fault, no phase is left out, and every operation of a vendor succeeded and was refused.

    Fewer requests, as on PostgreSQL, are only checked for faults. One call deletes the worlds that the run has left.
    """
    _make_lively(server)
    has_fewer = databases.kind == "postgresql" and not pytestconfig.getoption("long")
    options: tuple[str, ...] = _FEWER if has_fewer else ()
    if pytestconfig.getoption("long"):
        options = ("--max-examples", str(max(_LEAST, int(share_of(pytestconfig, _EXAMPLES)))))
    begin = monotonic()
    run = _run(contract, server, tmp_path, *options)

    assert run.returncode == 0, run.stdout + run.stderr

    report = json.loads((tmp_path / "report.json").read_text())
    told = report["operations"]
    skipped = {name for name in _PHASES if report["phases"][name]["status"] != "success"}

    assert told["tested"] == told["total"] == len([it for it in operations() if it.contract == contract])
    assert [kind for kind, warnings in report["warnings"].items() if warnings] == []
    assert skipped == (set() if contract in _LINKED else {"stateful"})

    answered = _answered(tmp_path / "events.ndjson")

    for operation in operations():
        called = f"{operation.method.upper()} {operation.path}"
        if operation.contract == contract and has_fewer:
            assert any(answered[called, it] for it in operation.statuses), str(operation)
        elif operation.contract == contract:
            assert any(answered[called, it] for it in operation.statuses if it < 300), str(operation)
            # Some calls of the control API are refused by its guard only, which looks at addresses.
            is_refused = any(answered[called, it] for it in operation.statuses if it >= 400)
            assert is_refused or contract == "sandbox", str(operation)
    left = httpx2.delete(f"{server}{_WORLDS}", params={"prefix": PREFIX}).json()["deleted"]

    assert (left > 0) is (contract == "sandbox")
    assert {each["name"] for each in httpx2.get(f"{server}{_WORLDS}").json()["worlds"]} == {"default", "documented"}

    results_table.add(
        f"generated calls of {contract}.yaml",
        databases,
        seconds=monotonic() - begin,
        calls=answered.total(),
        checked=f"{told['tested']} operations keep their contract",
    )


def _make_lively(server: str) -> None:
    """Puts the world `documented` back to its beginning and lets its clock run."""
    httpx2.post(f"{server}{_WORLD}/reset").raise_for_status()
    httpx2.patch(f"{server}{_WORLD}/clock", json={"speed": _SPEED}).raise_for_status()


def _run(contract: str, server: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    reports = ["--report-json-path", str(folder / "report.json"), "--report-ndjson-path", str(folder / "events.ndjson")]
    shown = ["--output-sanitize", "false"]  # else a failure hides `session_limit`, which sounds like a secret
    return subprocess.run(  # noqa: S603 - a tool of the development environment
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"openapi/{contract}.yaml",
            "--url",
            server,
            *reports,
            *shown,
            *options,
        ],
        cwd=REPOSITORY,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


def _answered(events: Path) -> Counter[tuple[str, int]]:
    """The number of answers by operation and status."""
    found: Counter[tuple[str, int]] = Counter()
    for line in events.read_text().splitlines():
        recorder: dict[str, Any] = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case, exchange in recorder.get("interactions", {}).items():
            if case in recorder["cases"] and exchange.get("response"):
                tried = recorder["cases"][case]["value"]
                found[f"{tried['method']} {contract_path(tried['path'])}", exchange["response"]["status_code"]] += 1
    return found


def _environment() -> dict[str, str]:
    """The environment without what would change the server or the run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("WATTIF_", "SCHEMATHESIS_"))}
