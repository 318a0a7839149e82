"""Worlds: made, looked at, put back and removed."""

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import NEVER, later
from ..scenario.files import BadScenarioError
from ..store import credentials, worlds
from ..store.credentials import Credential
from ..store.database.engine import Transaction
from ..store.world_transaction import World
from ..wall_clock import wall_now
from ..web.app_context import context_of
from ..web.problems import ProblemError
from ..web.responses import answer, json_answer
from ..worlds.directory import WorldGoneError
from ..worlds.lifecycle import Wanted
from . import schemas, translate

_AT_ONCE: Final = 100
"""So many worlds are written down before others are served."""


async def listed(request: Request) -> Response:
    context = context_of(request)
    await context.worlds.expire()
    found = await context.directory.database.ask(_all)
    shown = []
    for n, (world, opened_by) in enumerate(found):
        if n % _AT_ONCE == 0:
            await asyncio.sleep(0)
        shown.append(translate.world(world, opened_by, context.worlds.vendors, world.clock.at(wall_now())))
    return json_answer(request, {"worlds": shown})


async def retrieve(request: Request) -> Response:
    return json_answer(request, await shown(request, named(request)))


async def create(request: Request) -> Response:
    asked = schemas.NewWorld.model_validate(await schemas.body(request, optional=True))
    lives = context_of(request).worlds
    await lives.expire()
    expires_at = NEVER if asked.expires_in is None else later(wall_now(), asked.expires_in)
    if asked.fork is not None:
        world = await lives.fork(asked.fork, asked.name, asked.clock.speed, expires_at)
    else:
        wanted = Wanted(asked.scenario, asked.seed, asked.clock.at, asked.clock.speed)
        world = await lives.create(asked.name, wanted, expires_at)
    return await created(request, world)


async def delete(request: Request) -> Response:
    await context_of(request).worlds.delete(named(request))
    return answer(request, None, 204)


async def reset(request: Request) -> Response:
    name = named(request)
    try:
        await context_of(request).worlds.reset(name)
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
        return None if world is None else (world, credentials.credentials(db, world.n))

    world = await context_of(request).directory.database.ask(found)
    if world is None:
        raise WorldGoneError(name)
    return translate.world(*world, context_of(request).worlds.vendors, world[0].clock.at(wall_now()))


async def entered(request: Request) -> None:
    """Whoever names a world that is not there is told so before anything else."""
    if await context_of(request).directory.named(named(request)) is None:
        raise WorldGoneError


def named(request: Request) -> str:
    """The name that the request's path has for a world."""
    return str(request.path_params["name"])


def _all(db: Transaction) -> list[tuple[World, list[Credential]]]:
    lasting = credentials.lasting(db)
    return [(world, lasting[world.n]) for world in worlds.every(db, worlds.OPEN)]
