"""The descriptor of a vendor: all that the rest of Wattif knows of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..domain.channels import Channel
from ..domain.models import Connector, Document, Reservation, Station, Vehicle
from ..scenario.terms import KeyTerm, Terms

if TYPE_CHECKING:
    from ..domain.sessions.lifecycle import SessionBoundaries
    from ..store.world import Credential
    from ..store.world_transaction import WorldTransaction

Sample: TypeAlias = Mapping[str, str | None]
"""A vendor's sample ids in a world, by the names that the control API shows."""


@dataclass(frozen=True, slots=True)
class Mount:
    """An application at a path. `application` makes it from the AppContext, and imports what it needs only then."""

    path: str
    name: str
    application: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Documented:
    """An operation that the vendor documents, with the name that its documentation gives it.

    `path` is None if the documentation does not show it. `instead` is what later pages have in its place.
    """

    method: str
    path: str | None
    name: str
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor(Terms):
    """A vendor. Its module imports neither a web framework nor a database, so that commands start fast.

    `pages` returns routers with pages for people, which open by the link key of a world: `/{link_key}/NAME/…`.
    `sample_at` adds sample ids that depend on what happens at the instant at which a world opens. `session_id` is the
    id under which it shows a session, None if it does not show that one. `first_documents` are those that a world of
    a seed and a Monday has, unless its scenario places one of the kind. `first_stations` are stations, each with its
    connectors, that a world of a Monday has, unless its scenario places others under their ids. `town_documents` are
    those of a generated town of a seed, by its vehicles with smart charging and the stations at their homes. `magic`
    has ids that are the same in every world, by names that say how their objects behave. `example_calls` are lines for
    a person to copy, for the server's address, the key with a label and the sample ids. `inventory` has all that it
    documents, `quirks` is the file that numbers what is odd or assumed of it.
    """

    mounts: tuple[Mount, ...] = ()
    pages: Callable[[], Sequence[Any]] = tuple
    inventory: tuple[Documented, ...] = ()
    sample_at: "Callable[[WorldTransaction, Sample], Sample] | None" = None
    first_documents: "Callable[[int, int], Sequence[Document]]" = lambda _seed, _monday: ()
    first_stations: "Callable[[int], Iterable[tuple[Station, Sequence[Connector]]]]" = lambda _monday: ()
    town_documents: "Callable[[int, Sequence[tuple[Vehicle, Station]]], Sequence[Document]]" = lambda _seed, _homes: ()
    magic: Mapping[str, str] = field(default_factory=dict, hash=False)
    session_id: "Callable[[SessionBoundaries], str | None]" = lambda _: None
    shows_reservations: bool = False
    example_calls: Callable[[str, str, Sample], Sequence[str]] = lambda _origin, _key, _sample: ()
    quirks: Path | None = None

    def show_credentials(self, keys: "Mapping[str, Credential]", sample: Sample) -> dict[str, str | None]:
        """A world's keys for this vendor as the control API shows them, with the ids that belong beside them.

        `keys` has the lasting credentials of the world by their kinds.
        """
        shown: dict[str, str | None] = {}
        for term in self.keys:
            credential = keys[term.kind]
            shown |= zip(term.shown_as, (credential.key, credential.secret), strict=False)
        return shown | {term.name: sample.get(term.name) for term in self.sample if term.beside_keys}

    def show_sample(self, sample: Sample) -> dict[str, str | None]:
        """The sample ids that the control API does not show among the credentials."""
        beside_keys = {term.name for term in self.sample if term.beside_keys}
        return {name: value for name, value in sample.items() if name not in beside_keys}

    @property
    def main_key(self) -> KeyTerm:
        """The key that a person needs first."""
        return next((term for term in self.keys if term.label is not None), self.keys[0])


Vendors: TypeAlias = tuple[Vendor, ...]


def reserving_channel(vendors: Vendors) -> Channel | None:
    """The channel by which reserved sessions are sold: that of the vendor that shows reservations."""
    return next((vendor.channel for vendor in vendors if vendor.shows_reservations), None)


def shown_ids(vendors: Vendors, subject: "SessionBoundaries | Reservation") -> dict[str, str]:
    """The id under which each vendor shows a session or a reservation, by the vendor's name."""
    if isinstance(subject, Reservation):
        return {vendor.name: subject.id for vendor in vendors if vendor.shows_reservations}
    ids = ((vendor.name, vendor.session_id(subject)) for vendor in vendors)
    return {name: shown for name, shown in ids if shown is not None}
