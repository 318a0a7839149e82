"""Worlds: listed, created, forked, shown, reset and deleted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import NEVER, instant, later, millis
from ..scenario.files import BadScenarioError
from ..store import credentials, worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import Credential, World
from ..wall_clock import wall_now
from ..web.app_context import AppContext
from ..web.hang_ups import while_connected
from ..web.problems import ProblemError
from ..web.responses import JSON, answer, json_answer
from ..web.routing import OperationRoute
from ..web.world_access import enter
from ..worlds.credentials import chosen_by_caller
from ..worlds.directory import WorldGoneError, world_there
from ..worlds.make import Wanted
from ..worlds.vendor import Vendors
from . import clock
from .inputs import (
    Context,
    Input,
    KnownWorld,
    Lifetime,
    Name,
    NamePrefix,
    Speed,
    body_of,
    each_parameter_once,
    unknown_world,
)

_SLICE: Final = 50
"""The number of worlds that are read and written before other requests get their turn."""
_NAMED: Final = 100
"""The most deleted worlds that an answer names."""
_FIRST_START: Final = instant("1000-01-01T00:00:00Z")
"""Sessions of the months before a world's beginning still have a year of four digits."""

router = APIRouter(route_class=OperationRoute)


def _start(value: str) -> str:
    if value != "now" and instant(value) < _FIRST_START:
        raise ValueError("a world cannot begin before the year 1000")
    return value


class NewClock(Input):
    """The clock of a new world."""

    at: Annotated[str, Field(strict=True, max_length=64), AfterValidator(_start)] | None = None
    speed: Speed | None = None


class NewWorld(Input):
    """A new world from a scenario and a seed, or a fork of another world."""

    name: Name | None = None
    scenario: Annotated[str, Field(strict=True, min_length=1, max_length=255)] | None = None
    seed: Annotated[int, Field(strict=True, ge=0, lt=1 << 53)] | None = None
    clock: NewClock = NewClock()
    fork: Annotated[str, Field(strict=True, max_length=63)] | None = None
    expires_in: Lifetime | None = None
    credentials: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fork_takes_over_its_origin(self) -> "NewWorld":
        if self.fork is not None and (self.scenario, self.seed, self.clock.at) != (None, None, None):
            raise ValueError("a fork takes over scenario, seed and instant of its world; leave them out")
        return self


class ListWorlds(Input):
    """The query of the list: the most worlds of a page (all without a limit), after the world with that number.

    Only worlds whose names begin with the prefix are listed, if there is one.
    """

    limit: Annotated[int, Field(ge=1, le=1_000)] | None = None
    after: Annotated[int, Field(ge=0, lt=1 << 53)] = 0
    prefix: NamePrefix | None = None


class DeleteWorlds(Input):
    """The query of a deletion of many: how the names of the worlds begin."""

    prefix: NamePrefix


@router.get("/worlds")
async def list_worlds(request: Request, context: Context, query: Annotated[ListWorlds, Query()]) -> Response:
    """The worlds in the order of their numbers; a header has the address of the next page (RFC 8288)."""
    await context.worlds.expire()
    shown: dict[str, bytes] = {}
    headers, last = {}, query.after
    vendors, origin = context.worlds.vendors, context.links.origin(request)
    async for world, opened_by in _worlds_after(context.directory.database, last, query.prefix or ""):
        if len(shown) == query.limit:
            following = f"{origin}/_sandbox/v1/worlds?limit={query.limit}&after={last}"
            if query.prefix is not None:
                following += f"&prefix={query.prefix}"
            headers["Link"] = f'<{following}>; rel="next"'
            break
        # A world that was reset while the list is written has been met under its former number.
        shown.pop(world.name, None)
        shown[world.name] = orjson.dumps(show(world, opened_by, vendors, world.clock.at(wall_now()), origin))
        last = world.n
    body = b'{"worlds":[' + b",".join(shown.values()) + b"]}"
    return answer(request, body, media_type=JSON, headers=headers)


@router.post("/worlds")
async def create_world(
    request: Request, context: Context, body: Annotated[NewWorld, Depends(body_of(NewWorld, optional=True))]
) -> Response:
    """Creates a world, or forks one."""
    chosen = chosen_by_caller(context.worlds.vendors, body.credentials)
    await context.worlds.expire()
    expires_at = expiry(body.expires_in)
    if body.fork is not None:
        if await context.directory.named(body.fork) is None:
            raise await unknown_world(context, body.fork)
        work = context.worlds.fork(body.fork, body.name, body.clock.speed, expires_at, chosen)
    else:
        wanted = Wanted(body.scenario, body.seed, body.clock.at, body.clock.speed)
        work = context.worlds.create(body.name, wanted, expires_at, chosen)
    return created(request, context, *await while_connected(request, work))


@router.delete("/worlds", dependencies=[Depends(each_parameter_once)])
async def delete_worlds(request: Request, context: Context, query: Annotated[DeleteWorlds, Query()]) -> Response:
    """Deletes all worlds whose names begin alike, but for the lasting ones."""
    names = await context.worlds.delete_all(query.prefix)
    return json_answer(request, {"deleted": len(names), "names": names[:_NAMED]})


@router.get("/worlds/{name}")  # noqa: FAST003 - KnownWorld takes the name
async def retrieve_world(request: Request, context: Context, world: KnownWorld) -> Response:
    """One world with its credentials and sample ids."""
    return json_answer(request, await _shown(request, context, world.name))


@router.delete("/worlds/{name}")  # noqa: FAST003 - the same
async def delete_world(request: Request, context: Context, world: KnownWorld) -> Response:
    """Deletes a world. The body of the answer is empty."""
    await context.worlds.delete(world.name)
    return answer(request, None, 204)


@router.post("/worlds/{name}/reset")  # noqa: FAST003 - the same
async def reset_world(request: Request, context: Context, world: KnownWorld) -> Response:
    """Creates a world again from its scenario, seed and start; its credentials stay."""
    try:
        await while_connected(request, context.worlds.reset(world.name))
    except BadScenarioError as error:
        raise ProblemError(409, f"The world cannot be reset: {error.without_quotes()}.") from error
    return json_answer(request, await _shown(request, context, world.name))


def expiry(lifetime: str | None) -> int:
    """The instant of real time at which a world with that lifetime expires; NEVER without one."""
    return NEVER if lifetime is None else later(wall_now(), lifetime)


def created(request: Request, context: AppContext, world: World, keys: Sequence[Credential]) -> Response:
    """The 201 for a new world, as it was made: it may have expired since."""
    now = world.clock.at(wall_now())
    enter(request, world, now)
    location = f"{context.links.prefix(request)}/_sandbox/v1/worlds/{world.name}"
    body = show(world, keys, context.worlds.vendors, now, context.links.origin(request))
    return json_answer(request, body, 201, headers={"Location": location})


def show(world: World, opened_by: Sequence[Credential], vendors: Vendors, now: int, origin: str) -> dict[str, Any]:
    """A world with the addresses, the credentials that open it, sample ids and magic ids, by vendor."""
    lasting = {each.vendor: each for each in opened_by if each.expires_at == NEVER}
    sample = orjson.loads(world.sample)
    return {
        "name": world.name,
        "scenario": PurePath(world.scenario).stem,
        "seed": world.seed,
        "clock": clock.show(world, now),
        "urls": {each.name: f"{origin}{each.mounts[0].path}" for each in vendors},
        "credentials": {each.name: each.show_credentials(lasting, sample.get(each.name, {})) for each in vendors},
        "sample": {each.name: each.show_sample(sample.get(each.name, {})) for each in vendors},
        "magic": {each.name: each.magic for each in vendors},
        "expires_at": None if world.expires_at == NEVER else millis(world.expires_at),
    }


async def _shown(request: Request, context: AppContext, name: str) -> dict[str, Any]:
    """The body for the world of that name, which the answer names. Raises WorldGoneError."""

    def found(db: Transaction) -> tuple[World, list[Credential]] | None:
        world = world_there(db, name)
        return None if world is None else (world, credentials.credentials(db, world.n))

    held = await context.directory.database.ask(found)
    if held is None:
        raise WorldGoneError(name)
    world, opened_by = held
    now = world.clock.at(wall_now())
    enter(request, world, now)
    return show(world, opened_by, context.worlds.vendors, now, context.links.origin(request))


async def _worlds_after(database: Database, number: int, prefix: str) -> AsyncIterator[tuple[World, list[Credential]]]:
    """The open worlds with greater numbers, read in steps; those that have expired since are among them."""
    while found := await database.ask(partial(_some_worlds, after=number, prefix=prefix)):
        for each in found:
            yield each
        number = found[-1][0].n
        await asyncio.sleep(0)


def _some_worlds(db: Transaction, after: int, prefix: str) -> list[tuple[World, list[Credential]]]:
    found = worlds.open_after(db, after, _SLICE, prefix)
    # With a prefix, worlds that are not asked for lie between those that are.
    ranges = [(each.n, each.n) for each in found] if prefix else [(found[0].n, found[-1].n)] if found else []
    lasting: dict[int, list[Credential]] = {}
    for first, last in ranges:
        lasting |= credentials.lasting_credentials(db, first, last)
    return [(world, lasting[world.n]) for world in found]
