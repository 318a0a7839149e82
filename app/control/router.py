"""The control API's calls."""

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from .. import __version__
from ..simulation import actions
from ..simulation import worlds as lives
from ..simulation.clock import wall
from ..simulation.moments import WorldGoneError
from ..store import worlds
from ..store.engine import Transaction
from ..store.moment import World
from ..web import contracts
from ..web.answers import json_answer
from ..web.face import add_call, new_face
from ..web.guard import LocalOnly
from ..web.house import House, house_of
from ..web.problems import ProblemError
from ..world.clock import millis
from . import schemas, translate
from .errors import add_handlers


def application(house: House) -> FastAPI:
    """The control API as an application of its own, to be mounted at `/_sandbox/v1`."""
    app = new_face(house)
    app.add_middleware(LocalOnly, allowed_hosts=house.allowed_hosts)
    add_handlers(app)
    add_call(app, "GET", "/health", health)
    add_call(app, "GET", "/ready", ready)
    add_call(app, "GET", "/openapi/{name}.json", contract)
    add_call(app, "GET", "/worlds", list_worlds)
    add_call(app, "GET", "/worlds/{name}", retrieve_world)
    add_call(app, "POST", "/worlds/{name}/reset", reset_world)
    add_call(app, "GET", "/worlds/{name}/clock", read_clock)
    add_call(app, "PATCH", "/worlds/{name}/clock", pace_clock)
    add_call(app, "POST", "/worlds/{name}/clock/advance", advance_clock)
    return app


async def health(request: Request) -> Response:
    return json_answer(request, {"status": "ok", "version": __version__})


async def ready(request: Request) -> Response:
    house = house_of(request)
    if not house.ready:
        raise ProblemError(503, "The worlds are still being made.")
    await house.moments.named(lives.DEFAULT)
    return json_answer(request, {"status": "ready"})


async def contract(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name not in contracts.names():
        raise ProblemError(404, f"There is no contract {name[:64]!r}; there are {', '.join(contracts.names())}.")
    return json_answer(request, contracts.served(name, house_of(request).links.origin(request)))


async def list_worlds(request: Request) -> Response:
    def shown(db: Transaction) -> list[dict[str, Any]]:
        return [_shown(db, world) for world in worlds.every(db, worlds.OPEN)]

    return json_answer(request, {"worlds": await house_of(request).moments.database.ask(shown)})


async def retrieve_world(request: Request) -> Response:
    name = str(request.path_params["name"])

    def shown(db: Transaction) -> dict[str, Any] | None:
        world = worlds.named(db, name)
        return None if world is None else _shown(db, world)

    body = await house_of(request).moments.database.ask(shown)
    if body is None:
        raise WorldGoneError(name)
    return json_answer(request, body)


async def reset_world(request: Request) -> Response:
    name = str(request.path_params["name"])
    house = house_of(request)
    await lives.reset(house.moments.database, await _world(request, name))
    house.retired.set()
    return await retrieve_world(request)


async def read_clock(request: Request) -> Response:
    name = str(request.path_params["name"])
    world = await _world(request, name)
    return json_answer(request, translate.clock(world, world.clock.at(wall())))


async def pace_clock(request: Request) -> Response:
    name = str(request.path_params["name"])
    await _world(request, name)
    pace = schemas.Pace.model_validate(await schemas.body(request))
    now, world = await house_of(request).moments.steer(name, actions.set_speed, pace.speed)
    return json_answer(request, translate.clock(world, now))


async def advance_clock(request: Request) -> Response:
    name = str(request.path_params["name"])
    await _world(request, name)
    leap = schemas.Leap.model_validate(await schemas.body(request))
    before, world = await house_of(request).moments.steer(name, actions.advance, leap.from_)
    return json_answer(request, {"from": millis(before), "to": millis(world.clock.anchor)})


async def _world(request: Request, name: str) -> World:
    world = await house_of(request).moments.named(name)
    if world is None:
        raise WorldGoneError(name)
    return world


def _shown(db: Transaction, world: World) -> dict[str, Any]:
    return translate.world(world, worlds.credentials(db, world.n), world.clock.at(wall()))
