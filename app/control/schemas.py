"""What the control API takes, each bounded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request

from ..domain.clock import DAY, MAX_SPEED, instant, later
from ..operations import time_travel
from ..operations.simulate import EVENTS
from ..web import request_body
from ..web.problems import ProblemError

_EITHER: Final = (
    'say one of {"by": "PT30M"}, {"to": "2026-04-01T02:00:00Z"} or {"until": {"id": "cs_…", "status": "completed"}}'
)
_FIRST_START: Final = instant("1000-01-01T00:00:00Z")
"""Whatever happened in the months before a world begins can still be written down."""
_LONGEST_LIFE: Final = 366 * DAY
_LONGEST_OUTAGE: Final = 366 * DAY


def _start(value: str) -> str:
    if value != "now" and instant(value) < _FIRST_START:
        raise ValueError("no world begins before the year 1000")
    return value


def _lifetime(value: str) -> str:
    lasts = later(0, value)
    if not 0 < lasts <= _LONGEST_LIFE:
        raise ValueError("a world may be kept for some time, up to 366 days")
    return value


ShownId = Annotated[str, Field(strict=True, pattern="^[!-~]{1,255}$")]
Name = Annotated[str, Field(strict=True, pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
Speed = Annotated[float, Field(strict=True, ge=0, le=MAX_SPEED)]
Lifetime = Annotated[str, Field(strict=True, max_length=64), AfterValidator(_lifetime)]


class _Asked(BaseModel):
    """A body in which nothing is null: what is not wanted is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _says_something(cls, given: object) -> object:
        nulls = [name for name, value in given.items() if value is None] if isinstance(given, dict) else []
        if nulls:
            raise ValueError(f"{nulls[0][:64]}: leave it out instead of sending null")
        return given


class Clock(_Asked):
    """The clock of a new world."""

    at: Annotated[str, Field(strict=True, max_length=64), AfterValidator(_start)] | None = None
    speed: Speed | None = None


class NewWorld(_Asked):
    """POST /worlds: from a scenario and a seed, or as a fork of another world."""

    name: Name | None = None
    scenario: Annotated[str, Field(strict=True, min_length=1, max_length=255)] | None = None
    seed: Annotated[int, Field(strict=True, ge=0, lt=1 << 53)] | None = None
    clock: Clock = Clock()
    fork: Annotated[str, Field(strict=True, max_length=63)] | None = None
    expires_in: Lifetime | None = None

    @model_validator(mode="after")
    def _fork_is_as_it_is(self) -> "NewWorld":
        if self.fork is not None and (self.scenario, self.seed, self.clock.at) != (None, None, None):
            raise ValueError("a fork has the scenario, the seed and the instant of its world; leave them out")
        return self


class Pace(_Asked):
    """PATCH …/clock."""

    speed: Speed


class Until(_Asked):
    """What is to be waited for: a session or a reservation, by any vendor's id, and a status."""

    id: ShownId
    status: Annotated[str, Field(strict=True, max_length=64)]


class Leap(_Asked):
    """POST …/clock/advance: `by` an ISO 8601 duration, `to` an RFC 3339 instant, or `until` something has happened."""

    by: Annotated[str, Field(strict=True, max_length=64)] | None = None
    to: Annotated[str, Field(strict=True, max_length=64)] | None = None
    until: Until | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Leap":
        if [self.by, self.to, self.until].count(None) != len(Leap.model_fields) - 1:
            raise ValueError(_EITHER)
        if self.by is not None:
            with _named("by", ", and a clock only goes forward"):
                later(0, self.by)
        if self.to is not None:
            with _named("to"):
                instant(self.to)
        return self

    def destination(self) -> time_travel.Destination:
        """Where to go, from any moment."""
        if self.until is not None:
            return time_travel.until_status(self.until.id, self.until.status)
        return lambda tx: instant(self.to) if self.to is not None else later(tx.now, self.by or "")


class Simulated(_Asked):
    """POST …/simulate: what happens to whom, `at` an instant or so long after now (`+PT10M`), and `for` how long."""

    event: Literal[tuple(EVENTS)]  # type: ignore[valid-type]
    id: ShownId
    at: Annotated[str, Field(strict=True, max_length=64)] | None = None
    for_: Annotated[str | None, Field(strict=True, max_length=64, alias="for")] = None

    @model_validator(mode="after")
    def _can_be_followed(self) -> "Simulated":
        self.when()(0)
        if self.for_ is not None and not EVENTS[self.event].lasts:
            raise ValueError(f"for: {self.event} does not go on for a time")
        if self.for_ is not None and not 0 < later(0, self.for_) <= _LONGEST_OUTAGE:
            raise ValueError("for: an outage lasts for some time, up to 366 days")
        return self

    def when(self) -> Callable[[int], int]:
        """From now to the instant at which it happens."""
        at = self.at
        if at is None:
            return lambda now: now
        if at.startswith("+"):
            with _named("at"):
                later(0, at[1:])
            return lambda now: later(now, at[1:])
        with _named("at", "; so long after now is +PT10M"):
            instant(at)
        return lambda _: instant(at)

    def lasts(self) -> int | None:
        """For how many microseconds, if that is said."""
        return None if self.for_ is None else later(0, self.for_)


@contextmanager
def _named(field: str, hint: str = "") -> Iterator[None]:
    """Says which field it is that makes no sense, and what else would."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{field}: {error}{hint}") from None


async def body(request: Request, *, optional: bool = False) -> object:
    """The request's JSON; `{}` if there may be none and there is none."""
    raw = await request_body.read(request)
    if optional and not raw:
        return {}
    if not request_body.is_json(request):
        raise ProblemError(400, "Send the request body as application/json.")
    return request_body.parsed(raw)
