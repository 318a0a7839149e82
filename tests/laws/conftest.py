"""What the tests of the laws share: one sandbox that is only read, and a second database, made apart from the first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HAMLET
from tests.laws.callers import Caller, copied

ROOT = Path(__file__).resolve().parents[2]
MAKING = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from app.main import create_app
from tests.conftest import settings

with TestClient(create_app(settings(Path(sys.argv[1]), scenario=sys.argv[2]))):
    pass
"""


@pytest.fixture(scope="session")
def reader(made: Path) -> Iterator[Caller]:
    """Somebody who calls a sandbox that nobody changes; that reading changes nothing is a law of its own."""
    with copied(made) as somebody:
        yield somebody


@pytest.fixture(scope="session")
def made_apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same scenario in another database, made by a process that hashes strings in another way."""
    file = tmp_path_factory.mktemp("apart") / "made.db"
    hashing = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", MAKING, str(file), HAMLET],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hashing},
        timeout=60,
    )
    return file
