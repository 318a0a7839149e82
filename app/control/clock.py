"""The clock of a world: shown, set to a speed, and advanced."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import instant, later, millis
from ..operations import time_travel
from ..operations.time_travel import DaysMissingError, Destination
from ..store.world import World
from ..wall_clock import wall_now
from ..web.app_context import AppContext
from ..web.hang_ups import while_connected
from ..web.responses import json_answer
from ..web.routing import OperationRoute
from ..web.world_access import enter
from ..worlds.vendor import Vendors
from . import transitions
from .inputs import Context, Input, KnownWorld, ShownId, Speed, body_of, errors_of

_ONE_OF: Final = (
    'give one of {"by": "PT30M"}, {"to": "2026-04-01T02:00:00Z"} or {"until": {"id": "cs_…", "status": "completed"}}'
)

_ENDS: Final = "No sessions are generated in this world after {horizon}; callers can still start some."

router = APIRouter(route_class=OperationRoute)


class NewSpeed(Input):
    """The speed to which a clock is set."""

    speed: Speed


class Until(Input):
    """A session or reservation, by the id at any vendor, and the status to wait for."""

    id: ShownId
    status: Annotated[str, Field(strict=True, max_length=64)]


class AdvanceBody(Input):
    """`by` an ISO 8601 duration, `to` an RFC 3339 instant, or `until` something has a status."""

    by: Annotated[str, Field(strict=True, max_length=64)] | None = None
    to: Annotated[str, Field(strict=True, max_length=64)] | None = None
    until: Until | None = None

    @model_validator(mode="after")
    def _one_destination(self) -> "AdvanceBody":
        if [self.by, self.to, self.until].count(None) != len(AdvanceBody.model_fields) - 1:
            raise ValueError(_ONE_OF)
        if self.by is not None:
            with errors_of("by", ", and a clock only goes forward"):
                later(0, self.by)
        if self.to is not None:
            with errors_of("to"):
                instant(self.to)
        return self

    def destination(self) -> Destination:
        """The instant to advance to, given the world as it is."""
        if self.until is not None:
            return time_travel.until_status(self.until.id, self.until.status)
        return lambda tx: instant(self.to) if self.to is not None else later(tx.now, self.by or "")


@router.get("/worlds/{name}/clock")  # noqa: FAST003 - KnownWorld takes the name
async def retrieve_clock(request: Request, world: KnownWorld) -> Response:
    """The clock's instant and speed, and up to when the world is planned."""
    return json_answer(request, show(world, world.clock.at(wall_now())))


@router.patch("/worlds/{name}/clock")
async def set_speed(
    request: Request, context: Context, world: KnownWorld, body: Annotated[NewSpeed, Depends(body_of(NewSpeed))]
) -> Response:
    """Sets the speed of the clock."""
    now, changed = await context.directory.steer(world.name, time_travel.set_speed, body.speed)
    context.worlds.days_ahead.wake(changed)
    enter(request, changed, now)
    return json_answer(request, show(changed, now))


@router.post("/worlds/{name}/clock/advance")
async def advance_clock(
    request: Request, context: Context, world: KnownWorld, body: Annotated[AdvanceBody, Depends(body_of(AdvanceBody))]
) -> Response:
    """Moves the clock forward, and lists what happens on the way."""
    before, advanced = await _advance(request, context, world.name, body.destination())
    context.worlds.days_ahead.wake(advanced.world)
    enter(request, advanced.world, advanced.world.clock.anchor)
    return json_answer(request, _show_advance(before, advanced, context.worlds.vendors))


def show(world: World, now: int) -> dict[str, Any]:
    """A world's clock, when it shows `now`."""
    speed = world.clock.speed
    return {
        "now": millis(now),
        "speed": int(speed) if speed.is_integer() else speed,
        "horizon": millis(world.horizon),
        "goes_on": world.goes_on,
    }


async def _advance(
    request: Request, context: AppContext, name: str, destination: Destination
) -> tuple[int, time_travel.Advance]:
    """Moves the clock on, after the days that the world would lack are planned if it stands still."""
    while True:
        try:
            return await context.directory.steer(name, time_travel.advance, destination)
        except DaysMissingError as missing:
            await while_connected(request, context.worlds.days_ahead.plan_up_to(name, missing.to))


def _show_advance(before: int, advanced: time_travel.Advance, vendors: Vendors) -> dict[str, Any]:
    world, note = advanced.world, {}
    if not world.goes_on and world.clock.anchor > world.horizon:
        note = {"note": _ENDS.format(horizon=millis(world.horizon))}
    return {
        "from": millis(before),
        "to": millis(world.clock.anchor),
        "transitions": transitions.show(advanced.transitions, vendors),
        "truncated": advanced.truncated,
        **note,
    }
