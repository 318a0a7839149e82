"""A server that answers what a test tells it to, and records the requests it gets."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any, Final

WORLD: Final[dict[str, Any]] = {
    "name": "alpha",
    "scenario": "village",
    "seed": 7,
    "clock": {"now": "2026-03-02T08:00:00.000Z", "speed": 0, "horizon": "2026-03-16T00:00:00.000Z", "goes_on": False},
    "credentials": {
        "charge": {"secret_key": "ch_sk_test_alpha"},
        "cariqa": {"token": "cariqa-token", "user_id": "cariqa-user"},
        "podero": {"client_id": "podero-client", "client_secret": "podero-secret", "token": "podero-token"},
    },
    "sample": {
        "charge": {
            "charging_station": "chst_Alpha",
            "connector": "connector_a1",
            "driver": "drv_Alpha",
            "vehicle": "vhcl_Alpha",
            "payment_method": "pm_Alpha",
            "fleet": "flt_Alpha",
        },
        "cariqa": {"evse_id": "DE*ALP*E1", "payment_method_id": None},
        "podero": {},
    },
    "expires_at": "2026-11-20T13:14:52.170Z",
}
_PATIENCE_S: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the server got."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.body)


@dataclass(slots=True)
class FakeServer:
    """Sends `reply` byte for byte to every request, as soon as `may_reply` is set."""

    url: str = ""
    reply: bytes = b""
    asked: list[Asked] = field(default_factory=list)
    may_reply: Event = field(default_factory=Event)
    is_listening: bool = True
    """Whether it reads the body of a request, or closes the connection after the reply."""

    @contextmanager
    def hesitating(self) -> Iterator[None]:
        """Holds back all replies within the block."""
        self.may_reply.clear()
        try:
            yield
        finally:
            self.may_reply.set()

    def wait_until_asked(self) -> None:
        """Waits for a request. Raises TimeoutError."""
        until = monotonic() + _PATIENCE_S
        while not self.asked:
            if monotonic() > until:
                raise TimeoutError("no request came")
            sleep(0.01)

    def answers(self, body: object, status: int = 200) -> None:
        self.reply = reply(json.dumps(body).encode(), status)

    def refuses(self, status: int, detail: str) -> None:
        problem = {"type": "about:blank", "title": responses[status], "status": status, "detail": detail}
        self.reply = reply(json.dumps(problem).encode(), status, "application/problem+json")


def reply(body: bytes = b"", status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """The bytes of an HTTP answer."""
    head = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} {responses[status]}\r\n{lines}\r\n".encode() + body


def chunked(body: bytes) -> bytes:
    """The bytes of an HTTP answer without a Content-Length."""
    half = len(body) // 2
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:half], body[half:], b""))
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces


@contextmanager
def fake_server() -> Iterator[FakeServer]:
    """A fake server on a free port of this machine, which stops at the end of the block."""
    server = FakeServer()
    server.may_reply.set()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.close_connection = True
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) if server.is_listening else b""
            server.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            server.may_reply.wait()
            with suppress(ConnectionError):
                self.wfile.write(server.reply)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_port}"
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.may_reply.set()
            listener.shutdown()
            thread.join()
