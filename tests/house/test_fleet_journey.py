"""The fleet's journey goes all the way: as a program, as lines of curl, and as the documentation shows it."""

import importlib.util
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import Message
from types import ModuleType
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from tests.conftest import HOST, NOT_TESTED, Sandbox, on_sqlite
from tests.databases import SqliteFiles
from tests.serving.servers import ROOT, Server, serving

FOLDER: Final = ROOT / "examples" / "charge"
PAGE: Final = (ROOT / "docs" / "fleet-journey.md").read_text("utf-8")
WORLDS: Final = "/_sandbox/v1/worlds"
LONGEST: Final = timedelta(hours=3)
_ID: Final = re.compile(r"_[A-Za-z0-9]{32}\b")


@on_sqlite
def test_program_prints_what_the_documentation_shows(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a frozen village it goes from the fleet to the paid invoice; but for the ids, each line is the shown one."""
    module = journey_module()
    monkeypatch.setattr(module, "urlopen", lambda request, timeout: answered(sandbox, request, timeout))
    world = sandbox.client.post(WORLDS, json={"name": "journey"}).raise_for_status().json()
    module.journey(module.Sandbox(HOST, world["credentials"]["charge"]["secret_key"]))
    printed = capsys.readouterr().out

    assert masked(printed) in masked(PAGE)
    assert_is_paid(printed)


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_documentation_has_the_lines_of_curl() -> None:
    """Each step of the script is a block of the page, in the same order, below what the script says of it."""
    head, *steps = (FOLDER / "journey.sh").read_text("utf-8").split("\n\n")
    blocks = re.findall(r"```sh\n(.*?)```\n", PAGE, re.DOTALL)

    assert blocks == [code_of(step) for step in (head, *steps)]
    for step in steps:
        assert " ".join(line.lstrip("# ") for line in step.splitlines() if line.startswith("#")) in PAGE


def journey_module() -> ModuleType:
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("journey", FOLDER / "journey.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def answered(sandbox: Sandbox, request: Request | str, timeout: float) -> Iterator[Any]:
    """The answer of a sandbox to a request of urllib's."""
    assert timeout > 0
    asked = Request(request) if isinstance(request, str) else request  # noqa: S310 - it is not opened
    content = asked.data if isinstance(asked.data, bytes) else None
    headers = {name: str(value) for name, value in asked.header_items()}
    answer = sandbox.client.request(asked.get_method(), asked.full_url, content=content, headers=headers)
    body = io.BytesIO(answer.content)
    if answer.is_error:
        raise HTTPError(asked.full_url, answer.status_code, answer.reason_phrase, Message(), body)
    body.headers = answer.headers  # type: ignore[attr-defined] - as urllib's answers have them
    yield body


def key_at(server: Server, speed: float) -> str:
    """The key of a new village whose clock has that speed."""
    made = server.client.post(WORLDS, json={"scenario": "village", "clock": {"speed": speed}})
    return str(made.raise_for_status().json()["credentials"]["charge"]["secret_key"])


def masked(text: str) -> str:
    return _ID.sub("_", text)


def code_of(step: str) -> str:
    """The lines of a step without the comments above them."""
    return "".join(f"{line}\n" for line in step.splitlines() if not line.startswith("#"))


def assert_is_paid(printed: str) -> None:
    """Transaction, report and invoice have the same amount, and the invoice is paid."""
    (charged,) = re.findall(r"txn\S+ has succeeded: (\d+\.\d\d EUR)$", printed, re.MULTILINE)
    (reported,) = re.findall(r"^veh_\w+,eur,1,10000,\d+,0,0,(\d+)\r?$", printed, re.MULTILINE)

    assert printed.splitlines()[-1].endswith(f" is paid: {charged} paid")
    assert f"{int(reported) / 100:.2f} EUR" == charged
