"""An application that is put together when its first request arrives."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Late:
    """Calls `make` at the first request, and then the application that it returned."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if app is None:
            app = self._app = self._make()
        await app(scope, receive, send)
