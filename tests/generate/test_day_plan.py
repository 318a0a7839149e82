"""A day depends on the seed and its number only: not on when it is drawn, nor on the calendar."""

from dataclasses import asdict
from typing import Any, Final

import pytest

from app.domain.clock import DAY, NEVER, WEEK
from app.domain.models import Reservation, Session
from app.generate.day_entry import DayEntry
from tests.generate.conftest import MONDAY, Lived, town_planner

pytestmark = pytest.mark.slow

KNOWN: Final = ("cs_mfFZxrUjpf3z9hFFNkgQUxozlDE9Snao", "charge", 4_748_238_000, 5_879)
WINDOWS: Final = ("ideal_start", "ideal_end", "reserved_start", "reserved_end", "earliest_start", "latest_end")


@pytest.mark.parametrize("days", [[3], [5, 3], [-4, 3], [3, 3], [4, 3], [0, 1, 9, 3], list(range(10, 2, -1))])
def test_day_does_not_depend_on_other_days(lived: Lived, days: list[int]) -> None:
    """Drawn alone, twice, or after other days in any order, it has the same sessions and reservations."""
    plans = town_planner()
    entries = {day: plans.day(day) for day in days}

    assert sessions(entries[3]) == lived.sessions[3]
    assert [entry.reservation for entry in entries[3] if entry.reservation] == lived.reservations[3]


def test_days_differ(lived: Lived) -> None:
    """No two days, and no two seeds, have a session in common."""
    ids = [session.id for session in lived.every_session]
    elsewhere = {session.id for session in sessions(town_planner(seed=2).day(3))}

    assert len(ids) == len(set(ids))
    assert elsewhere & set(ids) == set()


def test_no_two_sessions_are_created_at_once(lived: Lived) -> None:
    """Each session has an instant of creation of its own, so that their order does not depend on their numbers."""
    created = [session.created_at for session in lived.every_session]

    assert len(created) == len(set(created))


def test_sessions_are_created_on_their_day(lived: Lived) -> None:
    """Each day's sessions are created between its 00:00 and the next one, UTC."""
    assert {
        day: {(session.created_at - MONDAY) // DAY for session in some} for day, some in lived.sessions.items()
    } == {day: {day} for day in lived.sessions}


@pytest.mark.parametrize("weeks", [1, 26, 520])
def test_shifted_world_keeps_habits_and_money(lived: Lived, weeks: int) -> None:
    """In a world that begins whole weeks later, instants are later by these weeks, and no other field changes."""
    shifted = town_planner(monday=MONDAY + weeks * WEEK).day(2)
    booked = [entry.reservation for entry in shifted if entry.reservation]

    assert [moved(it, -weeks * WEEK) for it in sessions(shifted)] == [moved(it, 0) for it in lived.sessions[2]]
    assert [moved(it, -weeks * WEEK) for it in booked] == [moved(it, 0) for it in lived.reservations[2]]


def test_day_of_the_town_is_known(lived: Lived) -> None:
    """The first session of day 0 is a known one, so that a change of the draws is noticed."""
    first = min(lived.sessions[0], key=lambda session: session.created_at)

    assert (first.id, first.channel, first.created_at - MONDAY, first.energy_wh) == KNOWN


def sessions(entries: list[DayEntry]) -> list[Session]:
    return [entry.session for entry in entries if entry.session]


def moved(entity: Session | Reservation, by: int) -> dict[str, Any]:
    """The fields of a session or a reservation, its instants moved; `NEVER` stays."""
    named = asdict(entity)
    named |= {f"smart.{name}": value for name, value in (named.pop("smart", None) or {}).items()}
    return {
        name: value + by if is_instant(name) and value not in {None, NEVER} else value for name, value in named.items()
    }


def is_instant(name: str) -> bool:
    return name.endswith("_at") or name in WINDOWS
