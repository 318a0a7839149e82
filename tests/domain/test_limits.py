"""A limit that is set, lowered or lifted during a session changes the rest of its plan."""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, MILLISECOND, MINUTE, SECOND
from app.domain.errors import ImpossibleError
from app.domain.models import Session
from app.domain.pricing import bill, tariff
from app.domain.sessions import interrupt
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import bill_at, energy_wh, final_bill
from tests.domain.examples import CARIQA, CHARGE, HPC, ID3, MORNING, Visit, channel_of, plug, power_w, session, visits

Interruption: TypeAlias = Callable[[Visit, Session, int], Session]
"""A function that changes a session at an instant."""


def limited(limit_wh: int | None) -> Interruption:
    """The interruption that sets this limit."""
    return lambda visit, planned, at: interrupt.limit(
        planned, channel_of(planned), visit.vehicle, visit.connector, at=at, limit_wh=limit_wh
    )


@st.composite
def limitable(draw: st.DrawFn) -> tuple[Visit, int]:
    """A visit that takes energy through a channel with limits, and an instant before its power ends."""
    visit = draw(visits([CHARGE]).filter(lambda visit: visit.session.energy_wh > 0))
    planned = visit.session
    share = draw(st.floats(0, 1, exclude_max=True))
    return visit, planned.created_at + int(
        share * (planned.power_ends_at - planned.created_at)
    ) // MILLISECOND * MILLISECOND


@given(drawn=limitable(), limit_wh=st.integers(1, 60_000))
@settings(deadline=None, max_examples=120)
def test_a_limit_is_never_passed(drawn: tuple[Visit, int], limit_wh: int) -> None:
    """The energy is at most the limit, or what had flowed before; `limit` is the reason where it is reached."""
    visit, at = drawn
    before = visit.session
    try:
        after = limited(limit_wh)(visit, before, at)
    except ImpossibleError:
        # A pause or a silence at the end of power takes no limit any more.
        assert power_w(before, at) == 0
        return

    assert after.limit_wh == limit_wh
    assert after.energy_wh <= max(limit_wh, energy_wh(before, at))
    if after.reason == "limit":
        assert after.energy_wh >= limit_wh
    else:
        assert after.energy_wh < limit_wh


def test_a_limit_that_is_lifted_lets_the_vehicle_charge_on() -> None:
    """A session that was to end at a limit goes on to the vehicle's own target, and costs what that takes."""
    whole, short = session(), session(limit_wh=5_000)

    lifted = interrupt.limit(short, CHARGE, ID3, HPC, at=MORNING + MINUTE, limit_wh=None)

    assert (short.reason, lifted.reason, lifted.limit_wh) == ("limit", "full", None)
    assert abs(lifted.energy_wh - whole.energy_wh) <= 1
    assert abs(lifted.ended_at - whole.ended_at) <= MILLISECOND
    assert lifted.soc_end == pytest.approx(whole.soc_end)
    assert final_bill(lifted) == bill(tariff(lifted.tariff), lifted.energy_wh, 0)


def test_a_lower_limit_ends_the_session_when_it_is_reached() -> None:
    """Power follows the plan as before until the limit, and the vehicle leaves a minute later."""
    before = session()

    after = interrupt.limit(before, CHARGE, ID3, HPC, at=MORNING + MINUTE, limit_wh=5_000)

    expected = session(limit_wh=5_000)
    assert (after.reason, after.energy_wh, after.ended_at) == ("limit", 5_000, expected.ended_at)
    assert after.unplugged_at == after.power_ends_at + UNPLUGS_AFTER
    assert after.soc_end == pytest.approx(expected.soc_end)


def test_a_limit_that_is_passed_already_ends_the_session_at_once() -> None:
    """Delivered energy is billed, and the reason is the limit."""
    before = session()
    at = MORNING + 5 * MINUTE

    after = interrupt.limit(before, CHARGE, ID3, HPC, at=at, limit_wh=1)

    assert (after.reason, after.ended_at, after.energy_wh) == ("limit", at, energy_wh(before, at))


def test_a_limit_in_a_silence_that_hid_the_end_keeps_the_earlier_bill() -> None:
    """The session has ended in the silence, so the time until the limit is not billed."""
    connector = plug(150, tariff="eur vat=19 kwh=0.5 hour=60")
    ended = session(connector=connector, limit_wh=1_000)
    before = interrupt.silence(ended, since=MORNING + 5 * SECOND, until=MORNING + 2 * MINUTE)
    at = MORNING + 90 * SECOND

    after = interrupt.limit(before, CHARGE, ID3, connector, at=at, limit_wh=1)

    assert (after.reason, after.ended_at, after.time_cost) == ("limit", at, ended.time_cost)
    assert bill_at(after, at - 1) == bill_at(before, at - 1)


def test_a_limit_does_not_outlast_a_planned_unplugging() -> None:
    """A vehicle that is planned to leave before the limit is reached leaves then."""
    before = session(limit_wh=1_000, unplugs_at=MORNING + 5 * MINUTE)

    after = interrupt.limit(before, CHARGE, ID3, HPC, at=MORNING + 10, limit_wh=40_000)

    assert before.reason == "limit"
    assert (after.reason, after.power_ends_at, after.unplugged_at) == ("unplugged", *[MORNING + 5 * MINUTE] * 2)


@pytest.mark.parametrize(
    ("planned", "at", "says"),
    [
        (session(), MORNING - 1, "is not plugged in before"),
        (session(), MORNING + DAY, "has taken no power since"),
        (session(soc=0.8), MORNING, "takes no more power."),
        (session(channel=CARIQA), MORNING, "takes no limit."),
    ],
    ids=["early", "late", "full", "channel"],
)
def test_a_limit_is_refused_where_it_makes_no_sense(planned: Session, at: int, says: str) -> None:
    """It is refused before the session, after its power, without power, and by a channel that takes no limits."""
    with pytest.raises(ImpossibleError, match=says):
        interrupt.limit(planned, channel_of(planned), ID3, HPC, at=at, limit_wh=1_000)
