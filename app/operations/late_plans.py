"""Which sessions are possible that are planned late, when the world has others around them already."""

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from ..domain.models import Session
from ..domain.planned_days import Span
from ..domain.visits import Traveller, Visit, travellers
from ..store import availability, stations, visits
from ..store.world_transaction import WorldTransaction
from .displaced_plans import Gap, Links


class LatePlans(NamedTuple):
    """The ids of the sessions that are possible, and the gaps to close once these are inserted."""

    possible: frozenset[str]
    gaps: list[Gap]


def late_plans(
    tx: WorldTransaction, planned: Iterable[Session], unbroken: Span, refused: Container[str] = frozenset()
) -> LatePlans:
    """Returns which sessions are possible of those that are planned late, in the span whose days are all planned.

    Those whose ids are `refused` do not take place.
    What such a session needs is free (`availability.is_free`), and its vehicle, its driver and its user can come to it
    from the visit before, if that began in the span: what lies before it is not planned yet. If the visit after it is
    in the span and has begun, so that callers have seen it, the session leads on to that one; planned visits after it
    give way when the gaps are closed. Sessions that calls or events started or changed count outside of the span too.
    """
    since, until = unbroken
    every = _visits(tx, planned)
    links = Links(tx)
    kept = [
        visit
        for session, visit in every
        if session.id not in refused and availability.is_free(tx.db, tx.world.n, session)
    ]
    while True:
        kept = _chained(links, kept, since)
        dead_ends, gaps = _loose_ends(tx, links, kept, until)
        if not dead_ends:
            break
        kept = [visit for visit in kept if visit not in dead_ends]
    left_out = [visit for _, visit in every if visit not in kept]
    gaps += [Gap(traveller, visit.created_at) for visit in left_out for traveller in travellers(visit)]
    return LatePlans(frozenset(session.id for session, visit in every if visit in kept), gaps)


def _visits(tx: WorldTransaction, planned: Iterable[Session]) -> list[tuple[Session, Visit]]:
    """The sessions in the order of time, with their visits."""
    found = []
    for session in sorted(planned, key=lambda each: each.created_at):
        station = stations.station(tx, session.station)
        if station is not None:
            found.append((session, Visit.of(session, station)))
    return found


def _chained(links: Links, planned: Sequence[Visit], since: int) -> list[Visit]:
    """The visits to which those before them lead on, be they of the world or of these."""
    kept: list[Visit] = []
    last: dict[Traveller, Visit] = {}

    def is_reached(traveller: Traveller, visit: Visit) -> bool:
        before = links.visit_before(traveller, visit.created_at, since)
        earlier = _later_of(before, last.get(traveller))
        return earlier is None or links.lead_on(traveller, earlier, visit)

    for visit in planned:
        if all(is_reached(traveller, visit) for traveller in travellers(visit)):
            kept.append(visit)
            last |= dict.fromkeys(travellers(visit), visit)
    return kept


def _loose_ends(
    tx: WorldTransaction, links: Links, planned: Sequence[Visit], until: int
) -> tuple[list[Visit], list[Gap]]:
    """The visits that do not lead on to one that has begun, and the gaps before those that are planned."""
    dead_ends: list[Visit] = []
    gaps: list[Gap] = []
    coming: dict[Traveller, Visit] = {}
    for visit in reversed(planned):
        is_possible = True
        for traveller in travellers(visit):
            following = visits.next_visit(tx, traveller, after=visit.created_at)
            own = coming.get(traveller)
            if following is None or (following.created_at >= until and links.is_as_planned(following)):
                continue
            if own is not None and own.created_at < following.created_at:
                continue
            if not links.lead_on(traveller, visit, following):
                is_possible = is_possible and following.created_at > tx.now
                gaps.append(Gap(traveller, following.created_at))
        if is_possible:
            coming |= dict.fromkeys(travellers(visit), visit)
        else:
            dead_ends.append(visit)
    return dead_ends, gaps


def _later_of(one: Visit | None, other: Visit | None) -> Visit | None:
    """The visit that begins later."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda visit: visit.created_at)
