"""The member `world` of an archive: where a world came from, its clock and its counters."""

from pathlib import PurePath
from typing import Annotated

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from ..domain.clock import DAY, LATEST, MAX_SPEED, MILLISECOND, NEVER, SECOND, Clock, micros, monday
from ..scenario.instants import NOW
from ..scenario.objects import Location
from ..scenario.scenarios import Sample
from ..store import worlds
from ..store.world import World
from ..wall_clock import wall_now
from . import records
from .records import At, Strict


def written(it: World) -> bytes:
    """The member in JSON; the clock shows what it shows now."""
    described = {
        "name": it.name,
        "scenario": it.scenario,
        "fingerprint": it.fingerprint,
        "seed": it.seed,
        "start": it.start,
        "monday": micros(it.monday),
        "clock": {"now": micros(it.clock.at(wall_now())), "speed": it.clock.speed},
        "first_speed": it.first_speed,
        "horizon": micros(it.horizon + it.planned_slices),
        "page_break_at": micros(it.page_break_at) if it.page_break_at else None,
        "next_n": it.next_n,
        "first_n": it.first_n,
        "sample": orjson.Fragment(it.sample),
        "sessions": it.sessions,
    }
    return orjson.dumps(described)


def read(described: object, where: Location) -> World:
    """The world, as yet without a number. BadEntryError says what is wrong with the part to which the steps lead."""
    it: _World = records.checked(_World, described, where)
    planned_slices = _slices_beyond(it.horizon, it.monday)
    sample = {vendor: part.model_dump(by_alias=True, exclude_unset=True) for vendor, part in it.sample}
    return World(
        n=0,
        name=it.name,
        state=worlds.BUILDING,
        scenario=it.scenario,
        fingerprint=it.fingerprint,
        seed=it.seed,
        start=it.start,
        monday=it.monday,
        clock=Clock(it.clock.now // MILLISECOND * MILLISECOND, 0, it.clock.speed),
        first_speed=it.first_speed,
        horizon=it.horizon - planned_slices,
        page_break_at=it.page_break_at,
        next_n=it.next_n,
        sample=orjson.dumps(sample).decode(),
        sessions=it.sessions,
        template=None,
        first_n=it.first_n,
        expires_at=NEVER,
        planned_slices=planned_slices,
    )


def _slices_beyond(horizon: int, monday: int) -> int:
    """How many slices of the day after the horizon are planned: the microseconds by which it is after midnight.

    A world whose days are not planned ends its horizon where it begins, which is hardly ever so near midnight.
    """
    after_midnight = (horizon - monday) % DAY
    return after_midnight if after_midnight < SECOND else 0


def _clocked(at: int) -> int:
    if at > LATEST:
        raise ValueError("no clock goes beyond the year 9998")
    return at


def _start(value: str) -> str:
    if value != NOW:
        _clocked(records.at(value))
    return value


def _first_monday(at: int) -> int:
    if at != monday(at):
        raise ValueError("this is no Monday, 00:00 UTC")
    return at


def _scenario(value: str) -> str:
    if not PurePath(value).stem:
        raise ValueError("this is the name of a scenario, or the path of its file")
    return value


def _short(sample: Sample) -> Sample:
    for _, part in sample:
        for _, value in part:
            records.text(value)
    return sample


_Text = Annotated[str, AfterValidator(records.text)]
_Speed = Annotated[float, Field(ge=0, le=MAX_SPEED)]
_Count = Annotated[int, Field(ge=0, lt=1 << 53)]
_Clocked = Annotated[At, AfterValidator(_clocked)]


class _Clock(Strict):
    now: _Clocked
    speed: _Speed


class _World(Strict):
    """The member `world` of an archive."""

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    scenario: Annotated[_Text, AfterValidator(_scenario)]
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{1,64}$")]
    seed: _Count
    start: Annotated[_Text, AfterValidator(_start)]
    monday: Annotated[_Clocked, AfterValidator(_first_monday)]
    clock: _Clock
    first_speed: _Speed
    horizon: At
    page_break_at: Annotated[int, BeforeValidator(lambda value: 0 if value is None else records.at(value))]
    next_n: _Count
    first_n: _Count
    sample: Annotated[Sample, AfterValidator(_short)]
    sessions: Annotated[int, Field(ge=1, le=10_000_000)] | None
