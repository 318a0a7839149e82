"""A session that is placed by hand is refused with a reason, or is as sound as any other."""

from datetime import timedelta
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.domain.clock import instant
from app.domain.models import Outcome, Reason, Session
from app.domain.sessions.view import LONGEST, bill_at, energy_wh, final_bill
from app.domain.smart_charging import Market
from app.scenario import conversion
from app.scenario.checks import contradictions, together
from app.scenario.instants import Week
from app.scenario.objects import Objects
from tests.served import CHANNELS, read

pytestmark = pytest.mark.slow

MONDAY: Final = instant("2026-03-02T00:00:00Z")
MARKET: Final = Market(1, MONDAY)
WHERE: Final = {
    "charge": {"station": "chst_EmptyStation00000000000000000000", "connector": "connector_a1"},
    "cariqa": {"station": "chst_EmptyStation00000000000000000000", "connector": "connector_a2"},
    "home": {"station": "chst_EmptyHome00000000000000000000000", "connector": "connector_a1"},
}
VEHICLES: Final = [
    "veh_EmptyCarOfDriver0000000000000000",
    "veh_EmptyCarOfUser000000000000000000",
    "veh_EmptyCarOfPodero0000000000000000",
]


def within(longest: timedelta) -> st.SearchStrategy[str]:
    """Instants within that time after the begin of a week, to the millisecond."""
    spans = st.timedeltas(timedelta(0), longest)
    return spans.map(lambda it: f"+PT{it // timedelta(milliseconds=1) / 1000:.3f}S")


SOON: Final = within(timedelta(minutes=90))
EVER: Final = within(timedelta(days=7, hours=1))
SELDOM: Final = st.one_of(st.none(), st.none(), st.none(), SOON, EVER)


@st.composite
def sessions(draw: st.DrawFn) -> dict[str, Any]:
    """A session as a scenario writes it, in any order of events."""
    channel = draw(st.sampled_from(sorted(WHERE)))
    vehicle = draw(st.sampled_from(VEHICLES))
    silence = draw(st.one_of(st.none(), st.none(), st.tuples(SOON, EVER)))
    return {
        "id": "cs_Placed00000000000000000000000000",
        "uuid": "00000000-0000-4000-8000-000000000abc",
        "channel": channel,
        **WHERE[channel],
        "vehicle": vehicle,
        "driver": "drv_EmptyDriver000000000000000000000" if channel == "charge" else None,
        "user": "00000000-0000-4000-8000-00000000e001" if channel == "cariqa" else None,
        "payment_method": None if channel == "home" else "pm_EmptyCardOfDriver000000000000000",
        "created": "+P0D",
        "started": draw(SOON),
        **{name: draw(SELDOM) for name in ("unplugged", "stopped", "faulted")},
        "cancelled": draw(st.one_of(st.none(), st.none(), st.none(), SOON)),
        "silent": None if silence is None else {"from": silence[0], "until": silence[1]},
        "power_kw": draw(st.one_of(st.floats(0.1, 3.6), st.floats(0.1, 400))),
        "energy_kwh": draw(st.one_of(st.just(0), st.floats(0.001, 20), st.floats(0.001, 120))),
        "limit_wh": draw(st.one_of(st.none(), st.integers(1, 60_000))),
        "soc": draw(st.floats(0, 1)),
        "settles_after_s": draw(st.one_of(st.none(), st.integers(0, 90_000))),
        "at_home": channel == "home" and vehicle == VEHICLES[2] and draw(st.booleans()),
    }


@settings(max_examples=300, deadline=None)
@given(written=sessions())
def test_placed_session_is_refused_or_sound(written: dict[str, Any]) -> None:
    """Its instants are in order, it is over within seven days, and its price is that of its energy."""
    objects = Objects.model_validate({"sessions": [written]}, context=Week(MONDAY))
    faults = contradictions(objects, people(), CHANNELS, MARKET)
    event("refused" if faults else "placed")
    assert all(reason and where[:3] == ("objects", "sessions", 0) for where, reason in faults)

    for made in [] if faults else conversion.sessions(together(objects, people()), CHANNELS, MARKET, 1):
        assert made.created_at <= made.started_at <= made.power_ends_at <= made.ended_at <= made.unplugged_at
        assert made.unplugged_at <= made.created_at + LONGEST
        assert made.settled_at >= made.ended_at
        assert 0 <= made.soc_start <= made.soc_end <= 1
        assert energy_wh(made, made.ended_at) == made.energy_wh <= 1000 * written["energy_kwh"] + 1
        assert bill_at(made, made.ended_at) == final_bill(made)
        assert_as_written(made, written)


def assert_as_written(made: Session, written: dict[str, Any]) -> None:
    """Its end, limit, outcome and channel are those that were written."""
    limit = written["limit_wh"]
    ends = {
        Reason.CANCELLED: written["cancelled"] or written["stopped"],
        Reason.FAULT: written["faulted"],
        Reason.UNPLUGGED: written["unplugged"],
        Reason.LIMIT: limit,
    }

    assert ends.get(Reason(made.reason), True)
    assert limit is None or made.energy_wh <= limit
    assert (made.outcome == Outcome.FAILED) == (made.reason == Reason.FAULT)
    assert (made.smart is not None) == (made.vehicle == VEHICLES[2])
    assert made.channel in {"charge", "cariqa", "home"}


@cache
def people() -> Objects:
    """The objects of an empty world, without the past sessions of magic objects."""
    return read("empty").scenario.objects.model_copy(update={"sessions": []})
