"""What cannot be done is told in one line on stderr with an exit code of its own; stdout stays empty."""

from collections.abc import Callable
from contextlib import closing
from socket import create_server
from typing import Final

import pytest

from tests.serving.conftest import Command, Told
from tests.serving.puppets import WORLD, Puppet, reply

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
def test_the_servers_reason_is_told(command: Command, server: Puppet, words: str) -> None:
    """A refusal ends with exit code 1 and the problem's detail, in one line whatever is in it."""
    server.refuses(409, "line 1: No.\n\nline 2: \x1b[31mNever.")
    shown = command(*words.split())

    assert shown == Told(1, "", "wattif: line 1: No.; line 2: \\x1b[31mNever.\n")


def test_who_may_not_steer_is_told_how(command: Command, server: Puppet) -> None:
    """To a 401 it adds where a token is given."""
    server.refuses(401, "This needs a token.")

    assert_failed(command("worlds"), 1, "This needs a token.", "--token", "WATTIF_ADMIN_TOKEN")


@pytest.mark.parametrize("answer", FOREIGN)
@pytest.mark.parametrize("words", ["worlds", "worlds --json", "export alpha"])
def test_somebody_else_answers(command: Command, server: Puppet, answer: str, words: str) -> None:
    """What is no answer of Wattif is refused with exit code 3, and no redirect is followed."""
    server.reply = FOREIGN[answer]

    assert_failed(command(*words.split()), 3, server.url, "no Wattif", *(["elsewhere.test"] * (answer == "redirect")))
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", NO_OBJECT)
def test_something_else_is_answered(command: Command, server: Puppet, answer: str) -> None:
    """So is what is not the JSON of an object."""
    server.reply = NO_OBJECT[answer]

    assert_failed(command("worlds", "--json"), 3, server.url, "no Wattif")


@pytest.mark.parametrize("answer", BROKEN)
@pytest.mark.parametrize("words", ["worlds", "export alpha"])
def test_the_answer_breaks_off(command: Command, server: Puppet, answer: str, words: str) -> None:
    """What is no whole answer is none."""
    server.reply = BROKEN[answer]

    assert_failed(command(*words.split()), 3, server.url)


@pytest.mark.parametrize("body", [{}, {"worlds": 1}, {"worlds": [{}]}, {"worlds": [WORLD | {"clock": None}]}])
def test_a_server_of_another_version(command: Command, server: Puppet, body: dict[str, object]) -> None:
    """An answer that is not understood is told so, and a script still gets it."""
    server.answers(body)

    assert_failed(command("worlds"), 3, "--json")
    assert command("worlds", "--json").code == 0


def test_nobody_answers(command: Command) -> None:
    """Where nobody listens, the line says what to start."""
    with closing(create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

    assert_failed(command("worlds", "--url", f"http://127.0.0.1:{port}"), 3, f":{port}", "python -m app serve")


def test_nobody_is_there(command: Command) -> None:
    """A name that nobody has is no traceback either."""
    assert_failed(command("worlds", "--url", "http://nobody.invalid"), 3, "nobody.invalid")
    assert_failed(command("worlds", "--url", f"http://{'n' * 64}.invalid"), 3, "no answer")


def test_a_server_that_keeps_one_waiting(command: Command, server: Puppet) -> None:
    """Patience ends."""
    with server.hesitating():
        assert_failed(command("clock", "alpha", "--by", "PT1H", "--timeout", "0.05"), 3, "0.05 s", "--timeout")


def test_a_server_without_tls(command: Command, server: Puppet) -> None:
    """Who speaks no TLS is told apart from who does not answer."""
    server.reply = reply(b"{}")

    assert_failed(command("worlds", "--url", server.url.replace("http:", "https:")), 3, "SSL")


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
def test_an_address_that_is_none(command: Command, server: Puppet, url: str) -> None:
    """It is refused before anybody is called, with exit code 2; a password in it is not repeated."""
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
def test_a_name_that_is_none(command: Command, server: Puppet, run: Callable[..., Told], name: str) -> None:
    """No name leads out of its place in the path; what stands there is shown without harm."""
    shown = run(command, name)

    assert_failed(shown, 2, "name of a world")
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
        "clock",
        "import",
    ],
)
def test_what_makes_no_sense(command: Command, server: Puppet, words: str) -> None:
    """Wrong usage ends with exit code 2, and the server hears nothing of it."""
    shown = command(*words.split(" "))

    assert (shown.code, shown.out) == (2, "")
    assert shown.err
    assert server.asked == []


def test_health_has_two_answers(command: Command, server: Puppet) -> None:
    """A server is well or it is not: 0 or 1, and why."""
    server.reply = FOREIGN["page"]
    assert_failed(command("health"), 1, "no Wattif")
    server.answers({"status": "ok"})

    assert command("health") == Told(0, "", "")
    assert [each.path for each in server.asked] == ["/_sandbox/v1/health"] * 2


def test_words_that_are_no_text_go_as_they_are(command: Command, server: Puppet) -> None:
    """What no encoding has is the server's to refuse."""
    server.refuses(400, "No.")

    assert_failed(command("clock", "alpha", "--until", "cs_\udcff", "completed"), 1, "No.")
    assert_failed(command("worlds", "create", "--scenario", "\udcff"), 1, "No.")


def assert_failed(shown: Told, code: int, *named: str) -> None:
    """One line on stderr that names what it should, and nothing on stdout."""
    assert (shown.code, shown.out) == (code, ""), shown
    assert len(shown.err.splitlines()) == 1
    assert shown.err.startswith("wattif: ")
    assert all(each in shown.err for each in named), shown.err
