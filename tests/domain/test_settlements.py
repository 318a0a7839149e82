"""A failed payment, a paid debt and a late charge record change the settlement and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.channels import HOME
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER, SECOND
from app.domain.errors import ImpossibleError
from app.domain.models import Session
from app.domain.sessions.interrupt import fail_payment, late_record, pay_debt, stop, unplug
from app.domain.sessions.view import final_total, updated
from app.domain.settlement import amount_paid, invoice
from tests.domain.examples import CARIQA, MORNING, WALLBOX, channel_of, session

CARIQAS: Final = session(channel=CARIQA, unplugs_at=MORNING + HOUR, settles_after=30 * SECOND)
CHARGES: Final = session(settles_after=30 * SECOND)
HOMES: Final = session(channel=HOME, connector=WALLBOX)
UUID: Final = "0b2f4b1e-53a5-4c1b-9a57-6c1b8de2a9f0"
ENDED: Final = MORNING + HOUR
SETTLED: Final = ENDED + 30 * SECOND
late: Final = partial(late_record, delay=6 * HOUR)


@pytest.mark.parametrize("paid", [CARIQAS, CHARGES], ids=["cariqa", "charge"])
@given(share=st.floats(0, 1, exclude_max=True))
@settings(deadline=None, max_examples=40)
def test_a_payment_that_will_fail_is_never_made(paid: Session, share: float) -> None:
    """If it is simulated at any instant before the settlement, nothing is ever paid, and no other value changes.

    Nor does `updated`: the session shows nothing of it, and forgets no earlier action of a person.
    """
    at = MORNING + int(share * (paid.settled_at - MORNING)) // MILLISECOND * MILLISECOND

    failing = fail_payment(paid, channel_of(paid), at=at)

    assert failing == replace(paid, settled_at=NEVER)
    assert invoice(failing, MORNING + 400 * DAY) is None


def test_a_payment_fails_also_when_the_session_ends_early() -> None:
    """The payment of a session that is stopped or unplugged afterwards still fails."""
    failing = fail_payment(CARIQAS, channel_of(CARIQAS), at=MORNING + MINUTE)

    assert stop(failing, at=MORNING + 2 * MINUTE).settled_at == NEVER
    assert unplug(failing, channel_of(failing), at=MORNING + 2 * MINUTE).settled_at == NEVER


@pytest.mark.parametrize("failed", [CARIQAS, CHARGES], ids=["cariqa", "charge"])
def test_a_debt_is_paid_in_full(failed: Session) -> None:
    """The session is settled from that instant on and not before."""
    owed = replace(failed, settled_at=NEVER)
    at = MORNING + 30 * DAY

    paid = pay_debt(owed, channel_of(owed), at=at)

    assert (amount_paid(paid, at - 1), amount_paid(paid, at)) == (0, final_total(failed))
    assert (updated(paid, at - 1), updated(paid, at)) == (updated(owed, at - 1), at)


def test_a_debt_may_be_paid_at_the_end() -> None:
    """A debt can be paid from the end of the session on and not before."""
    assert pay_debt(replace(CARIQAS, settled_at=NEVER), CARIQA, at=ENDED).settled_at == ENDED


@given(delay=st.integers(0, 30 * DAY // MILLISECOND))
@settings(deadline=None, max_examples=40)
def test_a_late_record_settles_late(delay: int) -> None:
    """The session is settled when the record comes, with the same energy and the same cost."""
    late_by = delay * MILLISECOND

    waiting = late_record(CARIQAS, channel_of(CARIQAS), delay=late_by, at=MORNING)

    assert waiting == replace(CARIQAS, settled_at=ENDED + late_by)


def test_a_late_record_stays_late_when_the_session_ends_earlier() -> None:
    """The record comes as long after the end as announced, also after an earlier end."""
    waiting = late(CARIQAS, CARIQA, at=MORNING)

    assert unplug(waiting, channel_of(waiting), at=MORNING + MINUTE).settled_at == MORNING + MINUTE + 6 * HOUR


def test_a_late_record_may_come_at_once() -> None:
    """The last instant that makes sense is now."""
    assert (
        late_record(CARIQAS, channel_of(CARIQAS), delay=10 * SECOND, at=ENDED + 10 * SECOND).settled_at
        == ENDED + 10 * SECOND
    )


@pytest.mark.parametrize(
    ("interrupted", "planned", "at", "says"),
    [
        (fail_payment, HOMES, MORNING, f"There is no payment for {UUID}: it is charged at home."),
        (pay_debt, HOMES, MORNING + DAY, f"There is no payment for {UUID}: it is charged at home."),
        (fail_payment, session(soc=0.8), MORNING, "There is no payment for cs_Example: it costs nothing."),
        (fail_payment, replace(CHARGES, settled_at=NEVER), MORNING, "The payment of cs_Example fails already."),
        (fail_payment, CARIQAS, SETTLED, f"{UUID} was settled at 2026-03-02T09:00:30.250Z."),
        (fail_payment, CARIQAS, MORNING - 1, f"{UUID} is not plugged in before 2026-03-02T08:00:00.250Z."),
        (pay_debt, CARIQAS, ENDED, f"{UUID} has no debt: it is settled at 2026-03-02T09:00:30.250Z."),
        (
            *(pay_debt, replace(CARIQAS, settled_at=NEVER), ENDED - 1),
            f"{UUID} has no debt before it ends at 2026-03-02T09:00:00.250Z.",
        ),
        (late, CARIQAS, MORNING - 1, f"{UUID} is not plugged in before 2026-03-02T08:00:00.250Z."),
        (late, CHARGES, MORNING, "cs_Example has no charge record: sessions of the channel charge have none."),
        (late, HOMES, MORNING, f"{UUID} has no charge record: sessions of the channel home have none."),
        (
            *(late, replace(CARIQAS, settled_at=NEVER), MORNING),
            f"The payment of {UUID} fails: no charge record settles it.",
        ),
        (late, CARIQAS, SETTLED, f"{UUID} was settled at 2026-03-02T09:00:30.250Z."),
        (
            *(partial(late_record, delay=SECOND), CARIQAS, ENDED + 2 * SECOND),
            f"The charge record of {UUID} would have come at 2026-03-02T09:00:01.250Z already.",
        ),
    ],
)
def test_a_change_of_a_payment_that_makes_no_sense_is_refused(
    interrupted: Callable[..., Session], planned: Session, at: int, says: str
) -> None:
    """The refusal says why, in a sentence."""
    with pytest.raises(ImpossibleError) as refused:
        interrupted(planned, channel_of(planned), at=at)

    assert refused.value.sentence == says
