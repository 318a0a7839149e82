"""The locks of the examples in JavaScript pin hashes, and name no registry."""

import json
from typing import Any, Final

import pytest

import app
from tests.serving.servers import ROOT

_CLIENT: Final = "../../clients/js"
_each_example: Final = pytest.mark.parametrize("example", ["vitest", "playwright"])


@_each_example
def test_packages_are_pinned_by_hash(example: str) -> None:
    """Every package but the client of this repository has a hash, and only that one has a place."""
    packages = _packages(example)
    others = {path: package for path, package in packages.items() if path and package.get("resolved") != _CLIENT}

    assert len(packages) > len(others) > 0
    assert [path for path, package in others.items() if "integrity" not in package and path != _CLIENT] == []
    assert [path for path, package in others.items() if "resolved" in package] == []


@_each_example
def test_the_client_has_the_version_of_the_repository(example: str) -> None:
    """The lock is of this release."""
    assert _packages(example)[_CLIENT]["version"] == app.__version__


def _packages(example: str) -> dict[str, dict[str, Any]]:
    lock = json.loads((ROOT / "examples" / example / "package-lock.json").read_text())
    packages: dict[str, dict[str, Any]] = lock["packages"]
    return packages
