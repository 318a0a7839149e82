"""The future of a reservation follows from the connectors that suit it and the spans in which they are taken."""

from dataclasses import replace
from typing import Final

import pytest

from app.domain.clock import HOUR, MINUTE, NEVER
from app.domain.models import Card, Connector, PaymentMethod, Reservation
from app.domain.reservation_plans import Payment, Place, joined_types, lost, planned
from app.domain.reservations import HELD_BEFORE
from tests.domain.test_reservation_statuses import BOOKED, CREATED, ENDS, RESERVED

MADE: Final = replace(BOOKED, ideal_start=RESERVED, ideal_end=ENDS, session=None)
"""Made four hours before its ideal window ends, which lasts for two hours."""
CONFIRMS: Final = RESERVED - 30 * MINUTE
SINCE: Final = CREATED + MINUTE


def _connector(name: str) -> Connector:
    return Connector(
        station="chst_Example",
        id=name,
        evse_id=f"DE*EX*E{name}",
        standard="IEC_62196_T2",
        power_kw=22.0,
        phases=3,
        tariff="eur vat=19",
        in_service=True,
        faults_after_s=None,
    )


def _plan(made: Reservation, *taken: tuple[tuple[int, int], ...], payment: Payment | None = None) -> Reservation:
    """The plan for connectors `c0`, `c1` … that are taken in these spans."""
    places = [Place(_connector(f"c{n}"), spans) for n, spans in enumerate(taken)]
    return planned(made, [places], payment, confirms_at=CONFIRMS, since=SINCE)


def test_first_free_connector_gets_the_ideal_window() -> None:
    """The first connector that is free in the ideal window is assigned, and expires if nothing else comes."""
    plan = _plan(MADE, ((RESERVED, ENDS),), (), ())

    assert (plan.station, plan.connector) == ("chst_Example", "c1")
    assert (plan.confirms_at, plan.confirmed_at, plan.resolves_at) == (CONFIRMS, CONFIRMS, ENDS)
    assert (plan.reserved_start, plan.reserved_end, plan.outcome) == (RESERVED, ENDS, "expired")


@pytest.mark.parametrize(
    ("since", "until", "is_free"),
    [
        (CREATED, RESERVED - HELD_BEFORE, True),
        (CREATED, RESERVED - HELD_BEFORE + 1, False),
        (ENDS, ENDS + HOUR, True),
        (ENDS - 1, ENDS + HOUR, False),
        (RESERVED + MINUTE, RESERVED + 2 * MINUTE, False),
        (CREATED, NEVER, False),
    ],
)
def test_connector_is_free_with_the_time_before_the_window(since: int, until: int, *, is_free: bool) -> None:
    """A connector is assigned if nothing takes it from a little before the window to its end."""
    plan = _plan(MADE, ((since, until),))

    assert (plan.failed_reason is None) is is_free


def test_reservation_without_a_connector_fails_when_it_would_be_confirmed() -> None:
    """It has no station and no window of its own, and says why."""
    plan = _plan(MADE, ((CREATED, NEVER),))

    assert (plan.outcome, plan.failed_reason, plan.resolves_at) == ("failed", "no_available_connectors", CONFIRMS)
    assert (plan.station, plan.connector, plan.confirms_at, plan.confirmed_at) == (None, None, NEVER, NEVER)
    assert (plan.reserved_start, plan.reserved_end) == (RESERVED, ENDS)


def test_later_parts_are_read_only_if_they_are_needed() -> None:
    """Once a connector is free in the ideal window, no further connectors are read."""
    parts = iter([[Place(_connector("c0"), ())], [Place(_connector("c1"), ())]])

    planned(MADE, parts, None, confirms_at=CONFIRMS, since=SINCE)

    assert len(list(parts)) == 1


def test_nearest_window_of_all_connectors_is_chosen() -> None:
    """Where no ideal window is free the connector with the nearest one is assigned, even if it is farther away."""
    flexible = replace(MADE, latest_end=ENDS + 3 * HOUR)

    plan = _plan(flexible, ((RESERVED, RESERVED + 2 * HOUR),), ((RESERVED, RESERVED + HOUR),))

    assert plan.connector == "c1"
    assert (plan.reserved_start, plan.reserved_end) == (RESERVED + HOUR + HELD_BEFORE, ENDS + HOUR + HELD_BEFORE)


def test_window_does_not_move_without_leave() -> None:
    """Without `earliest_start` and `latest_end` the window is the ideal one or none."""
    taken = ((RESERVED, RESERVED + MINUTE),)

    assert _plan(MADE, taken).outcome == "failed"
    assert _plan(replace(MADE, earliest_start=RESERVED), taken).outcome == "failed"
    assert _plan(replace(MADE, latest_end=ENDS + 10 * MINUTE), taken).outcome == "failed"
    assert _plan(replace(MADE, latest_end=ENDS + 16 * MINUTE), taken).outcome == "expired"


@pytest.mark.parametrize("card", [Card.DECLINED, Card.NEEDS_AUTHENTICATION, Card.INSUFFICIENT_FUNDS])
def test_payment_is_authorised_at_the_confirmation(card: Card) -> None:
    """With a card that is not authorised the reservation fails; a card that is declined only later does not matter."""
    good = PaymentMethod("pm_Example", None, None, Card.GOOD)

    plans = [
        _plan(MADE, (), payment=Payment(method, None, None))
        for method in (
            replace(good, card=card),
            replace(good, declined_from=CONFIRMS),
            replace(good, declined_from=CONFIRMS + 1),
        )
    ]

    assert [plan.failed_reason for plan in plans] == ["payment_failed", "payment_failed", None]


def test_fee_of_a_card_that_fails_later_is_not_collected() -> None:
    """A card that fails at settlement confirms a reservation whose fee will not be paid."""
    method = PaymentMethod("pm_Example", None, None, Card.FAILS_AT_SETTLEMENT)

    plan = _plan(MADE, (), payment=Payment(method, None, None))

    assert (plan.outcome, plan.fee_fails_from) == ("expired", CONFIRMS)


def test_confirmed_reservation_fails_with_what_it_shows() -> None:
    """One that is confirmed keeps its station and its window, and holds no connector any more."""
    confirmed = _plan(MADE, ())

    failed = lost(confirmed, CONFIRMS + MINUTE, "no_available_connectors")

    assert failed == replace(
        confirmed,
        connector=None,
        outcome="failed",
        failed_reason="no_available_connectors",
        resolves_at=CONFIRMS + MINUTE,
    )


def test_types_are_joined_in_one_order() -> None:
    """The types are stored in the order in which they are shown (CHARGE-096)."""
    assert joined_types(["Type2", "CHAdeMO"]) == "CHAdeMO,Type2"
