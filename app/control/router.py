"""The control API's calls, and those that tell about the server itself."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from .. import __version__
from ..web import openapi
from ..web.app_context import AppContext, context_of
from ..web.local_access import AdminOnly, LocalOnly
from ..web.problems import ProblemError
from ..web.responses import json_answer
from ..web.vendor_app import add_call, new_face
from ..worlds.lifecycle import DEFAULT
from . import clock, exports, simulate, worlds
from .errors import add_handlers
from .metrics import metrics


def application(context: AppContext) -> FastAPI:
    """The control API as an application of its own, to be mounted at `/_sandbox/v1`."""
    app = new_face(context)
    # The one that is added last is asked first.
    app.add_middleware(AdminOnly, token=context.admin_token)
    app.add_middleware(LocalOnly, allowed_hosts=context.allowed_hosts)
    add_handlers(app)
    add_call(app, "GET", "/health", health)
    add_call(app, "GET", "/ready", ready)
    add_call(app, "GET", "/metrics", metrics)
    add_call(app, "GET", "/openapi/{name}.json", contract)
    add_call(app, "GET", "/worlds", worlds.listed)
    add_call(app, "POST", "/worlds", worlds.create)
    add_call(app, "POST", "/worlds/import", exports.import_world)
    add_call(app, "GET", "/worlds/{name}", worlds.retrieve)
    add_call(app, "DELETE", "/worlds/{name}", worlds.delete)
    add_call(app, "POST", "/worlds/{name}/reset", worlds.reset)
    add_call(app, "GET", "/worlds/{name}/export", exports.export_world)
    add_call(app, "GET", "/worlds/{name}/clock", clock.read)
    add_call(app, "PATCH", "/worlds/{name}/clock", clock.pace)
    add_call(app, "POST", "/worlds/{name}/clock/advance", clock.advance)
    add_call(app, "GET", "/worlds/{name}/simulate", simulate.listed)
    add_call(app, "POST", "/worlds/{name}/simulate", simulate.simulate)
    return app


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
