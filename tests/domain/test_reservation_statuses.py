"""A reservation's status changes at instants that the reservation does not show."""

from dataclasses import replace
from typing import Final

import pytest

from app.domain.clock import DAY, HOUR, MINUTE, NEVER, instant
from app.domain.models import Reservation
from app.domain.reservations import is_assigned, status, unfulfilled, updated

CREATED: Final = instant("2026-03-02T08:00:00.250Z")
CONFIRMS: Final = CREATED + HOUR
RESERVED: Final = CREATED + 2 * HOUR
RESOLVES: Final = CREATED + 3 * HOUR
ENDS: Final = CREATED + 4 * HOUR
OUTCOMES: Final = ("completed", "cancelled", "failed", "expired")
BOOKED: Final = Reservation(
    n=1,
    id="res_Example",
    driver="drv_Example",
    vehicle="veh_Example",
    payment_method="pm_Example",
    station="chst_Example",
    connector_type="CCS",
    created_at=CREATED,
    confirms_at=CONFIRMS,
    resolves_at=RESOLVES,
    touched_at=CREATED,
    outcome="completed",
    failed_reason=None,
    confirmed_at=CONFIRMS,
    ideal_start=RESERVED,
    ideal_end=ENDS,
    reserved_start=RESERVED,
    reserved_end=ENDS,
    earliest_start=None,
    latest_end=None,
    latitude=52.52,
    longitude=13.405,
    radius=500,
    currency="eur",
    fee=100,
    free_until_before=15,
    session=7,
)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (CREATED, "pending"),
        (CONFIRMS - 1, "pending"),
        (CONFIRMS, "confirmed"),
        (RESERVED, "confirmed"),
        (RESOLVES - 1, "confirmed"),
        (RESOLVES, None),
        (RESOLVES + 400 * DAY, None),
    ],
)
def test_a_reservation_is_pending_then_confirmed_then_has_its_outcome(
    outcome: str, now: int, expected: str | None
) -> None:
    """Each status begins exactly at its instant; None stands for the outcome."""
    assert status(replace(BOOKED, outcome=outcome), now) == (expected or outcome)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_reservation_resolved_before_its_confirmation_is_never_confirmed(outcome: str) -> None:
    """A reservation that fails or is cancelled early goes from pending to its end, and stays there."""
    early = replace(BOOKED, outcome=outcome, resolves_at=CONFIRMS - MINUTE)

    seen = [status(early, now) for now in (CREATED, CONFIRMS - MINUTE - 1, CONFIRMS - MINUTE, CONFIRMS, ENDS)]

    assert seen == ["pending", "pending", outcome, outcome, outcome]


def test_the_fields_that_a_reservation_shows_do_not_move_its_status() -> None:
    """A pending reservation may show a confirmation and a window that lie in the past."""
    shown = replace(BOOKED, confirms_at=NEVER, resolves_at=NEVER, confirmed_at=CREATED, reserved_end=CREATED + MINUTE)

    assert status(shown, ENDS) == "pending"
    assert is_assigned(shown, CREATED)


def test_a_reservation_is_assigned_from_its_confirmation_on() -> None:
    """Station and window are shown from `confirmed_at` on, and never without one."""
    assert not is_assigned(BOOKED, CONFIRMS - 1)
    assert is_assigned(BOOKED, CONFIRMS)
    assert not is_assigned(replace(BOOKED, confirmed_at=NEVER), ENDS + 400 * DAY)


@pytest.mark.parametrize(
    ("touched", "now", "expected"),
    [
        (CREATED, CREATED, CREATED),
        (CREATED, CONFIRMS - 1, CREATED),
        (CREATED, CONFIRMS, CONFIRMS),
        (CREATED, RESOLVES - 1, CONFIRMS),
        (CREATED, RESOLVES, RESOLVES),
        (CREATED, RESOLVES + DAY, RESOLVES),
        (CONFIRMS + MINUTE, CONFIRMS + MINUTE - 1, CONFIRMS),
        (CONFIRMS + MINUTE, CONFIRMS + MINUTE, CONFIRMS + MINUTE),
        (CONFIRMS + MINUTE, RESOLVES, RESOLVES),
        (RESOLVES + MINUTE, RESOLVES + DAY, RESOLVES + MINUTE),
        (NEVER, RESOLVES + DAY, RESOLVES),
    ],
)
def test_a_reservation_is_updated_at_its_last_boundary_or_by_a_person(touched: int, now: int, expected: int) -> None:
    """`updated` is the instant of the last change to the reservation, and never in the future."""
    assert updated(replace(BOOKED, touched_at=touched), now) == expected


def test_an_unfulfilled_reservation_expires_when_its_window_ends() -> None:
    """Without its session a reservation stays confirmed to the end of its window, and then has expired."""
    unused = unfulfilled(BOOKED)

    assert [status(unused, now) for now in (CONFIRMS, RESOLVES, ENDS - 1)] == ["confirmed"] * 3
    assert [status(unused, now) for now in (ENDS, ENDS + DAY)] == ["expired"] * 2
    assert unused.session is None


def test_an_unfulfilled_reservation_has_the_same_past() -> None:
    """Its values are unchanged until the instant at which it would have been resolved, and no other field changes."""
    unused = unfulfilled(BOOKED)

    instants = range(CREATED, RESOLVES, 7 * MINUTE)

    assert [status(unused, now) for now in instants] == [status(BOOKED, now) for now in instants]
    assert [updated(unused, now) for now in instants] == [updated(BOOKED, now) for now in instants]
    assert replace(unused, outcome=BOOKED.outcome, resolves_at=RESOLVES, session=7) == BOOKED
