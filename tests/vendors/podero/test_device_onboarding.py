"""Podero's onboarding sessions link a device of a user through a page of the sandbox."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import (
    API,
    ORG,
    UNKNOWN,
    URLS,
    USER,
    call,
    good,
    lose_link,
    new_user,
    onboarding,
    path_of,
)

pytestmark = pytest.mark.own_server


def test_session_lasts_to_the_end_of_the_next_day(sandbox: Sandbox) -> None:
    """The page opens until the last millisecond of the next UTC day, and is gone then."""
    made = onboarding(sandbox)
    path = path_of(made["authentication_url"])
    sandbox.advance("P1DT11H59M59.999S")
    last = sandbox.client.get(path).status_code
    sandbox.advance("PT0.001S")
    answers = [sandbox.client.get(path), sandbox.client.post(path, content=b"device=ev-0")]

    assert made["expiration_date"] == "2026-03-05"
    assert last == 200
    assert [each.status_code for each in answers] == [410, 410]


def test_session_is_shown_with_its_device(sandbox: Sandbox) -> None:
    """PODERO-031: `object_id` is null until a device is linked, and that device's id then."""
    made = onboarding(sandbox)
    answer = _connect(sandbox, made, "ev-2")
    shown = good(sandbox, "GET", f"{API}/device-onboarding/{made['id']}")
    vehicle = good(sandbox, "GET", f"{USER}/electric-vehicles/{shown['object_id']}")

    assert made["object_id"] is None
    assert answer == (303, URLS["success_url"])
    assert shown == made | {"object_id": vehicle["id"]}
    assert (vehicle["device_model"]["manufacturer"], vehicle["device_model"]["model"]) == ("Volkswagen", "ID.3")
    assert vehicle["is_authenticated"] is True


def test_session_gives_its_defaults_to_the_device(sandbox: Sandbox) -> None:
    """Price zone, building and optimisation of the session are those of the new device."""
    building = good(sandbox, "POST", f"{USER}/buildings", json={"name": "A"})["id"]
    defaults = {"price_zone_default": "SE_3", "building_id": building, "is_smart_optimization_active_default": False}
    made = onboarding(sandbox, **defaults)
    _connect(sandbox, made, "ev-0")
    linked = good(sandbox, "GET", f"{API}/device-onboarding/{made['id']}")["object_id"]
    vehicle = good(sandbox, "GET", f"{USER}/electric-vehicles/{linked}")

    assert (vehicle["price_zone"], vehicle["building"]) == ("SE_3", building)
    assert vehicle["is_smart_optimization_active"] is False


def test_session_links_one_device(sandbox: Sandbox) -> None:
    """A second choice makes no second device, and comes to the success URL too."""
    made = onboarding(sandbox)
    answers = [_connect(sandbox, made, choice) for choice in ("ev-0", "ev-1")]
    vehicles = good(sandbox, "GET", f"{USER}/electric-vehicles")

    assert answers == [(303, URLS["success_url"])] * 2
    assert len(vehicles) == 2


@pytest.mark.parametrize(
    ("device_type", "rooms"),
    [("hp", "heat-pumps"), ("iv", "inverters"), ("wb", "wallboxes")],
)
def test_session_links_other_devices(sandbox: Sandbox, device_type: str, rooms: str) -> None:
    """A heat pump, an inverter or a wallbox of a model is the user's device then."""
    made = onboarding(sandbox, device_type=device_type)
    page = sandbox.client.get(path_of(made["authentication_url"])).text
    _connect(sandbox, made, f"{device_type}-0")
    linked = good(sandbox, "GET", f"{API}/device-onboarding/{made['id']}")["object_id"]
    device = good(sandbox, "GET", f"{USER}/{rooms}/{linked}")

    assert "ev-0" not in page
    assert device["device_model"]["manufacturer"] in page
    assert device["is_authenticated"] is True


def test_car_of_the_same_driver_is_taken_over(sandbox: Sandbox) -> None:
    """A user with the address of one of Charge's drivers links the very car that the driver has there."""
    driver = sandbox.charge("/v1/drivers", limit=100).json()["data"]
    vehicles = {each["id"]: each for each in sandbox.charge("/v1/vehicles", limit=100).json()["data"]}
    person, car = next((each, vehicles[id_]) for each in driver for id_ in each["vehicles"] if id_ in vehicles)
    user = new_user(sandbox, email=person["email"].upper())
    made = onboarding(sandbox, user_id=user["id"])
    path = path_of(made["authentication_url"])
    page = sandbox.client.get(path).text
    key = page.split('value="')[1].split('"')[0]
    _connect(sandbox, made, key)
    [linked] = good(sandbox, "GET", f"{ORG}/users/{user['id']}/electric-vehicles")

    assert "not connected yet" in page
    assert linked["id"] == key
    assert linked["device_model"]["model"] == car["information"]["model"]
    assert len(sandbox.charge("/v1/vehicles", limit=100).json()["data"]) == len(vehicles)


def test_car_that_lost_its_link_has_it_again(sandbox: Sandbox) -> None:
    """Linking a car of one's own once more makes no new one."""
    vehicle = sandbox.world()["credentials"]["podero"]["electric_vehicle_id"]
    lose_link(sandbox, vehicle)
    made = onboarding(sandbox)
    _connect(sandbox, made, vehicle)
    shown = good(sandbox, "GET", f"{USER}/electric-vehicles/{vehicle}")

    assert shown["is_authenticated"] is True
    assert (shown["action_needed"], shown["actions"]) == (False, [])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://portal.example",
        "//portal.example",
        "portal.example",
        "https://",
        "https:///path",
        "http://[",
        " https://portal.example",
        "https://portal.example/\n",
        "java\nscript:alert(1)",
        "https://" + "a" * 8000,
    ],
)
def test_only_addresses_of_the_web_are_taken(sandbox: Sandbox, url: str) -> None:
    """PODERO-031: both addresses begin with http:// or https:// and name a host."""
    user = sandbox.world()["credentials"]["podero"]["user_id"]
    body = {"language": "en", "price_zone_default": "AT", "user_id": user} | URLS
    answers = [call(sandbox, "POST", f"{API}/device-onboarding", json=body | {name: url}) for name in URLS]

    assert [each.status_code for each in answers] == [422, 422]


def test_podero_030_zone_and_language_of_the_guides_are_taken(sandbox: Sandbox) -> None:
    """PODERO-030: but not in the world `documented`, where they are no members of the enumerations."""
    guide = {"price_zone_default": "DE", "language": "fr"}
    user = sandbox.world("documented")["credentials"]["podero"]["user_id"]
    body = {"language": "en", "price_zone_default": "AT", "user_id": user} | URLS
    refused = [
        call(sandbox, "POST", f"{API}/device-onboarding", world="documented", json=body | {name: value})
        for name, value in guide.items()
    ]

    assert onboarding(sandbox, **guide)["object_id"] is None
    assert [each.status_code for each in refused] == [422, 422]


def test_foreign_users_buildings_and_sessions_are_not_found(sandbox: Sandbox) -> None:
    """Neither unknown ids nor those of another world lead anywhere."""
    other = sandbox.world("documented")["credentials"]["podero"]["user_id"]
    ours = sandbox.world()["credentials"]["podero"]["user_id"]
    made = onboarding(sandbox)
    body = {"language": "en", "price_zone_default": "AT"} | URLS
    answers = [
        *(
            call(sandbox, "POST", f"{API}/device-onboarding", json=body | {"user_id": each})
            for each in (other, UNKNOWN)
        ),
        call(sandbox, "POST", f"{API}/device-onboarding", json=body | {"user_id": ours, "building_id": UNKNOWN}),
        call(sandbox, "GET", f"{API}/device-onboarding/{UNKNOWN}"),
        call(sandbox, "GET", f"{API}/device-onboarding/{made['id']}", world="documented"),
    ]

    assert {(each.status_code, each.text) for each in answers} == {(404, '{"detail":"Not Found"}')}


def _connect(sandbox: Sandbox, session: dict[str, str], choice: str) -> tuple[int, str | None]:
    """Chooses a device on the page of a session; returns the status and where the browser is sent."""
    path = path_of(session["authentication_url"])
    answer = sandbox.client.post(path, content=f"device={choice}".encode(), follow_redirects=False)
    return answer.status_code, answer.headers.get("location")
