"""Events: what can happen in a world without anybody's API, and its happening."""

from starlette.requests import Request
from starlette.responses import Response

from ..operations.simulate import EVENTS, happen
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
    _, it = await context_of(request).directory.change(named(request), happen, asked.event, asked.id, when, lasts)
    return json_answer(request, translate.happened(asked.event, asked.id, it))
