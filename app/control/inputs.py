"""Inputs of several operations: the context, the world of the path, bodies, and fields of bodies and queries."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Annotated, Final, TypeVar

from fastapi import Depends
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request

from ..domain.clock import DAY, MAX_SPEED, later
from ..domain.ids import canonical
from ..store import worlds
from ..store.world import World
from ..wall_clock import wall_now
from ..web import request_body
from ..web.app_context import AppContext, context_of
from ..web.problems import ProblemError
from ..web.world_access import enter

_WORLD_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SHOWN_ID: Final = re.compile(r"[!-~]{1,255}")
_LONGEST: Final = 366 * DAY
_LONGEST_NAME: Final = 63
_COMPARED: Final = 200
"""The number of worlds whose names are compared with an unknown one, which takes some milliseconds."""


async def _context(request: Request) -> AppContext:
    return context_of(request)


Context = Annotated[AppContext, Depends(_context)]


async def _known_world(request: Request, context: Context, name: str) -> World:
    """The world that the path names. A dependency that comes before the body, so that its 404 does too."""
    world = await context.directory.named(name)
    if world is None:
        raise await unknown_world(context, name)
    enter(request, world, world.clock.at(wall_now()))
    return world


async def unknown_world(context: AppContext, name: str) -> ProblemError:
    """The 404 for a name that no world has. It names the worlds with the nearest names."""
    newest = await context.directory.database.ask(lambda db: worlds.newest_names(db, _COMPARED, wall_now()))
    near = get_close_matches(name[:_LONGEST_NAME], newest)
    hint = f"there is {' and '.join(near)}" if near else "GET /_sandbox/v1/worlds lists all"
    return ProblemError(404, f"There is no world {name[:_LONGEST_NAME]!r}; {hint}.")


KnownWorld = Annotated[World, Depends(_known_world)]


class Input(BaseModel):
    """A body or a query. Unknown members are refused, and so is null: what is not wanted is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_null(cls, given: object) -> object:
        nulls = [name for name, value in given.items() if value is None] if isinstance(given, dict) else []
        if nulls:
            raise ValueError(f"{nulls[0][:64]}: leave it out instead of sending null")
        return given


Model = TypeVar("Model", bound=Input)


def body_of(model: type[Model], *, optional: bool = False) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads the request's JSON into a model. An empty body counts as `{}` if it is optional."""

    async def body(request: Request) -> Model:
        return request_body.validated(model, await request_body.json_of(request, optional=optional, unique=True))

    return body


async def each_parameter_once(request: Request) -> None:
    """A dependency that refuses a parameter that is there twice in the query; otherwise the last would count."""
    names = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for n, name in enumerate(names) if name in names[:n]), None)
    if twice is not None:
        raise ProblemError(400, f"{twice[:64]}: this parameter is there for the second time")


@contextmanager
def errors_of(field: str, hint: str = "") -> Iterator[None]:
    """Puts the field before the message of a ValueError, and a hint after it."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{field}: {error}{hint}") from None


def duration(text: str) -> int:
    """An ISO 8601 duration in microseconds. Raises ValueError unless it is above zero and of at most 366 days."""
    micros = later(0, text)
    if not 0 < micros <= _LONGEST:
        raise ValueError("use a duration longer than zero and of at most 366 days")
    return micros


def _world_name(value: str) -> str:
    if not _WORLD_NAME.fullmatch(value):
        raise ValueError("use 1 to 63 lower-case letters, digits and hyphens, and no hyphen first")
    return value


def _shown_id(value: str) -> str:
    if not _SHOWN_ID.fullmatch(value):
        raise ValueError("an id has 1 to 255 printable ASCII characters and no spaces")
    return canonical(value)


def _lifetime(value: str) -> str:
    duration(value)
    return value


Name = Annotated[str, Field(strict=True), AfterValidator(_world_name)]
NamePrefix = Annotated[str, Field(strict=True, min_length=1), AfterValidator(_world_name)]
"""How names of worlds begin; a name begins with itself, and so each beginning is a name."""
ShownId = Annotated[str, Field(strict=True), AfterValidator(_shown_id)]
Speed = Annotated[float, Field(strict=True, ge=0, le=MAX_SPEED)]
Lifetime = Annotated[str, Field(strict=True, max_length=64), AfterValidator(_lifetime)]
