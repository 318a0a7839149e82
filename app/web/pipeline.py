"""The pipeline: code that runs once around every request to a mounted API."""

from collections.abc import Awaitable
from typing import Final

from starlette.middleware import Middleware
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..wall_clock import ticks
from .operations import path_in
from .request_counters import RequestCounter
from .request_log import ApiLog

_FAILED: Final = 500


class Pipeline:
    """Wraps the application of a mount, and counts its answers and logs them."""

    def __init__(self, app: ASGIApp, counter: RequestCounter | None = None, log: ApiLog | None = None) -> None:
        self._app = app
        self._counter = counter
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope["method"], send, self._counter)
        if self._log is None:
            await self._app(scope, receive, answer)
            return
        try:
            await self._app(scope, receive, answer)
        except Exception:
            answer.note_failure()
            raise
        finally:
            if answer.status and self._log.shows(scope, answer.status):
                await self._log.note(scope, answer.status, answer.took_us)


class _Answer:
    """Sends an answer, and notes its status and the microseconds until it began. The status is 0 before that."""

    __slots__ = ("_began", "_counter", "_method", "_send", "status", "took_us")

    def __init__(self, method: str, send: Send, counter: RequestCounter | None) -> None:
        self._method = method
        self._send = send
        self._counter = counter
        self._began = ticks()
        self.status = self.took_us = 0

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status, self.took_us = message["status"], ticks() - self._began
            if self._counter is not None:
                self._counter.add(self._method, self.status, self.took_us)
        return self._send(message)

    def note_failure(self) -> None:
        """Notes that the server answers in place of an application that has failed, unless an answer has begun."""
        if not self.status:
            self.status, self.took_us = _FAILED, ticks() - self._began


class ApiMount(Mount):
    """Mounts an API with the pipeline around it.

    Matches every path that begins with its own. Starlette's mount does not match a path with a line break, which the
    API could then not answer with its own 404.
    """

    def __init__(self, path: str, app: ASGIApp, name: str, counter: RequestCounter, log: ApiLog | None = None) -> None:
        super().__init__(path, app, name=name, middleware=[Middleware(Pipeline, counter=counter, log=log)])
        self._prefix = f"{self.path}/"

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] not in {"http", "websocket"} or not path_in(scope).startswith(self._prefix):
            return Match.NONE, {}
        root = scope.get("root_path", "")
        child = {
            "path_params": {},
            "app_root_path": scope.get("app_root_path", root),
            "root_path": f"{root}{self.path}",
            "endpoint": self.app,
        }
        return Match.FULL, child
