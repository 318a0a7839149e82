"""Runs with `--shared`: all tests use one server, where each has its own `default` and `documented` under other names.

This shows that worlds do not disturb one another: tests written for a server of their own pass beside others.
"""

import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, cast

import httpx2
import pytest

from tests.conftest import HOST, Sandbox
from tests.databases import Kept
from tests.serving.servers import serving

if TYPE_CHECKING:
    from starlette.testclient import TestClient

WORLDS: Final = "/_sandbox/v1/worlds"
_PATIENCE_S: Final = 60
_NEED_OWN_SERVER: Final = {"databases", "monkeypatch"}
"""Fixtures that create a database or change a server from within; their tests are left out."""
_ABOUT_SERVERS: Final = {
    "test_reads_during_a_reset_see_a_whole_world",
    "test_starts_during_a_reset_are_kept_or_gone",
}
"""Tests about a whole server, or about how long a call takes without others; they are left out."""
_LENGTH: Final = b"content-length"
_WORLD_NAME: Final = re.compile(rb"(?<=^/_sandbox/v1/worlds/)(default|documented)(?=[/?]|$)")
_CLIENT: Final = re.compile(rb"client_(id|secret)(?=\"?(?:[,}&]|$))")
"""The documented OAuth client, as a value in JSON or in a form."""

World = dict[str, Any]


class SharedServer:
    """The pytest plugin of such a run. The server is the one at `url`, or a new one that stops with the run."""

    def __init__(self, config: pytest.Config, url: str | None) -> None:
        self._config = config
        self._url = url or ""
        self._stack = ExitStack()
        config.add_cleanup(self._stack.close)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Starts the server if none is given. xdist's workers get its URL from the main process."""
        from_main: Mapping[str, str] = getattr(self._config, "workerinput", {})
        self._url = from_main.get("server", self._url)
        if not self._url:
            self._url = self._stack.enter_context(_new_server())
        self._server = self._stack.enter_context(httpx2.Client(base_url=self._url, timeout=_PATIENCE_S))
        self._http = self._stack.enter_context(httpx2.HTTPTransport())
        self._worlds = self._count()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist has no types
        node.workerinput["server"] = self._url

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Keeps marks like `on_sqlite` valid: they parametrise `databases`, which the shared sandbox does not use."""
        named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
        metafunc.fixturenames.extend({"databases"} & set(named) - set(metafunc.fixturenames))

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Deselects the tests that need a server of their own, and of the others all but one of N."""
        chosen = [item for item in items if _may_share(item)][:: config.getoption("every")]
        nodes = {item.nodeid for item in chosen}
        others = [item for item in items if item.nodeid not in nodes]
        if others:
            config.hook.pytest_deselected(items=others)
            items[:] = chosen

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        ran = sum(len(terminalreporter.stats.get(outcome, ())) for outcome in ("passed", "failed", "error"))
        left = self._count() - self._worlds
        terminalreporter.write_line(f"{ran} tests shared the server at {self._url} and left {left} worlds on it.")

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """A sandbox that looks like the test's own."""
        with _new_world(self._server, "hamlet") as default, _new_world(self._server, "documented") as documented:
            transport = RenamingTransport(self._http, self._url, default, documented)
            with httpx2.Client(
                transport=transport, base_url=HOST, follow_redirects=True, timeout=_PATIENCE_S
            ) as client:
                # Tests use it like a TestClient; those that need more of a TestClient have a server of their own.
                yield Sandbox(cast("TestClient", client), Kept(""))

    def _count(self) -> int:
        return len(self._server.get(WORLDS).json()["worlds"])


class RenamingTransport(httpx2.BaseTransport):
    """Replaces the names and keys of a test's two worlds by those on the server, and translates the answers back."""

    def __init__(self, http: httpx2.BaseTransport, url: str, default: World, documented: World) -> None:
        self._http = http
        self._url = httpx2.URL(url)
        keys = documented["credentials"]
        client, secret = keys["podero"]["client_id"], keys["podero"]["client_secret"]
        self._names = {b"default": default["name"].encode(), b"documented": documented["name"].encode()}
        self._client = {b"client_id": client.encode(), b"client_secret": secret.encode()}
        self._headers = {
            (b"/v1", "Bearer ch_sk_test_..."): f"Bearer {keys['charge']['secret_key']}",
            (b"/api/v1", "Bearer <token>"): f"Bearer {keys['cariqa']['token']}",
            (b"/api/partners", "Bearer <token>"): f"Bearer {keys['podero']['token']}",
            (b"/oauth2", _basic("client_id", "client_secret")): _basic(client, secret),
        }
        self._names_in_test = {on_server: in_test for in_test, on_server in (self._names | self._client).items()} | {
            keys["charge"]["secret_key"].encode(): b"ch_sk_test_...",
            keys["cariqa"]["token"].encode(): b"<token>",
            keys["podero"]["token"].encode(): b"<token>",
        }

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path
        body = request.read()
        # White space at the end of a header value is no part of it, and HTTP clients do not send it.
        headers = httpx2.Headers([(name, value.strip()) for name, value in request.headers.raw])
        for (prefix, printed), key in self._headers.items():
            if path.startswith(prefix) and headers.get("authorization") == printed:
                headers["authorization"] = key
        if path.startswith(b"/oauth2"):
            body = _CLIENT.sub(lambda found: self._client[found[0]], body)
        if body != request.content:
            del headers["content-length"]
        url = self._url.copy_with(raw_path=_WORLD_NAME.sub(lambda found: self._names[found[0]], path))
        with_body = body if body or "content-length" in headers else None
        carried = httpx2.Request(request.method, url, headers=headers.raw, content=with_body)
        answer = self._http.handle_request(carried)
        content = self._translate_back(answer.read())
        returned = [(name, self._translate_back(it)) for name, it in answer.headers.raw if name.lower() != _LENGTH]
        return httpx2.Response(answer.status_code, headers=returned, content=content)

    def _translate_back(self, text: bytes) -> bytes:
        for on_server, in_test in self._names_in_test.items():
            text = text.replace(on_server, in_test)
        return text


def _may_share(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    name = item.name.partition("[")[0]
    needs_own = fixtures & _NEED_OWN_SERVER or name in _ABOUT_SERVERS or item.get_closest_marker("own_server")
    return "sandbox" in fixtures and not needs_own


@contextmanager
def _new_world(server: httpx2.Client, scenario: str) -> Iterator[World]:
    """Creates a world and deletes it at the end of the block."""
    made = server.post(WORLDS, json={"scenario": scenario})
    assert made.status_code == httpx2.codes.CREATED, made.text
    world: World = made.json()
    try:
        yield world
    finally:
        gone = server.delete(f"{WORLDS}/{world['name']}")
    assert gone.status_code == httpx2.codes.NO_CONTENT, gone.text


@contextmanager
def _new_server() -> Iterator[str]:
    """Starts a server and returns its URL. It stops with the block, and also when this process is killed."""
    with TemporaryDirectory(prefix="wattif-") as folder, serving(Kept(f"sqlite:///{Path(folder) / 'shared.db'}")) as it:
        # The watcher's standard input ends when this process does, and it then kills the server.
        watch = ["/bin/sh", "-c", f"cat >/dev/null; kill -9 {it.process.pid}"]
        with subprocess.Popen(watch, stdin=subprocess.PIPE) as watcher:  # noqa: S603 - the fixed command above
            try:
                yield it.url
            finally:
                watcher.kill()


def _basic(client: str, secret: str) -> str:
    return f"Basic {b64encode(f'{client}:{secret}'.encode()).decode()}"
