"""What the tests of the laws share: one sandbox that is only read, and a second database, made apart from the first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases, Kept
from tests.laws.callers import Caller, copied

ROOT = Path(__file__).resolve().parents[2]
MAKING = """
import sys
from tests.conftest import started
from tests.databases import Kept

with started(Kept(sys.argv[1])):
    pass
"""


@pytest.fixture(scope="session")
def reader(databases: Databases, made: Kept) -> Iterator[Caller]:
    """Somebody who calls a sandbox that nobody changes; that reading changes nothing is a law of its own."""
    with copied(databases, made) as somebody:
        yield somebody


@pytest.fixture(scope="session")
def made_apart(databases: Databases) -> Kept:
    """The same scenario in another database, made by a process that hashes strings in another way."""
    kept = databases.new()
    hashing = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", MAKING, kept.url],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hashing},
        timeout=60,
    )
    return kept
