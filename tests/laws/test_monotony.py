"""Energy and cost of a session never fall as time passes, at any vendor."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, MILLISECOND, instant, millis
from tests.laws.world_client import RESERVATIONS, SESSIONS, WorldClient

NOON: Final = instant("2026-03-04T12:00:00Z")
CALLS: Final = st.lists(st.integers(MILLISECOND, 5 * HOUR), min_size=2, max_size=4)
AMOUNTS: Final = ("energy_consumed", "amount_due", "amount_paid")
ADDED_UP: Final = ("kwh_cost", "time_cost", "session_fee_cost", "blocking_fee_cost", "starting_fee_cost")


@settings(max_examples=5, deadline=None)
@given(begin=st.integers(NOON - 18 * DAY, NOON + 2 * DAY), steps=CALLS)
def test_energy_and_cost_never_fall_at_random_instants(reader: WorldClient, begin: int, steps: list[int]) -> None:
    """At a later instant each session shows at least the energy and cost of an earlier one."""
    instants = [begin + sum(steps[:n]) for n in range(len(steps) + 1)]

    for earlier, later in pairwise(meters(reader, at, begin) for at in instants):
        assert earlier.keys() <= later.keys()
        assert {key: values for key, values in earlier.items() if not_more(values, later[key])} == earlier


def test_charge_numbers_never_fall_around_boundaries(reader: WorldClient) -> None:
    """Just before, at and just after each boundary of a session, Charge's numbers and `updated` do not fall."""
    for row in reader.rows(SESSIONS)[::20]:
        path = f"{SESSIONS}/{row['id']}"
        instants = list(around(row))
        bodies = [reader.get(path, millis(at)).json() for at in instants]

        for earlier, later in pairwise(bodies):
            assert earlier["energy_consumed"] <= later["energy_consumed"]
            assert earlier["amount_due"] <= later["amount_due"]
            assert earlier["amount_paid"] <= later["amount_paid"]
            assert earlier["updated"] <= later["updated"]


def test_a_session_that_is_over_keeps_its_numbers(reader: WorldClient) -> None:
    """From the end on, energy and amount due are final, and the amount paid is zero or the amount due."""
    for row in reader.rows(SESSIONS, "&status=completed")[::9]:
        ended = instant(row["session_ended"])
        later = reader.get(f"{SESSIONS}/{row['id']}", millis(ended)).json()

        assert later["energy_consumed"] == row["energy_consumed"]
        assert later["amount_due"] == row["amount_due"]
        assert row["amount_paid"] in {0, row["amount_due"]}


def test_a_reservation_goes_through_its_statuses_once(reader: WorldClient) -> None:
    """A reservation is pending, then confirmed, then in its final status; it never goes back."""
    rank = {"pending": 0, "confirmed": 1, "completed": 2, "cancelled": 2, "failed": 2, "expired": 2}
    instants = [millis(NOON - 3 * DAY + hours * HOUR) for hours in range(0, 72, 3)]
    lists = [{row["id"]: row for row in reader.rows(RESERVATIONS, at=at)} for at in instants]

    for earlier, later in pairwise(lists):
        assert earlier.keys() <= later.keys()
        for key, row in earlier.items():
            assert rank[row["status"]] <= rank[later[key]["status"]]
            assert row["updated"] <= later[key]["updated"]


def around(row: dict[str, Any]) -> Iterator[int]:
    """The instants around every boundary that a session of Charge shows, and some between."""
    created, started = instant(row["created"]), instant(row["session_started"] or row["created"])
    ended = instant(row["session_ended"] or row["updated"])
    between = [started + (ended - started) * n // 5 for n in range(1, 5)]
    for boundary in sorted({created, started, *between, ended, ended + HOUR}):
        yield from (at for at in (boundary - MILLISECOND, boundary, boundary + MILLISECOND) if at >= created)


def meters(reader: WorldClient, at: int, since: int) -> dict[str, tuple[Decimal, ...]]:
    """Energy and cost at an instant of every session since the day before `since`, by vendor and id."""
    now, first = millis(at), millis(since - DAY)
    found: dict[str, tuple[Decimal, ...]] = {
        f"charge/{row['id']}": tuple(Decimal(row[name]) for name in AMOUNTS)
        for row in reader.rows(SESSIONS, f"&created[gte]={first}", now)
    }
    for user in reader.user_paths:
        for row in reader.get(f"{user}?page_size=100", now).json()["results"]:
            if row["start_time"] is None or row["start_time"] >= first:
                costs = (Decimal(row["session_cost"][name]) for name in ADDED_UP)
                found[f"cariqa/{row['id']}"] = (Decimal(row["consumed_energy"]), Decimal(row["duration"] or 0), *costs)
    for vehicle in reader.vehicle_paths:
        for row in reader.get(f"{vehicle}?from={first[:10]}&to={now[:10]}", now).json()["items"]:
            found[f"podero/{row['id']}"] = (Decimal(row["energy_charged_kwh"]), Decimal(row["actual_cost_eur"]))
    return found


def not_more(earlier: tuple[Decimal, ...], later: tuple[Decimal, ...]) -> bool:
    return all(before <= after for before, after in zip(earlier, later, strict=True))
