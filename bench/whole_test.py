"""A whole test, of which a suite has hundreds: a world made, a session driven to its end in it, the world deleted.

WireMock does it with constants: five stubs are registered, the same five calls are made, and the stubs are removed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from itertools import count, islice
from statistics import median
from time import monotonic, perf_counter
from typing import Any, Final, Protocol

import orjson

from . import loads, machine, table
from .default_world import SESSIONS, WORLDS
from .loads import TEN, Load, Target
from .mock_servers import MOCK_SERVERS, MockServerMissingError
from .run import Run
from .servers import HOST, WATTIF, MeasureFailedError, Server, serving
from .table import Bar, Row

_TITLE: Final = "a whole test: a world made, list, start, until settled, read, deleted"
_TESTS: Final = 20
_TURNS: Final = 10
_WARM_S: Final = 20
_WIREMOCK: Final = next(each for each in MOCK_SERVERS if each.name == "WireMock")
_STUBS: Final = "/__admin/mappings"
_LIST: Final = f"{SESSIONS}?limit={TEN}&status=completed"
_ORDER: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")
_SUCCESSES: Final = range(200, 300)
_JSON: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds of a test, and those of them in which its world, or its stubs, were made and removed."""

    whole: float
    fixture: float


class Suite(Protocol):
    """Tests of one server, on one connection that stays open."""

    @property
    def server(self) -> Server: ...

    def run_test(self, name: str) -> Times:
        """Runs a test, and times it. Raises MeasureFailedError if an answer is not a success."""


class Connection:
    """A connection to a server, and the answers that it got."""

    def __init__(self, server: Server) -> None:
        self.server: Final = server
        self._connection: Final = HTTPConnection(HOST, server.port, timeout=30)
        self.close: Final = self._connection.close
        self.answers: list[tuple[Call, Any]] = []

    def send(self, call: Call) -> Any:  # noqa: ANN401 - any JSON
        """The answer. Raises MeasureFailedError unless it is a success."""
        headers = {"Authorization": f"Bearer {call.key}"} if call.key else {}
        body = None if call.body is None else orjson.dumps(call.body)
        self._connection.request(call.method, call.path, body, headers if body is None else headers | _JSON)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in _SUCCESSES:
            shown = content[:200].decode(errors="replace")
            raise MeasureFailedError(f"{call.method} {call.path}: {answer.status} {shown}")
        found = orjson.loads(content) if content else None
        self.answers.append((call, found))
        return found


class OfWattif:
    """Tests that have a world each."""

    def __init__(self, connection: Connection) -> None:
        self.server: Final = connection.server
        self._connection: Final = connection

    def run_test(self, name: str) -> Times:
        send, world_path = self._connection.send, f"{WORLDS}/{name}"
        self._connection.answers.clear()
        began = perf_counter()
        world = send(Call("POST", WORLDS, {"name": name}))
        made = perf_counter()
        key, sample = world["credentials"]["charge"]["secret_key"], world["sample"]["charge"]
        send(Call("GET", _LIST, key=key))
        session = send(Call("POST", SESSIONS, {each: sample[each] for each in _ORDER}, key))["id"]
        send(Call("POST", f"{world_path}/clock/advance", {"until": {"id": session, "status": "completed"}}))
        status = send(Call("GET", f"{SESSIONS}/{session}", key=key))["status"]
        used = perf_counter()
        send(Call("DELETE", world_path))
        ended = perf_counter()
        if status != "completed":
            raise MeasureFailedError(f"the session that was driven to its end is {status}")
        return Times(ended - began, made - began + ended - used)


class OfWireMock:
    """Tests that have stubs each, which answer calls as Wattif did."""

    def __init__(self, connection: Connection, stubs: Sequence[tuple[Call, Any]]) -> None:
        self.server: Final = connection.server
        self._connection: Final = connection
        self._stubs: Final = stubs

    def run_test(self, name: str) -> Times:
        send = self._connection.send
        self._connection.answers.clear()
        began = perf_counter()
        for call, answer in self._stubs:
            asked = {"method": call.method, "url": f"/{name}{call.path}"}
            send(Call("POST", _STUBS, {"request": asked, "response": {"status": 200, "jsonBody": answer}}))
        made = perf_counter()
        for call, _ in self._stubs:
            send(replace(call, path=f"/{name}{call.path}"))
        used = perf_counter()
        send(Call("DELETE", _STUBS))
        ended = perf_counter()
        return Times(ended - began, made - began + ended - used)


@dataclass(frozen=True, slots=True)
class Turn:
    """Some tests as a load, and the median of the share that the fixture has in a test."""

    load: Load
    fixture: float


def run_tests(suite: Suite, names: Iterator[str], tests: int = _TESTS) -> Turn:
    """Runs tests, one right after another."""
    before = machine.cpu_us(suite.server.pid)
    times = [suite.run_test(name) for name in islice(names, tests)]
    worked = machine.cpu_us(suite.server.pid) - before
    whole = [each.whole for each in times]
    return Turn(loads.timed(whole, sum(whole), worked), median(each.fixture / each.whole for each in times))


def load_of(server: Server, tests: int) -> Load:
    """As many tests of a server that has been running."""
    with closing(Connection(server)) as connection:
        return run_tests(OfWattif(connection), _names(), tests).load


def rows(run: Run) -> Iterator[Row]:
    """The test beside WireMock's: of both servers the first two hundred, and two hundred when they are warm."""
    for tuned, title in ((False, f"{_TITLE}, just started"), (True, _TITLE)):
        run.say(title)
        yield from _both(run, title, tuned=tuned)


def _both(run: Run, title: str, *, tuned: bool) -> Iterator[Row]:
    with ExitStack() as stack:
        folder = run.new_folder(f"whole-test-{tuned}")
        server = stack.enter_context(serving(folder, (*WATTIF, "--scenario", "empty")))
        connection = stack.enter_context(closing(Connection(server)))
        suites: list[Suite] = [OfWattif(connection)]
        suites[0].run_test("stubs")
        stubs = connection.answers[:-1]
        try:
            page = _page(connection)
            target = stack.enter_context(_WIREMOCK.answering(page, run.new_folder(f"stubs-{tuned}"), tuned=tuned))
        except MockServerMissingError as error:
            yield table.missing(f"{title}: {_WIREMOCK.name}", str(error))
        else:
            suites.append(OfWireMock(stack.enter_context(closing(Connection(target.server))), stubs))
        names = _names()
        for suite in suites if tuned else ():
            until = monotonic() + _WARM_S
            while monotonic() < until:
                run_tests(suite, names)
        measures = [lambda suite=suite: run_tests(suite, names) for suite in suites]
        ours, *others = loads.by_turns(measures, _TURNS)
    mine = loads.middle([each.load for each in ours])
    for theirs in others:
        other = loads.middle([each.load for each in theirs])
        # A virtual machine that has compiled itself for twenty seconds answers constants faster than Python does.
        bars = () if tuned else (Bar("below it", mine.p50 < other.p50),)
        beside = f"{target.title} {other.p50:.2f} ms, {other.work:,.0f} µs"
        ratio = f"{mine.p50 / other.p50:.2f}"
        yield replace(table.load_row(title, mine, *bars), beside=beside, ratio=ratio)
    if not others:
        yield table.load_row(title, mine)
    share = median(each.fixture for each in ours)
    bar = table.at_most(share, 0.5, " of it")
    fixture = title.replace(_TITLE, "its fixture: the world made and deleted")
    yield table.row(fixture, f"{share:.2f} of it", bar)


def _page(connection: Connection) -> Target:
    """The page that WireMock is started with."""
    world = connection.send(Call("POST", WORLDS, {"name": "page"}))
    return Target("", connection.server, _LIST, world["credentials"]["charge"]["secret_key"], warm_up_s=0)


def _names() -> Iterator[str]:
    return (f"test-{n}" for n in count())
