"""Scenarios: worlds as data, read from YAML and checked before anything is made. A bad one is refused with its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from ..data_files import FIXTURES
from ..domain.clock import DAY, EARLIEST, LATEST, MAX_SPEED, instant
from ..domain.smart_charging import Market
from .checks import Fault, contradictions, together
from .files import BadScenarioError, Source, source
from .instants import AROUND, NOW, TIMESTAMP, Instant, Week, week_of
from .objects import Objects, Part
from .population import Population

__all__ = ["BadScenarioError", "Keys", "Read", "Sample", "Scenario", "Start", "check", "fingerprint", "read", "schema"]

Model = TypeVar("Model", bound=BaseModel)

_MAGIC: Final = FIXTURES / "catalogue" / "magic.yaml"


def _begin(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("write `now`, or a timestamp in quotes")  # noqa: TRY004 - what pydantic reports
    if value != NOW and not EARLIEST + AROUND <= instant(value) <= LATEST:
        raise ValueError("no world starts in the first month of the year 1 or after the year 9998")
    return value


class Start(Part):
    """The world's clock at first."""

    start: Annotated[
        str,
        BeforeValidator(_begin),
        WithJsonSchema({"anyOf": [{"const": NOW}, {"type": "string", "pattern": f"^{TIMESTAMP}$"}]}),
    ] = Field(default=NOW, description="When it begins: `now`, or an RFC 3339 timestamp in quotes.")
    speed: float = Field(
        default=1.0, ge=0, le=MAX_SPEED, description="How fast it runs: 1 real time, 60 an hour a minute, 0 not at all."
    )


class Keys(Part):
    """Credentials that the world `documented` has; those of every other world are random."""

    charge: str | None = Field(default=None, description="Charge's secret key.")
    cariqa: str | None = Field(default=None, description="Cariqa's token.")
    podero: str | None = Field(default=None, description="Podero's token.")
    podero_client: tuple[str, str] | None = Field(default=None, description="Podero's client id and client secret.")


class ChargeSample(Part):
    """What a start at Charge takes, and the fleet it is for."""

    charging_station: str | None = Field(default=None, description="A station's id.")
    connector: str | None = Field(default=None, description="One of its connectors.")
    driver: str | None = Field(default=None, description="A driver's id.")
    vehicle: str | None = Field(default=None, description="A car's id.")
    payment_method: str | None = Field(default=None, description="A card's id.")
    fleet: str | None = Field(default=None, description="A fleet's id.")


class CariqaSample(Part):
    """A user of Cariqa, and what a start takes."""

    user_id: str | None = Field(default=None, description="A user's id.")
    evse_id: str | None = Field(default=None, description="A connector's EVSE id.")
    payment_method_id: str | None = Field(default=None, description="A card's id.")
    active_user_id: str | None = Field(default=None, description="A user who is charging; found if nobody says.")


class PoderoSample(Part):
    """A car of Podero's, and days on which it has completed sessions."""

    org_id: str | None = Field(default=None, description="Its organisation.")
    user_id: str | None = Field(default=None, description="Its owner.")
    electric_vehicle_id: str | None = Field(default=None, description="The `uuid` of the car.")
    since: str | None = Field(default=None, alias="from", description="The first day; found if nobody says.")
    to: str | None = Field(default=None, description="The last day; found if nobody says.")


class Sample(Part):
    """Ids to begin with, which the control API shows; a population gives them all."""

    charge: ChargeSample = Field(default_factory=ChargeSample, description="For Charge.")
    cariqa: CariqaSample = Field(default_factory=CariqaSample, description="For Cariqa.")
    podero: PoderoSample = Field(default_factory=PoderoSample, description="For Podero.")


class Scenario(Part):
    """A world as data."""

    name: str = Field(pattern="^[a-z][a-z0-9_-]{0,31}$", description="What it is called; worlds are named after it.")
    about: str = Field(description="A sentence about it.")
    seed: int = Field(default=1, ge=0, lt=1 << 53, description="What its ids and all its chance come from.")
    clock: Start = Field(default_factory=Start, description="When it begins, and how fast its time runs.")
    population: Population | None = Field(default=None, description="People, cars and places that are drawn.")
    objects: Objects = Field(default_factory=Objects, description="Things placed by hand.")
    keys: Keys = Field(default_factory=Keys, description="Credentials that the world `documented` has.")
    sample: Sample = Field(default_factory=Sample, description="Ids to begin with.")
    page_break: Instant = Field(default=0, description="An instant that no page of a Charge list crosses (CHARGE-004).")


@dataclass(frozen=True, slots=True)
class Read:
    """A scenario with the fingerprint of all that it was read from.

    Its instants are those of a world whose clock starts in the week of `monday`.
    """

    scenario: Scenario
    fingerprint: str
    monday: int


def read(name: str, folder: Path | None = None, monday: int | None = None) -> Read:
    """The scenario of that name, which is looked for in `folder` as well, or in that file.

    Every scenario has the magic objects as well. All of it is moved to the week of `monday` if that is given.
    Raises BadScenarioError.
    """
    return _understood(*_sources(name, folder), monday)


def fingerprint(name: str, folder: Path | None = None) -> str:
    """The fingerprint that `read` gives the scenario, without a look at what is in it. Raises BadScenarioError."""
    return _fingerprint(*_sources(name, folder))


def check(name: str, folder: Path | None = None) -> list[str]:
    """What is wrong with the scenario of that name or file, as `file:line: where: reason`; nothing if it is good."""
    try:
        read(name, folder)
    except BadScenarioError as error:
        return str(error).splitlines()
    return []


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario, by which editors help to write one."""
    made = Scenario.model_json_schema(schema_generator=_Schema)
    # Zero stands for none, which nobody can write.
    del made["properties"]["page_break"]["default"]
    return {"$schema": _Schema.schema_dialect, **made}


def _sources(name: str, folder: Path | None) -> tuple[Source, Source]:
    return source(name, folder), Source(_MAGIC, _MAGIC.read_bytes())


def _fingerprint(file: Source, magic: Source) -> str:
    return blake2b(file.text + magic.text, digest_size=8).hexdigest()


@lru_cache(maxsize=8)
def _understood(file: Source, magic: Source, monday: int | None) -> Read:
    data = file.data()
    week = week_of(_start(data), monday)
    scenario = _checked(file, data, Scenario, week)
    others = _checked(magic, _data(magic), Objects, week)
    market = Market(scenario.seed, week.monday)
    faults = [*_crowded(scenario.population, week), *contradictions(scenario.objects, others, market)]
    whole = scenario.model_copy(update={"objects": together(scenario.objects, others)})
    if scenario.population is None:
        faults += _missing(scenario.sample, whole.objects)
    if faults:
        raise BadScenarioError("\n".join(file.fault(where, reason) for where, reason in faults))
    return Read(whole, _fingerprint(file, magic), week.monday)


@lru_cache(maxsize=1)
def _data(magic: Source) -> object:
    """What the file holds that every scenario takes a part of."""
    return magic.data()


def _start(data: object) -> object:
    """What a file says of its start, before anybody has looked whether that is right."""
    clock = data.get("clock") if isinstance(data, dict) else None
    return clock.get("start", NOW) if isinstance(clock, dict) else NOW


def _checked(file: Source, data: object, model: type[Model], week: Week) -> Model:
    try:
        return model.model_validate(data, context=week)
    except ValidationError as error:
        raise BadScenarioError("\n".join(file.faults(error))) from error


def _crowded(population: Population | None, week: Week) -> Iterator[Fault]:
    if population is None:
        return
    if population.podero_cars > population.drivers:
        yield ("population", "podero_cars"), "there cannot be more than drivers"
    days = population.days()
    if week.monday + (days.start - 2) * DAY < EARLIEST:
        yield ("population", "past_days"), "there are not so many days since the year 1"
    if week.monday + days.stop * DAY > LATEST:
        yield ("population", "coming_days"), "no clock goes beyond the year 9998"


def _missing(sample: Sample, objects: Objects) -> Iterator[Fault]:
    """Ids to begin with that are nobody's, where nobody is drawn."""
    plugs = [(place.id, plug) for place in objects.stations for plug in place.connectors]
    known: dict[tuple[str, str], set[str | None]] = {
        ("charge", "charging_station"): {place for place, _ in plugs},
        ("charge", "connector"): {plug.id for place, plug in plugs if place == sample.charge.charging_station},
        ("charge", "driver"): {driver.id for driver in objects.drivers},
        ("charge", "vehicle"): {car.id for car in objects.vehicles},
        ("charge", "payment_method"): {card.id for card in objects.payment_methods},
        ("charge", "fleet"): {fleet.id for fleet in objects.fleets},
        ("cariqa", "user_id"): {user.id for user in objects.users},
        ("cariqa", "active_user_id"): {user.id for user in objects.users},
        ("cariqa", "evse_id"): {plug.evse_id for _, plug in plugs},
        ("cariqa", "payment_method_id"): {card.id for card in objects.payment_methods},
        ("podero", "org_id"): {car.org for car in objects.vehicles},
        ("podero", "user_id"): {car.owner for car in objects.vehicles},
        ("podero", "electric_vehicle_id"): {car.uuid for car in objects.vehicles},
    }
    for (vendor, field), ids in known.items():
        name = getattr(getattr(sample, vendor), field)
        if name is not None and name not in ids:
            yield ("sample", vendor, field), f"there is no {name} among the objects"


class _Schema(GenerateJsonSchema):
    """JSON Schema without titles, which would only say the fields' names again."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's signature
        return False
