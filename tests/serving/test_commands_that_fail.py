"""A command that fails prints one line on stderr and nothing on stdout, and its exit code tells the cause."""

from collections.abc import Callable
from contextlib import closing
from socket import create_server
from typing import Final

import pytest

from tests.serving.conftest import Command, Output
from tests.serving.fake_server import WORLD, FakeServer, reply

FOREIGN: Final = {
    "page": reply(b"<html>", kind="text/html"),
    "missing": reply(b"<html>", 404, kind="text/html"),
    "other API": reply(b'{"detail":"Not Found"}', 404),
    "problem without reason": reply(b"{}", 404, "application/problem+json"),
    "redirect": reply(b"", 301, "text/html", Location="https://elsewhere.test/_sandbox/v1/worlds"),
    "other success": reply(b"{}", 202),
    "no kind": reply(b'{"worlds": []}', kind=""),
}
NO_OBJECT: Final = {
    "list": reply(b"[]"),
    "half": reply(b'{"worlds":'),
    "deep": reply(b"[" * 100_000),
    "no text": reply(b"\xff\xfe{}"),
}
BROKEN: Final = {
    "nothing": b"",
    "garbage": b"\x00\x01\x02 hello\r\n\r\n",
    "not HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "cut": reply(b'{"worlds": []}')[:-3],
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "endless length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
}


@pytest.mark.parametrize("words", ["worlds", "worlds --json", "export alpha", "worlds delete alpha", "simulate alpha"])
def test_a_refusal_prints_the_servers_reason(command: Command, server: FakeServer, words: str) -> None:
    """The exit code is 1; the problem's detail is printed in one line, with control characters escaped."""
    server.refuses(409, "line 1: No.\n\nline 2: \x1b[31mNever.")
    shown = command(*words.split())

    assert shown == Output(1, "", "wattif: line 1: No.; line 2: \\x1b[31mNever.\n")


def test_a_401_says_where_the_token_is_given(command: Command, server: FakeServer) -> None:
    """The line names the option and the environment variable of the admin token."""
    server.refuses(401, "This needs a token.")

    assert_failed(command("worlds"), 1, "This needs a token.", "--token", "WATTIF_ADMIN_TOKEN")


@pytest.mark.parametrize("answer", FOREIGN)
@pytest.mark.parametrize("words", ["worlds", "worlds --json", "export alpha"])
def test_an_answer_of_another_server_is_refused(command: Command, server: FakeServer, answer: str, words: str) -> None:
    """The exit code is 3, and redirects are not followed."""
    server.reply = FOREIGN[answer]

    assert_failed(command(*words.split()), 3, server.url, "not Wattif", *(["elsewhere.test"] * (answer == "redirect")))
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", NO_OBJECT)
def test_an_answer_that_is_not_a_json_object_is_refused(command: Command, server: FakeServer, answer: str) -> None:
    """The exit code is 3."""
    server.reply = NO_OBJECT[answer]

    assert_failed(command("worlds", "--json"), 3, server.url, "not Wattif")


@pytest.mark.parametrize("answer", BROKEN)
@pytest.mark.parametrize("words", ["worlds", "export alpha"])
def test_an_incomplete_answer_is_an_error(command: Command, server: FakeServer, answer: str, words: str) -> None:
    """The exit code is 3, and the line names the server."""
    server.reply = BROKEN[answer]

    assert_failed(command(*words.split()), 3, server.url)


@pytest.mark.parametrize("body", [{}, {"worlds": 1}, {"worlds": [{}]}, {"worlds": [WORLD | {"clock": None}]}])
def test_an_answer_of_unknown_form_is_an_error(command: Command, server: FakeServer, body: dict[str, object]) -> None:
    """The line names `--json`, which prints the answer nevertheless."""
    server.answers(body)

    assert_failed(command("worlds"), 3, "--json")
    assert command("worlds", "--json").code == 0


def test_an_empty_prefix_is_refused(command: Command, server: FakeServer) -> None:
    """No world is listed or deleted by a variable of a script that is empty."""
    for path in (("worlds", "list"), ("worlds", "delete")):
        refused = command(*path, "--prefix", "")
        assert (refused.code, refused.err) == (2, "wattif: --prefix must not be empty\n")
    assert not server.asked


def test_a_server_that_is_not_running_is_an_error(command: Command) -> None:
    """The line says how to start one."""
    with closing(create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

    assert_failed(command("worlds", "--url", f"http://127.0.0.1:{port}"), 3, f":{port}", "python -m app serve")


def test_a_host_that_does_not_exist_is_an_error(command: Command) -> None:
    """A name that cannot be resolved gives one line, not a traceback."""
    assert_failed(command("worlds", "--url", "http://unknown.invalid"), 3, "unknown.invalid")
    assert_failed(command("worlds", "--url", f"http://{'n' * 64}.invalid"), 3, "no answer")


def test_a_slow_server_times_out(command: Command, server: FakeServer) -> None:
    """The line names the time limit and the option that sets it."""
    with server.hesitating():
        assert_failed(command("clock", "alpha", "--by", "PT1H", "--timeout", "0.05"), 3, "0.05 s", "--timeout")


def test_a_server_without_tls_is_reported(command: Command, server: FakeServer) -> None:
    """For an https address of a server without TLS, the line names SSL and the address that would do."""
    server.reply = reply(b"{}")

    assert_failed(command("worlds", "--url", server.url.replace("http:", "https:")), 3, "SSL", "http://?")


def test_a_path_in_the_address_is_doubted(command: Command, server: FakeServer) -> None:
    """If nothing of Wattif's is below it, the line asks for the path, which is often that of a vendor's API."""
    server.reply = FOREIGN["other API"]

    assert_failed(command("worlds", "--url", f"{server.url}/v1"), 3, "not Wattif", "the path /v1?")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://localhost",
        "http://",
        "http://localhost:port",
        "http://localhost:99999",
        "http://localhost:0",
        "http://[::1",
        "http://user:secret@localhost",
        "http://localhost/?a",
        "http://localhost/#a",
        "http://local host",
        "http://localhost/a b",
        "http://localhost/\n",
        "http://löcalhost",
        "file:///etc/passwd",
    ],
)
def test_an_invalid_address_is_wrong_usage(command: Command, server: FakeServer, url: str) -> None:
    """The exit code is 2, no request is sent, and a password in the address is not repeated."""
    shown = command("worlds", "--url", url)

    assert_failed(shown, 2, "http://127.0.0.1:8000")
    assert "secret" not in shown.err
    assert server.asked == []


@pytest.mark.parametrize(
    "name", ["a/b", "..", ".", "", "a%2Fb", "a?b", "a#b", "A", "a\nb", "a\x1bb", "ä", "a" * 64, "-"]
)
@pytest.mark.parametrize(
    "run",
    [
        lambda command, name: command("worlds", "delete", "--", name),
        lambda command, name: command("clock", "--", name),
        lambda command, name: command("export", "--", name),
        lambda command, name: command("simulate", "--", name, "unplug", "cs_1"),
        lambda command, name: command("import", "--", "no-file", name),
        lambda command, name: command("worlds", "create", "--fork", name),
    ],
    ids=["delete", "clock", "export", "simulate", "import", "fork"],
)
def test_an_invalid_world_name_is_wrong_usage(
    command: Command, server: FakeServer, run: Callable[..., Output], name: str
) -> None:
    """A name cannot lead to another path of the API; the line shows it without control characters."""
    shown = run(command, name)

    assert_failed(shown, 2, "the name of a world")
    assert shown.err.strip().isprintable()
    assert server.asked == []


@pytest.mark.parametrize(
    "words",
    [
        "clock alpha --speed 1 --by PT1H",
        "clock alpha --by PT1H --to 2026-03-03T00:00:00Z",
        "clock alpha --to 2026-03-03T00:00:00Z --until cs_1 completed",
        "clock alpha --until cs_1",
        "clock alpha --speed nan",
        "worlds create --speed inf",
        "worlds create --seed many",
        "worlds --timeout 0",
        "worlds --timeout 1e300",
        "simulate alpha unplug",
        "simulate alpha --at +PT10M",
        "worlds --token a\nb",
        "worlds --token ä",
        "worlds --url http://localhost show alpha",
        "worlds burn alpha",
        "worlds delete",
        "worlds delete alpha --prefix al",
        "worlds delete --prefix ",
        "worlds list --prefix A",
        "clock",
        "import",
    ],
)
def test_wrong_usage_sends_no_request(command: Command, server: FakeServer, words: str) -> None:
    """The exit code is 2."""
    shown = command(*words.split(" "))

    assert (shown.code, shown.out) == (2, "")
    assert shown.err
    assert server.asked == []


def test_health_exits_with_0_or_1(command: Command, server: FakeServer) -> None:
    """A healthy server gives 0 and `ok`, or its JSON unchanged; anything else 1 with a reason."""
    server.reply = FOREIGN["page"]
    assert_failed(command("health"), 1, "not Wattif")
    server.answers({"status": "ok"})

    assert command("health") == Output(0, "ok\n", "")
    assert command("health", "--json") == Output(0, '{"status": "ok"}\n', "")
    assert [each.path for each in server.asked] == ["/_sandbox/v1/health"] * 3


def test_arguments_that_are_not_text_are_sent_for_the_server_to_refuse(command: Command, server: FakeServer) -> None:
    """An argument that no encoding has reaches the server, whose refusal is printed."""
    server.refuses(400, "No.")

    assert_failed(command("clock", "alpha", "--until", "cs_\udcff", "completed"), 1, "No.")
    assert_failed(command("worlds", "create", "--scenario", "\udcff"), 1, "No.")


def assert_failed(shown: Output, code: int, *named: str) -> None:
    """One line on stderr that names what it should, and nothing on stdout."""
    assert (shown.code, shown.out) == (code, ""), shown
    assert len(shown.err.splitlines()) == 1
    assert shown.err.startswith("wattif: ")
    assert all(each in shown.err for each in named), shown.err
