"""At each instant there is a reservation in each status."""

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest

from app.domain import reservations
from app.domain.clock import DAY, HOUR, MINUTE, NEVER
from app.domain.models import Reservation
from app.domain.sessions.view import LONGEST
from app.generate.day_plan import DayPlanner
from tests.generate.conftest import COMING, MONDAY, Lived, town_planner

STATUSES: Final = (
    reservations.PENDING,
    reservations.CONFIRMED,
    reservations.COMPLETED,
    reservations.CANCELLED,
    reservations.FAILED,
    reservations.EXPIRED,
)


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_is_shown_at_each_instant(lived: Lived, status: str) -> None:
    """At each instant of the days to come some reservation shows the status."""
    spans = sorted(span for it in lived.every_reservation if (span := showing(it, status)))
    shown_until = MONDAY
    gaps = []
    for begin, end in spans:
        if MONDAY + (COMING - 2) * DAY > begin > shown_until:
            gaps.append((offset(shown_until), offset(begin)))
        shown_until = max(shown_until, end)

    assert gaps == []
    assert shown_until > MONDAY + (COMING - 2) * DAY


def test_instants_of_a_reservation_are_in_order(lived: Lived) -> None:
    """A reservation is made, confirmed if ever, and resolved; its windows begin before they end."""
    for it in lived.every_reservation:
        assert it.created_at < it.resolves_at
        assert it.confirms_at == NEVER or it.created_at < it.confirms_at <= it.resolves_at
        assert it.ideal_start < it.ideal_end
        assert it.reserved_start < it.reserved_end
        assert it.resolves_at - it.created_at < LONGEST


def test_failed_reservation_has_a_reason(lived: Lived) -> None:
    """A reservation that failed has a reason and no station; no other has a reason."""
    for it in lived.every_reservation:
        assert (it.failed_reason is not None) == (it.outcome == reservations.FAILED)
        assert it.outcome != reservations.FAILED or it.station is None


def test_completed_reservation_has_its_session(lived: Lived) -> None:
    """A completed reservation has a session at its station, with its vehicle, in its window."""
    by_driver = defaultdict(list)
    for session in lived.every_session:
        by_driver[session.driver].append(session)
    for it in lived.every_reservation:
        kept = [
            session
            for session in by_driver[it.driver]
            if session.station == it.station and it.reserved_start <= session.created_at < it.reserved_end
        ]

        assert it.outcome != reservations.COMPLETED or it.vehicle in [session.vehicle for session in kept]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 7, 23])
def test_day_has_the_reservations_that_were_asked_for(count: int) -> None:
    """A day has that number of windows, evenly spread; each of them is also one of the 24 of a full day."""
    plans = town_planner()
    size = replace(plans.inputs.size, reservations=count)
    few = DayPlanner(replace(plans.inputs, size=size))
    hours = [(it.ideal_start - MONDAY) // HOUR - 24 * 9 for it in booked(few, 9)]
    apart = {after - before for before, after in pairwise([*hours, *(hour + 24 for hour in hours[:1])])}

    assert len(hours) == count
    assert apart <= {24 // count, -(-24 // count)} if count else not apart
    assert {it.id for it in booked(few, 9)} <= {it.id for it in booked(plans, 9)}


def booked(plans: DayPlanner, day: int) -> list[Reservation]:
    """The reservations for a day, by the hour."""
    found = [entry.reservation for entry in plans.day(day) if entry.reservation]
    return sorted(found, key=lambda it: it.ideal_start)


def showing(it: Reservation, status: str) -> tuple[int, int] | None:
    """From when until when a reservation shows a status; None if it never does."""
    confirms_at = min(it.confirms_at, it.resolves_at)
    span = {
        reservations.PENDING: (it.created_at, confirms_at),
        reservations.CONFIRMED: (confirms_at, it.resolves_at),
        it.outcome: (it.resolves_at, NEVER),
    }.get(status, (0, 0))
    return span if span[0] < span[1] else None


def offset(at: int) -> str:
    """An instant as day and time of the world."""
    day, rest = divmod(at - MONDAY, DAY)
    return f"day {day} {rest // HOUR:02d}:{rest % HOUR // MINUTE:02d}"
