"""A stop ends the session at once; the charge record comes later, and with it costs, invoice or debt."""

from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import ON_THE_ROAD, customer, error

pytestmark = pytest.mark.own_server

_NOT_FOUND = {"detail": "User session with this id was not found"}


@pytest.mark.parametrize("more", [{}, {"headers": {"Content-Type": "application/json"}}, {"json": {"any": 1}}])
def test_a_stop_is_204_without_a_body(sandbox: Sandbox, more: dict[str, Any]) -> None:
    """It has no body, and takes an empty one that is called JSON, as Cariqa's own client sends it."""
    me = customer(sandbox)
    session = me.start()["id"]

    answer = me.call("POST", f"charging/stop/{session}/", **more)

    assert (answer.status_code, answer.content) == (204, b"")


def test_cariqa_055_session_is_over_at_the_stop(sandbox: Sandbox) -> None:
    """From the stop on it is not active and its costs stay; the invoice comes with the charge record (CARIQA-055)."""
    me = customer(sandbox)
    session = me.start()["id"]
    me.advance("PT10M")
    before = me.session(session)

    me.stop(session)
    stopped = me.session(session)
    me.advance("PT2M")
    settled = me.session(session)

    assert (before["is_active"], stopped["is_active"]) == (True, False)
    assert stopped["end_time"] == settled["end_time"] is not None
    assert before["consumed_energy"] == stopped["consumed_energy"] == settled["consumed_energy"]
    assert (stopped["session_cost"]["invoice_view"], stopped["session_cost"]["invoice_download"]) == ("", None)
    assert settled["session_cost"]["invoice_summary"] == settled["session_cost"]["kwh_cost"] != "0.00"


def test_a_quick_cancel_costs_nothing(sandbox: Sandbox) -> None:
    """A session that is stopped before any energy has flowed is not charged, and leaves no debt."""
    me = customer(sandbox)
    session = me.start()["id"]

    me.stop(session)
    me.advance("PT5M")

    ended = me.session(session)
    assert (ended["consumed_energy"], ended["session_cost"]["kwh_cost"]) == ("0.000", "0.00")
    assert me.rows("charging/debts/") == []


def test_second_stop_is_refused(sandbox: Sandbox) -> None:
    """A session that the user has stopped, or that has ended by itself, is 409 already_stopped."""
    me = customer(sandbox)
    stopped, unplugged = me.start()["id"], None
    me.stop(stopped)
    me.advance("PT5M")
    unplugged = me.start()["id"]
    me.simulate("unplug", unplugged)

    for session in (stopped, unplugged):
        assert error(me.stop(session)) == (409, "Charging Error", "already_stopped")


def test_only_sessions_of_the_user_are_stopped(sandbox: Sandbox) -> None:
    """A session that does not exist, or is another user's, is 404 in the documented words; so is an unknown user."""
    me = customer(sandbox)
    session = me.start()["id"]

    unknown = [
        *(me.stop(named) for named in ("00000000-0000-4000-8000-000000000000", "x", "%00", "%20", "x" * 300)),
        me.other(ON_THE_ROAD).stop(session),
    ]

    assert [(answer.status_code, answer.json()) for answer in unknown] == [(404, _NOT_FOUND)] * 6
    assert error(me.other("unknown").stop(session)) == (404, "Not found.", "")
    assert me.session(session)["is_active"]


def test_cariqa_053_stop_that_is_not_confirmed_is_refused(sandbox: Sandbox) -> None:
    """While the operator confirms nothing, a stop is 424, and the session goes on (CARIQA-053)."""
    me = customer(sandbox)
    session = me.start()["id"]
    me.simulate("unconfirmed", session, for_="PT1M")

    refused = error(me.stop(session))
    goes_on = me.session(session)["is_active"]
    me.advance("PT1M")

    assert refused == (424, "Charging Error", "charging_provider_error")
    assert goes_on
    assert me.stop(session).status_code == 204


def test_cariqa_052_stop_fails_unexpectedly_once(sandbox: Sandbox) -> None:
    """A stop for which an error was announced is 500, and the next one passes (CARIQA-052)."""
    me = customer(sandbox)
    session = me.start()["id"]
    me.simulate("unexpected_error", session)

    assert error(me.stop(session)) == (500, "Charging Error", "unexpected_error")
    assert me.stop(session).status_code == 204
