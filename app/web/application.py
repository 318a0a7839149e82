"""Makes the application of an API. Each API has its own, because its answers to errors, 404 and 405 belong to it."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from ..worlds.vendor import Documented
from .app_context import AppContext
from .cors import AnyOrigin
from .operations import OperationRouter

_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}


class _Api(FastAPI):
    """An application whose own middleware is also around the answer to a bug, which then has its headers."""

    def build_middleware_stack(self) -> ASGIApp:
        own, self.user_middleware = self.user_middleware, []
        app = super().build_middleware_stack()
        self.user_middleware = own
        for middleware, args, options in reversed(own):
            app = middleware(app, *args, **options)
        return app


def new_application(
    context: AppContext, *routers: APIRouter, inventory: Sequence[Documented] = (), any_slash: bool = False
) -> FastAPI:
    """An application with the operations of some routers, and without generated documentation.

    The operations are given to the application itself: `include_router` would match every path twice. `inventory` and
    `any_slash` are those of OperationRouter.
    """
    app = _Api(openapi_url=None, redirect_slashes=False, telemetry=_NO_TELEMETRY)
    routes = (route for router in routers for route in router.routes)
    app.router = OperationRouter(routes, inventory, any_slash=any_slash)
    app.state.context = context
    return app


def modules_in(package: ModuleType) -> tuple[ModuleType, ...]:
    """The modules of a package of resources, by their names."""
    return tuple(import_module(f"{package.__name__}.{name}") for name in _names_in(*package.__path__))


@cache
def _names_in(*folders: str) -> tuple[str, ...]:
    """The names of the modules in some folders, which are read once."""
    return tuple(sorted(module.name for module in iter_modules(folders)))


def routers_in(package: ModuleType) -> list[APIRouter]:
    """The `router` of each module in a package of resources, by the modules' names."""
    return [module.router for module in modules_in(package)]


def allow_any_origin(app: FastAPI) -> None:
    """Lets web pages of any origin call an API, which its keys protect."""
    app.add_middleware(AnyOrigin)
