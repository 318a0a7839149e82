"""Callers that misbehave, each for some seconds, and what they get for it. Their number and their sizes are bounded."""

import os
import socket
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from . import machine, worlds
from .connections import exchange, request
from .default_world import DEFAULT, WORLDS
from .servers import DATABASE, HEALTH, HOST, Server

MISBEHAVES_S: Final = 10
_MIB: Final = 1 << 20
_HEADER_MIB: Final = 120
_MEMBER: Final = b"[]," * (20 * _MIB)
"""Sixty megabytes of one list, which as Python's objects take twenty times as much memory."""
_PIPES: Final = 7
_TOWNS: Final = 12
_READERS: Final = 4
_PIECE: Final = 1024
_IDLE: Final = 50
_IDLE_S: Final = 25
"""Longer than a connection without a request may be open."""
_CHURNING: Final = 8
_QUIET_S: Final = 4
_CREATED: Final = 201
_NOT_SWEPT: Final = "SELECT count(*) FROM world WHERE state NOT IN ('open', 'spare', 'template')"

Caller = Callable[[Server, Path], str]
"""Misbehaves at a server, whose database is in the folder. Returns what it got for it, in words."""


def nothing(_server: Server, _folder: Path) -> str:
    """There is no other caller."""
    sleep(MISBEHAVES_S)
    return ""


def long_headers(server: Server, _folder: Path) -> str:
    """Headers of 120 MB, one after another, without a key."""
    got, until = Counter[str](), monotonic() + MISBEHAVES_S
    while monotonic() < until:
        got[_sent(server, _header(), until)] += 1
        sleep(0.01)
    return _counted(got)


def long_members(server: Server, _folder: Path) -> str:
    """Imports with one member of 60 MB, one after another."""
    body = b'{"wattif":"export","version":1,"world":[' + _MEMBER + b"[]]}"
    head = request("POST", f"{WORLDS}/import").removesuffix(b"\r\n")
    head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    got, until = Counter[str](), monotonic() + MISBEHAVES_S
    while monotonic() < until:
        got[_sent(server, [head, body], until)] += 1
        sleep(0.01)
    return _counted(got)


def pipes(server: Server, folder: Path) -> str:
    """Seven worlds whose scenario is a named pipe, which has no end."""
    pipe = folder / "pipe.yaml"
    os.mkfifo(pipe)
    until = monotonic() + MISBEHAVES_S
    with ExitStack() as stack:
        held = [_connection(server, stack) for _ in range(_PIPES)]
        for each in held:
            _send(each, worlds.make("from-a-pipe", scenario=str(pipe)))
        got = Counter(_status(each, until) for each in held)
    sleep(max(0, until - monotonic()))
    # Threads that wait for the pipe read its end, so that the server can stop.
    with suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    return _counted(got)


def hung_up_towns(server: Server, _folder: Path) -> str:
    """Twelve towns of different seeds, of which none is waited for."""
    before = machine.cpu_us(server.pid)
    for seed in range(_TOWNS):
        with ExitStack() as stack:
            towns = {"name": f"town-{seed}", "scenario": "town", "seed": 1_000 + seed}
            _send(_connection(server, stack), request("POST", WORLDS, "", towns))
    sleep(MISBEHAVES_S)
    return f"{(machine.cpu_us(server.pid) - before) / 1e6:.1f} s of the processor"


def slow_readers(server: Server, _folder: Path) -> str:
    """Four readers of an export who take a kilobyte a second, and how long a fifth waits."""
    export, began = request("GET", f"{DEFAULT}/export"), monotonic()
    with ExitStack() as stack:
        held = [_connection(server, stack, receive=_PIECE) for _ in range(_READERS)]
        for each in held:
            _send(each, export)
        sleep(1)
        fifth = _connection(server, stack)
        _send(fifth, export)
        while not _can_read(fifth) and monotonic() < began + MISBEHAVES_S:
            for each in held:
                if _can_read(each):
                    each.recv(_PIECE)
            sleep(0.2)
        waited = monotonic() - began - 1
        status = _status(fifth, monotonic() + 0.1)
        sleep(max(0, began + MISBEHAVES_S - monotonic()))
    return f"a fifth: {status} after {waited:.1f} s"


def idle_connections(server: Server, _folder: Path) -> str:
    """A hundred and fifty connections that send nothing, half a header, or half a body."""
    half_header = request("GET", HEALTH)[:30]
    half_body = request("POST", WORLDS, "", {"name": "half"})[:-5]
    with ExitStack() as stack:
        held = [_connection(server, stack) for _ in range(3 * _IDLE)]
        for n, each in enumerate(held):
            _send(each, (b"", half_header, half_body)[n % 3])
        sleep(_IDLE_S)
        still = sum(not _can_read(each) for each in held)
    return f"{still} of {len(held)} open after {_IDLE_S} s"


def churn(server: Server, folder: Path) -> str:
    """Villages made and removed as fast as the server can, and what is left of them."""
    before, numbers = _bytes(folder), count()

    def make_and_remove() -> Iterator[bytes]:
        for n in numbers:
            yield worlds.make(f"churn-{n}")
            yield worlds.delete(f"churn-{n}")

    # Worlds of its own for each connection: a world is removed by the connection that has made it.
    sent = exchange(server, [make_and_remove() for _ in range(_CHURNING)], MISBEHAVES_S)
    made = Counter(reply.status for reply in sent.all())[_CREATED]
    left = _left(folder, before)
    sleep(_QUIET_S)
    return f"{made:,} made; left: {left}; {_QUIET_S} s later {_left(folder, before)}"


def leap(server: Server, _folder: Path) -> str:
    """`default`, whose clock runs, moved a year on, so that the server plans the days in between."""
    until = monotonic() + MISBEHAVES_S
    status = _sent(server, [request("POST", f"{DEFAULT}/clock/advance", "", {"by": "P360D"})], until)
    sleep(max(0, until - monotonic()))
    clock = server.client().get(f"{DEFAULT}/clock").json()
    return f"{status}; planned until {clock['horizon'][:10]}, where it is {clock['now'][:10]}"


CALLERS: Final[dict[str, Caller]] = {
    "no other caller": nothing,
    f"headers of {_HEADER_MIB} MB without a key": long_headers,
    "imports with one member of 60 MB": long_members,
    f"{_PIPES} scenarios that are named pipes": pipes,
    f"{_TOWNS} towns whose callers have hung up": hung_up_towns,
    f"{_READERS} slow readers of an export": slow_readers,
    f"{3 * _IDLE} connections that send nothing, half a header or half a body": idle_connections,
    f"villages made and removed on {_CHURNING} connections": churn,
    "an advance by a year of a town that runs": leap,
}


def _header() -> Iterator[bytes]:
    yield request("GET", HEALTH).removesuffix(b"\r\n") + b"X-Long: "
    yield from [b"a" * _MIB] * _HEADER_MIB
    yield b"\r\n\r\n"


def _connection(server: Server, stack: ExitStack, *, receive: int = 0) -> socket.socket:
    """A connection; `receive` is the size of its buffer for answers, so that a server notices a slow reader."""
    made = stack.enter_context(closing(socket.socket()))
    if receive:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    made.connect((HOST, server.port))
    return made


def _sent(server: Server, pieces: Iterator[bytes] | list[bytes], until: float) -> str:
    """Sends pieces on a connection of their own. Returns the status of the answer, or that there was none."""
    with ExitStack() as stack:
        made = _connection(server, stack)
        for piece in pieces:
            made.settimeout(max(0.1, until - monotonic()))
            if not _send(made, piece):
                break
        return _status(made, until)


def _send(made: socket.socket, data: bytes) -> bool:
    """Sends data. Returns whether the server took it; if it did not, it may still have answered."""
    try:
        made.sendall(data)
    except OSError:
        return False
    return True


def _status(made: socket.socket, until: float) -> str:
    made.settimeout(max(0.1, until - monotonic()))
    try:
        head = made.recv(_PIECE)
    except TimeoutError:
        return "no answer"
    except OSError:
        return "closed"
    return head[9:12].decode() if head else "closed"


def _can_read(made: socket.socket) -> bool:
    """Whether there is an answer, or the end of the connection."""
    made.settimeout(0)
    try:
        made.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _counted(got: Counter[str]) -> str:
    return ", ".join(f"{times:,} x {what}" for what, times in got.most_common())


def _left(folder: Path, before: int) -> str:
    """The number of worlds that are removed and not swept yet, and how much larger the database is than before."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        [backlog] = connection.execute(_NOT_SWEPT).fetchone()
    return f"{backlog:,} worlds, {(_bytes(folder) - before) / _MIB:.0f} MiB"


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob(f"{DATABASE}*"))
