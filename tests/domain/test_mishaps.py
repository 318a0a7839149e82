"""What somebody pulling the plug, a car that is full and a connector that fails make of a session."""

from collections.abc import Callable
from typing import Final

import pytest

from app.domain.channels import HOME, Channel
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from app.domain.errors import SenselessError
from app.domain.models import Session
from app.domain.pricing import NOTHING
from app.domain.sessions.interrupt import fault, unplug, vehicle_full
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import bill_at, energy_wh, final_bill, updated
from tests.domain.examples import CARIQA, CHANNELS, CHARGE, MORNING, WALLBOX, channel_of, plug, session

NOON: Final = MORNING + 4 * HOUR
EVENING: Final = MORNING + 10 * HOUR
HOURLY: Final = plug(11, 3, tariff="eur vat=20 kwh=0.5 hour=1")
PUBLIC: Final = (CHARGE, CARIQA)
ELSEWHERE: Final = (CARIQA, HOME)


@pytest.mark.parametrize("channel", CHANNELS)
def test_unplugged_while_charging(channel: Channel) -> None:
    """Everything ends at once, through whomever it was sold."""
    before = _long(channel)

    ended = unplug(before, channel_of(before), at=MORNING + HOUR)

    assert (ended.outcome, ended.reason) == ("completed", "unplugged")
    assert ended.power_ends_at == ended.ended_at == ended.unplugged_at == MORNING + HOUR
    assert ended.energy_wh == energy_wh(before, MORNING + HOUR) > 0
    assert final_bill(ended) == bill_at(before, MORNING + HOUR)


@pytest.mark.parametrize("channel", CHANNELS)
def test_unplugged_before_power(channel: Channel) -> None:
    """Before power has flowed it is a cancellation that costs nothing."""
    before = session(connector=HOURLY, channel=channel, starts_at=MORNING + MINUTE)

    ended = unplug(before, channel_of(before), at=MORNING + MINUTE - MILLISECOND)

    assert (ended.outcome, ended.reason, ended.energy_wh, final_bill(ended)) == ("cancelled", "cancelled", 0, NOTHING)
    assert ended.started_at == ended.ended_at == ended.unplugged_at == MORNING + MINUTE - MILLISECOND


def test_unplugged_after_the_end() -> None:
    """Charge's session is over with its power: only the connector is free earlier, and that is news."""
    before = _long(CHARGE)

    gone = unplug(before, channel_of(before), at=NOON)

    assert before.ended_at < NOON
    assert _changed(before, gone) == {"unplugged_at": NOON, "touched_at": NOON}
    assert updated(gone, NOON) == NOON


@pytest.mark.parametrize("channel", ELSEWHERE)
def test_unplugged_when_full(channel: Channel) -> None:
    """Elsewhere the session lasts until the unplugging: it ends earlier, for the same energy and less time."""
    before = _long(channel)

    ended = unplug(before, channel_of(before), at=NOON)

    assert before.power_ends_at < NOON < before.ended_at
    assert (ended.ended_at, ended.unplugged_at, ended.settled_at) == (NOON, NOON, NOON + 30 * SECOND)
    assert (ended.outcome, ended.reason, ended.energy_wh) == ("completed", "full", before.energy_wh)
    assert (before.time_cost, ended.time_cost) == (1_200, 480)


def test_a_failed_session_stays_failed_when_unplugged() -> None:
    """Who unplugs after the connector failed does not mend it."""
    failed = session(faults_at=MORNING + 5 * MINUTE)

    gone = unplug(failed, channel_of(failed), at=MORNING + 5 * MINUTE + SECOND)

    assert _changed(failed, gone) == {
        "unplugged_at": MORNING + 5 * MINUTE + SECOND,
        "touched_at": MORNING + 5 * MINUTE + SECOND,
    }


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("unplugs_at", [None, EVENING])
def test_full_while_charging(channel: Channel, unplugs_at: int | None) -> None:
    """Power stops, and Charge's session. Who would have left a minute later does, others stay as long as planned."""
    before = session(connector=HOURLY, channel=channel, unplugs_at=unplugs_at)

    full = vehicle_full(before, channel_of(before), at=MORNING + HOUR)

    leaves_at = unplugs_at or MORNING + HOUR + UNPLUGS_AFTER
    assert (full.outcome, full.reason, full.energy_wh) == ("completed", "full", energy_wh(before, MORNING + HOUR))
    assert (full.power_ends_at, full.unplugged_at) == (MORNING + HOUR, leaves_at)
    assert full.ended_at == (MORNING + HOUR if channel is CHARGE else leaves_at)


def test_full_on_arrival() -> None:
    """A car that takes nothing has been charged with nothing, and that is completed."""
    full = vehicle_full(session(starts_at=MORNING + MINUTE), CHARGE, at=MORNING + SECOND)

    assert (full.outcome, full.reason, full.energy_wh, final_bill(full)) == ("completed", "full", 0, NOTHING)


def test_full_instead_of_failed() -> None:
    """Where the connector would have failed later, the car is full before, and stays until it is unplugged."""
    before = session(connector=HOURLY, channel=CARIQA, faults_at=MORNING + HOUR, settles_after=30 * SECOND)

    full = vehicle_full(before, channel_of(before), at=MORNING + HOUR - 10 * SECOND)

    assert (full.outcome, full.reason) == ("completed", "full")
    assert full.ended_at == full.unplugged_at == MORNING + HOUR + 50 * SECOND
    assert full.time_cost == 122 > before.time_cost


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_fault_while_charging(channel: Channel) -> None:
    """The session fails there and then, what flowed is billed, and the car leaves a minute later."""
    before = _long(channel)

    failed = fault(before, channel_of(before), at=MORNING + HOUR)

    assert (failed.outcome, failed.reason) == ("failed", "fault")
    assert failed.power_ends_at == failed.ended_at == MORNING + HOUR
    assert failed.unplugged_at == MORNING + HOUR + UNPLUGS_AFTER
    assert final_bill(failed) == bill_at(before, MORNING + HOUR) != NOTHING


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_fault_before_power(channel: Channel) -> None:
    """Where no power has flowed the session fails with nothing."""
    before = session(connector=HOURLY, channel=channel, starts_at=MORNING + MINUTE)

    failed = fault(before, channel_of(before), at=MORNING)

    assert (failed.outcome, failed.reason, failed.energy_wh, final_bill(failed)) == ("failed", "fault", 0, NOTHING)
    assert failed.ended_at == MORNING


def test_a_fault_when_full() -> None:
    """A full car's session that goes on fails as well, with the energy that it had."""
    before = _long(CARIQA)

    failed = fault(before, channel_of(before), at=NOON)

    assert (failed.outcome, failed.reason, failed.energy_wh) == ("failed", "fault", before.energy_wh)
    assert (failed.power_ends_at, failed.ended_at) == (before.power_ends_at, NOON)


def test_a_fault_keeps_nobody() -> None:
    """Who would have left half a minute later does so."""
    before = session(channel=CARIQA, unplugs_at=MORNING + 5 * MINUTE)

    assert fault(before, channel_of(before), at=MORNING + 5 * MINUTE - 30 * SECOND).unplugged_at == MORNING + 5 * MINUTE


@pytest.mark.parametrize("happens", [unplug, vehicle_full, fault])
def test_nothing_happens_to_a_session_before_it_is_there(happens: Callable[..., Session]) -> None:
    """What is planned for later is not plugged in yet."""
    with pytest.raises(SenselessError, match=r"^cs_Example is not plugged in before 2026-03-02T08:00:00\.250Z\.$"):
        happens(session(), CHARGE, at=MORNING - MILLISECOND)


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (unplug, "was unplugged at 2026-03-02T18:00:00.250Z."),
        (vehicle_full, "has taken no power since 2026-03-02T10:17:33.215Z."),
        (fault, "was completed at 2026-03-02T10:17:33.215Z."),
    ],
)
def test_nothing_happens_to_a_session_that_is_over(happens: Callable[..., Session], says: str) -> None:
    """The refusal says what was before, and when."""
    over = _long(CHARGE)

    with pytest.raises(SenselessError) as refused:
        happens(over, channel_of(over), at=EVENING)

    assert refused.value.sentence == str(refused.value) == f"cs_Example {says}"


@pytest.mark.parametrize("happens", [unplug, vehicle_full, fault])
@pytest.mark.parametrize("channel", ELSEWHERE)
def test_a_session_of_others_is_named_by_its_uuid(happens: Callable[..., Session], channel: Channel) -> None:
    """Its Charge id is known to nobody."""
    with pytest.raises(SenselessError, match=r"^0b2f4b1e-53a5-4c1b-9a57-6c1b8de2a9f0 "):
        happens(session(connector=WALLBOX, channel=channel), channel, at=MORNING + DAY)


def _long(channel: Channel) -> Session:
    """A session that is full after some two hours, and stays for ten."""
    return session(connector=HOURLY, channel=channel, unplugs_at=EVENING, settles_after=30 * SECOND)


def _changed(before: Session, after: Session) -> dict[str, object]:
    return {name: getattr(after, name) for name in Session.__slots__ if getattr(before, name) != getattr(after, name)}
