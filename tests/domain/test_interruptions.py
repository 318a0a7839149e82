"""An unplugging, a full vehicle and a connector fault end power, session or visit."""

from collections.abc import Callable
from typing import Final

import pytest

from app.domain.channels import HOME, Channel
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from app.domain.errors import ImpossibleError
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
def test_an_unplugging_while_charging_ends_the_session(channel: Channel) -> None:
    """Power, session and visit end at that instant, for every channel."""
    before = _long(channel)

    ended = unplug(before, channel_of(before), at=MORNING + HOUR)

    assert (ended.outcome, ended.reason) == ("completed", "unplugged")
    assert ended.power_ends_at == ended.ended_at == ended.unplugged_at == MORNING + HOUR
    assert ended.energy_wh == energy_wh(before, MORNING + HOUR) > 0
    assert final_bill(ended) == bill_at(before, MORNING + HOUR)


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_unplugging_before_power_cancels_the_session(channel: Channel) -> None:
    """The session is cancelled and costs nothing if no power has flowed."""
    before = session(connector=HOURLY, channel=channel, starts_at=MORNING + MINUTE)

    ended = unplug(before, channel_of(before), at=MORNING + MINUTE - MILLISECOND)

    assert (ended.outcome, ended.reason, ended.energy_wh, final_bill(ended)) == ("cancelled", "cancelled", 0, NOTHING)
    assert ended.started_at == ended.ended_at == ended.unplugged_at == MORNING + MINUTE - MILLISECOND


def test_an_unplugging_after_the_end_frees_the_connector() -> None:
    """A session that ended with its power stays the same, and `updated` shows the unplugging."""
    before = _long(CHARGE)

    gone = unplug(before, channel_of(before), at=NOON)

    assert before.ended_at < NOON
    assert _changed(before, gone) == {"unplugged_at": NOON, "touched_at": NOON}
    assert updated(gone, NOON) == NOON


@pytest.mark.parametrize("channel", ELSEWHERE)
def test_an_unplugging_of_a_full_vehicle_ends_the_session(channel: Channel) -> None:
    """A session that lasts until the unplugging ends earlier, with the same energy and less time."""
    before = _long(channel)

    ended = unplug(before, channel_of(before), at=NOON)

    assert before.power_ends_at < NOON < before.ended_at
    assert (ended.ended_at, ended.unplugged_at, ended.settled_at) == (NOON, NOON, NOON + 30 * SECOND)
    assert (ended.outcome, ended.reason, ended.energy_wh) == ("completed", "full", before.energy_wh)
    assert (before.time_cost, ended.time_cost) == (1_200, 480)


def test_a_failed_session_stays_failed_when_unplugged() -> None:
    """An unplugging after a fault leaves the outcome as it was."""
    failed = session(faults_at=MORNING + 5 * MINUTE)

    gone = unplug(failed, channel_of(failed), at=MORNING + 5 * MINUTE + SECOND)

    assert _changed(failed, gone) == {
        "unplugged_at": MORNING + 5 * MINUTE + SECOND,
        "touched_at": MORNING + 5 * MINUTE + SECOND,
    }


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("unplugs_at", [None, EVENING])
def test_a_vehicle_that_is_full_stops_the_power(channel: Channel, unplugs_at: int | None) -> None:
    """Power stops. A vehicle that leaves a minute after the end leaves then; others stay as long as planned."""
    before = session(connector=HOURLY, channel=channel, unplugs_at=unplugs_at)

    full = vehicle_full(before, channel_of(before), at=MORNING + HOUR)

    leaves_at = unplugs_at or MORNING + HOUR + UNPLUGS_AFTER
    assert (full.outcome, full.reason, full.energy_wh) == ("completed", "full", energy_wh(before, MORNING + HOUR))
    assert (full.power_ends_at, full.unplugged_at) == (MORNING + HOUR, leaves_at)
    assert full.ended_at == (MORNING + HOUR if channel is CHARGE else leaves_at)


def test_a_vehicle_that_is_full_on_arrival_completes_its_session() -> None:
    """The session is completed, without energy and without a bill."""
    full = vehicle_full(session(starts_at=MORNING + MINUTE), CHARGE, at=MORNING + SECOND)

    assert (full.outcome, full.reason, full.energy_wh, final_bill(full)) == ("completed", "full", 0, NOTHING)


def test_a_vehicle_that_is_full_before_a_fault_stays_until_it_is_unplugged() -> None:
    """The planned fault does not happen, and the session lasts until the unplugging."""
    before = session(connector=HOURLY, channel=CARIQA, faults_at=MORNING + HOUR, settles_after=30 * SECOND)

    full = vehicle_full(before, channel_of(before), at=MORNING + HOUR - 10 * SECOND)

    assert (full.outcome, full.reason) == ("completed", "full")
    assert full.ended_at == full.unplugged_at == MORNING + HOUR + 50 * SECOND
    assert full.time_cost == 122 > before.time_cost


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_fault_while_charging_fails_the_session(channel: Channel) -> None:
    """The session fails immediately, delivered energy is billed, and the vehicle leaves a minute later."""
    before = _long(channel)

    failed = fault(before, channel_of(before), at=MORNING + HOUR)

    assert (failed.outcome, failed.reason) == ("failed", "fault")
    assert failed.power_ends_at == failed.ended_at == MORNING + HOUR
    assert failed.unplugged_at == MORNING + HOUR + UNPLUGS_AFTER
    assert final_bill(failed) == bill_at(before, MORNING + HOUR) != NOTHING


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_fault_before_power_fails_the_session(channel: Channel) -> None:
    """If no power has flowed, the session fails without energy and without a bill."""
    before = session(connector=HOURLY, channel=channel, starts_at=MORNING + MINUTE)

    failed = fault(before, channel_of(before), at=MORNING)

    assert (failed.outcome, failed.reason, failed.energy_wh, final_bill(failed)) == ("failed", "fault", 0, NOTHING)
    assert failed.ended_at == MORNING


def test_a_fault_after_power_fails_a_session_that_goes_on() -> None:
    """The session keeps its energy and fails at the instant of the fault."""
    before = _long(CARIQA)

    failed = fault(before, channel_of(before), at=NOON)

    assert (failed.outcome, failed.reason, failed.energy_wh) == ("failed", "fault", before.energy_wh)
    assert (failed.power_ends_at, failed.ended_at) == (before.power_ends_at, NOON)


def test_a_fault_keeps_no_vehicle_longer() -> None:
    """A vehicle that is planned to leave half a minute after the fault leaves then."""
    before = session(channel=CARIQA, unplugs_at=MORNING + 5 * MINUTE)

    assert fault(before, channel_of(before), at=MORNING + 5 * MINUTE - 30 * SECOND).unplugged_at == MORNING + 5 * MINUTE


@pytest.mark.parametrize("interrupted", [unplug, vehicle_full, fault])
def test_an_interruption_before_the_session_is_refused(interrupted: Callable[..., Session]) -> None:
    """The refusal says from when on the vehicle is plugged in."""
    with pytest.raises(ImpossibleError, match=r"^cs_Example is not plugged in before 2026-03-02T08:00:00\.250Z\.$"):
        interrupted(session(), CHARGE, at=MORNING - MILLISECOND)


@pytest.mark.parametrize(
    ("interrupted", "says"),
    [
        (unplug, "was unplugged at 2026-03-02T18:00:00.250Z."),
        (vehicle_full, "has taken no power since 2026-03-02T10:17:33.215Z."),
        (fault, "was completed at 2026-03-02T10:17:33.215Z."),
    ],
)
def test_an_interruption_of_a_session_that_is_over_is_refused(interrupted: Callable[..., Session], says: str) -> None:
    """The refusal says what happened before, and when."""
    over = _long(CHARGE)

    with pytest.raises(ImpossibleError) as refused:
        interrupted(over, channel_of(over), at=EVENING)

    assert refused.value.sentence == str(refused.value) == f"cs_Example {says}"


@pytest.mark.parametrize("interrupted", [unplug, vehicle_full, fault])
@pytest.mark.parametrize("channel", ELSEWHERE)
def test_a_refusal_names_the_session_by_the_id_that_its_channel_shows(
    interrupted: Callable[..., Session], channel: Channel
) -> None:
    """For a channel that shows the UUID, the refusal contains the UUID."""
    with pytest.raises(ImpossibleError, match=r"^0b2f4b1e-53a5-4c1b-9a57-6c1b8de2a9f0 "):
        interrupted(session(connector=WALLBOX, channel=channel), channel, at=MORNING + DAY)


def _long(channel: Channel) -> Session:
    """A session that is full after some two hours, and stays for ten."""
    return session(connector=HOURLY, channel=channel, unplugs_at=EVENING, settles_after=30 * SECOND)


def _changed(before: Session, after: Session) -> dict[str, object]:
    return {name: getattr(after, name) for name in Session.__slots__ if getattr(before, name) != getattr(after, name)}
