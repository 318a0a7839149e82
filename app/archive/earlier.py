"""What exports of earlier releases have otherwise.

They have no places in lists, members instead of attachments, and no users who own vehicles.
"""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from ..domain import parties
from ..domain.clock import MILLISECOND, year_before
from ..domain.models import TO_FLEET, TO_VEHICLE
from ..scenario.parts import Location
from ..store.database.compiled_statements import Row
from ..store.schema.table_catalogue import NO_DEFAULT, ColumnDescription, TableDescription
from ..store.schema.tables import DRIVER, END_USER

GONE: Final[Mapping[str, str]] = {"drivers": "fleet", "vehicles": "driver"}
"""Members that kinds had before 0.5.0, instead of attachments. They are the last values of a row that is read."""
ADDED: Final = ("attachments", "documents")
"""Kinds that exports have since 0.5.0."""
_LISTED: Final = ("fleets", "drivers", "users", "payment_methods", "vehicles", "stations")
"""Kinds whose rows have places in lists since 0.5.0, users since 0.6.0."""
_PLACES: Final = ("n", "created_at", "touched_at")


def default_of(kind: TableDescription, column: ColumnDescription) -> Any:  # noqa: ANN401 - any value, or Ellipsis
    """What a column has in a row that lacks it: None where `completed` puts a place; Ellipsis if no row may lack it."""
    if kind.name in _LISTED and column.name in _PLACES:
        return None
    return ... if column.default is NO_DEFAULT else column.default


def faults(held: Mapping[str, Any], kinds: Mapping[str, TableDescription]) -> Iterator[tuple[Location, str]]:
    """Members that are gone: names of what does not exist, and any in a file that has attachments.

    `held` has the rows by the names of their kinds, and None for a kind that the file does not have.
    """
    for kind, gone in GONE.items():
        among = f"{gone}s"
        known = {row[kinds[among].place("id")] for row in held[among]}
        for n, row in enumerate(held[kind]):
            if row[-1] is not None and held["attachments"] is not None:
                yield (kind, n, gone), "there is no such name here"
            elif row[-1] is not None and row[-1] not in known:
                yield (kind, n, gone), f"there is no {row[-1]} among the {among}"


def attachments(held: Mapping[str, Sequence[Row]], kinds: Mapping[str, TableDescription]) -> list[Row]:
    """The attachments of a file that has none, as drivers and vehicles name them."""
    drivers, vehicles = kinds["drivers"].place("id"), kinds["vehicles"].place("id")
    return [
        *((row[drivers], TO_FLEET, row[-1], n) for n, row in enumerate(held["drivers"]) if row[-1] is not None),
        *((row[-1], TO_VEHICLE, row[vehicles], n) for n, row in enumerate(held["vehicles"]) if row[-1] is not None),
    ]


def drivers_of_vehicles(held: Mapping[str, Sequence[Row]], kinds: Mapping[str, TableDescription]) -> list[Row]:
    """The users of a file; those without a place in a list drive the vehicle of their last session."""
    id_, vehicle, created = map(kinds["users"].place, ("id", "vehicle", "created_at"))
    if all(row[created] is not None for row in held["users"]):
        return [*held["users"]]
    at, n, user, driven = map(kinds["sessions"].place, ("created_at", "n", "user", "vehicle"))
    last = {row[user]: row[driven] for row in sorted(held["sessions"], key=itemgetter(at, n))}
    return [
        row if row[created] is not None else (*row[:vehicle], last.get(row[id_]), *row[vehicle + 1 :])
        for row in held["users"]
    ]


def owners(held: Mapping[str, Sequence[Row]], kinds: Mapping[str, TableDescription], monday: int) -> list[Row]:
    """The owners of vehicles who are no users of the file: the first driver of the first vehicle, or one without."""
    id_, org, owner = map(kinds["vehicles"].place, ("id", "org", "owner"))
    known = {row[kinds["users"].place("id")] for row in held["users"]}
    first = 1 + max((row[kinds["users"].place("n")] for row in held["users"]), default=-1)
    owned: dict[str, tuple[str, list[str]]] = {}
    for row in held["vehicles"]:
        if row[org] is not None and row[owner] is not None and row[owner] not in known:
            owned.setdefault(row[owner], (row[org], []))[1].append(row[id_])
    driver, target, n = map(kinds["attachments"].place, ("driver", "target", "n"))
    driven = {row[target]: row[driver] for row in sorted(held["attachments"], key=itemgetter(n), reverse=True)}
    named = {each.id: each for each in DRIVER.mapping.entities(held["drivers"])} if owned else {}
    found = []
    for place, (user, (of, vehicles)) in enumerate(owned.items(), start=first):
        person = named.get(next((driven[each] for each in vehicles if each in driven), ""))
        found.append(parties.owner(user, of, person, n=place, created_at=year_before(monday) + place * MILLISECOND))
    return [*map(END_USER.mapping.values, found)]


def completed(kind: TableDescription, rows: Sequence[Row], monday: int) -> Sequence[Row]:
    """The rows without members that are gone, and with places in the order of the file where they have none."""
    if kind.name not in _LISTED:
        return rows
    size = len(kind.columns)
    names = [column.name for column in kind.columns]
    places = [names.index(name) if name in names else None for name in _PLACES]
    return [_placed(row[:size], places, monday, n) for n, row in enumerate(rows)]


def _placed(row: Row, places: Sequence[int | None], monday: int, n: int) -> Row:
    """A row with a number, and instants of its creation and its last change."""
    number, created, touched = places
    values = list(row)
    if number is not None and values[number] is None:
        values[number] = n
    if created is not None:
        if values[created] is None:
            values[created] = year_before(monday) + n * MILLISECOND
        if touched is not None and values[touched] is None:
            values[touched] = values[created]
    return tuple(values)
