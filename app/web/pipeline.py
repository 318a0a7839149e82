"""The pipeline: code that runs once around every request to a mounted API."""

from starlette.middleware import Middleware
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from .operations import path_in
from .request_counters import RequestCounter


class Pipeline:
    """Wraps the application of a mount, and counts its answers."""

    def __init__(self, app: ASGIApp, counter: RequestCounter) -> None:
        self._app = app
        self._counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = self._counter.counting(scope["method"], send)
        await self._app(scope, receive, send)


class ApiMount(Mount):
    """Mounts an API with the pipeline around it.

    Matches every path that begins with its own. Starlette's mount does not match a path with a line break, which the
    API could then not answer with its own 404.
    """

    def __init__(self, path: str, app: ASGIApp, name: str, counter: RequestCounter) -> None:
        super().__init__(path, app, name=name, middleware=[Middleware(Pipeline, counter=counter)])
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
