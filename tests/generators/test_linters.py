"""Linters of OpenAPI documents find nothing in the contracts as they are served."""

from pathlib import Path
from shutil import copy

import pytest

from tests.contract.written import CONTRACTS
from tests.generators.tools import HERE, npm_program, run

pytestmark = pytest.mark.slow


def test_redocly_finds_nothing(contracts: Path) -> None:
    """Redocly's recommended rules hold, warnings included, but for those that redocly.yaml leaves out with a reason."""
    lint = [npm_program("redocly"), "lint", *_files(contracts), "--config", HERE / "redocly.yaml", "--format", "json"]

    assert run(lint, contracts).count('"problems": []') == len(CONTRACTS)


def test_spectral_finds_nothing(contracts: Path) -> None:
    """Spectral's rules hold, warnings included, but for those that spectral.yaml leaves out with a reason."""
    # What an override names is found from the folder of the rules down.
    rules = ["--ruleset", copy(HERE / "spectral.yaml", contracts), "--fail-severity", "hint"]
    found = run([npm_program("spectral"), "lint", *_files(contracts), *rules], contracts)

    assert "No results with a severity of 'hint' or higher found" in found


def _files(contracts: Path) -> list[Path]:
    files = sorted(contracts.glob("*.json"))
    assert [file.stem for file in files] == sorted(CONTRACTS)
    return files
