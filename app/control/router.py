"""The control API's calls, and those that tell about the server itself."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from .. import __version__
from ..simulation.worlds import DEFAULT
from ..web import contracts
from ..web.answers import json_answer
from ..web.face import add_call, new_face
from ..web.guard import AdminOnly, LocalOnly
from ..web.house import House, house_of
from ..web.problems import ProblemError
from . import archives, clocks, events, worlds
from .errors import add_handlers
from .metrics import metrics


def application(house: House) -> FastAPI:
    """The control API as an application of its own, to be mounted at `/_sandbox/v1`."""
    app = new_face(house)
    # The one that is added last is asked first.
    app.add_middleware(AdminOnly, token=house.admin_token)
    app.add_middleware(LocalOnly, allowed_hosts=house.allowed_hosts)
    add_handlers(app)
    add_call(app, "GET", "/health", health)
    add_call(app, "GET", "/ready", ready)
    add_call(app, "GET", "/metrics", metrics)
    add_call(app, "GET", "/openapi/{name}.json", contract)
    add_call(app, "GET", "/worlds", worlds.listed)
    add_call(app, "POST", "/worlds", worlds.create)
    add_call(app, "POST", "/worlds/import", archives.import_world)
    add_call(app, "GET", "/worlds/{name}", worlds.retrieve)
    add_call(app, "DELETE", "/worlds/{name}", worlds.delete)
    add_call(app, "POST", "/worlds/{name}/reset", worlds.reset)
    add_call(app, "GET", "/worlds/{name}/export", archives.export_world)
    add_call(app, "GET", "/worlds/{name}/clock", clocks.read)
    add_call(app, "PATCH", "/worlds/{name}/clock", clocks.pace)
    add_call(app, "POST", "/worlds/{name}/clock/advance", clocks.advance)
    add_call(app, "GET", "/worlds/{name}/simulate", events.listed)
    add_call(app, "POST", "/worlds/{name}/simulate", events.simulate)
    return app


async def health(request: Request) -> Response:
    return json_answer(request, {"status": "ok", "version": __version__})


async def ready(request: Request) -> Response:
    house = house_of(request)
    if not house.ready:
        raise ProblemError(503, "The worlds are still being made.")
    await house.moments.named(DEFAULT)
    return json_answer(request, {"status": "ready"})


async def contract(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name not in contracts.names():
        raise ProblemError(404, f"There is no contract {name[:64]!r}; there are {', '.join(contracts.names())}.")
    return json_answer(request, contracts.served(name, house_of(request).links.origin(request)))
