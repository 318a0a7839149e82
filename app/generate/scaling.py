"""The size of a town that has a given number of sessions: a small one is planned for some days, and scaled."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Final

from ..domain.channels import Channel, Channels
from ..domain.smart_charging import Market
from ..scenario.population import TownSize
from .catalogue import Catalogue
from .day_inputs import DayInputs
from .day_plan import DayPlanner
from .people import town_in_steps

TRIED: Final = 14_000
"""This number of draws estimates the share of sessions that take place within half a percent."""
_TRIED_A_DAY: Final = 2_000
_WEEK: Final = 7
_MARGIN: Final = 1.015
"""The size aims at a few more sessions than asked for, so that no draw gives fewer."""


def size_for(
    size: TownSize,
    seed: int,
    sessions: int,
    catalogue: Catalogue,
    *,
    channels: Channels,
    reserving: Channel | None,
) -> Iterator[TownSize]:
    """The size for that number of sessions or up to 3 % more, and never smaller than the given one.

    The last of the estimates is the one to take; others can be served between two of them.
    """
    tried = size.sessions_a_day
    wanted = sessions * _MARGIN / len(size.days())
    sample_factor = min(max(1.0, wanted / tried), max(1.0, _TRIED_A_DAY / tried))
    sample = _times(size, sample_factor)
    yield sample
    steps = town_in_steps(sample, seed, catalogue)
    town = next(steps)
    for _ in steps:
        yield sample
    days = _WEEK * ceil(TRIED / (_WEEK * sample_factor * tried))
    planner = DayPlanner(DayInputs(town, sample, catalogue, channels, reserving, seed, Market(seed, 0)))
    # Sessions that grow with the town, and those of reservations, whose number stays.
    growing, reserved = 0, 0
    for day in range(-days, 0):
        for entries in planner.slices(day):
            growing += sum(1 for entry in entries if entry.session and not entry.reservation)
            reserved += sum(1 for entry in entries if entry.session and entry.reservation)
            yield sample
    factor = (wanted - reserved / days) / (growing / days / sample_factor)
    yield _times(size, max(1.0, factor))


def _times(size: TownSize, factor: float) -> TownSize:
    """A town with `factor` times the people, stations and sessions, in the same cities and days."""
    return replace(
        size,
        fleets=round(factor * size.fleets),
        drivers=round(factor * size.drivers),
        stations=round(factor * size.stations),
        users=round(factor * size.users),
        smart_vehicles=round(factor * size.smart_vehicles),
        sessions={channel: round(factor * count) for channel, count in size.sessions.items()},
    )
