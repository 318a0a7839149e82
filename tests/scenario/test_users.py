"""Users in scenario files: those that are placed, and the owners of vehicles for whom none is."""

from pathlib import Path

import pytest

from app.data_files import FIXTURES
from app.domain.clock import DAY, MILLISECOND
from app.scenario import conversion
from tests.served import check, read

EMPTY = (FIXTURES / "empty.yaml").read_text("utf-8")
ORG, OWNER = "00000000-0000-4000-8000-00000000e002", "00000000-0000-4000-8000-00000000e003"
USERS = "  users:\n"
CONNECTOR = "- {id: connector_a1, evse_id: DE*WTF*EEMPTY*1, "
"""The beginnings of the list of users and of the station's first connector."""


def test_owner_is_the_first_driver_of_the_vehicle() -> None:
    """An owner who is not placed is a user of the vehicle's organisation, created a year before, after the others."""
    found = read("empty")
    users = conversion.users(found.scenario.objects, found.monday)
    [owner] = (each for each in users if each.id == OWNER)

    assert (owner.org, owner.name, owner.email) == (ORG, "The only driver", "driver@empty.example")
    assert owner.driver == "drv_EmptyDriver000000000000000000000"
    assert owner.created_at == found.monday - 365 * DAY + owner.n * MILLISECOND
    assert owner.n == max(each.n for each in users)


def test_owner_without_a_driver_is_named_after_the_id(tmp_path: Path) -> None:
    """Where the vehicle has no driver, name and address of the owner come from the id."""
    text = EMPTY.replace(f"      owner: {OWNER}\n", f"      owner: {OWNER}\n      driver: null\n")
    found = read(written(tmp_path, text))
    [owner] = (each for each in conversion.users(found.scenario.objects, found.monday) if each.id == OWNER)

    assert (owner.name, owner.email, owner.driver) == ("Owner 00000000", "00000000@owner.example", None)


def test_placed_owner_is_as_written(tmp_path: Path) -> None:
    """An owner who is placed has what the file says, and no second user is made."""
    placed = f"    - {{id: {OWNER}, name: Ada, org: {ORG}, created: '-P3D', details: {{role: admin}}}}\n"
    found = read(written(tmp_path, EMPTY.replace(USERS, USERS + placed)))
    users = conversion.users(found.scenario.objects, found.monday)
    [owner] = (each for each in users if each.id == OWNER)

    assert (owner.name, owner.email, owner.details) == ("Ada", None, '{"role":"admin"}')
    assert owner.created_at == owner.touched_at == found.monday - 3 * DAY


@pytest.mark.parametrize("org", ["", ", org: 00000000-0000-4000-8000-00000000e0ff"])
def test_owner_belongs_to_the_vehicles_organisation(tmp_path: Path, org: str) -> None:
    """An owner who is a user of another organisation, or of none, is refused at the vehicle."""
    file = written(tmp_path, EMPTY.replace(USERS, f"{USERS}    - {{id: {OWNER}, name: Ada{org}}}\n"))

    assert any(f"owner: {OWNER} is no user of that organisation" in fault for fault in check(file))


@pytest.mark.parametrize(
    ("said", "where", "reason"),
    [
        ("vehicle: veh_Nothing", "vehicle", "there is no veh_Nothing among the vehicles"),
        ("driver: drv_Nothing", "driver", "there is no drv_Nothing among the drivers"),
        ("created: '-P1D', updated: '-P2D'", "updated", "is before"),
        ("status: asleep", "status", "'active' or 'deleted'"),
        ("org: everywhere", "org", "must have the form"),
        ("details: {locale: fr}", "details.locale", "'en' or 'de'"),
        (f"org: {ORG}, details: {{role: 7}}", "details.role", "must be text"),
    ],
)
def test_fault_of_a_user_is_told(tmp_path: Path, said: str, where: str, reason: str) -> None:
    """What a user names has to be there, times follow one another, and details have the form of the user's vendor."""
    faults = check(written(tmp_path, EMPTY.replace(USERS, f"{USERS}    - {{id: ada, name: Ada, {said}}}\n")))

    assert any(f"objects.users.0.{where}" in fault and reason.lower() in fault.lower() for fault in faults), faults


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("next_tariff: eur vat=19 kwh=0.6", "both are there or none"),
        ("next_tariff_at: '+P1D'", "both are there or none"),
        ("next_tariff: 0.6 EUR, next_tariff_at: '+P1D'", "is not a tariff"),
        ("unconfirmed: {from: '+P2D', until: '+P1D'}", "this is not after"),
        ("progress: -1", "at least 0"),
    ],
)
def test_fault_of_a_connector_is_told(tmp_path: Path, said: str, reason: str) -> None:
    """A price that changes has an instant, a span ends after its beginning, and messages are counted."""
    faults = check(written(tmp_path, EMPTY.replace(CONNECTOR, f"{CONNECTOR}{said}, ")))

    assert any("objects.stations.0.connectors.0" in fault and reason in fault for fault in faults), faults


def test_connector_is_as_written(tmp_path: Path) -> None:
    """The price to come, the messages of progress and the time without confirmation are the connector's."""
    said = "next_tariff: eur vat=19 kwh=0.6, next_tariff_at: '+P1D', progress: 3, "
    said += "unconfirmed: {from: '+P1D', until: '+P2D'}, "
    found = read(written(tmp_path, EMPTY.replace(CONNECTOR, f"{CONNECTOR}{said}")))
    station = found.scenario.objects.stations[0]
    made = conversion.connector(station, station.connectors[0])

    assert (made.next_tariff, made.next_tariff_at, made.progress) == ("eur vat=19 kwh=0.6", found.monday + DAY, 3)
    assert (made.unconfirmed_from, made.unconfirmed_until) == (found.monday + DAY, found.monday + 2 * DAY)


def written(folder: Path, text: str) -> str:
    """The path of a file with that text."""
    file = folder / "users.yaml"
    file.write_text(text, "utf-8")
    return str(file)
