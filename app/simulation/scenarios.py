"""Scenarios: worlds as data, read from YAML and checked before anything is made. A bad one is refused with its line."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..world import entities
from ..world.battery import Point
from ..world.clock import MAX_SPEED, instant
from ..world.tariffs import tariff
from .catalogue import FIXTURES
from .population import Population

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


Model = TypeVar("Model", bound=BaseModel)


class BadScenarioError(Exception):
    """A scenario that cannot be used; the message names file, line and reason."""


def _instant(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - what pydantic reports
            "write the timestamp in quotes, such as '2026-04-01T01:53:58.446Z'"
        )
    return instant(value)


def _tariff(value: str) -> str:
    tariff(value)
    return value


Instant = Annotated[int, BeforeValidator(_instant)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Start(_Part):
    """The world's clock at first: `start` is `now` or a timestamp."""

    start: str = "now"
    speed: float = Field(default=1.0, ge=0, le=MAX_SPEED)


class Plug(_Part):
    """A connector of a station."""

    id: str
    evse_id: str
    standard: str
    power_kw: float
    phases: int
    tariff: Annotated[str, AfterValidator(_tariff)]
    in_service: bool = True
    faults_after_s: int | None = None


class Place(_Part):
    """A station with its connectors."""

    id: str
    name: str
    operator: str
    kind: str
    address: str
    city: str
    country: str
    latitude: str
    longitude: str
    phone: str | None = None
    is_partner: bool = False
    utc_offset_minutes: int = 0
    online: bool = True
    connectors: list[Plug] = Field(min_length=1)


class Car(_Part):
    """A vehicle; `uuid`, `org` and `owner` are what Podero calls it, its organisation and its user."""

    id: str
    uuid: str
    make: str
    model: str
    plug: str = "CCS"
    battery_wh: int = Field(gt=0)
    ac_kw: float = 11.0
    ac_phases: int = 3
    dc: list[Point]
    charge_to: float = 0.8
    fleet: str | None = None
    driver: str | None = None
    org: str | None = None
    owner: str | None = None
    home: str | None = None


class PlacedSession(_Part):
    """A session placed by hand: constant power from `started` until `energy_kwh` are in, or something ends it.

    It is sold through `channel`, at its connector's tariff; `settles_after_s` is null when the payment fails.
    `target_soc` matters where the car is one of Podero's, and `at_home` says the optimiser waited until `started`.
    """

    id: str
    uuid: str
    channel: entities.Channel
    station: str
    connector: str
    vehicle: str
    driver: str | None = None
    fleet: str | None = None
    user: str | None = None
    payment_method: str | None = None
    created: Instant
    started: Instant
    unplugged: Instant | None = None
    faulted: Instant | None = None
    power_kw: float = Field(gt=0)
    energy_kwh: float = Field(ge=0)
    limit_wh: int | None = None
    soc: float = Field(default=0.2, ge=0, le=1)
    settles_after_s: int | None = 30
    rating: int | None = Field(default=None, ge=1, le=5)
    at_home: bool = False
    target_soc: float = 0.8


class PlacedReservation(_Part):
    """A reservation placed by hand; its status moves at `confirms` and `resolves`, it is assigned at `confirmed`."""

    id: str
    driver: str
    vehicle: str
    payment_method: str
    station: str | None = None
    connector_type: str
    created: Instant
    updated: Instant | None = None
    confirms: Instant
    resolves: Instant
    outcome: str
    failed_reason: str | None = None
    confirmed: Instant | None = None
    ideal_start: Instant
    ideal_end: Instant
    reserved_start: Instant
    reserved_end: Instant
    latitude: float
    longitude: float
    radius: int = 1500
    currency: str = "eur"
    fee: int = 0
    free_until_before: int = 1800


class Objects(_Part):
    """Things placed by hand, by kind."""

    fleets: list[entities.Fleet] = []
    drivers: list[entities.Driver] = []
    users: list[entities.User] = []
    payment_methods: list[entities.PaymentMethod] = []
    vehicles: list[Car] = []
    stations: list[Place] = []
    sessions: list[PlacedSession] = []
    reservations: list[PlacedReservation] = []


class Keys(_Part):
    """Credentials that the scenario prescribes; what it leaves out is issued at random."""

    charge: str | None = None
    cariqa: str | None = None
    podero: str | None = None
    podero_client: tuple[str, str] | None = None


class Sample(_Part):
    """Ids that work at once, for whoever calls a world for the first time."""

    charge: dict[str, str | None] = {}
    cariqa: dict[str, str | None] = {}
    podero: dict[str, str | None] = {}


class Scenario(_Part):
    """A world as data. `page_break` is an instant that no page of a Charge list crosses (CHARGE-004)."""

    name: str = Field(pattern="^[a-z][a-z0-9_-]{0,31}$")
    about: str
    seed: int = Field(default=1, ge=0, lt=1 << 53)
    clock: Start = Start()
    population: Population | None = None
    objects: Objects = Objects()
    keys: Keys = Keys()
    sample: Sample = Sample()
    page_break: Instant = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A scenario with the fingerprint of all that it was read from."""

    scenario: Scenario
    fingerprint: str


def read(name: str) -> Read:
    """The scenario of that name, or in that file. Every scenario has the magic objects as well."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FIXTURES / f"{name}.yaml"
    scenario, text = _checked(path, Scenario)
    magic, more = _checked(FIXTURES / "catalogue" / "magic.yaml", Objects)
    together = {kind: [*getattr(scenario.objects, kind), *getattr(magic, kind)] for kind in Objects.model_fields}
    whole = scenario.model_copy(update={"objects": magic.model_copy(update=together)})
    return Read(whole, blake2b(text + more, digest_size=8).hexdigest())


def _checked(path: Path, model: type[Model]) -> tuple[Model, bytes]:
    try:
        text = path.read_bytes()
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader either way
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in FIXTURES.glob("*.yaml")))
        raise BadScenarioError(f"{path}: {error.strerror}; the scenarios that come with Wattif are {known}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadScenarioError(f"{path}: {error}") from error
    try:
        return model.model_validate(data), text
    except ValidationError as error:
        raise BadScenarioError(_complaint(path, text, error)) from error


def _complaint(path: Path, text: bytes, error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        where = ".".join(str(step) for step in fault["loc"]) or "the file"
        lines.append(f"{path}:{_line_of(text, fault['loc'])}: {where}: {fault['msg']}")
    return "\n".join(lines)


def _line_of(text: bytes, steps: tuple[int | str, ...]) -> int:
    """The line of the innermost part of the file that the steps lead to."""
    node = yaml.compose(text, Loader=_LOADER)
    line = 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step] if step < len(node.value) else None
        if node is None:
            break
        line = int(node.start_mark.line) + 1
    return line
