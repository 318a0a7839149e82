"""Events that no API call causes: listed, and simulated."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import instant, later, millis
from ..operations import simulate
from ..operations.events.event import MOST, Event
from ..operations.simulate import EVENTS
from ..web.responses import json_answer
from ..web.routing import OperationRoute
from ..web.world_access import enter
from . import transitions
from .inputs import Context, Input, KnownWorld, ShownId, body_of, duration, errors_of

_FARTHEST_KM: Final = 2_000

router = APIRouter(route_class=OperationRoute)


class SimulatedEvent(Input):
    """An event and what it happens to, `at` an instant or a duration after now (`+PT10M`), and `for` how long.

    An `amount` is in minor units, a `battery_level` in percent.
    """

    event: Literal[tuple(EVENTS)]  # type: ignore[valid-type]
    id: ShownId
    at: Annotated[str, Field(strict=True, max_length=64)] | None = None
    for_: Annotated[str | None, Field(strict=True, max_length=64, alias="for")] = None
    amount: Annotated[int, Field(strict=True, ge=-MOST, le=MOST)] | None = None
    km: Annotated[float, Field(strict=True, gt=0, le=_FARTHEST_KM, allow_inf_nan=False)] | None = None
    battery_level: Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _amount_is_valid(self) -> "SimulatedEvent":
        event = EVENTS[self.event]
        if self.amount is None and event.needs_amount:
            raise ValueError(f"amount: {self.event} needs one, in the smallest unit of the currency")
        if self.amount is not None and event.least is None:
            raise ValueError(f"amount: {self.event} has none")
        if self.amount is not None and (self.amount < (event.least or 0) or not self.amount):
            raise ValueError(
                f"amount: {self.event} needs one that is {'not zero' if event.needs_amount else 'positive'}"
            )
        return self

    @model_validator(mode="after")
    def _measures_are_valid(self) -> "SimulatedEvent":
        measures = EVENTS[self.event].measures
        for name in ("km", "battery_level"):
            if name not in measures and getattr(self, name) is not None:
                raise ValueError(f"{name}: {self.event} has none")
        if "km" in measures and self.km is None:
            raise ValueError(f"km: {self.event} needs one")
        return self

    @model_validator(mode="after")
    def _times_are_valid(self) -> "SimulatedEvent":
        self.when()(0)
        if self.for_ is None:
            return self
        if not EVENTS[self.event].lasts:
            raise ValueError(f"for: {self.event} has no duration")
        with errors_of("for"):
            duration(self.for_)
        return self

    def when(self) -> Callable[[int], int]:
        """From now to the instant at which the event happens."""
        at = self.at
        if at is None:
            return lambda now: now
        if at.startswith("+"):
            with errors_of("at"):
                later(0, at[1:])
            return lambda now: later(now, at[1:])
        with errors_of("at", "; a time after now has a form such as +PT10M"):
            instant(at)
        return lambda _: instant(at)

    def lasts(self) -> int | None:
        """The duration of the event in microseconds; None if it is not given."""
        return None if self.for_ is None else duration(self.for_)


@router.get("/worlds/{name}/simulate")  # noqa: FAST003 - KnownWorld takes the name
async def list_events(request: Request, _world: KnownWorld) -> Response:
    """The events that can be simulated, with what each takes and does."""
    return json_answer(request, {"events": [_show_event(name, event) for name, event in EVENTS.items()]})


@router.post("/worlds/{name}/simulate")
async def simulate_event(
    request: Request,
    context: Context,
    world: KnownWorld,
    body: Annotated[SimulatedEvent, Depends(body_of(SimulatedEvent))],
) -> Response:
    """Makes an event happen, and lists the transitions that follow from it."""
    now, outcome = await context.directory.change(
        world.name,
        simulate.simulate,
        body.event,
        body.id,
        body.when(),
        body.lasts(),
        body.amount,
        body.km,
        body.battery_level,
    )
    enter(request, world, now)
    shown = transitions.show(outcome.transitions, context.worlds.vendors)
    answer = {"event": body.event, "id": body.id, "at": millis(outcome.at), "transitions": shown}
    if outcome.transaction is not None:
        answer["transaction"] = outcome.transaction
    return json_answer(request, answer)


def _show_event(name: str, event: Event) -> dict[str, Any]:
    takes = ["at", *(["for"] if event.lasts else []), *(["amount"] if event.least is not None else []), *event.measures]
    return {"event": name, "id": event.of, "takes": takes, "does": event.does, "refused": event.refused}
