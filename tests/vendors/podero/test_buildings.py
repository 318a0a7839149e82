"""Podero's buildings are created, read and changed for a user."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import ORG, UNKNOWN, USER, call, good, new_user

pytestmark = pytest.mark.own_server

_READ = (
    *("name", "property_type", "property_size_m2", "property_age", "num_occupants", "occupant_type", "space_heating"),
    *("water_heating", "photovoltaic", "street_and_number", "street_add_info", "zip_code", "town", "country", "id"),
)
_GUIDE = {
    "name": "Main Residence",
    "property_type": "single_family_home",
    "property_size_m2": 150,
    "property_age": "1990-2000",
    "num_occupants": 4,
    "occupant_type": "family",
    "space_heating": "heat_pump",
    "water_heating": "heat_pump",
    "street_and_number": "123 Main Street",
    "zip_code": "10115",
    "town": "Berlin",
    "country_iso2": "DE",
}


def test_building_of_the_guide_is_created(sandbox: Sandbox) -> None:
    """PODERO-024, PODERO-025, PODERO-026: the words of the guide are kept; a span of years is no number of years."""
    made = good(sandbox, "POST", f"{USER}/buildings", json=_GUIDE)

    assert tuple(made) == _READ
    assert made == {
        **{name: value for name, value in _GUIDE.items() if name != "country_iso2"},
        "property_age": None,
        "photovoltaic": False,
        "street_add_info": None,
        "country": "DE",
        "id": made["id"],
    }
    assert good(sandbox, "GET", f"{USER}/buildings/{made['id']}") == made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("property_type", "single_family_home"),
        ("occupant_type", "family"),
        ("space_heating", "heat_pump"),
        ("water_heating", "heat_pump"),
        ("property_age", "1990-2000"),
    ],
)
def test_world_documented_takes_documented_values_only(sandbox: Sandbox, name: str, value: str) -> None:
    """PODERO-019, PODERO-025: there each of the guide's other values is a fault of its member."""
    body = {"name": "Main Residence", name: value}
    refused = call(sandbox, "POST", f"{USER}/buildings", world="documented", json=body)

    assert refused.status_code == 422
    assert [fault["loc"] for fault in refused.json()["detail"]] == [["body", "payload", name]]


def test_world_documented_takes_the_words_of_the_reference(sandbox: Sandbox) -> None:
    """PODERO-025: the visible words and null are taken."""
    words = {"property_type": "End-terrace", "occupant_type": "Students", "space_heating": "Gas boiler"}
    made = good(
        sandbox, "POST", f"{USER}/buildings", world="documented", json={"name": "A", "water_heating": None} | words
    )

    assert {name: made[name] for name in words} == words


def test_update_needs_the_name_and_keeps_the_rest(sandbox: Sandbox) -> None:
    """A PUT without a name is refused; one with it changes what it has."""
    made = good(sandbox, "POST", f"{USER}/buildings", json=_GUIDE)
    path = f"{USER}/buildings/{made['id']}"
    refused = call(sandbox, "PUT", path, json={"num_occupants": 2})
    changed = good(sandbox, "PUT", path, json={"name": "Main Residence", "num_occupants": 2, "town": None})

    assert refused.status_code == 422
    assert changed == made | {"num_occupants": 2, "town": None}


def test_building_of_another_user_is_not_found(sandbox: Sandbox) -> None:
    """A building is found under its own user only, and an unknown one nowhere."""
    made = good(sandbox, "POST", f"{USER}/buildings", json={"name": "A"})
    other = new_user(sandbox)
    paths = (f"{ORG}/users/{other['id']}/buildings/{made['id']}", f"{USER}/buildings/{UNKNOWN}")
    answers = [call(sandbox, method, path, json={"name": "B"}) for path in paths for method in ("GET", "PUT")]

    assert {(each.status_code, each.text) for each in answers} == {(404, '{"detail":"Not Found"}')}
    assert good(sandbox, "GET", f"{USER}/buildings/{made['id']}")["name"] == "A"


def test_removed_user_has_no_buildings(sandbox: Sandbox) -> None:
    """What belongs to a removed user is not found any more."""
    user = new_user(sandbox)
    path = f"{ORG}/users/{user['id']}/buildings"
    made = good(sandbox, "POST", path, json={"name": "A"})
    call(sandbox, "DELETE", f"{ORG}/users/{user['id']}")

    assert call(sandbox, "GET", f"{path}/{made['id']}").status_code == 404
    assert call(sandbox, "POST", path, json={"name": "B"}).status_code == 404
