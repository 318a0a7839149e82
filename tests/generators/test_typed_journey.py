"""A client that is generated from the contract goes a fleet's whole journey, with its own models only."""

import json
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from tests.generators.tools import HERE, python_program, run
from tests.serving.servers import Server

pytestmark = pytest.mark.slow


def test_typed_client_goes_from_the_fleet_to_the_paid_invoice(server: Server, contracts: Path, tmp_path: Path) -> None:
    """The calls obey the client's types; transaction, report and invoice agree, and the fleet counts the session."""
    python = python_program()
    for name in ("charge", "sandbox"):
        source = ["--path", contracts / f"{name}.json", "--output-path", f"{name}_client", "--meta", "none"]
        run([python, "-m", "openapi_python_client", "generate", *source, "--fail-on-warning"], tmp_path)
    calls = copy(HERE / "calls" / "journey_with_openapi_python_client.py", tmp_path)
    strictly = ["--strict", "--follow-imports", "silent", "--config-file=", "--cache-dir", ".mypy_cache"]
    run(["mypy", *strictly, "--python-executable", python, calls], tmp_path)
    told: dict[str, Any] = json.loads(run([python, calls, server.url, "typed"], tmp_path))
    link, size = told["report"]
    file = server.client.get(link)

    assert told["statuses"] == ["completed", "succeeded", "succeeded", "draft", "open", "paid"]
    assert len(set(told["amounts"])) == 1
    assert told["energy"] == [10_000, 10.0]
    assert told["totals"] == [1, 1, 1]
    assert (len(file.content), file.text.splitlines()[1].rsplit(",", 1)[1]) == (size, str(told["amounts"][0]))
