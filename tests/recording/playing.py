"""Lives of servers. A life is one start of a server with some settings, and the calls that it then answers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import httpx2
import orjson

from app.main import create_app
from app.settings import Settings
from tests.direct_client import DirectClient
from tests.recording.standstill import Standstill, standing_still
from tests.recording.symbols import Symbols

HOST: Final = "http://localhost:8000"
WORLDS: Final = "/_sandbox/v1/worlds"
RECORDED: Final = Path(__file__).parent / "recorded.json.xz"
_ROOT: Final = Path(__file__).resolve().parents[2]
_SCENARIOS: Final = _ROOT / "tests"
_HAMLET: Final = "{{root}}/tests/hamlet.yaml"
"""What the recorded calls name a scenario by, and exports after them: releases before 0.3.0 took paths over HTTP."""
_LONGEST_BODY: Final = 80_000
_UNSEEN_HEADERS: Final = {"content-length"}
_MADE_BY: Final = ("scenario", "seed", "start", "speed", "sessions")
"""The settings on which the contents of a database depend."""

Call = dict[str, Any]
"""`method`, `url` from the path on, `headers` as pairs and `body` in Latin-1; symbols stand for keys."""
Answer = dict[str, Any]
"""`status`, `headers` and `body`; a long body is a list of the checksums of its lines."""


@dataclass(frozen=True, slots=True)
class Life:
    """The settings that differ from the defaults, and the calls in their order."""

    settings: dict[str, Any]
    calls: list[Call]


@dataclass(slots=True)
class Player:
    """Plays lives; keeps the databases with which they begin in a folder."""

    folder: Path
    _made: dict[str, Path] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def answers(self, life: Life) -> Iterator[Answer]:
        """The server's answer to each call of a life."""
        with self.served(life.settings) as (client, symbols, still):
            for call in life.calls:
                yield answered(client, call, symbols, still)

    @contextmanager
    def served(self, settings: dict[str, Any]) -> Iterator[tuple[DirectClient, Symbols, Standstill]]:
        """A server that has just started, the symbols of its worlds, and its time."""
        file = self._copy(settings)
        with standing_still(2) as still, started(settings, file) as client:
            symbols = Symbols()
            token = settings.get("admin_token")
            lasting = client.get(WORLDS, headers={"Authorization": f"Bearer {token}"} if token else {})
            symbols.learn(lasting.content)
            yield client, symbols, still
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()

    def _copy(self, settings: dict[str, Any]) -> Path:
        """A database that was made by a server with such settings; it holds a village's template as well."""
        making: dict[str, Any] = {name: settings[name] for name in _MADE_BY if name in settings}
        key = orjson.dumps(making, option=orjson.OPT_SORT_KEYS).decode()
        if key not in self._made:
            made = self._made[key] = self.folder / f"made-{next(self._numbers)}.db"
            with standing_still(1), started(making, made) as client:
                client.post(WORLDS, json={"name": "first"}).raise_for_status()
                client.delete(f"{WORLDS}/first").raise_for_status()
        copied = self.folder / f"{next(self._numbers)}.db"
        shutil.copy(self._made[key], copied)
        return copied


def started(settings: dict[str, Any], file: Path) -> DirectClient:
    """Calls a server that starts on a file."""
    given = {"scenarios": _SCENARIOS} | settings | {"database_url": f"sqlite:///{file}"}
    if "scenario" in given:
        own = _ROOT / given["scenario"]
        given["scenario"] = str(own) if own.suffix and own.exists() else given["scenario"]
    return DirectClient(create_app(Settings(_env_file=None, **given)), base_url=HOST)


def answered(client: DirectClient, call: Call, symbols: Symbols, still: Standstill) -> Answer:
    """The answer to the next call."""
    still.step()
    answer = shown(send(client, call, symbols), symbols)
    return listed(answer) if (call["method"], call["url"]) == ("GET", WORLDS) else answer


def send(client: DirectClient, call: Call, symbols: Symbols) -> httpx2.Response:
    """Sends a call with the values of its symbols, and learns from the answer."""
    headers = [(name.encode(), symbols.resolved(value).encode("latin-1")) for name, value in call.get("headers", [])]
    content = symbols.resolved(call.get("body", "").replace(_HAMLET, "hamlet")).encode("latin-1")
    # Without the headers that a client adds by itself.
    request = httpx2.Request(call["method"], HOST + symbols.resolved(call["url"]), headers=headers, content=content)
    answer = client.send(request, follow_redirects=False)
    learn(symbols, request, answer)
    return answer


def learn(symbols: Symbols, request: httpx2.Request, answer: httpx2.Response) -> None:
    """Learns the keys that an answer shows."""
    is_made = request.method == "POST" and request.url.path in {WORLDS, f"{WORLDS}/import"}
    if answer.is_success:
        symbols.learn(answer.content, request.content if is_made else None)


def shown(answer: httpx2.Response, symbols: Symbols) -> Answer:
    """An answer in the form in which it is stored."""
    headers = {
        name: symbols.written(value) for name, value in sorted(answer.headers.items()) if name not in _UNSEEN_HEADERS
    }
    body = symbols.written(answer.content.decode()).replace('"scenario":"hamlet","f', f'"scenario":"{_HAMLET}","f')
    return {"status": answer.status_code, "headers": headers, "body": kept(body)}


def listed(answer: Answer) -> Answer:
    """A list of worlds sorted by name, because the server's order depends on which of them were spares."""
    if answer["status"] != httpx2.codes.OK or not isinstance(answer["body"], str):
        return answer
    body = orjson.loads(answer["body"])
    body["worlds"].sort(key=lambda world: str(world["name"]))
    return answer | {"body": orjson.dumps(body).decode()}


def kept(body: str) -> str | list[int]:
    """A body, or the checksums of its lines if it is long."""
    if len(body) <= _LONGEST_BODY:
        return body
    return [crc32(line.encode()) for line in body.split("\n")]
