"""How many people and places it takes for so many sessions: a town is lived in for some days, and grown by the rest."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Final

from ..domain.smart_charging import Market
from ..scenario.population import Population
from .catalogue import Catalogue
from .day_plan import Scenery, slices_of
from .people import founding

TRIED: Final = 14_000
"""So many drafts say to half a percent how many come about."""
_TRIED_A_DAY: Final = 2_000
_WEEK: Final = 7
_ROOM: Final = 1.015
"""What is aimed at is a little more than what was asked for, so that it is reached whatever the dice say."""


def grown(population: Population, seed: int, sessions: int, catalogue: Catalogue) -> Iterator[Population]:
    """The population for at least so many sessions, at most 3 % more, and never smaller than given.

    The last of many guesses is the one to take; others can be served between any two.
    """
    tried = population.sessions_a_day
    wanted = sessions * _ROOM / len(population.days())
    sample_factor = min(max(1.0, wanted / tried), max(1.0, _TRIED_A_DAY / tried))
    sample = _times(population, sample_factor)
    yield sample
    growing_up = founding(sample, seed, catalogue)
    people = next(growing_up)
    for _ in growing_up:
        yield sample
    days = _WEEK * ceil(TRIED / (_WEEK * sample_factor * tried))
    scenery = Scenery(people, sample, catalogue, seed, Market(seed, 0))
    growing, lasting = 0, 0
    for day in range(-days, 0):
        for some in slices_of(scenery, day):
            growing += sum(1 for draft in some if draft.session and not draft.reservation)
            lasting += sum(1 for draft in some if draft.session and draft.reservation)
            yield sample
    factor = (wanted - lasting / days) / (growing / days / sample_factor)
    yield _times(population, max(1.0, factor))


def _times(population: Population, factor: float) -> Population:
    """So many times as many people, places and sessions, in as many cities and days."""
    return replace(
        population,
        fleets=round(factor * population.fleets),
        drivers=round(factor * population.drivers),
        stations=round(factor * population.stations),
        cariqa_users=round(factor * population.cariqa_users),
        podero_cars=round(factor * population.podero_cars),
        charge_sessions=round(factor * population.charge_sessions),
        cariqa_sessions=round(factor * population.cariqa_sessions),
    )
