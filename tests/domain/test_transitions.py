"""Transitions are a chain in time order, and give the status at every instant."""

from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import reservations
from app.domain.channels import HOME, Channel
from app.domain.clock import DAY, HOUR, MINUTE, NEVER, SECOND, monday
from app.domain.sessions import lifecycle
from app.domain.sessions.view import status
from app.domain.smart_charging import Market, summary_away
from app.domain.transitions import Transition
from tests.domain.examples import CHANNELS, CHARGE, ID3, MORNING, SHARES, Visit, boundaries, session, visits
from tests.domain.test_reservation_statuses import BOOKED, CONFIRMS, CREATED, RESOLVES

UUID: Final = "0b2f4b1e-53a5-4c1b-9a57-6c1b8de2a9f0"
INSTANTS: Final = st.integers(0, 5 * HOUR).map(lambda micros: CREATED + micros) | st.just(NEVER)
BOUNDARIES: Final = ("created_at", "ended_at", "unplugged_at", "settled_at")


@given(visit=visits(), shares=SHARES)
@settings(deadline=None, max_examples=120)
def test_a_sessions_transitions_are_its_statuses(visit: Visit, shares: list[float]) -> None:
    """At every instant, the status is that of the last transition to a status that vendors know."""
    planned = visit.session
    chain = lifecycle.transitions(boundaries(planned))

    _is_chain(chain)
    assert {step.to for step in chain} <= set(lifecycle.STATUSES)
    for now in (now for now in visit.instants(shares) if now >= planned.created_at):
        seen = [step.to for step in lifecycle.transitions(boundaries(planned), planned.created_at - 1, now)]
        vendors = [word for word in seen if word not in ("unplugged", "settled")]
        assert vendors[-1] == status(planned, now)
        assert ("unplugged" in seen) is (planned.unplugged_at <= now)
        assert ("settled" in seen) is (planned.settled_at <= now)


@given(visit=visits())
@settings(deadline=None, max_examples=60)
def test_each_boundary_is_one_transition(visit: Visit) -> None:
    """Creation, end, unplugging and settlement each have a transition; a session that is never settled has three."""
    planned = visit.session
    expected = sorted(at for at in (getattr(planned, name) for name in BOUNDARIES) if at != NEVER)

    chain = lifecycle.transitions(boundaries(planned))

    assert [step.at for step in chain] == expected
    assert {(step.kind, step.id) for step in chain} == {("charging_session", _id(planned.channel))}
    assert next(step for step in chain if step.to == planned.outcome).reason == planned.reason


@given(confirms_at=INSTANTS, resolves_at=INSTANTS, now=INSTANTS)
@settings(deadline=None, max_examples=200)
def test_a_reservations_transitions_are_its_statuses(confirms_at: int, resolves_at: int, now: int) -> None:
    """At every instant, the status is that of the last transition, even if it is never confirmed or resolved."""
    booked = replace(BOOKED, confirms_at=confirms_at, resolves_at=resolves_at)
    chain = reservations.transitions(booked)

    _is_chain(chain)
    assert {step.to for step in chain} <= set(reservations.STATUSES)
    if now < NEVER:
        assert reservations.transitions(booked, CREATED - 1, now)[-1].to == reservations.status(booked, now)


def test_the_transitions_of_a_session_with_smart_charging() -> None:
    """The session starts, is full, is settled and is unplugged, under the id that its channel shows."""
    public = session(unplugs_at=MORNING + HOUR, settles_after=30 * SECOND)
    smart = public.with_smart(summary_away(Market(42, monday(MORNING)), public, ID3, 60))
    facts = boundaries(smart)

    assert lifecycle.transitions(facts) == [
        Transition(MORNING, "charging_session", "cs_Example", facts, None, "active", "started"),
        Transition(public.ended_at, "charging_session", "cs_Example", facts, "active", "completed", "full"),
        Transition(public.settled_at, "charging_session", "cs_Example", facts, "completed", "settled", "paid"),
        Transition(MORNING + HOUR, "charging_session", "cs_Example", facts, "settled", "unplugged", "unplugged"),
    ]


def test_transitions_at_one_instant_have_a_fixed_order() -> None:
    """The order is active, the outcome, unplugged, settled."""
    at_once = session(channel=HOME, starts_at=MORNING + MINUTE, unplugs_at=MORNING)

    chain = lifecycle.transitions(boundaries(at_once))

    assert {step.at for step in chain} == {MORNING}
    assert [step.to for step in chain] == ["active", "completed", "unplugged", "settled"]
    assert [step.came_from for step in chain] == [None, "active", "completed", "unplugged"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_transition_carries_its_session_and_the_id_that_its_channel_shows(channel: Channel) -> None:
    """The subject is the session's boundaries, and the id is the field that the channel's `shows` names."""
    facts = boundaries(session(channel=channel))

    assert {(step.id, step.subject) for step in lifecycle.transitions(facts)} == {
        (getattr(facts, channel.shows), facts)
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [("pending", "booked"), ("confirmed", "assigned"), ("completed", "completed")]),
        ({"outcome": "expired"}, [("pending", "booked"), ("confirmed", "assigned"), ("expired", "expired")]),
        (
            {"outcome": "failed", "failed_reason": "no_station", "confirms_at": NEVER},
            [("pending", "booked"), ("failed", "no_station")],
        ),
        ({"resolves_at": CONFIRMS}, [("pending", "booked"), ("completed", "completed")]),
        ({"resolves_at": NEVER}, [("pending", "booked"), ("confirmed", "assigned")]),
        ({"resolves_at": NEVER, "confirms_at": NEVER}, [("pending", "booked")]),
    ],
)
def test_the_transitions_of_a_reservation(facts: dict[str, object], expected: list[tuple[str, str]]) -> None:
    """A reservation is booked, assigned unless it is resolved before, and resolved for its reason."""
    chain = reservations.transitions(replace(BOOKED, **facts))  # type: ignore[arg-type]

    assert [(step.to, step.reason) for step in chain] == expected
    assert {(step.kind, step.id) for step in chain} == {("reservation", BOOKED.id)}
    assert {step.subject.id for step in chain} == {BOOKED.id}


def test_a_span_has_its_last_instant_and_not_its_first() -> None:
    """Therefore successive advances report every transition once."""
    assert [step.to for step in reservations.transitions(BOOKED, CREATED, CONFIRMS)] == ["confirmed"]
    assert [step.to for step in reservations.transitions(BOOKED, CONFIRMS, RESOLVES + DAY)] == ["completed"]
    assert [step.to for step in reservations.transitions(BOOKED, CREATED - 1, RESOLVES - 1)] == ["pending", "confirmed"]
    assert reservations.transitions(BOOKED, CONFIRMS, CONFIRMS) == []


def _id(channel: str) -> str:
    return "cs_Example" if channel == CHARGE.name else UUID


def _is_chain(chain: list[Transition]) -> None:
    assert chain[0].came_from is None
    for earlier, later in pairwise(chain):
        assert earlier.at <= later.at
        assert later.came_from == earlier.to
    assert all(step.reason for step in chain)
