r"""Records calls: a pytest plugin that notes the calls of tests to their servers, replays them and stores the answers.

    python -m pytest -p tests.recording.recorder --record tests/recording/recorded.json.xz -n 0 \
        -k "not postgresql and not schemathesis" \
        tests/vendors tests/control tests/contract tests/scenario tests/generate tests/archive tests/worlds tests/laws

The answers that the tests get are not stored, because their clocks run and they change databases directly. Instead the
noted calls, and those of `scripts`, are played afterwards on servers whose time stands still, as in `test_replay`.
"""

import lzma
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Final

import httpx2
import orjson
import pytest
from anyio.from_thread import BlockingPortal
from starlette.applications import Starlette
from starlette.types import ASGIApp

from app import main
from app.settings import Settings
from tests import conftest
from tests.direct_client import DirectTransport
from tests.recording.playing import WORLDS, Call, Life, Player, answered, learn, send
from tests.recording.scripts import SCENARIOS, SCRIPTS, Json, Script
from tests.recording.symbols import Symbols

_LOOKS: Final = {"GET", "HEAD", "OPTIONS"}
_FACES: Final = ("/v1/", "/api/", "/oauth2/", "/_sandbox/")
_EXCLUDED: Final = ("/_sandbox/v1/health", "/_sandbox/v1/metrics", "/_sandbox/v1/openapi", "/_sandbox/files")
_ADDED_BY_CLIENT: Final = {"accept", "accept-encoding", "connection", "user-agent", "content-length"}
_LONGEST_BODY: Final = 48_000
_LASTING: Final = {f"{WORLDS}/default", f"{WORLDS}/documented"}
"""The worlds whose keys are known to a server that starts again on a database."""
_CALLS: Final = 800
"""A life is cut after this number of calls."""
_KEYS: Final = {
    "/v1/": "{{default:charge.secret_key}}",
    "/api/v1/": "{{default:cariqa.token}}",
    "/api/partners/": "{{default:podero.token}}",
}
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Noted:
    """A life while it is recorded: the settings of the server, and its calls, each with whether it changed anything."""

    settings: dict[str, Any]
    symbols: Symbols
    calls: list[tuple[Call, bool]] = field(default_factory=list)

    def add(self, request: httpx2.Request, answer: httpx2.Response) -> None:
        call = _call(request, self.symbols)
        if call is not None:
            self.calls.append((call, request.method not in _LOOKS and answer.is_success))
        learn(self.symbols, request, answer)


@dataclass(slots=True)
class Node:
    """A state of servers: the reads that were made in it, and the changes that lead to other states."""

    looks: dict[bytes, Call] = field(default_factory=dict)
    changes: dict[bytes, tuple[Call, "Node"]] = field(default_factory=dict)

    def add(self, calls: list[tuple[Call, bool]]) -> None:
        """Adds the rest of a life from this state on."""
        here = self
        for call, is_change in calls:
            key = orjson.dumps(call)
            if is_change:
                here = here.changes.setdefault(key, (call, Node()))[1]
            else:
                here.looks.setdefault(key, call)

    def lives(self, come: list[Call], changes: list[Call]) -> Iterator[list[Call]]:
        """Lives that lead to every state and make each of its reads once."""
        come = [*come, *self.looks.values()]
        if not self.changes:
            yield come
        for call, then in self.changes.values():
            yield from then.lives([*come, call], [*changes, call])
            come = changes


class Recorder:
    """Records the lives of the servers that tests start."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._settings: dict[int, tuple[ASGIApp, Settings]] = {}
        self._noted: dict[int, tuple[DirectTransport, Noted | None]] = {}
        self._lasting = Symbols()
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        make, begin, handle = main.create_app, DirectTransport.__init__, DirectTransport.handle_request

        def create_app(settings: Settings) -> Starlette:
            app = make(settings)
            self._settings[id(app)] = app, settings
            return app

        def init(step: DirectTransport, application: ASGIApp, portal: BlockingPortal) -> None:
            begin(step, application, portal)
            _, settings = self._settings.get(id(application), (None, None))
            self._noted[id(step)] = step, None if settings is None else self._begun(settings)

        def handle_request(step: DirectTransport, request: httpx2.Request) -> httpx2.Response:
            answer = handle(step, request)
            _, noted = self._noted[id(step)]
            if noted is not None:
                noted.add(request, answer)
                if request.url.path in _LASTING:
                    self._lasting.learn(answer.content)
            return answer

        self._patch.setattr(conftest, "create_app", create_app)
        self._patch.setattr(DirectTransport, "__init__", init)
        self._patch.setattr(DirectTransport, "handle_request", handle_request)

    def pytest_sessionfinish(self) -> None:
        self._patch.undo()
        roots: dict[bytes, Node] = {}
        for _, noted in self._noted.values():
            if noted is not None:
                roots.setdefault(orjson.dumps(noted.settings, option=orjson.OPT_SORT_KEYS), Node()).add(noted.calls)
        lives = [Life(orjson.loads(key), calls[:_CALLS]) for key, root in roots.items() for calls in root.lives([], [])]
        record(lives, self._file)

    def _begun(self, settings: Settings) -> Noted | None:
        if not settings.database_url.startswith("sqlite"):
            return None
        given = settings.model_dump(mode="json", exclude_defaults=True, exclude={"database_url"})
        if settings.admin_token is not None:
            given["admin_token"] = settings.admin_token.get_secret_value()
        text = orjson.dumps(given).decode().replace(f"{_ROOT}/", "")
        # A test's own files are gone when the calls are played.
        if any(
            Path(str(each)).is_absolute() and f"{_ROOT}/" not in f"{each}/"
            for each in (settings.scenario, settings.scenarios)
        ):
            return None
        return Noted(orjson.loads(text), deepcopy(self._lasting))


def _call(request: httpx2.Request, symbols: Symbols) -> Call | None:
    """A call in the form in which it is stored; None if it is not stored."""
    url = request.url.raw_path.decode()
    if not url.startswith(_FACES) or url.startswith(_EXCLUDED) or len(request.content) > _LONGEST_BODY:
        return None
    headers = [
        [name.decode().lower(), symbols.written(value.decode("latin-1"))]
        for name, value in request.headers.raw
        if name.decode().lower() not in _ADDED_BY_CLIENT
    ]
    call: Call = {"method": request.method, "url": symbols.written(url)}
    if headers := [pair for pair in headers if pair != ["host", "localhost:8000"]]:
        call["headers"] = headers
    if request.content:
        call["body"] = symbols.written(request.content.decode("latin-1"))
    # The order of worlds depends on which of them were spares.
    is_list = call["method"] in _LOOKS and call["url"].partition("?")[0].rstrip("/") == WORLDS
    # A test's own files are gone when the calls are played.
    return None if is_list or gettempdir() in call["url"] + call.get("body", "") else call


def record(lives: list[Life], file: Path) -> None:
    """Plays the scripts and the lives, and writes the answers."""
    with TemporaryDirectory() as folder:
        player = Player(Path(folder))
        scripted = [_scripted(player, settings, script) for script in SCRIPTS for settings in SCENARIOS]
        recorded = [_recorded(player, life) for life in (*scripted, *lives)]
    file.write_bytes(lzma.compress(orjson.dumps([each for each in recorded if each["calls"]]), preset=9))


def _recorded(player: Player, life: Life) -> Json:
    """A life with its answers, without calls of worlds that do not exist when it is played."""
    calls, answers = [], []
    with player.served(life.settings) as (client, symbols, still):
        for call in life.calls:
            if symbols.knows_all(f"{call['url']} {call.get('headers')} {call.get('body')}"):
                calls.append(call)
                answers.append(answered(client, call, symbols, still))
    return {"settings": life.settings, "calls": calls, "answers": answers}


def _scripted(player: Player, settings: dict[str, Any], script: Script) -> Life:
    """The calls that a script makes of a server with such settings."""
    calls: list[Call] = []
    with player.served(settings) as (client, symbols, still):

        def ask(method: str, url: str, body: Json = None, *, at: str | None = None, key: str | None = None) -> Json:
            key = key or next((key for prefix, key in _KEYS.items() if url.startswith(prefix)), None)
            headers = [] if key is None else [["authorization", f"Bearer {key}"]]
            headers += [] if at is None else [["x-sandbox-at", at]]
            call: Call = {"method": method, "url": symbols.written(url), "headers": headers}
            if body is not None:
                headers.append(["content-type", "application/json"])
                call["body"] = symbols.written(orjson.dumps(body).decode("latin-1"))
            calls.append(call)
            still.step()
            answer = send(client, call, symbols)
            return answer.json() if answer.content else None

        script(ask)
    return Life(settings, calls)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", metavar="FILE", type=Path, help="note what tests ask of their servers in this file")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("record")
    if file is not None:
        config.pluginmanager.register(Recorder(file))
