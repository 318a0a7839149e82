"""The journeys of the examples are those that the documentation shows."""

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
from tests.example_journeys import Journey, each_journey

WORLDS: Final = "/_sandbox/v1/worlds"
_ID: Final = re.compile(r"_[A-Za-z0-9]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


class Answer(io.BytesIO):
    """A body with headers and an address, as urllib's answers are."""

    headers: Mapping[str, str]
    url: str


@on_sqlite
@each_journey
def test_program_prints_what_the_documentation_shows(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], journey: Journey
) -> None:
    """In a frozen village it goes all the way; but for the ids, each line is the shown one."""
    module = module_of(journey)
    monkeypatch.setattr(module, "urlopen", lambda request, timeout: answered(sandbox, request, timeout))
    body = {"name": "journey", "clock": {"at": journey.at}}
    world = sandbox.client.post(WORLDS, json=body).raise_for_status().json()
    module.journey(module.Sandbox(HOST, *journey.keys_of(world)))
    printed = capsys.readouterr().out

    assert masked(printed) in masked(page_of(journey))
    journey.check(printed)


@each_journey
def test_documentation_has_the_lines_of_curl(journey: Journey) -> None:
    """Each step of the script is a block of the page, in the same order, below what the script says of it."""
    head, *steps = (REPOSITORY / "examples" / journey.folder / "journey.sh").read_text("utf-8").split("\n\n")
    page = page_of(journey)
    blocks = re.findall(r"```sh\n(.*?)```\n", page, re.DOTALL)

    assert blocks == [code_of(step) for step in (head, *steps)]
    for step in steps:
        assert " ".join(line.lstrip("# ") for line in step.splitlines() if line.startswith("#")) in page


def page_of(journey: Journey) -> str:
    return (REPOSITORY / "docs" / journey.page).read_text("utf-8")


def module_of(journey: Journey) -> ModuleType:
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("journey", REPOSITORY / "examples" / journey.folder / "journey.py")
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
    answer = sandbox.client.request(
        asked.get_method(), asked.full_url, content=content, headers=headers, follow_redirects=True
    )
    body = Answer(answer.content)
    if answer.is_error:
        raise HTTPError(asked.full_url, answer.status_code, answer.reason_phrase, Message(), body)
    body.headers, body.url = answer.headers, str(answer.url)
    yield body


def masked(text: str) -> str:
    return _ID.sub("_", text)


def code_of(step: str) -> str:
    """The lines of a step without the comments above them."""
    return "".join(f"{line}\n" for line in step.splitlines() if not line.startswith("#"))
