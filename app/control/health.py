"""The server itself: whether it runs and is ready, its contracts, and what it serves of each vendor."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from .. import __version__
from ..store.schema import version
from ..web import documented, openapi
from ..web.problems import ProblemError
from ..web.responses import json_answer
from ..web.routing import OperationRoute
from ..worlds.lifecycle import DEFAULT
from .inputs import Context

router = APIRouter(route_class=OperationRoute)


@router.get("/health")
async def check_health(request: Request) -> Response:
    """200 while the server runs."""
    return json_answer(request, {"status": "ok", "version": __version__})


@router.get("/ready")
async def check_readiness(request: Request, context: Context) -> Response:
    """200 once the worlds of every server exist, and while the database can be read and changed, else 503."""
    if not context.ready:
        raise ProblemError(503, "The worlds are still being made.")
    await context.directory.database.check(version.rewrite_number)
    if missing := await context.directory.database.ask(version.missing_tables):
        raise ProblemError(503, f"The sandbox's database is not available: its table {missing[0]} is missing.")
    await context.directory.named(DEFAULT)
    return json_answer(request, {"status": "ready"})


@router.get("/openapi/{name}.json")
async def retrieve_contract(request: Request, context: Context, name: str) -> Response:
    """A contract, with this server as the first of its servers."""
    if name not in openapi.names():
        raise ProblemError(404, f"There is no contract {name[:64]!r}; there are {', '.join(openapi.names())}.")
    return json_answer(request, openapi.served(name, context.links.origin(request)))


@router.get("/fidelity")
async def list_operations(request: Request, context: Context) -> Response:
    """Every operation that the vendors document: whether it is served, and how well it is known."""
    return json_answer(request, {"vendors": documented.listing(context.worlds.vendors)})
