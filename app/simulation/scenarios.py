"""Scenarios: worlds as data, read from YAML and checked before anything is made. A bad one is refused with its line."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from ..world.clock import MAX_SPEED, instant
from .catalogue import FIXTURES
from .objects import Instant, Objects, Part, Where, contradictions
from .population import Population

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


Model = TypeVar("Model", bound=BaseModel)


class BadScenarioError(Exception):
    """A scenario that cannot be used; the message names file, line and reason."""


def _begin(value: str) -> str:
    if value != "now":
        instant(value)
    return value


class Start(Part):
    """The world's clock at first: `start` is `now` or a timestamp."""

    start: Annotated[str, AfterValidator(_begin)] = "now"
    speed: float = Field(default=1.0, ge=0, le=MAX_SPEED)


class Keys(Part):
    """Credentials that the scenario prescribes; what it leaves out is issued at random."""

    charge: str | None = None
    cariqa: str | None = None
    podero: str | None = None
    podero_client: tuple[str, str] | None = None


class Sample(Part):
    """Ids that work at once, for whoever calls a world for the first time."""

    charge: dict[str, str | None] = Field(default_factory=dict)
    cariqa: dict[str, str | None] = Field(default_factory=dict)
    podero: dict[str, str | None] = Field(default_factory=dict)


class Scenario(Part):
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
    faults = [*contradictions(whole.objects), *_too_many_cars(scenario.population)]
    if faults:
        raise BadScenarioError("\n".join(_fault(path, text, where, reason) for where, reason in faults))
    return Read(whole, blake2b(text + more, digest_size=8).hexdigest())


def _checked(path: Path, model: type[Model]) -> tuple[Model, bytes]:
    try:
        text = path.read_bytes()
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader either way
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in FIXTURES.glob("*.yaml")))
        raise BadScenarioError(f"{path}: {error.strerror}; the scenarios that come with Wattif are {known}") from error
    except yaml.MarkedYAMLError as error:
        found, begun = (mark.line + 1 if mark else 1 for mark in (error.problem_mark, error.context_mark))
        raise BadScenarioError(f"{path}:{found}: this is not YAML: {error.problem} (begun on line {begun})") from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadScenarioError(f"{path}:1: this is not YAML: {error}") from error
    try:
        return model.model_validate(data), text
    except ValidationError as error:
        raise BadScenarioError(_complaint(path, text, error)) from error


def _complaint(path: Path, text: bytes, error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        given = fault["input"]
        shown = f", not {given!r}"[:80] if isinstance(given, str | int | float) else ""
        lines.append(_fault(path, text, fault["loc"], f"{fault['msg']}{shown}"))
    return "\n".join(lines)


def _fault(path: Path, text: bytes, where: Where, reason: str) -> str:
    return f"{path}:{_line_of(text, where)}: {'.'.join(map(str, where)) or 'the file'}: {reason}"


def _too_many_cars(population: Population | None) -> list[tuple[Where, str]]:
    if population is None or population.podero_cars <= population.drivers:
        return []
    return [(("population", "podero_cars"), "there cannot be more than drivers")]


def _line_of(text: bytes, steps: Where) -> int:
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
