"""What the control API takes, each bounded."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request

from ..web import bodies
from ..web.problems import ProblemError
from ..world.clock import MAX_SPEED, instant, later


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pace(_Asked):
    """PATCH …/clock."""

    speed: Annotated[float, Field(strict=True, ge=0, le=MAX_SPEED)]


class Leap(_Asked):
    """POST …/clock/advance: `by` an ISO 8601 duration, or `to` an RFC 3339 instant."""

    by: Annotated[str, Field(strict=True, max_length=64)] | None = None
    to: Annotated[str, Field(strict=True, max_length=64)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Leap":
        if (self.by is None) == (self.to is None):
            raise ValueError('say either {"by": "PT30M"} or {"to": "2026-04-01T02:00:00Z"}')
        if self.by is not None:
            later(0, self.by)
        if self.to is not None:
            instant(self.to)
        return self

    def from_(self, now: int) -> int:
        """The instant to go to."""
        return later(now, self.by) if self.by is not None else instant(self.to or "")


async def body(request: Request) -> object:
    """The request's JSON."""
    raw = await bodies.read(request)
    if not bodies.is_json(request):
        raise ProblemError(400, "Send the request body as application/json.")
    return bodies.parsed(raw)
