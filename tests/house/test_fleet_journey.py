"""The fleet's journey of the examples is the one that the documentation shows."""

import importlib.util
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from types import ModuleType
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from tests.conftest import HOST, Sandbox, on_sqlite
from tests.contract.written import REPOSITORY

FOLDER: Final = REPOSITORY / "examples" / "charge"
PAGE: Final = (REPOSITORY / "docs" / "fleet-journey.md").read_text("utf-8")
WORLDS: Final = "/_sandbox/v1/worlds"
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


class Answer(io.BytesIO):
    """A body with headers, as urllib's answers are."""

    headers: Mapping[str, str]


@contextmanager
def answered(sandbox: Sandbox, request: Request | str, timeout: float) -> Iterator[Any]:
    """The answer of a sandbox to a request of urllib's."""
    assert timeout > 0
    asked = Request(request) if isinstance(request, str) else request  # noqa: S310 - it is not opened
    content = asked.data if isinstance(asked.data, bytes) else None
    headers = {name: str(value) for name, value in asked.header_items()}
    answer = sandbox.client.request(asked.get_method(), asked.full_url, content=content, headers=headers)
    body = Answer(answer.content)
    if answer.is_error:
        raise HTTPError(asked.full_url, answer.status_code, answer.reason_phrase, Message(), body)
    body.headers = answer.headers
    yield body


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
