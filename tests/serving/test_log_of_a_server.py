"""A server logs requests on stderr: all of them on a terminal, refusals elsewhere, or what the settings say."""

import os
import pty
import re
import select
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Final

import orjson
import pytest

from tests.databases import Kept, SqliteFiles
from tests.serving.servers import Server, serving, told

SESSIONS: Final = "/v1/charging_sessions"
CLIENT_HELLO: Final = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32)
PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)
LIVE: Final = {"Authorization": "Bearer ch_sk_live_abcdefghijklmnopqrstuvwx"}
PATIENCE_S: Final = 10

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="terminals are those of POSIX")]


@pytest.fixture
def kept(sqlite_files: SqliteFiles) -> Iterator[Kept]:
    """An empty database."""
    new = sqlite_files.new()
    yield new
    sqlite_files.drop(new)


class LogFile:
    """A file to which a server appends its log; a second handle reads it."""

    def __init__(self, path: Path) -> None:
        self.stream: Final = path.open("a+")
        self._path = path
        self._seen = 0

    def read(self) -> str:
        """What has been written since the last call."""
        text = self._path.read_text()
        new, self._seen = text[self._seen :], len(text)
        return new

    def close(self) -> None:
        self.stream.close()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LogFile]:
    made = LogFile(tmp_path / "log")
    yield made
    made.close()


def waited(log: "LogFile | Terminal", text: str) -> str:
    """What was logged, once it has that text."""
    deadline = monotonic() + PATIENCE_S
    logged = ""
    while text not in logged:
        assert monotonic() < deadline, logged
        logged += log.read()
    return logged


class Terminal:
    """A terminal to which a process can write."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        self.slave = os.fdopen(slave, "w")

    def read(self) -> str:
        """What has been written since the last call; it waits a little for it."""
        if not select.select([self._master], [], [], 0.1)[0]:
            return ""
        return os.read(self._master, 1 << 16).decode()

    def close(self) -> None:
        self.slave.close()
        os.close(self._master)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


def plain(text: str) -> list[str]:
    """The lines without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()


def test_newcomers_mistakes_are_told_on_the_terminal(
    kept: Kept, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A live key, a wrong path, a missing slash, no JSON header and a busy connector: the line says what was wrong."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with serving(kept, "--scenario", "village", complaints=terminal.slave) as server:
        client, key = server.client, server.key()
        order = {
            name: value
            for name, value in server.world()["sample"]["charge"].items()
            if name not in {"fleet", "account"}
        }
        client.get(SESSIONS, headers=LIVE)
        client.get("/charging_sessions", headers=key)
        client.get("/api/v1/users/user_id/charging-sessions", headers={"Authorization": "Bearer <token>"})
        client.post(SESSIONS, headers=key, content=orjson.dumps(order))
        assert server.start().status_code == 200
        assert server.start().status_code == 409
        screen = waited(terminal, "busy: session")

    lines = [line.partition("  — ")[::2] for line in plain(screen)]
    assert [called.split("  ")[-2] for called, _ in lines] == ["401", "404", "301", "400", "200", "409"]
    reasons = [reason for _, reason in lines]
    assert reasons[0].startswith("A live key (ch_sk_live_…uvwx) never opens a sandbox world")
    assert reasons[1] == "The path lacks its beginning /v1: GET /v1/charging_sessions"
    assert reasons[2] == "This path needs a slash at its end: /api/v1/users/user_id/charging-sessions/"
    assert reasons[3] == "There is no Content-Type; send the body with Content-Type: application/json."
    busy = f"Connector {order['connector']} of {order['charging_station']} is busy: session cs_"
    assert re.match(re.escape(busy) + r"[A-Za-z0-9]{32} holds it until 2026-[-0-9]+T[0-9:.]+Z\.", reasons[5])
    assert "\x1b[33m" in screen
    assert re.match(
        r"[0-9:]{8}  2026-[0-9-]+T[0-9:]+Z  default +POST /v1/charging_sessions  200  [0-9.]+ ms$", lines[4][0]
    )


def test_refusals_are_logged_elsewhere(kept: Kept, log: LogFile) -> None:
    """In a file, an answered call has no line, and a refused one has a line without colours."""
    with serving(kept, complaints=log.stream) as server:
        assert server.client.get(SESSIONS, headers=server.key()).status_code == 200
        server.client.get(SESSIONS, headers=LIVE)
        logged = waited(log, "live key")

    assert len(logged.splitlines()) == 1
    assert logged == plain(logged)[0] + "\n"


def test_off_logs_nothing(kept: Kept) -> None:
    """Neither calls nor refusals have lines."""
    with serving(kept, "--log", "off") as server:
        server.client.get(SESSIONS, headers=LIVE)
        server.client.get("/nowhere")
        server.stop()
        assert server.complained() == ""


def test_all_logs_every_call_until_the_end(kept: Kept) -> None:
    """The last lines are written when the server stops."""
    with serving(kept, "--log", "all") as server:
        key = server.key()
        for n in range(1, 51):
            server.client.get(SESSIONS, params={"limit": n}, headers=key)
        server.stop()
        logged = server.complained().splitlines()

    assert [line.split("  ")[-3].split()[1] for line in logged] == [f"{SESSIONS}?limit={n}" for n in range(1, 51)]


def test_json_is_for_machines(kept: Kept, log: LogFile) -> None:
    """Each line is an object."""
    with serving(kept, "--log", "all", "--log-format", "json", complaints=log.stream) as server:
        server.client.get(SESSIONS, headers=server.key())
        server.client.get(SESSIONS, headers=LIVE)
        logged = waited(log, "live key")

    listed, refused = map(orjson.loads, logged.splitlines())
    assert (listed["status"], listed["world"], listed["reason"]) == (200, "default", None)
    assert (refused["status"], refused["world"], refused["api"]) == (401, None, "charge")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (CLIENT_HELLO, "-  400  0.0 ms  — This is a TLS handshake on the plain HTTP port: use http:// rather than"),
        (PREFACE, "400  0.0 ms  — This is HTTP/2 with prior knowledge: use HTTP/1.1."),
        (b"GET /v1/a HTTP/1.1\r\n\r\n", "GET /v1/a  400  0.0 ms  — A request must have exactly one Host header."),
        (b"GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n", "400  0.0 ms  — This is not a valid HTTP/1.1 request."),
        (b"GET /%1b[31m%0aX HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%1b[31m%0aX  404"),
        (
            b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n",
            "414  0.0 ms  — The target of a request has at most 32768 bytes.",
        ),
    ],
    ids=["tls", "http2", "host", "escape", "escaped", "long"],
)
def test_requests_that_reach_no_api_are_logged(server: tuple[Server, LogFile], sent: bytes, expected: str) -> None:
    """A request that cannot be read has one line, with the protocol that was meant if that is known."""
    running, log = server
    log.read()
    with socket.create_connection((running.client.base_url.host, running.client.base_url.port or 80)) as connection:
        connection.sendall(sent)
        logged = waited(log, "\n")

    (line,) = logged.splitlines()
    assert expected in line
    assert line.isprintable()


@pytest.fixture(scope="module")
def server(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, LogFile]]:
    """A server that logs refusals into a file."""
    new, log = sqlite_files.new(), LogFile(tmp_path_factory.mktemp("log") / "log")
    with serving(new, complaints=log.stream) as running:
        yield running, log
    log.close()
    sqlite_files.drop(new)


def test_a_closed_stderr_breaks_nothing(kept: Kept) -> None:
    """Calls are answered after the reader of the log has gone."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as log, serving(kept, "--log", "all", complaints=log) as server:
        os.close(reading)
        key = server.key()
        answers = [server.client.get(SESSIONS, headers=key).status_code for _ in range(20)]

    assert answers == [200] * 20


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--log", "some"), "wattif: log: some is not a level; use off, refusals or all\n"),
        (("--log-format", "xml"), "wattif: log_format: xml is not a format; use text or json\n"),
    ],
)
def test_another_level_or_format_is_refused(tmp_path: Path, options: tuple[str, str], expected: str) -> None:
    """The command ends with 2, and names what there is."""
    ended = told("serve", *options, folder=tmp_path)

    assert (ended.returncode, ended.stderr) == (2, expected)
