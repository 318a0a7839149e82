"""The wheel and the sdist, built once in a run, and environments that the wheel is installed into.

With WATTIF_DIST they are not built: the tests take those in the folder that it names, which `make dist` has built.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.packaging.environments import (
    ROOT,
    Installation,
    install,
    pythons,
    refuse,
    run,
    serving,
    shared,
    tools_python,
)


@dataclass(frozen=True, slots=True)
class Built:
    """The two files of a release."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist of the checkout, and the wheel that is built from it."""

    def build(folder: Path) -> None:
        run(tools_python(), "-m", "build", "--no-isolation", "--outdir", folder, ".")

    named = os.environ.get("WATTIF_DIST")
    folder = ROOT / named if named else shared(tmp_path_factory, "built", build)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="session", params=["oldest", "newest"])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, built: Built
) -> Installation:
    """The wheel in an environment of the oldest and of the newest Python that `make packaging` has found."""
    found = pythons()
    if not found:
        refuse("`make packaging` has found no Python to test it on")
    if request.param == "newest" and len(found) == 1:
        pytest.skip("the oldest Python is the only one")
    version = list(found)[0 if request.param == "oldest" else -1]
    folder = shared(
        tmp_path_factory, f"installed-{version}", lambda folder: install(built.wheel, found[version], folder)
    )
    empty = tmp_path_factory.mktemp("empty")
    return Installation(folder / "environment" / "bin", empty)


@pytest.fixture(scope="session")
def served(installation: Installation) -> Iterator[httpx2.Client]:
    """A client of `python -m wattif serve` in an empty folder."""
    with serving(installation, "--scenario", "empty") as client:
        yield client
