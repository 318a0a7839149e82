"""What every request to a mounted API goes through, once: the one place for what is done around all of them."""

from starlette.middleware import Middleware
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from .operations import path_in
from .request_counters import RequestCounter


class Pipeline:
    """Stands around the application of a mount, and counts its answers."""

    def __init__(self, app: ASGIApp, counter: RequestCounter) -> None:
        self._app = app
        self._counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = self._counter.counting(scope["method"], send)
        await self._app(scope, receive, send)


class ApiMount(Mount):
    """Mounts an API with the pipeline around it.

    Takes every path that begins with its own. Starlette's mount would leave out those with a line break, which the API
    could then not refuse in its own words.
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
