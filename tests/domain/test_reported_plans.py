"""A plan that is reported by messages stands still between them, and agrees with the live one at each of them."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.sessions.power_plan import EMPTY, cut, delivered, energy, flowed, peak, power, reported
from app.domain.sessions.start import delivery
from tests.domain.examples import HPC, ID3

PLAN = delivery(ID3, HPC, soc=0.2, target=0.8)


@given(every=st.floats(0.001, 1), most=st.integers(0, 20), share=st.floats(0, 1.2))
def test_a_reported_plan_shows_the_last_message(every: float, most: int, share: float) -> None:
    """At any hour it has the energy of the last message, and from the end on that of the live plan."""
    shown, end = reported(PLAN, every, most), PLAN[-1][0]
    at = share * end
    messages = [n * every for n in range(1, most + 1) if n * every < end and n * every <= at]

    expected = energy(PLAN, messages[-1]) if messages else 0.0
    assert energy(shown, at) == (PLAN[-1][1] if at >= end else expected)
    assert len(shown) <= most + 2
    assert peak(shown) == 0


@given(every=st.floats(0.001, 1), most=st.integers(0, 20), share=st.floats(0.01, 0.99))
def test_a_reported_plan_that_is_cut_delivers_what_lies_between_two_messages(
    every: float, most: int, share: float
) -> None:
    """A stop counts energy as if it had come evenly between the messages before and after it."""
    shown = reported(PLAN, every, most)
    at = share * PLAN[-1][0]

    assert energy(shown, at) <= cut(shown, at)[-1][1] == delivered(shown, at) <= PLAN[-1][1]


def test_a_plan_without_energy_has_no_messages() -> None:
    """Nothing is reported of a session in which nothing flows."""
    assert reported(EMPTY, 0.1, 10) == EMPTY


@given(every=st.floats(0.001, 1), most=st.integers(0, 20), share=st.floats(0.01, 0.99))
def test_power_flows_between_two_messages(every: float, most: int, share: float) -> None:
    """By power, a reported plan has the energy of each message at its instant, and charges all the time."""
    shown, end = reported(PLAN, every, most), PLAN[-1][0]
    by_power = flowed(shown)

    assert power(by_power, share * end) > 0
    assert abs(energy(by_power, share * end) - delivered(shown, share * end)) < 1e-9
    assert by_power[-1] == shown[-1]


def test_a_live_plan_flows_as_it_is() -> None:
    """A plan with power in it, or without energy, is its own plan by power."""
    assert (flowed(PLAN), flowed(EMPTY)) == (PLAN, EMPTY)
