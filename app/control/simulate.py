"""Events: what can happen in a world without anybody's API, and its happening."""

from starlette.requests import Request
from starlette.responses import Response

from ..operations import simulate as events
from ..operations.simulate import EVENTS
from ..web.app_context import context_of
from ..web.responses import json_answer
from . import schemas, translate
from .worlds import entered, named


async def listed(request: Request) -> Response:
    await entered(request)
    return json_answer(request, {"events": [translate.event(name, event) for name, event in EVENTS.items()]})


async def simulate(request: Request) -> Response:
    await entered(request)
    asked = schemas.Simulated.model_validate(await schemas.body(request))
    when, lasts = asked.when(), asked.lasts()
    context, where = context_of(request), named(request)
    _, it = await context.directory.change(where, events.simulate, asked.event, asked.id, when, lasts)
    return json_answer(request, translate.simulated(asked.event, asked.id, it, context.shown_ids))
