"""The instant of a status is now, later, or never; then the refusal says what comes instead."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import reservations
from app.domain.channels import HOME
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER, SECOND
from app.domain.errors import NeverError, UnknownStatusError
from app.domain.models import Reservation
from app.domain.sessions import lifecycle
from app.domain.sessions.lifecycle import SessionBoundaries
from app.domain.sessions.view import status
from tests.domain.examples import MORNING, SHARES, WALLBOX, Visit, boundaries, session, visits
from tests.domain.test_reservation_statuses import BOOKED, CONFIRMS, CREATED, RESOLVES

UUID: Final = "0b2f4b1e-53a5-4c1b-9a57-6c1b8de2a9f0"
ENDS: Final = MORNING + HOUR
PUBLIC: Final = boundaries(session(unplugs_at=ENDS, plan=((0.0, 0.0, 10.0, 0.0), (2.0, 20.0, 0.0, 0.0))))
HOMES: Final = boundaries(session(connector=WALLBOX, channel=HOME, unplugs_at=ENDS, settles_after=None))
INSTANTS: Final = st.integers(0, 5 * HOUR).map(lambda micros: CREATED + micros)


@given(visit=visits(), word=st.sampled_from(lifecycle.STATUSES), shares=SHARES)
@settings(deadline=None, max_examples=200)
def test_a_session_has_a_status_from_the_instant_of_it_and_not_before(
    visit: Visit, word: str, shares: list[float]
) -> None:
    """The instant is now or the first millisecond of the status; if there is none, the session never has the status."""
    facts = boundaries(visit.session)
    for now in (now // MILLISECOND * MILLISECOND for now in visit.instants(shares)):
        at = _when(facts, word, now)
        if at is None:
            assert all(step.to != word or step.at <= now for step in lifecycle.transitions(facts))
            assert not _is_so(visit, word, now)
            continue
        assert at >= now
        assert at % MILLISECOND == 0
        assert _is_so(visit, word, at)
        assert at == now or not _is_so(visit, word, at - MILLISECOND)
        assert at == now or word in [step.to for step in lifecycle.transitions(facts, now, at)]


@given(
    confirms_at=INSTANTS | st.just(NEVER),
    resolves_at=INSTANTS | st.just(NEVER),
    now=INSTANTS,
    word=st.sampled_from(reservations.STATUSES),
)
@settings(deadline=None, max_examples=300)
def test_a_reservation_has_a_status_from_the_instant_of_it_and_not_before(
    confirms_at: int, resolves_at: int, now: int, word: str
) -> None:
    """The same for reservations, whether they are confirmed and resolved, or not."""
    booked = replace(BOOKED, confirms_at=confirms_at, resolves_at=resolves_at)
    at = _when(booked, word, now)
    if at is None:
        coming = [step for step in reservations.transitions(booked) if step.at > now]
        assert all(step.to != word or resolves_at - step.at < MILLISECOND for step in coming)
        assert reservations.status(booked, now) != word
        return
    assert reservations.status(booked, at) == word
    assert at == now or (at % MILLISECOND == 0 and reservations.status(booked, at - MILLISECOND) != word)


@pytest.mark.parametrize(
    ("facts", "word", "now", "expected"),
    [
        (PUBLIC, "active", MORNING - HOUR, MORNING),
        (PUBLIC, "active", MORNING + MINUTE, MORNING + MINUTE),
        (PUBLIC, "completed", MORNING, ENDS),
        (PUBLIC, "completed", ENDS + DAY, ENDS + DAY),
        (PUBLIC, "unplugged", MORNING, ENDS),
        (PUBLIC, "settled", MORNING, ENDS),
        (PUBLIC._replace(settled_at=ENDS + 1), "settled", MORNING, ENDS + MILLISECOND),
        (PUBLIC._replace(settled_at=ENDS + 1), "settled", ENDS + MILLISECOND, ENDS + MILLISECOND),
        (HOMES, "completed", MORNING, ENDS),
    ],
)
def test_the_instant_of_a_status_is_now_or_later(facts: SessionBoundaries, word: str, now: int, expected: int) -> None:
    """The instant is now or a later one, rounded up to whole milliseconds."""
    assert lifecycle.instant_of(facts, word, now) == expected


@pytest.mark.parametrize(
    ("facts", "word", "now", "says", "instead"),
    [
        (
            *(PUBLIC, "failed", MORNING),
            "cs_Example will not be failed: it will be completed at 2026-03-02T09:00:00.250Z.",
            "completed",
        ),
        (
            *(PUBLIC, "cancelled", ENDS),
            "cs_Example will not be cancelled: it was completed at 2026-03-02T09:00:00.250Z.",
            "completed",
        ),
        (
            *(PUBLIC, "active", ENDS),
            "cs_Example is no longer active: it was completed at 2026-03-02T09:00:00.250Z.",
            "completed",
        ),
        (
            *(PUBLIC._replace(settled_at=NEVER, outcome="failed"), "settled", MORNING),
            "The payment of cs_Example fails: it will be failed at 2026-03-02T09:00:00.250Z, and is never settled.",
            "failed",
        ),
        (
            *(HOMES, "settled", ENDS),
            f"There is no payment for {UUID}: it was completed at 2026-03-02T09:00:00.250Z, and is never settled.",
            "completed",
        ),
    ],
)
def test_a_session_that_never_has_a_status_says_what_it_has_instead(
    facts: SessionBoundaries, word: str, now: int, says: str, instead: str
) -> None:
    """A sentence gives the other status, and since when or from when on."""
    with pytest.raises(NeverError) as never:
        lifecycle.instant_of(facts, word, now)

    assert never.value.sentence == str(never.value) == says
    assert (never.value.status, never.value.at) == (instead, ENDS)


@pytest.mark.parametrize(
    ("facts", "word", "now", "says", "instead", "at"),
    [
        (
            *({}, "pending", CONFIRMS),
            "res_Example is no longer pending: it was confirmed at 2026-03-02T09:00:00.250Z.",
            *("confirmed", CONFIRMS),
        ),
        (
            *({}, "confirmed", RESOLVES),
            "res_Example is no longer confirmed: it was completed at 2026-03-02T11:00:00.250Z.",
            *("completed", RESOLVES),
        ),
        (
            *({}, "expired", CREATED),
            "res_Example will not be expired: it will be completed at 2026-03-02T11:00:00.250Z.",
            *("completed", RESOLVES),
        ),
        (
            *({"resolves_at": CONFIRMS, "outcome": "failed"}, "confirmed", CREATED + DAY),
            "res_Example will not be confirmed: it was failed at 2026-03-02T09:00:00.250Z.",
            *("failed", CONFIRMS),
        ),
        (
            *({"resolves_at": NEVER}, "completed", CREATED),
            "res_Example will not be completed: it will be confirmed at 2026-03-02T09:00:00.250Z.",
            *("confirmed", CONFIRMS),
        ),
        (
            *({"resolves_at": NEVER, "confirms_at": NEVER}, "confirmed", CREATED + SECOND),
            "res_Example will not be confirmed: it was pending at 2026-03-02T08:00:00.250Z.",
            *("pending", CREATED),
        ),
    ],
)
def test_a_reservation_that_never_has_a_status_says_what_it_has_instead(
    facts: dict[str, object], word: str, now: int, *, says: str, instead: str, at: int
) -> None:
    """If the status is over, the refusal names the one after it; if it never begins, the last one."""
    with pytest.raises(NeverError) as never:
        reservations.instant_of(replace(BOOKED, **facts), word, now)  # type: ignore[arg-type]

    assert never.value.sentence == says
    assert (never.value.status, never.value.at) == (instead, at)


@pytest.mark.parametrize("word", ["pending", "confirmed", "expired", "ACTIVE", "", "null"])
def test_an_unknown_status_of_a_session_is_refused(word: str) -> None:
    """The refusal names the statuses of sessions."""
    with pytest.raises(UnknownStatusError) as unknown:
        lifecycle.instant_of(PUBLIC, word, MORNING)

    assert unknown.value.words == ("active", "completed", "failed", "cancelled", "unplugged", "settled")
    assert str(unknown.value).endswith("there are active, completed, failed, cancelled, unplugged, settled.")


def test_a_status_that_lasts_less_than_a_millisecond_has_no_instant() -> None:
    """The instant is now if the reservation has the status now; else no clock shows an instant of it."""
    brief = replace(BOOKED, confirms_at=CONFIRMS + 1, resolves_at=CONFIRMS + 3)

    assert reservations.instant_of(brief, "confirmed", CONFIRMS + 2) == CONFIRMS + 2
    with pytest.raises(NeverError, match=r"^res_Example will not be confirmed: it will be completed at "):
        reservations.instant_of(brief, "confirmed", CONFIRMS)


@pytest.mark.parametrize("word", ["active", "unplugged", "settled", "Pending", ""])
def test_an_unknown_status_of_a_reservation_is_refused(word: str) -> None:
    """The refusal names the six statuses of reservations."""
    with pytest.raises(UnknownStatusError) as unknown:
        reservations.instant_of(BOOKED, word, CREATED)

    assert unknown.value.words == ("pending", "confirmed", "completed", "cancelled", "failed", "expired")


def _when(it: SessionBoundaries | Reservation, word: str, now: int) -> int | None:
    """The instant of the status, or None if there is none; the refusal must name a real transition instead."""
    try:
        return (
            lifecycle.instant_of(it, word, now)
            if isinstance(it, SessionBoundaries)
            else reservations.instant_of(it, word, now)
        )
    except NeverError as error:
        never = error
    chain = lifecycle.transitions(it) if isinstance(it, SessionBoundaries) else reservations.transitions(it)
    assert any((step.to, step.at) == (never.status, never.at) for step in chain)
    return None


def _is_so(visit: Visit, word: str, now: int) -> bool:
    planned = visit.session
    if word == "unplugged":
        return planned.unplugged_at <= now
    if word == "settled":
        return planned.settled_at <= now
    return now >= planned.created_at and status(planned, now) == word
