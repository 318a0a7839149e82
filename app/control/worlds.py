"""Worlds: made, looked at, put back and removed."""

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ..simulation.clock import wall
from ..simulation.moments import WorldGoneError
from ..simulation.scenarios import BadScenarioError
from ..simulation.worlds import Wanted
from ..store import keys, worlds
from ..store.engine import Transaction
from ..store.keys import Credential
from ..store.moment import World
from ..web.answers import answer, json_answer
from ..web.house import house_of
from ..web.problems import ProblemError
from ..world.clock import NEVER, later
from . import schemas, translate

_AT_ONCE: Final = 100
"""So many worlds are written down before others are served."""


async def listed(request: Request) -> Response:
    house = house_of(request)
    await house.worlds.expire()
    found = await house.moments.database.ask(_all)
    shown = []
    for n, (world, credentials) in enumerate(found):
        if n % _AT_ONCE == 0:
            await asyncio.sleep(0)
        shown.append(translate.world(world, credentials, world.clock.at(wall())))
    return json_answer(request, {"worlds": shown})


async def retrieve(request: Request) -> Response:
    return json_answer(request, await shown(request, named(request)))


async def create(request: Request) -> Response:
    asked = schemas.NewWorld.model_validate(await schemas.body(request, optional=True))
    lives = house_of(request).worlds
    await lives.expire()
    expires_at = NEVER if asked.expires_in is None else later(wall(), asked.expires_in)
    if asked.fork is not None:
        world = await lives.fork(asked.fork, asked.name, asked.clock.speed, expires_at)
    else:
        wanted = Wanted(asked.scenario, asked.seed, asked.clock.at, asked.clock.speed)
        world = await lives.create(asked.name, wanted, expires_at)
    return await created(request, world)


async def delete(request: Request) -> Response:
    await house_of(request).worlds.delete(named(request))
    return answer(request, None, 204)


async def reset(request: Request) -> Response:
    name = named(request)
    try:
        await house_of(request).worlds.reset(name)
    except BadScenarioError as error:
        raise ProblemError(409, f"It cannot be made anew: {error}") from error
    return json_answer(request, await shown(request, name))


async def created(request: Request, world: World) -> Response:
    """The answer to whoever has made a world."""
    where = f"/_sandbox/v1/worlds/{world.name}"
    return json_answer(request, await shown(request, world.name), 201, headers={"Location": where})


async def shown(request: Request, name: str) -> dict[str, Any]:
    """The world of that name as it is shown."""

    def found(db: Transaction) -> tuple[World, list[Credential]] | None:
        world = worlds.named(db, name)
        return None if world is None else (world, keys.credentials(db, world.n))

    world = await house_of(request).moments.database.ask(found)
    if world is None:
        raise WorldGoneError(name)
    return translate.world(*world, world[0].clock.at(wall()))


async def entered(request: Request) -> None:
    """Whoever names a world that is not there is told so before anything else."""
    if await house_of(request).moments.named(named(request)) is None:
        raise WorldGoneError


def named(request: Request) -> str:
    """The name that the request's path has for a world."""
    return str(request.path_params["name"])


def _all(db: Transaction) -> list[tuple[World, list[Credential]]]:
    lasting = keys.lasting(db)
    return [(world, lasting[world.n]) for world in worlds.every(db, worlds.OPEN)]
