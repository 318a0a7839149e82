"""The member `world` of an export: the origin of a world, its clock and its counters."""

from functools import cache
from itertools import pairwise
from pathlib import PurePath
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, BeforeValidator, Field, create_model

from ..domain.clock import DAY, LATEST, MAX_SPEED, MILLISECOND, NEVER, SECOND, Clock, micros, monday
from ..domain.planned_days import Span
from ..scenario.instants import NOW
from ..scenario.language import Language, named
from ..scenario.parts import Part
from ..store.world import World
from . import records
from .records import At, Strict

_MOST_GAPS: Final = 1_000


def member(it: World, now: int) -> bytes:
    """The member in JSON, for a world whose clock shows `now`."""
    described = {
        "name": it.name,
        "scenario": it.scenario,
        "fingerprint": it.fingerprint,
        "seed": it.seed,
        "start": it.start,
        "monday": micros(it.monday),
        "clock": {"now": micros(now), "speed": it.clock.speed},
        "first_speed": it.first_speed,
        "horizon": micros(it.horizon),
        "page_break_at": micros(it.page_break_at) if it.page_break_at else None,
        "next_n": it.next_n,
        "first_n": it.first_n,
        "sample": orjson.Fragment(it.sample),
        "sessions": it.sessions,
    }
    if it.planned_n:
        described["planned_n"] = it.planned_n
    if it.planned.gaps:
        described["gaps"] = [[micros(since), micros(until)] for since, until in it.planned.gaps]
    return orjson.dumps(described)


def read(described: object, words: Language) -> World:
    """The world, without a number and a state. Raises BadEntryError."""
    it: _World = records.checked(_form(words.sample), described, ("world",))
    return World(
        n=0,
        name=it.name,
        state="",
        scenario=it.scenario,
        fingerprint=it.fingerprint,
        seed=it.seed,
        start=it.start,
        monday=it.monday,
        clock=Clock(it.clock.now // MILLISECOND * MILLISECOND, 0, it.clock.speed),
        first_speed=it.first_speed,
        horizon=_whole_days(it.horizon),
        page_break_at=it.page_break_at,
        next_n=it.next_n,
        sample=orjson.dumps(named(it.sample)).decode(),
        sessions=it.sessions,
        template=None,
        first_n=it.first_n,
        expires_at=NEVER,
        gaps=orjson.dumps(it.gaps).decode(),
        planned_n=it.planned_n,
    )


def _whole_days(horizon: int) -> int:
    """The horizon without the microseconds that, before 0.4.0, counted what was planned of the day after it.

    The horizon of a world without a population is its start, which is rarely that close to midnight.
    """
    after_midnight = horizon % DAY
    return horizon - after_midnight if after_midnight < SECOND else horizon


def _clocked(at: int) -> int:
    if at > LATEST:
        raise ValueError("a clock ends with the year 9998")
    return at


def _start(value: str) -> str:
    if value != NOW:
        _clocked(records.at(value))
    return value


def _first_monday(at: int) -> int:
    if at != monday(at):
        raise ValueError("this is not a Monday, 00:00 UTC")
    return at


def _scenario(value: str) -> str:
    if not PurePath(value).stem:
        raise ValueError("this is the name of a scenario, or the path of its file")
    return value


def _short(sample: Part) -> Part:
    for _, part in sample:
        for _, value in part:
            records.text(value)
    return sample


_Text = Annotated[str, AfterValidator(records.text)]
_Speed = Annotated[float, Field(ge=0, le=MAX_SPEED)]
_Count = Annotated[int, Field(ge=0, lt=1 << 53)]
_Clocked = Annotated[At, AfterValidator(_clocked)]
_Gap = Annotated[tuple[At, At], Field(strict=False)]


class _Clock(Strict):
    now: _Clocked
    speed: _Speed


def _gaps(gaps: list[Span]) -> list[Span]:
    instants = [at for gap in gaps for at in gap]
    if any(at % DAY for at in instants) or any(before >= after for before, after in pairwise(instants)):
        raise ValueError("gaps begin and end at midnight, each after the one before")
    return gaps


class _World(Strict):
    """The member `world`; its sample has the form that the vendors give it."""

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    scenario: Annotated[_Text, AfterValidator(_scenario)]
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{1,64}$")]
    seed: _Count
    start: Annotated[_Text, AfterValidator(_start)]
    monday: Annotated[_Clocked, AfterValidator(_first_monday)]
    clock: _Clock
    first_speed: _Speed
    horizon: At
    gaps: Annotated[list[_Gap], Field(max_length=_MOST_GAPS), AfterValidator(_gaps)] = Field(default=[])
    page_break_at: Annotated[int, BeforeValidator(lambda value: 0 if value is None else records.at(value))]
    next_n: _Count
    first_n: _Count
    planned_n: _Count = 0
    sample: Part
    sessions: Annotated[int, Field(ge=1, le=10_000_000)] | None


@cache
def _form(sample: type[Part]) -> type[_World]:
    checked: Any = Annotated[sample, AfterValidator(_short)]
    return create_model("World", __base__=_World, sample=(checked, ...))
