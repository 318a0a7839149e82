"""Other mock servers, each answering the same bytes to everybody, set up as fast as its own options let it be."""

import shutil
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import ClassVar, Final

import orjson

from .client import OK, Client, MeasureFailedError
from .server import ROOT, Server, last_words, process

_MODULES: Final = ROOT / ".bench" / "peers" / "node_modules"
_PATIENCE_S: Final = 30
_PAUSE_S: Final = 0.1


class PeerMissingError(Exception):
    """Something that the peer needs is not on this machine; the message says what."""


class Peer(ABC):
    """A peer, its npm package and how it is set up, in words and in files."""

    name: ClassVar[str]
    package: ClassVar[str]
    program: ClassVar[str]
    setting: ClassVar[str]
    warm_up_s: ClassVar[int]

    @property
    def title(self) -> str:
        """Its name with its version."""
        return f"{self.name} {self._version()}"

    @contextmanager
    def answering(self, path: str, body: bytes, folder: Path, *, tuned: bool = True) -> Iterator[Server]:
        """The peer, answering this JSON under that path, tuned or as it is by itself. Raises PeerMissingError."""
        self._version()
        if shutil.which(self.program) is None:
            raise PeerMissingError(f"there is no {self.program} on the PATH")
        folder.mkdir()
        port = _free_port()
        began = perf_counter()
        with process(self._command(path, body, folder, port, tuned=tuned), folder, heard=False) as started:
            server = Server(started.pid, port, began)
            answered = _first_answer(server, path, folder)
            if orjson.loads(answered) != orjson.loads(body):
                raise MeasureFailedError(f"{self.name} answers {answered[:100]!r}, not what it was given")
            yield server

    @abstractmethod
    def _command(self, path: str, body: bytes, folder: Path, port: int, *, tuned: bool) -> Sequence[str]:
        """What starts it in a folder, in which it first finds what it is to answer."""

    def _version(self) -> str:
        manifest = _MODULES / self.package / "package.json"
        if not manifest.exists():
            raise PeerMissingError(f"{self.package} is not installed: `make bench` does it where there is npm")
        return str(orjson.loads(manifest.read_bytes())["version"])


class JsonServer(Peer):
    """One object as a resource of its own; its JSON is indented by default, and put on one line here."""

    name = "json-server"
    package = "json-server"
    program = "node"
    setting = "db.json with one object, a route to it, JSON without indents, no log, gzip, CORS or writes"
    warm_up_s = 4

    def _command(self, path: str, body: bytes, folder: Path, port: int, *, tuned: bool) -> Sequence[str]:
        parent, _, name = path.rpartition("/")
        (folder / "db.json").write_bytes(orjson.dumps({name: orjson.loads(body)}))
        (folder / "routes.json").write_bytes(orjson.dumps({f"{parent}/*": "/$1"}))
        (folder / "compact.js").write_text("module.exports = (q, r, go) => { q.app.set('json spaces', 0); go() }\n")
        program = str(_MODULES / ".bin" / "json-server")
        files = ("db.json", "--routes", "routes.json", "--host", "127.0.0.1", "--port", str(port))
        tuning = ("--middlewares", "compact.js", "--quiet", "--no-gzip", "--no-cors", "--read-only")
        return (program, *files, *(tuning if tuned else ()))


class WireMock(Peer):
    """One stub. It needs long to be compiled by its virtual machine."""

    name = "WireMock"
    package = "wiremock"
    program = "java"
    setting = "one stub, no journal, log, gzip, templates or chunks, the serial collector"
    warm_up_s = 20

    def _command(self, path: str, body: bytes, folder: Path, port: int, *, tuned: bool) -> Sequence[str]:
        answer = {"status": OK, "body": body.decode(), "headers": {"Content-Type": "application/json"}}
        stub = {"request": {"method": "GET", "urlPath": path}, "response": answer}
        (folder / "mappings").mkdir()
        (folder / "mappings" / "stub.json").write_bytes(orjson.dumps(stub))
        archive = next((_MODULES / self.package / "build").glob("*.jar"))
        quiet = ("--no-request-journal", "--disable-banner", "--disable-request-logging")
        plain = ("--disable-gzip", "--disable-response-templating", "--use-chunked-encoding", "never")
        where = ("--root-dir", str(folder), "--bind-address", "127.0.0.1", "--port", str(port))
        if not tuned:
            return ("java", "-jar", str(archive), *where)
        return ("java", "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-jar", str(archive), *quiet, *plain, *where)


class Prism(Peer):
    """One operation with an example."""

    name = "Prism"
    package = "@stoplight/prism-cli"
    program = "node"
    setting = "one operation with a static example, silent, no CORS"
    warm_up_s = 4

    def _command(self, path: str, body: bytes, folder: Path, port: int, *, tuned: bool) -> Sequence[str]:
        content = {"application/json": {"example": orjson.loads(body)}}
        operation = {"responses": {str(OK): {"description": "the page", "content": content}}}
        about = {"title": "one page", "version": "1"}
        document = {"openapi": "3.0.3", "info": about, "paths": {path: {"get": operation}}}
        (folder / "openapi.json").write_bytes(orjson.dumps(document))
        program = str(_MODULES / ".bin" / "prism")
        tuning = ("--verboseLevel", "silent", "--cors", "false")
        return (program, "mock", "openapi.json", "--port", str(port), *(tuning if tuned else ()))


PEERS: Final = (JsonServer(), WireMock(), Prism())


def settings() -> str:
    """How each is set up, in one sentence."""
    return "; ".join(f"{peer.name}: {peer.setting}" for peer in PEERS)


def versions() -> str:
    """Those that are installed."""
    return ", ".join(peer.title for peer in PEERS if (_MODULES / peer.package).exists()) or "none"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _first_answer(server: Server, path: str, folder: Path) -> bytes:
    deadline = monotonic() + _PATIENCE_S
    while True:
        client = Client(server.port)
        try:
            return client.get(path).body
        except MeasureFailedError as error:
            if monotonic() > deadline:
                raise MeasureFailedError(f"{error}; {last_words(folder)}") from error
        finally:
            client.close()
        sleep(_PAUSE_S)
