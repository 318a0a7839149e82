"""The clocks of worlds: read, paced and moved on."""

from starlette.requests import Request
from starlette.responses import Response

from ..simulation import travel
from ..simulation.clock import wall
from ..simulation.moments import WorldGoneError
from ..web.answers import json_answer
from ..web.house import house_of
from . import schemas, translate
from .worlds import entered, named


async def read(request: Request) -> Response:
    world = await house_of(request).moments.named(named(request))
    if world is None:
        raise WorldGoneError
    return json_answer(request, translate.clock(world, world.clock.at(wall())))


async def pace(request: Request) -> Response:
    await entered(request)
    asked = schemas.Pace.model_validate(await schemas.body(request))
    now, world = await house_of(request).moments.steer(named(request), travel.set_speed, asked.speed)
    return json_answer(request, translate.clock(world, now))


async def advance(request: Request) -> Response:
    await entered(request)
    leap = schemas.Leap.model_validate(await schemas.body(request))
    before, journey = await house_of(request).moments.steer(named(request), travel.advance, leap.leap())
    return json_answer(request, translate.journey(before, journey))
