"""Drivers are created, retrieved, changed and listed with what they belong to."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import every, ids
from tests.vendors.charge.parties import DRIVERS, FLEETS, get, made, new_driver, new_fleet, sample, send
from tests.vendors.charge.refusals import refusal

NOW: Final = "2026-03-04T12:00:00.000Z"
KEYS: Final = [
    *("id", "object", "created", "email", "fleets", "license_number", "metadata", "name", "phone", "policy_ids"),
    *("preferences", "status", "updated", "vehicles", "wallet_balance"),
]
PREFERENCES: Final[dict[str, Any]] = {
    "charging_speed": "fast",
    "currency": "eur",
    "default_payment_method": None,
    "max_price_per_kwh": None,
    "notifications": True,
    "preferred_charging_stations": [],
    "preferred_cpos": [],
}


def test_new_driver_has_what_was_said(sandbox: Sandbox) -> None:
    """What a create says is shown; the rest is empty, and the driver is the first of the list."""
    said: dict[str, Any] = {
        "name": "Maria",
        "email": "maria@company.example",
        "phone": "+33189000029",
        "license_number": "12 AB 345",
        "metadata": {"depot": "north"},
    }
    driver = made(sandbox, DRIVERS, said)

    assert list(driver) == KEYS
    assert driver == driver | said
    assert (driver["object"], driver["status"], driver["wallet_balance"]) == ("driver", "active", 0)
    assert [driver["fleets"], driver["vehicles"], driver["policy_ids"]] == [[], [], []]
    assert driver["created"] == driver["updated"] == NOW
    assert get(sandbox, f"{DRIVERS}/{driver['id']}") == driver == every(sandbox, DRIVERS)[0]


def test_charge_042_new_driver_has_preferences(sandbox: Sandbox) -> None:
    """CHARGE-042: preferences that a create does not state have defaults, and those that it states are shown."""
    assert new_driver(sandbox)["preferences"] == PREFERENCES
    stated = {"max_price_per_kwh": 25, "preferred_cpos": ["operator"]}
    shown = new_driver(sandbox, preferences=stated)["preferences"]

    assert shown == PREFERENCES | stated
    assert list(shown) == list(PREFERENCES)
    assert isinstance(shown["max_price_per_kwh"], int)


def test_update_keeps_what_it_does_not_say(sandbox: Sandbox) -> None:
    """Only the fields that are sent change, also within preferences and metadata; null removes a phone number."""
    driver = new_driver(sandbox, phone="+1", metadata={"a": "1", "b": "2"}, preferences={"currency": "gbp"})
    path = f"{DRIVERS}/{driver['id']}"
    sandbox.advance("PT1H")
    sent = {"name": "Maria", "metadata": {"b": None, "c": "3"}, "preferences": {"notifications": False}}
    changed = made(sandbox, path, sent)
    nothing = made(sandbox, path, {})

    assert changed == driver | {
        "name": "Maria",
        "metadata": {"a": "1", "c": "3"},
        "preferences": driver["preferences"] | {"notifications": False},
        "updated": "2026-03-04T13:00:00.000Z",
    }
    assert nothing == changed
    assert made(sandbox, path, {"phone": None}) == changed | {"phone": None}


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"email": "maria"}, "email"),
        ({"email": "a b@c.example"}, "email"),
        ({"phone": 1}, "phone"),
        ({"status": "deleted"}, "status"),
        ({"policy_ids": "pol"}, "policy_ids"),
        ({"policy_ids": ["a b"]}, "policy_ids.0"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"preferences": None}, "preferences"),
        ({"preferences": {"colour": "red"}}, "preferences.colour"),
        ({"preferences": {"currency": "EUR"}}, "preferences.currency"),
        ({"preferences": {"notifications": 1}}, "preferences.notifications"),
        ({"preferences": {"max_price_per_kwh": True}}, "preferences.max_price_per_kwh"),
        ({"preferences": {"max_price_per_kwh": -1}}, "preferences.max_price_per_kwh"),
        ({"preferences": {"preferred_cpos": "one"}}, "preferences.preferred_cpos"),
        ({"fleets": []}, "fleets"),
        ({"wallet_balance": 1}, "wallet_balance"),
    ],
)
def test_charge_043_wrong_fields_are_refused(sandbox: Sandbox, said: dict[str, Any], param: str) -> None:
    """CHARGE-043: a field of another type, out of bounds or unknown is 400, names the field, and changes nothing."""
    driver = new_driver(sandbox)
    path = f"{DRIVERS}/{driver['id']}"

    assert refusal(send(sandbox, path, said)) == (400, None, param)
    assert get(sandbox, path) == driver


def test_charge_050_create_needs_name_and_email(sandbox: Sandbox) -> None:
    """CHARGE-050: a create without name or e-mail, or with a status, is refused; policies may be named at once."""
    person = {"name": "Maria", "email": "maria@company.example"}

    assert refusal(send(sandbox, DRIVERS, {"name": "Maria"})) == (400, None, "email")
    assert refusal(send(sandbox, DRIVERS, {"email": "maria@company.example"})) == (400, None, "name")
    assert refusal(send(sandbox, DRIVERS, person | {"status": "active"})) == (400, None, "status")
    assert made(sandbox, DRIVERS, person | {"policy_ids": []})["policy_ids"] == []


def test_charge_040_policies_have_to_exist(sandbox: Sandbox) -> None:
    """CHARGE-040: an unknown policy is 404 and names `policy_ids`, for drivers and fleets."""
    driver, fleet = new_driver(sandbox), new_fleet(sandbox)
    named = {"policy_ids": ["pol_00000000000000000000000000000000"]}

    for path in (DRIVERS, FLEETS, f"{DRIVERS}/{driver['id']}", f"{FLEETS}/{fleet['id']}"):
        said = {"name": "Maria"} | ({"email": "maria@company.example"} if path == DRIVERS else {})
        assert refusal(send(sandbox, path, said | named)) == (404, "policy_not_found", "policy_ids")


def test_charge_041_default_payment_method_is_ones_own(sandbox: Sandbox) -> None:
    """CHARGE-041: it is the driver's own, or one without an owner; those of others and of users are not found."""
    driver, card = sample(sandbox, "driver"), sample(sandbox, "payment_method")
    other = new_driver(sandbox)["id"]
    users = sandbox.opened()["sample"]["cariqa"]["payment_method_id"]
    unknown = (404, "payment_method_not_found", "preferences.default_payment_method")

    def preferring(who: str, method: str | None) -> Any:  # noqa: ANN401 - an answer
        return send(sandbox, f"{DRIVERS}/{who}", {"preferences": {"default_payment_method": method}})

    assert preferring(driver, card).json()["preferences"]["default_payment_method"] == card
    assert preferring(driver, None).json()["preferences"]["default_payment_method"] is None
    assert preferring(driver, "pm_MagicCardDeclined000000000000000").status_code == 200
    assert [refusal(preferring(who, method)) for who, method in ((other, card), (driver, users), (driver, "pm_1"))] == [
        unknown
    ] * 3


def test_filters_give_the_drivers_of_a_fleet_and_a_vehicle(sandbox: Sandbox) -> None:
    """Each filter finds the drivers who show what it names; an unknown id finds none."""
    found = every(sandbox, DRIVERS)
    for member, name in (("fleets", "fleet"), ("vehicles", "vehicle")):
        for named in sorted({each for row in found for each in row[member]})[:8]:
            expected = ids(row for row in found if named in row[member])
            assert ids(every(sandbox, f"{DRIVERS}?{name}={named}")) == expected
        assert every(sandbox, f"{DRIVERS}?{name}=unknown") == []

    both = next(row for row in found if row["fleets"] and row["vehicles"])
    query = f"{DRIVERS}?fleet={both['fleets'][0]}&vehicle={both['vehicles'][0]}"
    assert ids(every(sandbox, query)) == [both["id"]]


def test_driver_is_not_there_before_being_created(sandbox: Sandbox) -> None:
    """Before the instant of the create the driver is not found, and in no list."""
    driver = new_driver(sandbox)
    earlier = "2026-03-04T11:59:59.999Z"

    assert refusal(sandbox.charge(f"{DRIVERS}/{driver['id']}", at=earlier)) == (404, "driver_not_found", "driver")
    assert driver["id"] not in ids(every(sandbox, DRIVERS, at=earlier))
    assert driver["id"] in ids(every(sandbox, DRIVERS, at=NOW))


def test_update_does_not_count_before_it_is_made(sandbox: Sandbox) -> None:
    """At an earlier instant a driver shows what was edited since, but not when."""
    driver = new_driver(sandbox)
    sandbox.advance("PT1H")
    made(sandbox, f"{DRIVERS}/{driver['id']}", {"name": "Maria"})
    earlier = get(sandbox, f"{DRIVERS}/{driver['id']}", at=NOW)

    assert (earlier["name"], earlier["updated"]) == ("Maria", NOW)


def test_drivers_of_other_worlds_are_unknown(sandbox: Sandbox) -> None:
    """A driver of one world is not found with the key of another one."""
    driver = new_driver(sandbox)["id"]
    key = sandbox.charge_key("documented")

    for call in (
        sandbox.client.get(f"{DRIVERS}/{driver}", headers=key),
        sandbox.client.post(f"{DRIVERS}/{driver}", json={}, headers=key),
        sandbox.client.delete(f"{DRIVERS}/{driver}", headers=key),
    ):
        assert refusal(call) == (404, "driver_not_found", "driver")


def test_fleets_vehicles_and_payment_method_are_expanded(sandbox: Sandbox) -> None:
    """A driver shows the objects in place of their ids, in a list as in a retrieve."""
    driver, card = sample(sandbox, "driver"), sample(sandbox, "payment_method")
    made(sandbox, f"{DRIVERS}/{driver}", {"preferences": {"default_payment_method": card}})
    query = "expand=fleets&expand=vehicles&expand=preferences.default_payment_method"
    one = get(sandbox, f"{DRIVERS}/{driver}?{query}")
    row = next(row for row in every(sandbox, f"{DRIVERS}?{query}") if row["id"] == driver)

    assert one == row
    assert [each["object"] for each in one["fleets"] + one["vehicles"]] == ["fleet", "vehicle"]
    assert one["preferences"]["default_payment_method"] == get(sandbox, f"/v1/payment_methods/{card}")
