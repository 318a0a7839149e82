"""Tenants: tests that share a server, each with two worlds there that look to it like the two that a server has."""

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

from tests.conftest import HAMLET, HOST, Sandbox
from tests.databases import Kept
from tests.serving.servers import serving

if TYPE_CHECKING:
    from starlette.testclient import TestClient

WORLDS: Final = "/_sandbox/v1/worlds"
_PATIENCE_S: Final = 60
_ALONE: Final = {"databases", "monkeypatch"}
"""Whoever makes a database, or changes a server from within, needs one of his own."""
_OF_SERVERS: Final = {
    "test_reads_during_a_reset_see_a_whole_world",
    "test_starts_during_a_reset_are_kept_or_gone",
}
"""What these tests promise is promised of a server and all its worlds, or how long it takes alone."""
_NAME: Final = re.compile(rb"(?<=^/_sandbox/v1/worlds/)(default|documented)(?=[/?]|$)")
_CLIENT: Final = re.compile(rb"client_(id|secret)(?=\"?(?:[,}&]|$))")
"""The documented client, where it is a value in JSON or in a form."""

World = dict[str, Any]


class Sharing:
    """A run in which all tests share one server: the one at a URL, or one that lasts as long as the run."""

    def __init__(self, config: pytest.Config, url: str | None) -> None:
        self._config = config
        self._url = url or ""
        self._stack = ExitStack()
        config.add_cleanup(self._stack.close)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Whoever has not been told of a server starts one, and tells the others, who are processes of their own."""
        told: Mapping[str, str] = getattr(self._config, "workerinput", {})
        self._url = told.get("server", self._url)
        if not self._url:
            self._url = self._stack.enter_context(_started())
        self._server = self._stack.enter_context(httpx2.Client(base_url=self._url, timeout=_PATIENCE_S))
        self._wire = self._stack.enter_context(httpx2.HTTPTransport())
        self._worlds = self._count()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist has no types
        node.workerinput["server"] = self._url

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """What is promised of one kind of database needs one, although a shared sandbox does not."""
        named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
        metafunc.fixturenames.extend({"databases"} & set(named) - set(metafunc.fixturenames))

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Tests that need a server of their own are left out."""
        others = [item for item in items if not _may_share(item)]
        if others:
            config.hook.pytest_deselected(items=others)
            items[:] = [item for item in items if item not in set(others)]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        ran = sum(len(terminalreporter.stats.get(outcome, ())) for outcome in ("passed", "failed", "error"))
        left = self._count() - self._worlds
        terminalreporter.write_line(f"{ran} tests have shared the server at {self._url}, and left {left} worlds there.")

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """A sandbox of the test's own, as far as it can tell."""
        with _world(self._server, HAMLET) as default, _world(self._server, "documented") as documented:
            front = Front(self._wire, self._url, default, documented)
            with httpx2.Client(transport=front, base_url=HOST, follow_redirects=True, timeout=_PATIENCE_S) as client:
                # Tests call it as they call a TestClient; those that look behind one have a server of their own.
                yield Sandbox(cast("TestClient", client), Kept(""))

    def _count(self) -> int:
        return len(self._server.get(WORLDS).json()["worlds"])


class Front(httpx2.BaseTransport):
    """Carries a test's calls to the server, where its worlds have other names, and one of them other keys."""

    def __init__(self, wire: httpx2.BaseTransport, url: str, default: World, documented: World) -> None:
        self._wire = wire
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
        self._back = {there: here for here, there in (self._names | self._client).items()} | {
            keys["charge"]["secret_key"].encode(): b"ch_sk_test_...",
            keys["cariqa"]["token"].encode(): b"<token>",
            keys["podero"]["token"].encode(): b"<token>",
        }

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path
        body = request.read()
        # White space at a value's end is none of it, and no client sends any over the wire.
        headers = httpx2.Headers([(name, value.strip()) for name, value in request.headers.raw])
        for (prefix, printed), key in self._headers.items():
            if path.startswith(prefix) and headers.get("authorization") == printed:
                headers["authorization"] = key
        if path.startswith(b"/oauth2"):
            body = _CLIENT.sub(lambda found: self._client[found[0]], body)
        if body != request.content:
            del headers["content-length"]
        url = self._url.copy_with(raw_path=_NAME.sub(lambda found: self._names[found[0]], path))
        with_body = body if body or "content-length" in headers else None
        carried = httpx2.Request(request.method, url, headers=headers.raw, content=with_body)
        answer = self._wire.handle_request(carried)
        content = self._as_here(answer.read())
        told = [(name, self._as_here(value)) for name, value in answer.headers.raw if name.lower() != b"content-length"]
        return httpx2.Response(answer.status_code, headers=told, content=content)

    def _as_here(self, text: bytes) -> bytes:
        for there, here in self._back.items():
            text = text.replace(there, here)
        return text


def _may_share(item: pytest.Item) -> bool:
    used = set(getattr(item, "fixturenames", ()))
    is_alone = used & _ALONE or item.name.partition("[")[0] in _OF_SERVERS or item.get_closest_marker("own_server")
    return "sandbox" in used and not is_alone


@contextmanager
def _world(server: httpx2.Client, scenario: str) -> Iterator[World]:
    """A world that lasts as long as the block."""
    made = server.post(WORLDS, json={"scenario": scenario})
    assert made.status_code == httpx2.codes.CREATED, made.text
    world: World = made.json()
    try:
        yield world
    finally:
        gone = server.delete(f"{WORLDS}/{world['name']}")
    assert gone.status_code == httpx2.codes.NO_CONTENT, gone.text


@contextmanager
def _started() -> Iterator[str]:
    """The URL of a new server, which ends with the block, and with this very process, however that ends."""
    with TemporaryDirectory(prefix="wattif-") as folder, serving(Kept(f"sqlite:///{Path(folder) / 'shared.db'}")) as it:
        # Whose standard input ends when this process has ended.
        watch = ["/bin/sh", "-c", f"cat >/dev/null; kill -9 {it.process.pid}"]
        with subprocess.Popen(watch, stdin=subprocess.PIPE) as watcher:  # noqa: S603 - it is what is written above
            try:
                yield it.url
            finally:
                watcher.kill()


def _basic(client: str, secret: str) -> str:
    return f"Basic {b64encode(f'{client}:{secret}'.encode()).decode()}"
