"""Virtual charging points report a session by few messages: none before the charge record, or ten."""

from decimal import Decimal
from itertools import pairwise
from typing import Final

import pytest

from app.domain.clock import MINUTE, SECOND, instant, millis
from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import (
    CARD_ON_THE_ROAD,
    FAILS_LATER,
    NO_PROGRESS,
    ON_THE_ROAD,
    TEN_MESSAGES,
    Customer,
    customer,
    error,
)

pytestmark = pytest.mark.own_server

POINTS: Final = {
    NO_PROGRESS: 0,
    "IT*PWY*EP0078*01*02": 0,
    "DEQRMEF7GRC21": 0,
    "AT*VIE*E2334770022*2": 0,
    TEN_MESSAGES: 10,
    "DE*2GO*EMCD1520*1B*3": 10,
    "DE*EUL*EAUT0002*01": 10,
    "AT*HTB*EOCPI1*1": 10,
}
"""The documented EVSE ids, and how many messages come before the charge record."""


def _energies(me: Customer, session: str, since: str, minutes: int) -> list[Decimal]:
    """The energy in the middle of each minute from an instant on."""
    first = instant(since) + MINUTE // 2
    return [Decimal(me.session(session, millis(first + n * MINUTE))["consumed_energy"]) for n in range(minutes)]


@pytest.mark.parametrize("evse_id", POINTS)
def test_documented_points_are_in_every_world(sandbox: Sandbox, evse_id: str) -> None:
    """A session starts at each of the documented EVSE ids."""
    assert customer(sandbox).start(evse_id=evse_id)["evse_id"] == evse_id


def test_cariqa_054_point_without_progress_shows_the_record_only(sandbox: Sandbox) -> None:
    """Energy and costs are nothing until the charge record, and then what has flowed (CARIQA-054)."""
    me = customer(sandbox)
    session = me.start(evse_id=NO_PROGRESS)["id"]
    me.advance("PT30M")
    active = me.session(session)
    me.stop(session)
    stopped = me.session(session)
    me.advance("PT2M")
    settled = me.session(session)

    assert [each["consumed_energy"] for each in (active, stopped)] == ["0.000", "0.000"]
    assert [each["session_cost"]["kwh_cost"] for each in (active, stopped)] == ["0.00", "0.00"]
    assert (active["is_active"], stopped["is_active"]) == (True, False)
    assert Decimal(settled["consumed_energy"]) > 1
    assert settled["session_cost"]["invoice_summary"] == settled["session_cost"]["kwh_cost"] != "0.00"


def test_cariqa_054_point_with_progress_sends_ten_messages(sandbox: Sandbox) -> None:
    """Energy rises once a minute, ten times, and then stands still until the end (CARIQA-054)."""
    me = customer(sandbox)
    started = me.start(evse_id=TEN_MESSAGES)
    me.advance("PT20M")
    seen = _energies(me, started["id"], started["start_time"], 20)
    me.stop(started["id"])
    me.advance("PT2M")

    assert seen[0] == 0
    assert all(later > earlier for earlier, later in pairwise(seen[:11]))
    assert len(set(seen[10:])) == 1
    assert Decimal(me.session(started["id"])["consumed_energy"]) > seen[-1]


def test_a_late_record_keeps_the_energy_back(sandbox: Sandbox) -> None:
    """At a point without progress, energy is not known before a charge record that is late."""
    me = customer(sandbox)
    session = me.start(evse_id=NO_PROGRESS)["id"]
    me.advance("PT30M")
    me.stop(session)
    me.simulate("charge_record_late", session, for_="PT2H")

    me.advance("PT1H59M")
    before = me.session(session)["consumed_energy"]
    me.advance("PT1M")

    assert (before, me.session(session)["consumed_energy"] != "0.000") == ("0.000", True)


def test_a_debt_at_a_point_without_progress_is_known_from_the_end_on(sandbox: Sandbox) -> None:
    """The amount that is owed agrees with the session, also at that instant after it was paid."""
    me = customer(sandbox)
    session = me.start(evse_id=NO_PROGRESS, payment_method_id=FAILS_LATER)["id"]
    me.advance("PT30M")
    me.stop(session)
    then = sandbox.now(me.world)
    [debt], shown = me.rows("charging/debts/"), me.session(session)
    me.advance("PT1H")
    me.simulate("debt_paid", session)

    assert debt["amount"] == shown["session_cost"]["kwh_cost"]
    assert me.session(session, then) == shown


def test_points_are_shared_and_may_be_busy(sandbox: Sandbox) -> None:
    """A start at a point where another user charges is 409, until that car has left."""
    me = customer(sandbox)
    other = me.other(ON_THE_ROAD)
    session = other.start(evse_id=NO_PROGRESS, payment_method_id=CARD_ON_THE_ROAD)["id"]

    refused = error(me.request_start(evse_id=NO_PROGRESS))
    other.stop(session)
    me.advance("PT2M")

    assert refused == (409, "Charging Error", "station_availability_issue")
    assert me.request_start(evse_id=NO_PROGRESS).status_code == 201


def test_an_event_replans_a_session_that_is_reported_by_messages(sandbox: Sandbox) -> None:
    """An unplugging, a silence and a fault leave energy that never falls."""
    me = customer(sandbox)
    started = me.start(evse_id=TEN_MESSAGES)
    me.simulate("station_silent", "chst_CariqaVirtualPoint50000000000000", at="+PT3M30S", for_="PT4M")
    me.simulate("unplug", started["id"], at="+PT15M20S")
    me.advance("PT20M")

    seen = _energies(me, started["id"], started["start_time"], 18)

    assert seen == sorted(seen)
    assert len(set(seen[3:7])) == 1
    assert seen[-1] == seen[-2] > seen[14]


def test_the_last_second_of_a_session_is_billed(sandbox: Sandbox) -> None:
    """A session that ends by itself at a point without progress is billed like one that is live."""
    me = customer(sandbox)
    session = me.start(evse_id=NO_PROGRESS)["id"]
    me.advance("P1D")
    ended = me.session(session)
    last = millis(instant(ended["end_time"]) - SECOND)

    assert (me.session(session, last)["consumed_energy"], ended["is_active"]) == ("0.000", False)
    assert Decimal(ended["session_cost"]["kwh_cost"]) > 5
