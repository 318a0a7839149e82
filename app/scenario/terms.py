"""What a vendor adds to the language of scenario files: numbers of a population, keys and sample ids."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ..domain.channels import HOME, Channel, Channels, by_name

if TYPE_CHECKING:
    from pydantic import BaseModel

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

FEWEST: Final = 16
"""The least number of characters of a key that is chosen, after its prefix."""
LONGEST: Final = 2_048
"""The largest number of characters of such a key. An index of PostgreSQL takes no longer ones."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+={0,2}")
"""What `Authorization: Bearer` can carry (RFC 6750, section 2.1)."""


@dataclass(frozen=True, slots=True)
class PopulationTerm:
    """A number of a population under the name that scenario files give it; required unless it has a default."""

    name: str
    counts: Counted
    description: str
    default: int | None = None


@dataclass(frozen=True, slots=True)
class KeyForm:
    """The form of a key that a person chooses, instead of having it issued.

    It is `prefix` and then at least `FEWEST` characters. `refused` has prefixes of keys that are not for a sandbox,
    each with the reason.
    """

    prefix: str = ""
    refused: tuple[tuple[str, str], ...] = ()

    def fault(self, key: str) -> str | None:
        """What is wrong with a key, which the sentence does not quote; None for a good one."""
        for prefix, reason in self.refused:
            if key.startswith(prefix):
                return reason
        own = key.removeprefix(self.prefix)
        if len(key) > LONGEST:
            return f"a key has at most {LONGEST} characters"
        if not key.startswith(self.prefix) or len(own.rstrip("=")) < FEWEST:
            return f"a key has {f'{self.prefix} and then ' if self.prefix else ''}at least {FEWEST} characters"
        if not _TOKEN.fullmatch(own):
            return "a key has letters, digits and -._~+/ only, and up to two = at its end"
        return None


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A key of a vendor's API that each world has.

    `kind` is what the database calls it, `name` what scenario files do. `shown_as` has one name for a key, two for a
    client id and its secret. `issue` makes a new one for the world of a name. `label` is what a person reads before
    it; only the key that a person needs first has one. `form` is that of a chosen key. `settings` names the settings
    that choose it for the world `default`, one for each name in `shown_as`. `placeholder` is what the vendor's
    documentation prints in its place: it opens the world `documented` and no other.
    """

    kind: str
    name: str
    description: str
    shown_as: tuple[str, ...]
    issue: Callable[[str], str | tuple[str, str]]
    label: str | None = None
    form: KeyForm = KeyForm()
    settings: tuple[str, ...] = ()
    placeholder: str | tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SampleTerm:
    """An id to begin with. `beside_keys` says that the control API shows it among the vendor's credentials.

    It is that of a thing, or of the first of the vendor's documents of a kind.
    """

    name: str
    description: str
    names: Sampled | None = None
    document: str | None = None
    beside_keys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one vendor adds.

    `name` is what code, scenario files and the control API call it, `title` what people do. `channel` has the rules of
    the sessions that it sells, if it sells any; `shows_homes` says that it shows those at home. `sample_is` describes
    its sample ids. `stored_forms` has the forms of what is kept for it as JSON: of details by the kind of their rows,
    and of documents by `documents.` and their kind.
    """

    name: str
    title: str
    channel: Channel | None = None
    shows_homes: bool = False
    population: tuple[PopulationTerm, ...] = ()
    keys: tuple[KeyTerm, ...]
    sample: tuple[SampleTerm, ...] = ()
    sample_is: str = ""
    stored_forms: "Callable[[], Mapping[str, type[BaseModel]]]" = dict


def key_terms(vendors: Iterable[Terms]) -> Iterator[tuple[Terms, KeyTerm]]:
    """The keys of all vendors, in their order."""
    return ((vendor, term) for vendor in vendors for term in vendor.keys)


def channels_of(vendors: Iterable[Terms]) -> Channels:
    """The channels by which these vendors sell sessions, and charging at home."""
    every = list(vendors)
    home = replace(HOME, shown_by=next((each.name for each in every if each.shows_homes), None))
    return by_name(*(each.channel for each in every if each.channel is not None), home=home)
