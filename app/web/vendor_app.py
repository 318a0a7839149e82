"""What a face is made of before it has any calls: an application of its own, so that its refusals are its own too."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .app_context import AppContext


def new_face(context: AppContext) -> FastAPI:
    """An application without generated documentation, guessed slashes or telemetry."""
    app = FastAPI(
        openapi_url=None, redirect_slashes=False, telemetry={"tracing": False, "metrics": False, "logs": False}
    )
    app.state.context = context
    return app


class _Cors(CORSMiddleware):
    """Stays out of the way of requests that come from no page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"origin" for name, _ in scope.get("headers", ())):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def add_call(app: FastAPI, method: str, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
    """Gives the face a call, straight from route to endpoint: the calls check their input themselves.

    FastAPI's own route would look for dependencies and models on every request, a fifth of what a list costs.
    """
    route = Route(path, endpoint, methods=[method])
    route.methods = {method}
    app.router.routes.append(route)


def open_to_pages(app: FastAPI) -> None:
    """Lets pages of any origin call a vendor's face: its key is the guard."""
    app.add_middleware(
        _Cors,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["X-Sandbox-World", "X-Sandbox-Now"],
    )
