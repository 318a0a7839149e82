"""Energy and cost of a session never fall while time goes on, with any vendor."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, MILLISECOND, instant, millis
from tests.laws.callers import RESERVATIONS, SESSIONS, Caller

NOON: Final = instant("2026-03-04T12:00:00Z")
STEPS: Final = st.lists(st.integers(MILLISECOND, 5 * HOUR), min_size=2, max_size=4)
AMOUNTS: Final = ("energy_consumed", "amount_due", "amount_paid")
ADDED_UP: Final = ("kwh_cost", "time_cost", "session_fee_cost", "blocking_fee_cost", "starting_fee_cost")


@settings(max_examples=5, deadline=None)
@given(begin=st.integers(NOON - 18 * DAY, NOON + 2 * DAY), steps=STEPS)
def test_energy_and_cost_never_fall_at_random_instants(reader: Caller, begin: int, steps: list[int]) -> None:
    """Whatever instants are looked at, a later one shows each session with as much energy and cost, or more."""
    instants = [begin + sum(steps[:n]) for n in range(len(steps) + 1)]

    for earlier, later in pairwise(meters(reader, at, begin) for at in instants):
        assert earlier.keys() <= later.keys()
        assert {key: values for key, values in earlier.items() if not_more(values, later[key])} == earlier


def test_charges_meter_never_falls_around_boundaries(reader: Caller) -> None:
    """Just before, at and just after whatever happens to a session, Charge's numbers and `updated` rise."""
    for row in reader.rows(SESSIONS)[::20]:
        path = f"{SESSIONS}/{row['id']}"
        instants = list(around(row))
        bodies = [reader.get(path, millis(at)).json() for at in instants]

        for earlier, later in pairwise(bodies):
            assert earlier["energy_consumed"] <= later["energy_consumed"]
            assert earlier["amount_due"] <= later["amount_due"]
            assert earlier["amount_paid"] <= later["amount_paid"]
            assert earlier["updated"] <= later["updated"]


def test_a_session_that_is_over_keeps_its_numbers(reader: Caller) -> None:
    """From the end on, energy and amount due are final, and the amount paid is nothing or all of it."""
    for row in reader.rows(SESSIONS, "&status=completed")[::9]:
        ended = instant(row["session_ended"])
        later = reader.get(f"{SESSIONS}/{row['id']}", millis(ended)).json()

        assert later["energy_consumed"] == row["energy_consumed"]
        assert later["amount_due"] == row["amount_due"]
        assert row["amount_paid"] in {0, row["amount_due"]}


def test_a_reservation_goes_through_its_statuses_once(reader: Caller) -> None:
    """A reservation is pending, then confirmed, then what became of it; it never goes back."""
    order = {"pending": 0, "confirmed": 1, "completed": 2, "cancelled": 2, "failed": 2, "expired": 2}
    instants = [millis(NOON - 3 * DAY + hours * HOUR) for hours in range(0, 72, 3)]
    lists = [{row["id"]: row for row in reader.rows(RESERVATIONS, at=at)} for at in instants]

    for earlier, later in pairwise(lists):
        assert earlier.keys() <= later.keys()
        for key, row in earlier.items():
            assert order[row["status"]] <= order[later[key]["status"]]
            assert row["updated"] <= later[key]["updated"]


def around(row: dict[str, Any]) -> Iterator[int]:
    """The instants around all that a session of Charge shows of itself, and some between."""
    created, started = instant(row["created"]), instant(row["session_started"])
    ended = instant(row["session_ended"] or row["updated"])
    between = [started + (ended - started) * n // 5 for n in range(1, 5)]
    for boundary in sorted({created, started, *between, ended, ended + HOUR}):
        yield from (at for at in (boundary - MILLISECOND, boundary, boundary + MILLISECOND) if at >= created)


def meters(reader: Caller, at: int, since: int) -> dict[str, tuple[Decimal, ...]]:
    """What every session since the day before `since` has delivered and cost at an instant, by vendor and id."""
    now, first = millis(at), millis(since - DAY)
    found: dict[str, tuple[Decimal, ...]] = {
        f"charge/{row['id']}": tuple(Decimal(row[name]) for name in AMOUNTS)
        for row in reader.rows(SESSIONS, f"&created[gte]={first}", now)
    }
    for user in reader.users:
        for row in reader.get(f"{user}?page_size=100", now).json()["results"]:
            if row["start_time"] is None or row["start_time"] >= first:
                costs = (Decimal(row["session_cost"][name]) for name in ADDED_UP)
                found[f"cariqa/{row['id']}"] = (Decimal(row["consumed_energy"]), Decimal(row["duration"] or 0), *costs)
    for car in reader.cars:
        for row in reader.get(f"{car}?from={first[:10]}&to={now[:10]}", now).json()["items"]:
            found[f"podero/{row['id']}"] = (Decimal(row["energy_charged_kwh"]), Decimal(row["actual_cost_eur"]))
    return found


def not_more(earlier: tuple[Decimal, ...], later: tuple[Decimal, ...]) -> bool:
    return all(before <= after for before, after in zip(earlier, later, strict=True))
