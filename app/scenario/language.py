"""The language of scenario files: what every scenario may say, and what the vendors' terms add to it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, create_model
from pydantic.json_schema import GenerateJsonSchema

from ..domain.channels import Channels
from ..domain.clock import MAX_SPEED
from ..domain.ids import canonical
from .instants import NOW, TIMESTAMP, Instant, check_start
from .objects import Objects, PlacedDocument, PlacedSession
from .parts import Part
from .population import TownSize
from .terms import PopulationTerm, SampleTerm, Terms, channels_of

FEWEST_STATIONS: Final = 10
"""Ten stations include one of every kind (`generate.stations.KINDS`)."""
_FEWEST: Final = {"users": 2, "smart_vehicles": 1, "sessions": 0}
_MOST, _MOST_DAYS = 1_000_000, 3_650
_PUBLISHED: Final = {
    "ScenarioVehicle": "Car",
    "ScenarioStation": "Place",
    "ScenarioConnector": "Plug",
    "ScenarioFleet": "Fleet",
    "ScenarioDriver": "Driver",
    "ScenarioPaymentMethod": "PaymentMethod",
}
"""The names that these parts have in the JSON Schema that editors use."""


def _start(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("write `now`, or a timestamp in quotes")  # noqa: TRY004 - what pydantic reports
    check_start(value)
    return value


class Start(Part):
    """The world's clock at its start."""

    start: Annotated[
        str,
        BeforeValidator(_start),
        WithJsonSchema({"anyOf": [{"const": NOW}, {"type": "string", "pattern": f"^{TIMESTAMP}$"}]}),
    ] = Field(default=NOW, description="When it begins: `now`, or an RFC 3339 timestamp in quotes.")
    speed: float = Field(
        default=1.0, ge=0, le=MAX_SPEED, description="Its speed: 1 is real time, 60 an hour a minute, 0 stands still."
    )


class _Written(Part):
    """A world as data."""

    name: str = Field(pattern="^[a-z][a-z0-9_-]{0,31}$", description="Its name, after which worlds are named.")
    about: str = Field(description="A sentence about it.")
    seed: int = Field(default=1, ge=0, lt=1 << 53, description="The seed of its ids and of all that is drawn.")
    clock: Start = Field(default_factory=Start, description="When it begins, and how fast its time runs.")
    population: Any = Field(default=None, description="People, vehicles and stations that are drawn.")
    objects: Objects = Field(default_factory=Objects, description="Objects that are placed by hand.")
    keys: Any = Field(description="Keys that open its world, instead of random ones.")
    sample: Any = Field(description="Ids to begin with.")
    page_break: Instant = Field(default=0, description="An instant that no page of a list with page tokens crosses.")


Samples = Mapping[str, Mapping[str, str | None]]
"""Sample ids by the name that a vendor gives them, by vendor."""


ScenarioKeys = Mapping[str, str | tuple[str, str]]
"""Chosen keys by the names that scenario files give them; a client id comes with its secret."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world as data, under the names that Wattif itself uses for the numbers of its population.

    `keys` are the keys that it chooses; `sample` holds the sample ids it names.
    """

    name: str
    about: str
    seed: int
    clock: Start
    population: TownSize | None
    objects: Objects
    keys: ScenarioKeys
    sample: Samples
    page_break: int


@dataclass(frozen=True, slots=True)
class Language:
    """The parts of a scenario file that depend on the vendors, as pydantic models."""

    vendors: tuple[Terms, ...]
    channels: Channels
    scenario: type[_Written]
    objects: type[Objects]
    sample: type[Part]

    def plain(self, written: _Written) -> Scenario:
        """What a file says, under names that no vendor has given."""
        return Scenario(
            name=written.name,
            about=written.about,
            seed=written.seed,
            clock=written.clock,
            population=None if written.population is None else self._size(dict(written.population)),
            objects=written.objects,
            keys={name: key for name, key in written.keys if key is not None},
            sample=named(written.sample),
            page_break=written.page_break,
        )

    def numbers(self, counts: str) -> Iterator[tuple[Terms, PopulationTerm]]:
        """The numbers of a population that count users, smart vehicles or sessions, with their vendors."""
        for vendor in self.vendors:
            yield from ((vendor, term) for term in vendor.population if term.counts == counts)

    def _size(self, written: dict[str, Any]) -> TownSize:
        sold = ((vendor.channel, written[term.name]) for vendor, term in self.numbers("sessions"))
        neutral = {name: written[name] for name in (*_before(), *_after())}
        return TownSize(
            **neutral,
            users=sum(written[term.name] for _, term in self.numbers("users")),
            smart_vehicles=sum(written[term.name] for _, term in self.numbers("smart_vehicles")),
            sessions={channel.name: number for channel, number in sold if channel is not None},
        )


@cache
def language(vendors: tuple[Terms, ...]) -> Language:
    """The language of scenario files where these vendors are served."""
    channels = channels_of(vendors)
    channel: Any = StrEnum("Channel", {name.upper(): name for name in channels})  # type: ignore[misc]  # made of terms
    channel.__doc__ = "The channels by which sessions are sold: one for each vendor that sells them, or none at home."
    placed: Any = create_model(
        "PlacedSession",
        __base__=PlacedSession,
        __doc__=PlacedSession.__doc__,
        channel=(channel, PlacedSession.model_fields["channel"]),
    )
    vendor: Any = StrEnum("DocumentVendor", {each.name.upper(): each.name for each in vendors})  # type: ignore[misc]  # the same
    vendor.__doc__ = "The vendors whose documents can be placed."
    document: Any = create_model(
        "PlacedDocument",
        __base__=PlacedDocument,
        __doc__=PlacedDocument.__doc__,
        vendor=(vendor, PlacedDocument.model_fields["vendor"]),
    )
    objects = create_model(
        "Objects",
        __base__=Objects,
        __doc__=Objects.__doc__,
        sessions=(list[placed], Objects.model_fields["sessions"]),
        documents=(list[document], Objects.model_fields["documents"]),
    )
    population: Any = _population(vendors)
    keys, sample = _keys(vendors), _sample(vendors)
    fields = _Written.model_fields
    scenario = create_model(
        "Scenario",
        __base__=_Written,
        __doc__=_Written.__doc__,
        population=(population | None, fields["population"]),
        objects=(objects, Field(default_factory=objects, description=fields["objects"].description)),
        keys=(keys, Field(default_factory=keys, description=fields["keys"].description)),
        sample=(sample, Field(default_factory=sample, description=fields["sample"].description)),
    )
    return Language(vendors, channels, scenario, objects, sample)


def schema(vendors: tuple[Terms, ...]) -> dict[str, Any]:
    """The JSON Schema of a scenario, by which editors help to write one."""
    text = json.dumps(language(vendors).scenario.model_json_schema(schema_generator=_Schema))
    for model, name in _PUBLISHED.items():
        text = text.replace(model, name)
    made: dict[str, Any] = json.loads(text)
    # Zero stands for no page break, and cannot be written.
    del made["properties"]["page_break"]["default"]
    return {"$schema": _Schema.schema_dialect, **made, "$defs": dict(sorted(made["$defs"].items()))}


def named(sample: Part) -> Samples:
    """The sample ids that are written there."""
    return {vendor: part.model_dump(exclude_unset=True) for vendor, part in sample}


def _before() -> dict[str, Any]:
    return {
        "fleets": (int, Field(ge=1, le=_MOST, description="Companies.")),
        "drivers": (int, Field(ge=2, le=_MOST, description="Drivers; each has a vehicle and a card.")),
        "stations": (int, Field(ge=FEWEST_STATIONS, le=_MOST, description="Public stations.")),
        "cities": (int, Field(ge=1, le=_MOST, description="Towns over which people and stations are spread.")),
    }


def _after() -> dict[str, Any]:
    past, coming = "Days before the week in which the clock starts.", "Days after that week."
    booked = "Reservations that are made for a day."
    on = "Whether days are planned further as the clock goes on, `coming_days` ahead of it; else the world ends."
    return {
        "past_days": (int, Field(ge=0, le=_MOST_DAYS, description=past)),
        "coming_days": (int, Field(ge=0, le=_MOST_DAYS, description=coming)),
        "goes_on": (bool, Field(default=False, strict=True, description=on)),
        "reservations": (int, Field(default=24, ge=0, le=24, description=booked)),
    }


def _population(vendors: tuple[Terms, ...]) -> type[Part]:
    about = "How many people, vehicles, stations and sessions; a session that no vehicle can come to is left out."
    terms = [term for counts in _FEWEST for vendor in vendors for term in vendor.population if term.counts == counts]
    fields: dict[str, Any] = {**_before(), **{term.name: _number(term) for term in terms}, **_after()}
    return create_model("Population", __base__=Part, __doc__=about, **fields)


def _number(term: PopulationTerm) -> tuple[type[int], Any]:
    if term.default is not None:
        return int, Field(default=term.default, ge=0, le=_MOST, description=term.description)
    return int, Field(ge=_FEWEST[term.counts], le=_MOST, description=term.description)


def _keys(vendors: tuple[Terms, ...]) -> type[Part]:
    fields: dict[str, Any] = {
        key.name: (
            (str if len(key.shown_as) == 1 else tuple[str, str]) | None,
            Field(default=None, description=key.description),
        )
        for vendor in vendors
        for key in vendor.keys
    }
    about = "Keys that open a world of this scenario; those that are left out are random."
    return create_model("Keys", __base__=Part, __doc__=about, **fields)


def _sample(vendors: tuple[Terms, ...]) -> type[Part]:
    fields: dict[str, Any] = {}
    for vendor in vendors:
        ids: dict[str, Any] = {term.name: _id(term) for term in vendor.sample}
        part = create_model(f"{vendor.title}Sample", __base__=Part, __doc__=vendor.sample_is, **ids)
        fields[vendor.name] = (part, Field(default_factory=part, description=f"For {vendor.title}."))
    about = "Ids to begin with, which the control API shows; a population has all of them."
    return create_model("Sample", __base__=Part, __doc__=about, **fields)


def _id(term: SampleTerm) -> tuple[Any, Any]:
    return Annotated[str, AfterValidator(canonical)] | None, Field(default=None, description=term.description)


class _Schema(GenerateJsonSchema):
    """JSON Schema without titles, which would only repeat the fields' names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's signature
        return False
