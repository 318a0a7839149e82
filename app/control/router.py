"""The control API's calls, and those that tell about the server itself."""

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from .. import __version__
from ..web import openapi
from ..web.app_context import AppContext, context_of
from ..web.application import new_application
from ..web.local_access import AdminOnly, LocalOnly
from ..web.problems import ProblemError
from ..web.responses import json_answer
from ..web.routing import OperationRoute
from ..worlds.lifecycle import DEFAULT
from . import clock, exports, simulate, worlds
from .errors import install_errors
from .metrics import metrics


def application(context: AppContext) -> FastAPI:
    """The control API as an application of its own, to be mounted at `/_sandbox/v1`."""
    app = new_application(context, router())
    # The one that is added last is asked first.
    app.add_middleware(AdminOnly, token=context.admin_token)
    app.add_middleware(LocalOnly, allowed_hosts=context.allowed_hosts)
    install_errors(app)
    return app


def router() -> APIRouter:
    """The operations of the control API."""
    router = APIRouter(route_class=OperationRoute)
    router.add_api_route("/health", health, methods=["GET"])
    router.add_api_route("/ready", ready, methods=["GET"])
    router.add_api_route("/metrics", metrics, methods=["GET"])
    router.add_api_route("/openapi/{name}.json", contract, methods=["GET"])
    router.add_api_route("/worlds", worlds.listed, methods=["GET"])
    router.add_api_route("/worlds", worlds.create, methods=["POST"])
    router.add_api_route("/worlds/import", exports.import_world, methods=["POST"])
    router.add_api_route("/worlds/{name}", worlds.retrieve, methods=["GET"])
    router.add_api_route("/worlds/{name}", worlds.delete, methods=["DELETE"])
    router.add_api_route("/worlds/{name}/reset", worlds.reset, methods=["POST"])
    router.add_api_route("/worlds/{name}/export", exports.export_world, methods=["GET"])
    router.add_api_route("/worlds/{name}/clock", clock.read, methods=["GET"])
    router.add_api_route("/worlds/{name}/clock", clock.pace, methods=["PATCH"])
    router.add_api_route("/worlds/{name}/clock/advance", clock.advance, methods=["POST"])
    router.add_api_route("/worlds/{name}/simulate", simulate.listed, methods=["GET"])
    router.add_api_route("/worlds/{name}/simulate", simulate.simulate, methods=["POST"])
    return router


async def health(request: Request) -> Response:
    return json_answer(request, {"status": "ok", "version": __version__})


async def ready(request: Request) -> Response:
    context = context_of(request)
    if not context.ready:
        raise ProblemError(503, "The worlds are still being made.")
    await context.directory.named(DEFAULT)
    return json_answer(request, {"status": "ready"})


async def contract(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name not in openapi.names():
        raise ProblemError(404, f"There is no contract {name[:64]!r}; there are {', '.join(openapi.names())}.")
    return json_answer(request, openapi.served(name, context_of(request).links.origin(request)))
