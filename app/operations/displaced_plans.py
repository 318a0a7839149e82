"""The removal of planned sessions that have become impossible. No caller has seen a planned session.

Plans are drawn in chains: a vehicle comes to each of its planned sessions from the one before, and so do its driver and
its user (`domain.visits`). When a link changes or is removed, what follows is looked at in the order of time, up to
the first session that is still possible; those after it follow from that one.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..domain.clock import EARLIEST, NEVER
from ..domain.exclusivity import VEHICLE, overlap
from ..domain.models import Reservation, Session, Station, Vehicle
from ..domain.planned_days import Span
from ..domain.reservations import unfulfilled
from ..domain.sessions.start import started_id
from ..domain.visits import Traveller, Visit, person_leads_on, travellers, vehicle_detours, vehicle_leads_on
from ..store import availability, parties, reservations, sessions, visits
from ..store.world_transaction import WorldTransaction


class Gap(NamedTuple):
    """An instant at which a traveller does not visit what was planned, or visits something else."""

    traveller: Traveller
    at: int


def drop_plans_beside(
    tx: WorldTransaction, begun: Session, station: Station, vehicle: Vehicle, *, planned_at: int
) -> None:
    """Removes the planned sessions that a session makes impossible which begins now, at that station.

    `planned_at` is when the next planned session at its connector begins.
    """
    removal = _Removal(tx, vehicle)
    planned = availability.planned_at_connector(tx, begun) if planned_at < begun.unplugged_at else ()
    removal.make_way(begun, Visit.of(begun, station), planned)
    removal.close_gaps()


def drop_displaced_plans(
    tx: WorldTransaction, changed: Iterable[Session], removed: Iterable[Session] = ()
) -> list[Reservation]:
    """Removes the planned sessions `removed`, and those that this or changed sessions, saved before, make impossible.

    Returns their reservations, whose windows now pass unused.
    """
    removal = _Removal(tx)
    for session in removed:
        removal.drop(session)
    for session in changed:
        visit = visits.last_visit(tx, (VEHICLE, session.vehicle), before=max(tx.now, session.created_at) + 1)
        # If it is not this session, the vehicle has gone on to another one, from which the planned ones follow.
        if visit is not None and visit.n == session.n:
            removal.make_way(session, visit, availability.planned_at_connector(tx, session))
    removal.close_gaps()
    return removal.unused


def close_gaps(tx: WorldTransaction, gaps: Iterable[Gap], unbroken: Span) -> list[Reservation]:
    """Removes the planned sessions to which nothing leads on any more; returns their reservations.

    Sessions outside of the span whose days are all planned are not looked at, because what lies between is not planned
    yet; only those before it that were started or changed are.
    """
    removal = _Removal(tx, unbroken=unbroken)
    removal.gaps += gaps
    removal.close_gaps()
    return removal.unused


class Links:
    """Whether one visit leads on to another. Each vehicle is read once, unless it is given."""

    def __init__(self, tx: WorldTransaction, *vehicles: Vehicle) -> None:
        self._tx = tx
        self._vehicles: dict[str, Vehicle | None] = {vehicle.id: vehicle for vehicle in vehicles}

    def lead_on(self, traveller: Traveller, earlier: Visit, later: Visit) -> bool:
        """Whether the traveller can have come from the earlier visit to the later one."""
        kind, name = traveller
        if kind != VEHICLE:
            return person_leads_on(earlier, later)
        if name not in self._vehicles:
            self._vehicles[name] = parties.vehicle(self._tx, name)
        vehicle = self._vehicles[name]
        if vehicle is None or vehicle_leads_on(vehicle, earlier, later):
            return True
        return (self.is_started(earlier) or self.is_started(later)) and vehicle_detours(vehicle, earlier, later)

    def visit_before(self, traveller: Traveller, at: int, since: int) -> Visit | None:
        """The last visit of a traveller before an instant, if it began at `since` or later, or is no longer as planned.

        Before `since` days are not planned yet. A plan that does not follow from a session there that was started or
        changed is not made: if there is no other session in between, nothing looks at the two again.
        """
        visit = visits.last_visit(self._tx, traveller, before=at)
        return None if visit is None or (visit.created_at < since and self.is_as_planned(visit)) else visit

    def is_as_planned(self, visit: Visit) -> bool:
        """Whether the session was planned, and no call or event has changed it."""
        return visit.touched_at <= visit.created_at and not self.is_started(visit)

    def is_started(self, visit: Visit) -> bool:
        """Whether a caller started the session. Its id says so."""
        return visit.id == started_id(self._tx.world.seed, visit.n)


class _Removal:
    """Removes planned sessions. `gaps` are those that this leaves, and `unused` the reservations for these sessions."""

    def __init__(self, tx: WorldTransaction, *vehicles: Vehicle, unbroken: Span = (EARLIEST, NEVER)) -> None:
        self._tx = tx
        self._since, self._until = unbroken
        self._links = Links(tx, *vehicles)
        self.gaps: list[Gap] = []
        self.unused: list[Reservation] = []

    def drop(self, planned: Session | Visit, followed: Sequence[Traveller] = ()) -> None:
        """Removes a planned session. It leaves gaps, but for the travellers whose next visits are looked at anyway."""
        sessions.remove_session(self._tx, planned.n)
        self.gaps += [Gap(each, planned.created_at) for each in travellers(planned) if each not in followed]
        for reservation in map(unfulfilled, reservations.reservations_for(self._tx, planned.n)):
            reservations.save_reservation(self._tx, reservation)
            self.unused.append(reservation)

    def make_way(self, session: Session, visit: Visit, at_connector: Iterable[Session]) -> None:
        """Removes the planned sessions that need its connector, or follow the visit and are impossible after it."""
        for planned in at_connector:
            if planned.n != session.n and overlap(session, planned):
                self.drop(planned)
        left = travellers(visit)
        while left:
            self._follow(visit, left)
            left = left[1:]

    def close_gaps(self) -> None:
        """Removes the planned sessions to which the visits before the gaps do not lead on."""
        while self.gaps:
            traveller, at = self.gaps.pop()
            earlier = self._links.visit_before(traveller, at, self._since)
            if earlier is not None:
                self._follow(earlier, [traveller])

    def _follow(self, earlier: Visit, followed: Sequence[Traveller]) -> None:
        """Removes the first traveller's next planned visits, up to the first one to which the earlier visit leads on.

        The others are followed afterwards.
        """
        traveller = followed[0]
        after = max(self._tx.now, earlier.created_at)
        while (later := visits.next_visit(self._tx, traveller, after=after)) is not None:
            if later.created_at >= self._until or self._links.lead_on(traveller, earlier, later):
                return
            self.drop(later, followed)
