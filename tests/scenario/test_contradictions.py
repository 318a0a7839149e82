"""A scenario whose parts contradict one another is refused with the line of each fault, before a world is made."""

import re
from pathlib import Path
from typing import Final

import pytest

from app.data_files import FIXTURES
from tests.served import check

PARADE: Final = (FIXTURES / "fault_parade.yaml").read_text("utf-8")
SESSION: Final = "cs_FaultParadeUnpluggedLongAfter000"
"""The fifth; it charges from 16:00:30 to 16:15:30 and stays until 22:00."""


def test_parade_has_no_faults(tmp_path: Path) -> None:
    """The scenario that the other tests change has no fault."""
    assert faults_of(tmp_path, PARADE) == []


@pytest.mark.parametrize(
    ("field", "value", "at", "reason"),
    [
        ("started", "'+PT15H59M'", "started", "is before 2026-03-02T16:00:00.000Z, when the session is created"),
        ("started", "'+P8D'", "started", "more than seven days after"),
        ("unplugged", "'+P7DT16H0.001S'", "unplugged", "more than seven days after"),
        ("unplugged", "'+PT15H'", "unplugged", "when the session is created"),
        ("unplugged", "'+PT16H29S'", "unplugged", "a session that ends before is `cancelled`"),
        ("id", "cs_Night1", "id", "an id is cs_ and 32 letters or digits, not 'cs_Night1'"),
        ("power_kw", "150", "power_kw", "150 kW are more than the 120 kW of connector and vehicle"),
        ("energy_kwh", "60", "energy_kwh", "60 kWh are more than the 43.75 kWh that the battery takes"),
        ("soc", "1", "energy_kwh", "12 kWh are more than the 0 kWh"),
        ("connector", "connector_z9", "connector", "has no connector_z9"),
        ("connector", "connector_a2", "created", "cs_FaultParadeSevenDays000000000000 has the same connector until"),
        ("station", "chst_Nowhere", "station", "there is no chst_Nowhere among the stations"),
        ("driver", "null", "", "needs a driver"),
        ("driver", "drv_FaultParadePatient00000000000000", "created", "has the same driver until"),
        ("payment_method", "null", "", "needs a payment_method"),
        ("channel", "cariqa", "", "needs a user"),
        ("channel", "radio", "channel", "'radio'"),
        ("power_kw", "0", "power_kw", "at least 0.001"),
        ("power_kw", "1.0e+300", "power_kw", "at most 10000"),
        ("energy_kwh", "-1", "energy_kwh", "at least 0"),
        ("energy_kwh", ".inf", "energy_kwh", "finite"),
        ("soc", "1.01", "soc", "at most 1"),
        ("limit_wh", "0", "limit_wh", "greater than 0"),
        ("stopped", "'+PT20H'", "stopped", "the session ends earlier, at 2026-03-02T16:15:30.000Z"),
        ("cancelled", "'+PT16H30S'", "cancelled", "from then on it can only be stopped"),
        ("faulted", "'+PT7H'", "faulted", "when the session is created"),
        ("at_home", "true", "at_home", "this is for a vehicle with"),
        ("silent", "{from: '+PT17H', until: '+PT16H5M'}", "silent", "silent only from"),
        (
            "silent",
            "{from: '+PT22H', until: '+PT23H'}",
            "silent",
            "the vehicle is unplugged at 2026-03-02T22:00",
        ),
        ("silent", "{since: '+PT17H', until: '+PT18H'}", "silent", "this is missing"),
        ("id", "cs_FaultParadeFull00000000000000000", "id", "cs_FaultParadeFull00000000000000000 is there already"),
        ("uuid", "00000000-0000-4000-8000-00000000f011", "uuid", "is there already"),
        ("uuid", "f011", "uuid", "must have the form"),
        ("created", "'+PT14H11M59S'", "created", "cs_FaultParadeUnplugged000000000000 has the same connector until"),
        (
            "vehicle",
            "veh_MagicCarPluggedIn000000000000000",
            "created",
            "cs_MagicSessionPluggedIn00000000000 has the same vehicle",
        ),
    ],
)
def test_contradictory_session_is_refused(tmp_path: Path, field: str, value: str, at: str, reason: str) -> None:
    """The fault names the line of the field, or of the session if a field is missing."""
    text = changed(SESSION, field, value)
    lines = text.splitlines()
    faults = [
        re.match(rf"{tmp_path}/parade\.yaml:(\d+): objects\.sessions\.4(.*)", fault)
        for fault in faults_of(tmp_path, text)
    ]
    found = {int(fault[1]): fault[2] for fault in faults if fault and reason in fault[2]}

    assert found
    assert all(
        at in lines[line - 1] and reason_there.startswith(f".{at}" if at else ": ")
        for line, reason_there in found.items()
    )


@pytest.mark.parametrize(
    ("session", "field", "value"),
    [
        (SESSION, "created", "'+PT14H12M'"),
        (SESSION, "vehicle", "veh_FaultParadeSpare0000000000000000"),
        (SESSION, "unplugged", "'+P1DT8H'"),
        (SESSION, "stopped", "'+PT16H10M'"),
        (SESSION, "silent", "{from: '+PT21H59M', until: '+PT23H'}"),
        (SESSION, "cancelled", "'+PT16H29S'"),
        (SESSION, "limit_wh", "1"),
    ],
)
def test_session_at_a_limit_is_accepted(tmp_path: Path, session: str, field: str, value: str) -> None:
    """A session may begin at the millisecond at which another ends, and a vehicle may stay until the next one comes."""
    assert faults_of(tmp_path, changed(session, field, value)) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("evse_id: DE*WTF*EPARADE*2", "evse_id: DE*WTF*EPARADE*1", "DE*WTF*EPARADE*1 is there already"),
        ("evse_id: DE*WTF*EPARADE*2", "evse_id: DE*WTF*EOFFLINE*1", "DE*WTF*EOFFLINE*1 is there already"),
        ("id: connector_a2, evse_id: DE*WTF*EPARADE*2", "id: connector_a1, evse_id: DE*WTF*EPARADE*2", "connector_a1"),
        ("id: pm_FaultParadeSpare0000000000000000", "id: pm_MagicCardDeclined000000000000000", "is there already"),
        ("uuid: 00000000-0000-4000-8000-00000000f009", "uuid: 00000000-0000-4000-8000-00000000f008", "is there"),
        ("home: chst_FaultParadeHome00000000000000000", "home: chst_Nowhere", "there is no chst_Nowhere"),
        ("dc: [[0, 120], ", "dc: [[0.1, 120], ", "a curve goes from 0"),
        ("[0.5, 120], [0.8, 60]", "[0.8, 120], [0.5, 60]", "each point lies after"),
        ("[1, 10]]", "[1, 0]]", "takes from 0.001 to 10,000 kW"),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: eur vat=19 kwh=NaN", "is not a tariff"),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: eur vat=19 kwh=1e3", "is not a tariff"),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: euros vat=19 kwh=0.5", "is not a tariff"),
        ("standard: IEC_62196_T2_COMBO", "standard: CHADEMO", "does not fit the vehicle, whose inlet is CCS"),
        ("connector: connector_a3", "connector: connector_a9", "there is no connector_a9 among the objects"),
        ("user_id: 00000000-0000-4000-8000-00000000f001", "user_id: unknown", "there is no unknown among the objects"),
        ("country: DE", "country: NO", "country"),
        ('latitude: "52.520000"', "latitude: 52.52", "latitude"),
        ('latitude: "52.520000"', 'latitude: "90.000001"', "is not on the globe, where degrees go from -90 to 90"),
        ('longitude: "13.405000"', 'longitude: "-180.000001"', "is not on the globe"),
        (
            "tariff: eur vat=19 kwh=0.5 session=0.35",
            "tariff: eur vat=19 kwh=0.5 kwh=0.35",
            "'kwh' is here for the",
        ),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: eur vat=19 vat=7 kwh=0.5", "'vat' is here for the second"),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: eur vat=19 kwh=-0.5", "'kwh=-0.5' is wrong"),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: eur vat=19 kwh=12345678", "'kwh=12345678' is wrong"),
        ("tariff: eur vat=19 kwh=0.5 session=0.35", "tariff: eur vat=100.1 kwh=0.5", "VAT is at most 100 percent"),
        ("battery_wh: 60000", "battery_wh: 0", "battery_wh: this must be greater than 0"),
        ("power_kw: 150", "power_kw: 0", "power_kw: this must be at least 0.001"),
    ],
)
def test_contradictory_object_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """Ids that two objects have, references to no object, and curves and prices without a meaning are refused."""
    found = faults_of(tmp_path, PARADE.replace(old, new, 1))

    assert old in PARADE
    assert any(reason in fault for fault in found)
    assert all(re.match(rf"{re.escape(str(tmp_path))}/parade\.yaml:\d+: ", fault) for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "confirms: '2026-04-01T07:30:00.000Z'",
            "confirms: '2026-03-30T07:30:00.000Z'",
            "this is before",
        ),
        ("ideal_end: '2026-04-01T10:00:00.000Z'", "ideal_end: '2026-04-01T08:00:00.000Z'", "the window begins at"),
        ("outcome: expired", "outcome: failed", "failed_reason"),
        ("outcome: expired", "outcome: expired\n      failed_reason: other", "failed_reason"),
        ("connector_type: CCS", "connector_type: Schuko", "connector_type"),
    ],
)
def test_contradictory_reservation_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """The fault names the line of the field."""
    documented = (FIXTURES / "documented.yaml").read_text("utf-8")
    found = faults_of(tmp_path, documented.replace(old, new, 1))

    assert old in documented
    assert any(reason in fault for fault in found)


def faults_of(folder: Path, text: str) -> list[str]:
    file = folder / "parade.yaml"
    file.write_text(text, "utf-8")
    return check(str(file))


def changed(session: str, field: str, value: str) -> str:
    """The parade with a field of a session changed, or added at its end."""
    lines = PARADE.splitlines()
    first = next(n for n, line in enumerate(lines) if line.endswith(f"id: {session}"))
    last = next(n for n in range(first, len(lines)) if lines[n + 1].startswith("    #"))
    line = f"      {field}: {value}"
    named = [n for n in range(first, last + 1) if lines[n].startswith(f"      {field}: ")]
    return "\n".join(
        [*lines[: named[0]], line, *lines[named[0] + 1 :]] if named else [*lines[: last + 1], line, *lines[last + 1 :]]
    )
