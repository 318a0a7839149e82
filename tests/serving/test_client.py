"""The client of the control API is a public module: its calls return answers, or raise an error of its own."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from socket import create_server

import pytest

from app.client import (
    ControlClient,
    ControlError,
    NoAnswerError,
    NotRunningError,
    NotWattifError,
    RefusedError,
    TimedOutError,
    UsageError,
)
from tests.serving.fake_server import WORLD, FakeServer, reply
from tests.serving.servers import environment


def test_a_request_returns_bytes_and_object(server: FakeServer) -> None:
    """The answer has the body as it was sent, and the JSON object in it."""
    server.answers(WORLD, 201)
    response = ControlClient(server.url).request("POST", "/worlds", {"name": "alpha"})
    [asked] = server.asked

    assert (asked.method, asked.path, asked.json) == ("POST", "/_sandbox/v1/worlds", {"name": "alpha"})
    assert response.body == WORLD
    assert server.reply.endswith(response.raw)


def test_a_download_is_written_in_pieces(server: FakeServer) -> None:
    """`write` gets the whole body, and the length is returned."""
    body = b'{"rows": "' + b"x" * 200_000 + b'"}'
    server.reply = reply(body)
    pieces: list[bytes] = []

    assert ControlClient(server.url).download("/worlds/alpha/export", pieces.append) == len(body)
    assert b"".join(pieces) == body
    assert len(pieces) > 1


def test_a_refusal_has_the_status_and_the_reason(server: FakeServer) -> None:
    """RefusedError has the HTTP status, and the problem's detail as its message."""
    server.refuses(409, "There is already a world of that name.")
    with pytest.raises(RefusedError, match=r"^There is already a world of that name\.$") as refused:
        ControlClient(server.url).request("POST", "/worlds", {"name": "default"})

    assert refused.value.status == 409


def test_no_complete_answer_is_one_kind_of_error(server: FakeServer) -> None:
    """A closed port, a slow server, another server and a cut answer raise subclasses of NoAnswerError or itself."""
    with closing(create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotRunningError):
        ControlClient(f"http://127.0.0.1:{port}").request("GET", "/health")
    with server.hesitating(), pytest.raises(TimedOutError, match=r"0\.05 s"):
        ControlClient(server.url, timeout_s=0.05).request("GET", "/health")
    server.reply = reply(b"<html>", kind="text/html")
    with pytest.raises(NotWattifError):
        ControlClient(server.url).request("GET", "/health")
    server.reply = reply(b"{}")[:-1]
    with pytest.raises(NoAnswerError):
        ControlClient(server.url).request("GET", "/health")


@pytest.mark.parametrize(("url", "token"), [("ftp://localhost", None), ("http://localhost", "a\nb")])
def test_invalid_arguments_raise_a_usage_error(url: str, token: str | None) -> None:
    """An address that is not http, and a token that no header can carry, are refused before any call."""
    with pytest.raises(UsageError):
        ControlClient(url, token=token)


def test_every_error_is_a_control_error() -> None:
    """One `except ControlError` catches everything that a call raises."""
    assert all(issubclass(kind, ControlError) for kind in (RefusedError, UsageError, NoAnswerError))
    assert all(issubclass(kind, NoAnswerError) for kind in (NotRunningError, TimedOutError, NotWattifError))


def test_the_client_needs_no_other_package(tmp_path: Path) -> None:
    """Importing it, and making one, loads the standard library and no other part of Wattif."""
    program = (
        "import sys; known = set(sys.modules); import app.client; app.client.ControlClient('http://localhost');"
        "print(sorted(set(sys.modules) - known))"
    )
    ended = subprocess.run(  # noqa: S603 - the interpreter that runs the tests
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.strip("'[] \n") for name in ended.stdout.split(",")}
    own = {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names}

    assert own >= {"app", "app.client", "app.client.http"}
    assert [name for name in own if name != "app" and not name.startswith("app.client")] == []
