"""The world `documented` has what Charge's examples show and name."""

from typing import Any, Final

import orjson
import pytest

from app.domain.clock import instant
from app.domain.models import TO_FLEET
from app.domain.sessions import view
from app.domain.smart_charging import Market
from app.main import VENDORS
from app.scenario import conversion
from app.scenario.objects import Objects
from app.scenario.terms import channels_of
from tests.served import read

SCENARIO: Final = read("documented")
OBJECTS: Final[Objects] = SCENARIO.scenario.objects
SESSIONS: Final = {
    session.id: session for session in conversion.sessions(OBJECTS, channels_of(VENDORS), Market(1, SCENARIO.monday), 0)
}
MISSING: Final = "flt_61R9a6NUWsRmOW3RM41L6nFOS1ekDGHo"
"""The fleet that does not exist, on the page on errors."""


def ids(kind: str) -> set[str]:
    """The ids of the objects of a kind, or of the documents."""
    return {each.id for each in getattr(OBJECTS, kind)}


def test_examples_of_each_kind_are_there() -> None:
    """CHARGE-038: each kind of object has those of its pages; the listed driver is also in the fleet of the filter."""
    attachments = [each for each in conversion.attachments(OBJECTS) if each.kind == TO_FLEET]
    fleets = {each.target for each in attachments if each.driver == "drv_AJASUAMPlJ1wb08CYreqlKp3VzSXyv1h"}

    assert fleets == {"flt_ZfAR51ZcdY4kD5iGDCoO54XxNBnvut9A", "flt_cb4mG1v23U4O4yo5FmfSdlfYBs4P1Yvy"}
    assert {"flt_nnMosKd4naheDFTiLmLhZ3Yw64xg9enI", "flt_XcVhxA1qoU3AeQ62khcFJ2U8cM3YvnYJ"} <= ids("fleets")
    assert {"veh_LYAsb3EGOvpMEVohGGwyONPPQTSO040H", "veh_6bPnSSnEUP1wKOBC0wOE2fsOsAzjZQDp"} <= ids("vehicles")
    assert {"pm_1L2SwaqDAeDmaC1UrDyu9aOOQ0SO2nm3", "pm_CjymBtwzVrngUAFDpo8uzVZSCG60GbqE"} <= ids("payment_methods")
    assert {"chst_iMb1nAbiUhyudabADX74SMtWaNhC4Z1t", "chst_7YLjJnEZhLmErrgYaTze9lFzdwjjHJl8"} <= ids("stations")
    assert MISSING not in ids("fleets")
    assert "cs_ccJe4CNvGc5CRBiPnoPEPrZUuCfPqUbY" not in ids("sessions")
    assert "res_BzPpVflI7WIwvfvbLAU7MwYvKweypDnW" not in ids("reservations")


@pytest.mark.parametrize(
    ("kind", "count"),
    [("account", 3), ("policy", 6), ("estimation", 3), ("invoice", 3), ("report", 6), ("webhook_endpoint", 5)],
)
def test_documents_of_the_examples_are_there(kind: str, count: int) -> None:
    """The examples of each kind have the printed instants of creation; others are older."""
    found = [each for each in OBJECTS.documents if each.kind == kind]
    printed = [each for each in found if each.created is not None]

    assert {each.vendor for each in found} == {"charge"}
    assert len(printed) >= count


@pytest.mark.parametrize(
    ("session_id", "at", "transaction"),
    [
        ("cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", "2026-04-01T01:53:58.446Z", None),
        ("cs_l22tJO0CuTskKYpTv729awh03sRWnijk", "2026-04-01T02:02:58.111Z", None),
        ("cs_2qmCwUDxaPiWQIALyo4B2fBMj11XLvLz", "2026-04-01T02:56:16.124Z", "txn_5rwy7R2xxBaH2HIjjPT9yncKSqO2SrKA"),
        ("cs_eAiWnuD4jTKzsulAM29yf9SfiGQF4TJv", "2026-04-01T03:21:30.669Z", "txn_GHIofKwUOLkO9zRNKtICIMgQevon67HV"),
    ],
)
def test_sessions_come_to_the_printed_amount(session_id: str, at: str, transaction: str | None) -> None:
    """Each comes to 18.42 EUR at the printed instant; a transaction is made and paid then."""
    session, now = SESSIONS[session_id], instant(at)

    assert view.amount_due(session, now, view.energy_wh(session, now)) == 1842
    assert session.transaction == transaction
    assert transaction is None or session.ended_at == session.settled_at == now


def test_fleet_totals_are_facts() -> None:
    """A fleet of the examples has the printed totals as its opening ones, less what the world has of it."""
    fleets = {each.id: each for each in conversion.fleets(OBJECTS, SCENARIO.monday)}
    vehicles = [each.fleet for each in conversion.vehicles(OBJECTS, SCENARIO.monday)]
    drivers = [each.target for each in conversion.attachments(OBJECTS) if each.kind == TO_FLEET]
    for fleet in ("flt_nnMosKd4naheDFTiLmLhZ3Yw64xg9enI", "flt_n1WHNYH5qmXKy9nK7hUmxoOVrT7DSGqm"):
        opening: dict[str, Any] = orjson.loads(fleets[fleet].details)["opening"]

        assert opening["total_vehicles"] + vehicles.count(fleet) == 18
        assert opening["total_drivers"] + drivers.count(fleet) == 24
        assert (opening["total_sessions"], opening["total_energy_consumed_kwh"]) == (186, 4825.4)


def test_telemetry_is_that_of_a_session() -> None:
    """The vehicle of the telemetry example charges at the printed instant, with 78 % in its battery."""
    session, now = SESSIONS["cs_DocumentedTelemetry0000000000000"], instant("2026-04-01T01:34:31.737Z")
    vehicle = next(each for each in OBJECTS.vehicles if each.id == session.vehicle)
    charged = 0.96 * view.energy_wh(session, now) / vehicle.battery_wh

    assert session.started_at < now < session.power_ends_at
    assert round(100 * (session.soc_start + charged)) == 78
