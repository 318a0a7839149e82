"""Checks between the rows of an export: references, duplicates, the order of times, plans and bills, overlaps.

What a session can be is told by the functions of the domain that make sessions: an export has to accept every world
that Wattif can write, and no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any, Final

from ..domain import reservations
from ..domain.channels import Channels
from ..domain.clock import DAY, LATEST, millis
from ..domain.currencies import decimals
from ..domain.exclusivity import PHYSICAL, collisions
from ..domain.ids import prefixed_id, uuid_text
from ..domain.models import TO_FLEET, TO_VEHICLE, Connector, Reservation, Session, SmartCharging, Vehicle
from ..domain.pricing import currency
from ..domain.sessions.possible import ENERGY, POWER, impossibilities
from ..domain.sessions.power_plan import unpacked
from ..domain.sessions.replan import totals
from ..domain.sessions.view import LONGEST
from ..scenario import stored_json
from ..scenario.parts import Location
from ..scenario.terms import Terms
from ..store.database.compiled_statements import Row
from ..store.schema.tables import CONNECTOR, RESERVATION, SESSION, VEHICLE
from ..store.world import PLANNED_FROM, World
from .records import KINDS, BadEntryError

Rows = Mapping[str, Sequence[Row]]
"""The rows of a world, by the names of their kinds."""
Fault = tuple[Location, str]

_NAMED: Final = {
    "fleet": "fleets",
    "driver": "drivers",
    "user": "users",
    "payment_method": "payment_methods",
    "vehicle": "vehicles",
    "station": "stations",
    "home": "stations",
    "owner": "users",
}
"""Columns that name a row of another kind, and that kind."""
_TARGETS: Final = {TO_FLEET: "fleets", TO_VEHICLE: "vehicles"}
"""The kinds of rows that attachments of each kind name."""
_UNIQUE: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    **{kind: [("id",)] for kind in KINDS},
    "attachments": [("driver", "target")],
    "documents": [("vendor", "kind", "id"), ("vendor", "kind", "created_at", "n")],
    **{kind: [("id",), ("created_at", "n")] for kind in ("fleets", "drivers", "users", "payment_methods", "stations")},
    "vehicles": [("id",), ("uuid",), ("created_at", "n")],
    "connectors": [("station", "id"), ("evse_id",)],
    "sessions": [("n",), ("id",), ("uuid",)],
    "reservations": [("n",), ("id",)],
}
"""Columns whose values no two rows of a kind share."""
_SMART: Final = [field.name for field in fields(SmartCharging)]
"""The columns of smart charging."""
_LAST_PLANNED: Final = LATEST + 350 * DAY
"""Sessions can be planned beyond the last instant of a clock, as long as their ends can be written."""
_IN_ORDER: Final = ("created_at", "started_at", "power_ends_at", "ended_at", "unplugged_at")
_BOUNDS: Final = {POWER: "plan", ENERGY: "energy_wh"}
"""The columns in which a session says what its vehicle and its connector cannot do."""
_EXACT: Final = ("energy_wh", "kwh_cost", "session_cost", "starting_cost")
"""Totals that follow from plan and tariff. Of the time, some may not be billed, because a station was silent."""
_CENTS: Final = 2
_CREATED: Final = {
    "fleets": "created_fleet",
    "drivers": "created_driver",
    "payment_methods": "created_payment_method",
    "vehicles": "created_vehicle",
    "stations": "created_home",
}
"""The words from which the ids of what callers create follow, by kind."""
_CREATED_USERS: Final = ("created_user", "created_member")
"""The same for users, without an organisation and with one."""
_NO_MEMBERS: Final = "{}"
_TOLD_BY: Final = {"documents": ("vendor", "kind"), "users": ("org",)}
_WINDOWS: Final = (("ideal_start", "ideal_end"), ("reserved_start", "reserved_end"), ("earliest_start", "latest_end"))


def check(world: World, held: Rows, channels: Channels) -> None:
    """Raises BadEntryError for the first fault."""
    every = chain(
        _duplicates(held),
        _unknown(held),
        _of_sessions(held, channels),
        _of_reservations(held),
        _uncounted(world, held),
    )
    fault = next(every, None)
    if fault is not None:
        raise BadEntryError(*fault)


def check_json(held: Rows, vendors: tuple[Terms, ...]) -> None:
    """Raises BadEntryError for the first details or body of which a vendor could not show a member."""
    columns = {name: "details" for name, kind in KINDS.items() if any(each.name == "details" for each in kind.columns)}
    for kind, column in (columns | {"documents": "body"}).items():
        # What says which vendor's words they are: that of a document, or the organisation of a user.
        named = _values(held, kind, *_TOLD_BY.get(kind, ("id",)))
        for n, (said, text) in enumerate(zip(named, _values(held, kind, column), strict=True)):
            document = said if kind == "documents" else None
            form = stored_json.MEMBERS if kind == "users" and said is not None else kind
            if text != _NO_MEMBERS or document is not None:
                for where, reason in stored_json.faults(vendors, form, text, document=document):
                    raise BadEntryError((kind, n, column, *where), reason)


def _duplicates(held: Rows) -> Iterator[Fault]:
    for kind in KINDS:
        for columns in _UNIQUE[kind]:
            taken: set[object] = set()
            for n, name in enumerate(_values(held, kind, *columns)):
                if name in taken:
                    yield (kind, n, columns[-1]), f"{name[-1] if len(columns) > 1 else name} is there already"
                taken.add(name)


def _unknown(held: Rows) -> Iterator[Fault]:
    known = {kind: set(_values(held, kind, "id")) for kind in {*_NAMED.values(), *_TARGETS.values()}}
    for kind in KINDS.values():
        for column in (each.name for each in kind.columns if each.name in _NAMED and kind.name != "documents"):
            among = _NAMED[column]
            for n, name in enumerate(_values(held, kind.name, column)):
                if name is not None and name not in known[among]:
                    yield (kind.name, n, column), f"there is no {name} among the {among}"
    for n, (kind_of, target) in enumerate(_values(held, "attachments", "kind", "target")):
        among = _TARGETS[str(kind_of)]
        if target not in known[among]:
            yield ("attachments", n, "target"), f"there is no {target} among the {among}"


def _of_sessions(held: Rows, channels: Channels) -> Iterator[Fault]:
    sessions = SESSION.mapping.entities(held["sessions"])
    smart = {vehicle for vehicle, org in _values(held, "vehicles", "id", "org") if org is not None}
    vehicles = {each.id: each for each in VEHICLE.mapping.entities(held["vehicles"])}
    connectors = {(each.station, each.id): each for each in CONNECTOR.mapping.entities(held["connectors"])}
    for n, (values, session) in enumerate(zip(_values(held, "sessions", *_SMART), sessions, strict=True)):
        connector = connectors.get((session.station, session.connector))
        for column, reason in chain(
            _halved(values),
            _misplaced(session, connector, smart, channels),
            _untimely(session),
            () if connector is None else _impossible(session, vehicles[session.vehicle], connector),
        ):
            yield ("sessions", n, column), reason
    yield from _overlapping(sessions)


def _halved(smart: tuple[object, ...]) -> Iterator[tuple[str, str]]:
    if len({value is None for value in smart}) > 1:
        yield "at_home", "a session has all columns of smart charging or none"


def _misplaced(
    session: Session, connector: Connector | None, smart: set[str], channels: Channels
) -> Iterator[tuple[str, str]]:
    if connector is None:
        yield "connector", f"{session.station} has no {session.connector}"
    for payer in channels[session.channel].payers:
        if getattr(session, payer) is None:
            yield payer, f"a session of the channel {session.channel} has one"
    if session.smart is None and session.vehicle in smart:
        yield "at_home", "a session of a vehicle with `org` has the columns of smart charging"


def _untimely(session: Session) -> Iterator[tuple[str, str]]:
    if session.created_at > _LAST_PLANNED:
        yield "created_at", "plans end with the year 9999"
    for before, column in pairwise(_IN_ORDER):
        if getattr(session, column) < getattr(session, before):
            yield column, f"this is before {before}"
    if session.unplugged_at > session.created_at + LONGEST:
        yield "unplugged_at", "this is not within seven days of the session's creation"
    if session.settled_at < session.ended_at:
        yield "settled_at", "this is before ended_at"


def _impossible(session: Session, vehicle: Vehicle, connector: Connector) -> Iterator[tuple[str, str]]:
    """Plans that vehicle and connector cannot follow, and totals that do not follow from plan and tariff."""
    for bound, reason in impossibilities(session, vehicle, connector):
        yield _BOUNDS[bound], reason
    due = totals(unpacked(session.plan), session.tariff, session.ended_at - session.started_at)
    # Before 0.3.0 the amounts of every currency were hundredths.
    names = due if decimals(currency(session.tariff)) == _CENTS else ("energy_wh",)
    for column in names:
        value = getattr(session, column)
        if value > due[column] or (column in _EXACT and value != due[column]):
            yield column, f"{value} is not the {due[column]} to which the session comes by its plan and its tariff"


def _overlapping(sessions: Sequence[Session]) -> Iterator[Fault]:
    """Sessions that hold the same connector or vehicle at one time."""
    for kind, earlier, later in collisions(sessions, PHYSICAL):
        before = sessions[earlier]
        yield ("sessions", later, kind), f"{before.id} is plugged in there until {millis(before.unplugged_at)}"


def _of_reservations(held: Rows) -> Iterator[Fault]:
    numbers = set(_values(held, "sessions", "n"))
    connectors = set(_values(held, "connectors", "station", "id"))
    for n, it in enumerate(RESERVATION.mapping.entities(held["reservations"])):
        if it.connector is not None and (it.station, it.connector) not in connectors:
            yield ("reservations", n, "connector"), f"{it.station} has no {it.connector}"
        for column, reason in _unresolved(it, numbers):
            yield ("reservations", n, column), reason


def _unresolved(it: Reservation, numbers: set[int]) -> Iterator[tuple[str, str]]:
    if it.created_at > _LAST_PLANNED:
        yield "created_at", "plans end with the year 9999"
    if it.session is not None and it.session not in numbers:
        yield "session", f"there is no session {it.session}"
    if it.confirms_at < it.created_at:
        yield "confirms_at", "this is before created_at"
    for begin, end in _WINDOWS:
        first, last = getattr(it, begin), getattr(it, end)
        if first is not None and last is not None and last < first:
            yield end, f"this is before {begin}"
    if (it.failed_reason is not None) != (it.outcome == reservations.FAILED):
        yield "failed_reason", "a reservation has one if it fails, and else none"
    for column in ("resolves_at",) if it.session is None else ("resolves_at", "reserved_end"):
        if not it.created_at <= getattr(it, column) <= it.created_at + reservations.LONGEST:
            yield column, "this is not within thirty days of the reservation's creation"


def _uncounted(world: World, held: Rows) -> Iterator[Fault]:
    numbers = [*_values(held, "sessions", "n"), *_values(held, "reservations", "n")]
    for counter, first, following in (
        ("next_n", 0, world.next_n),
        ("planned_n", PLANNED_FROM, PLANNED_FROM + world.planned_n),
    ):
        last = max((n for n in numbers if (n >= PLANNED_FROM) == (first == PLANNED_FROM)), default=-1)
        if following <= last:
            yield ("world", counter), f"{last} is there already"
    for kind, n, made in _made_later(world, held):
        yield (kind, n, "id"), f"{made} is what is created next in this world, by its next_n"
    if world.first_n > world.next_n:
        yield ("world", "first_n"), f"this is after {world.next_n}"


def _made_later(world: World, held: Rows) -> Iterator[tuple[str, int, str]]:
    """Rows with the ids of what callers are yet to create: those have their numbers from `next_n` on."""
    for kind, word in _CREATED.items():
        for place, (made, n) in enumerate(_values(held, kind, "id", "n")):
            if n >= world.next_n and made.endswith(prefixed_id("", world.seed, word, n)):
                yield kind, place, made
    for place, (made, n, kind) in enumerate(_values(held, "documents", "id", "n", "kind")):
        words = (f"created_{kind}", kind) if n >= world.next_n else ()
        if any(_is_made_of(made, world.seed, word, n) for word in words):
            yield "documents", place, made
    for place, (made, n) in enumerate(_values(held, "users", "id", "n")):
        if n >= world.next_n and any(_is_made_of(made, world.seed, word, n) for word in _CREATED_USERS):
            yield "users", place, made


def _is_made_of(made: str, seed: int, word: str, n: int) -> bool:
    """Whether an id follows from the seed, the word and the number."""
    return made == uuid_text(seed, word, n) or made.endswith(prefixed_id("", seed, word, n))


def _values(held: Rows, kind: str, *columns: str) -> Iterator[Any]:
    """The value of a column, or a tuple of the values of several columns, of each row of a kind."""
    return map(itemgetter(*map(KINDS[kind].place, columns)), held[kind])
