"""Scenarios: worlds as data, read from YAML and checked before a world is made. A bad one is refused with its line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from ..data_files import FIXTURES
from ..domain.clock import DAY, EARLIEST, LATEST
from ..domain.smart_charging import Market
from .checks import Fault, contradictions, together, unknown_samples, unshowable, unusable_keys
from .files import BadScenarioError, Source, source
from .instants import NOW, Week, week_of
from .language import Language, Scenario, language
from .population import GENERATOR, TownSize
from .terms import Terms

Model = TypeVar("Model", bound=BaseModel)

_FEWEST_COMING: Final = 2
"""A reservation is made up to a day before its window, and a town's day begins up to two hours before midnight UTC."""
_MAGIC: Final = FIXTURES / "catalogue" / "magic.yaml"


@dataclass(frozen=True, slots=True)
class Read:
    """A scenario with the file that it was read from, and a fingerprint of what decides which rows are drawn of it.

    Its instants are those of a world whose clock starts in the week of `monday`.
    """

    scenario: Scenario
    fingerprint: str
    monday: int
    file: Source


def read(name: str, vendors: tuple[Terms, ...], folder: Path | None = None, monday: int | None = None) -> Read:
    """Returns the scenario of that name, which is looked for in `folder` as well, or in the file of that path.

    Each scenario includes the magic objects. All of it is moved to the week of `monday` if that is given.
    Raises BadScenarioError.
    """
    return understood(source(name, folder), vendors, monday)


def understood(file: Source, vendors: tuple[Terms, ...], monday: int | None = None) -> Read:
    """Returns the scenario of a file that was read before. Raises BadScenarioError."""
    return _understood(file, Source(_MAGIC, _MAGIC.read_bytes()), vendors, monday)


def check(name: str, vendors: tuple[Terms, ...], folder: Path | None = None) -> list[str]:
    """Returns the faults of the scenario of that name or path as `file:line: where: reason`; none if it is good."""
    try:
        read(name, vendors, folder)
    except BadScenarioError as error:
        return str(error).splitlines()
    return []


@lru_cache(maxsize=8)
def _understood(file: Source, magic: Source, vendors: tuple[Terms, ...], monday: int | None) -> Read:
    data, words = file.data(), language(vendors)
    week = week_of(_start(data), monday)
    scenario = words.plain(_checked(file, data, words.scenario, week))
    others = _checked(magic, _data(magic), words.objects, week)
    market = Market(scenario.seed, week.monday)
    faults = [
        *unusable_keys(vendors, scenario.keys),
        *unshowable(vendors, scenario.objects),
        *_outsized(scenario.population, words, week),
        *contradictions(scenario.objects, others, words.channels, market),
    ]
    whole = replace(scenario, objects=together(scenario.objects, others))
    if scenario.population is None:
        faults += unknown_samples(vendors, scenario.sample, whole.objects)
    if faults:
        raise BadScenarioError("\n".join(file.fault(where, reason) for where, reason in faults))
    drawn_by = GENERATOR.to_bytes(2)
    return Read(whole, blake2b(file.text + magic.text + drawn_by, digest_size=8).hexdigest(), week.monday, file)


@lru_cache(maxsize=1)
def _data(magic: Source) -> object:
    """The file's content, which every scenario includes."""
    return magic.data()


def _start(data: object) -> object:
    """The start that a file gives, which has not been checked yet."""
    clock = data.get("clock") if isinstance(data, dict) else None
    return clock.get("start", NOW) if isinstance(clock, dict) else NOW


def _checked(file: Source, data: object, model: type[Model], week: Week) -> Model:
    try:
        return model.model_validate(data, context=week)
    except ValidationError as error:
        raise BadScenarioError("\n".join(file.faults(error))) from error


def _outsized(size: TownSize | None, words: Language, week: Week) -> Iterator[Fault]:
    """Numbers of a population that do not fit together, or days that no clock shows."""
    if size is None:
        return
    if size.smart_vehicles > size.drivers:
        _, term = next(words.numbers("smart_vehicles"))
        yield ("population", term.name), "there cannot be more than drivers"
    for vendor, term in words.numbers("sessions"):
        if vendor.channel and vendor.channel.buyer == "user" and size.sessions[vendor.channel.name] and not size.users:
            yield ("population", term.name), "these sessions need users, and there are none"
    if size.goes_on and size.coming_days < _FEWEST_COMING:
        yield ("population", "coming_days"), f"a world that goes on is planned at least {_FEWEST_COMING} days ahead"
    days = size.days()
    if week.monday + (days.start - 2) * DAY < EARLIEST:
        yield ("population", "past_days"), "they begin before the year 1"
    if week.monday + days.stop * DAY > LATEST:
        yield ("population", "coming_days"), "a clock ends with the year 9998"
