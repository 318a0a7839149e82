"""The clocks of worlds: read, paced and moved on."""

from starlette.requests import Request
from starlette.responses import Response

from ..operations import time_travel
from ..wall_clock import wall_now
from ..web.app_context import context_of
from ..web.responses import json_answer
from ..worlds.directory import WorldGoneError
from . import schemas, translate
from .worlds import entered, named


async def read(request: Request) -> Response:
    world = await context_of(request).directory.named(named(request))
    if world is None:
        raise WorldGoneError
    return json_answer(request, translate.clock(world, world.clock.at(wall_now())))


async def pace(request: Request) -> Response:
    await entered(request)
    asked = schemas.Pace.model_validate(await schemas.body(request))
    now, world = await context_of(request).directory.steer(named(request), time_travel.set_speed, asked.speed)
    return json_answer(request, translate.clock(world, now))


async def advance(request: Request) -> Response:
    await entered(request)
    leap = schemas.Leap.model_validate(await schemas.body(request))
    context = context_of(request)
    before, it = await context.directory.steer(named(request), time_travel.advance, leap.destination())
    return json_answer(request, translate.advanced(before, it, context.shown_ids))
