"""A puppet: a server that answers as the test says, and remembers what it was asked."""

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
    "clock": {"now": "2026-03-02T08:00:00.000Z", "speed": 0, "horizon": "2026-03-16T00:00:00.000Z"},
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
    """What a server was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - as json has it
        return json.loads(self.body)


@dataclass(slots=True)
class Puppet:
    """`reply` goes out byte for byte, whatever is asked, as soon as it may."""

    url: str = ""
    reply: bytes = b""
    asked: list[Asked] = field(default_factory=list)
    may_reply: Event = field(default_factory=Event)
    is_listening: bool = True
    """Whether it reads what it is sent, or hangs up once it has replied."""

    @contextmanager
    def hesitating(self) -> Iterator[None]:
        """Answers nobody within the block."""
        self.may_reply.clear()
        try:
            yield
        finally:
            self.may_reply.set()

    def wait_until_asked(self) -> None:
        """Waits for somebody to ask. Raises TimeoutError."""
        until = monotonic() + _PATIENCE_S
        while not self.asked:
            if monotonic() > until:
                raise TimeoutError("nobody has asked")
            sleep(0.01)

    def answers(self, body: object, status: int = 200) -> None:
        self.reply = reply(json.dumps(body).encode(), status)

    def refuses(self, status: int, detail: str) -> None:
        problem = {"type": "about:blank", "title": responses[status], "status": status, "detail": detail}
        self.reply = reply(json.dumps(problem).encode(), status, "application/problem+json")


def reply(body: bytes = b"", status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """An answer as it goes over the wire."""
    head = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} {responses[status]}\r\n{lines}\r\n".encode() + body


def chunked(body: bytes) -> bytes:
    """An answer that does not say how long it will be."""
    half = len(body) // 2
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:half], body[half:], b""))
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces


@contextmanager
def puppet() -> Iterator[Puppet]:
    """A puppet on a free port of this machine, for as long as the block lasts."""
    it = Puppet()
    it.may_reply.set()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.close_connection = True
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) if it.is_listening else b""
            it.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            it.may_reply.wait()
            with suppress(ConnectionError):
                self.wfile.write(it.reply)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        it.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield it
        finally:
            it.may_reply.set()
            server.shutdown()
            thread.join()
