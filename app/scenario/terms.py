"""What a vendor adds to the language of scenario files: numbers of a population, keys and sample ids."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..domain.channels import Channel, Channels, by_name

Counted: TypeAlias = Literal["users", "smart_vehicles", "sessions"]
"""What a vendor's number of a population counts: users, drivers' vehicles with smart charging, or sessions a day."""
Sampled: TypeAlias = Literal[
    "station",
    "connector",
    "evse",
    "driver",
    "vehicle",
    "payment_method",
    "fleet",
    "user",
    "users_payment_method",
    "active_user",
    "organisation",
    "owner",
    "smart_vehicle",
]
"""What a sample id names. A generated town has one of each, but for the active user."""


@dataclass(frozen=True, slots=True)
class PopulationTerm:
    """A number of a population under the name that scenario files give it; required unless it has a default."""

    name: str
    counts: Counted
    description: str
    default: int | None = None


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A key of a vendor's API that each world has.

    `kind` is what the database calls it, `name` what scenario files do. `shown_as` has one name for a key, two for a
    client id and its secret. `issue` makes a new one for the world of a name. `label` is what a person reads before
    it; only the key that a person needs first has one.
    """

    kind: str
    name: str
    description: str
    shown_as: tuple[str, ...]
    issue: Callable[[str], str | tuple[str, str]]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class SampleTerm:
    """An id to begin with. `beside_keys` says that the control API shows it among the vendor's credentials."""

    name: str
    description: str
    names: Sampled | None = None
    beside_keys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one vendor adds.

    `name` is what code, scenario files and the control API call it, `title` what people do. `channel` has the rules of
    the sessions that it sells, if it sells any. `sample_is` describes its sample ids.
    """

    name: str
    title: str
    channel: Channel | None = None
    population: tuple[PopulationTerm, ...] = ()
    keys: tuple[KeyTerm, ...]
    sample: tuple[SampleTerm, ...] = ()
    sample_is: str = ""


def channels_of(vendors: Iterable[Terms]) -> Channels:
    """The channels by which these vendors sell sessions, and charging at home."""
    return by_name(*(each.channel for each in vendors if each.channel is not None))
