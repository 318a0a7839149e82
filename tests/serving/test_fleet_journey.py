"""The fleet's journey of the examples goes all the way on a server: as a program, and as lines of curl."""

import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Final

import pytest

from tests.conftest import NOT_TESTED
from tests.databases import SqliteFiles
from tests.serving.servers import ROOT, Server, serving

pytestmark = pytest.mark.slow

FOLDER: Final = ROOT / "examples" / "charge"
WORLDS: Final = "/_sandbox/v1/worlds"
LONGEST: Final = timedelta(hours=3)


@pytest.mark.parametrize("speed", [0, 600])
def test_program_goes_all_the_way_at_any_speed(sqlite_files: SqliteFiles, speed: int) -> None:
    """With a server and a key, in a frozen world and at speed 600, it takes at most three hours of the world's time."""
    with serving(sqlite_files.new()) as server:
        done = subprocess.run(  # noqa: S603 - the example of this repository
            [sys.executable, FOLDER / "journey.py", server.url, key_at(server, speed)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, "")
    assert_is_paid(done.stdout)
    instants = [datetime.fromisoformat(line.split()[0]) for line in done.stdout.splitlines() if line[:2] == "20"]
    assert max(instants) - min(instants) <= LONGEST


@pytest.mark.parametrize("speed", [0, 600])
def test_lines_of_curl_go_all_the_way(sqlite_files: SqliteFiles, speed: int) -> None:
    """The script runs in a plain shell and ends with the paid invoice, whose amount is that of the report."""
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"{NOT_TESTED} WITH CURL: no {program}")
    with serving(sqlite_files.new()) as server:
        done = subprocess.run(  # noqa: S603 - the example of this repository
            ["/bin/sh", "-eu", FOLDER / "journey.sh", server.url, key_at(server, speed)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    *_, report, drafted, paid = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    amount = report.rsplit(",", 1)[1]
    assert f'"status":"open","amount_due":{amount},' in drafted
    assert f'"status":"paid","amount_paid":{amount},' in paid


def key_at(server: Server, speed: float) -> str:
    """The key of a new village whose clock has that speed."""
    made = server.client.post(WORLDS, json={"scenario": "village", "clock": {"speed": speed}})
    return str(made.raise_for_status().json()["credentials"]["charge"]["secret_key"])


def assert_is_paid(printed: str) -> None:
    """The invoice is paid, with the amount of the transaction."""
    (charged,) = re.findall(r"txn\S+ has succeeded: (\d+\.\d\d EUR)$", printed, re.MULTILINE)

    assert printed.splitlines()[-1].endswith(f" is paid: {charged} paid")
