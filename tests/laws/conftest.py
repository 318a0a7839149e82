"""Fixtures of the laws: a sandbox that is only read, and a second database, made apart from the first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases, Kept
from tests.laws.world_client import WorldClient, client_of_copy

ROOT = Path(__file__).resolve().parents[2]
MAKE_WORLDS = """
import sys
from tests.conftest import started
from tests.databases import Kept

with started(Kept(sys.argv[1])):
    pass
"""


@pytest.fixture(scope="session")
def reader(databases: Databases, made: Kept) -> Iterator[WorldClient]:
    """A client of a sandbox that tests only read. tests/laws/test_reads.py shows that reading changes nothing."""
    with client_of_copy(databases, made) as client:
        yield client


@pytest.fixture(scope="session")
def made_apart(databases: Databases) -> Kept:
    """The same scenario in another database, made by a process with another hash seed for strings."""
    kept = databases.new()
    hash_seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", MAKE_WORLDS, kept.url],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        timeout=60,
    )
    return kept
