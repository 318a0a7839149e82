"""Podero's users are listed, created, read, changed and removed within their organisation."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import ORG, UNKNOWN, USER, call, good, lose_link, new_user, onboarding, path_of

pytestmark = pytest.mark.own_server

_READ = (
    *("id", "organization_id", "role", "email", "num_inverters", "num_heat_pumps", "num_electric_vehicles"),
    *("num_wallboxes", "external_user_id", "first_name", "last_name", "is_onboarded", "street_and_number"),
    *("street_add_info", "zip_code", "town", "country", "latitude", "longitude", "last_login", "joined_at"),
)
_SHORT = (
    *("id", "external_user_id", "role", "email", "first_name", "last_name", "street_and_number", "street_add_info"),
    *("zip_code", "town", "country", "latitude", "longitude", "location_last_updated"),
)


def test_new_user_is_shown_in_the_short_form(sandbox: Sandbox) -> None:
    """The members stand in the order of the guide, and what was not sent is null."""
    made = new_user(sandbox)

    assert tuple(made) == _SHORT
    assert {name: value for name, value in made.items() if value is not None} == {
        "id": made["id"],
        "role": "user",
        "email": "new@user.example",
    }


def test_user_is_read_with_counts(sandbox: Sandbox) -> None:
    """The members stand in the order of the reference; the sample user has the sample vehicle."""
    shown = good(sandbox, "GET", USER)

    assert tuple(shown) == _READ
    assert shown["num_electric_vehicles"] == 1
    assert shown["is_onboarded"] is True


def test_list_begins_with_the_newest_user(sandbox: Sandbox) -> None:
    """PODERO-021: the list has all users of the organisation, each as it is read."""
    made = new_user(sandbox)
    listed = good(sandbox, "GET", f"{ORG}/users")

    assert listed[0]["id"] == made["id"]
    assert [each["joined_at"] for each in listed] == sorted((each["joined_at"] for each in listed), reverse=True)
    assert good(sandbox, "GET", USER) in listed


def test_update_keeps_what_is_not_sent(sandbox: Sandbox) -> None:
    """A PUT changes the fields that it has; null removes one."""
    made = new_user(sandbox, first_name="John", last_name="Doe", town="Berlin")
    path = f"{ORG}/users/{made['id']}"
    changed = good(sandbox, "PUT", path, json={"external_user_id": "12345abc", "first_name": None})

    assert changed == made | {"external_user_id": "12345abc", "first_name": None}
    assert good(sandbox, "GET", path)["last_name"] == "Doe"


def test_update_of_a_generated_user_keeps_the_other_name(sandbox: Sandbox) -> None:
    """The names of a town's user are stored when one of them is changed."""
    before = good(sandbox, "GET", USER)
    changed = good(sandbox, "PUT", USER, json={"first_name": "Peter"})

    assert (changed["first_name"], changed["last_name"]) == ("Peter", before["last_name"])


def test_place_is_dated(sandbox: Sandbox) -> None:
    """Writing a latitude or a longitude notes the instant; nothing else does."""
    made = new_user(sandbox, latitude=40.7128)
    sandbox.advance("PT1M")
    path = f"{ORG}/users/{made['id']}"
    renamed = good(sandbox, "PUT", path, json={"first_name": "Jane"})
    moved = good(sandbox, "PUT", path, json={"longitude": 74.006})

    assert made["location_last_updated"] == renamed["location_last_updated"]
    assert moved["location_last_updated"] == sandbox.now().replace(".000Z", "Z")


def test_removed_user_is_found_on_request_only(sandbox: Sandbox) -> None:
    """PODERO-022: a removed user is in no list and not found, unless the read includes the deleted ones."""
    made = new_user(sandbox, external_user_id="gone")
    path = f"{ORG}/users/{made['id']}"
    removed = call(sandbox, "DELETE", path)
    paths = (path, f"{ORG}/users/by-ext-id/gone")
    listed = [each["id"] for each in good(sandbox, "GET", f"{ORG}/users")]
    every = [each["id"] for each in good(sandbox, "GET", f"{ORG}/users?include_deleted=true")]

    assert (removed.status_code, removed.content) == (204, b"")
    assert [call(sandbox, "GET", each).status_code for each in paths] == [404, 404]
    assert [call(sandbox, "GET", f"{each}?include_deleted=true").status_code for each in paths] == [200, 200]
    assert made["id"] not in listed
    assert made["id"] in every
    assert [call(sandbox, method, path, json={}).status_code for method in ("PUT", "DELETE")] == [404, 404]


def test_user_is_found_by_external_id(sandbox: Sandbox) -> None:
    """The id that the caller has given leads to the user, also with blanks and accents in it."""
    made = new_user(sandbox, external_user_id="a b.ä'")
    found = good(sandbox, "GET", f"{ORG}/users/by-ext-id/a%20b.%C3%A4%27")

    assert found["id"] == made["id"]


def test_ids_of_others_are_not_found(sandbox: Sandbox) -> None:
    """Unknown organisations and users, and the users of another world, are not found by any operation."""
    other = sandbox.world("documented")["credentials"]["podero"]
    paths = (
        f"{ORG}/users/{UNKNOWN}",
        f"{ORG}/users/{other['user_id']}",
        USER.replace("{org_id}", UNKNOWN),
        USER.replace("{org_id}", other["org_id"]),
    )
    answers = [call(sandbox, method, path, json={}) for path in paths for method in ("GET", "PUT", "DELETE")]
    answers.append(call(sandbox, "GET", ORG.replace("{org_id}", UNKNOWN) + "/users"))
    answers.append(
        call(
            sandbox,
            "POST",
            ORG.replace("{org_id}", UNKNOWN) + "/users",
            json={"role": "user", "email": "a@b.example"},
        )
    )

    assert {(each.status_code, each.text) for each in answers} == {(404, '{"detail":"Not Found"}')}


def test_podero_023_address_and_external_id_are_unique(sandbox: Sandbox) -> None:
    """PODERO-023: a second user with either is 409; a user keeps both, and those of a removed one are free again."""
    made = new_user(sandbox, external_user_id="12")
    path = f"{ORG}/users/{made['id']}"
    refused = [
        call(sandbox, "POST", f"{ORG}/users", json={"role": "user", "email": "NEW@user.example"}),
        call(sandbox, "POST", f"{ORG}/users", json={"role": "user", "email": "b@b.example", "external_user_id": "12"}),
        call(sandbox, "PUT", USER, json={"email": "new@user.example"}),
        call(sandbox, "PUT", USER, json={"external_user_id": "12"}),
    ]
    kept = good(sandbox, "PUT", path, json={"email": "new@user.example", "external_user_id": "12"})
    call(sandbox, "DELETE", path)

    assert [each.status_code for each in refused] == [409] * 4
    assert [list(each.json()) for each in refused] == [["detail"]] * 4
    assert kept == made
    assert new_user(sandbox, external_user_id="12")["id"] != made["id"]


def test_user_is_not_there_before_being_created(sandbox: Sandbox) -> None:
    """X-Sandbox-At before the creation finds no such user."""
    before = sandbox.now()
    sandbox.advance("PT1S")
    made = new_user(sandbox)
    path = f"{ORG}/users/{made['id']}"

    assert call(sandbox, "GET", path, at=before).status_code == 404
    assert made["id"] not in [each["id"] for each in good(sandbox, "GET", f"{ORG}/users", at=before)]


def test_counts_are_those_of_the_lists(sandbox: Sandbox) -> None:
    """Each number is that of the devices in the list of its kind, also after a wallbox at home was deleted."""
    kinds = {
        "num_inverters": "inverters",
        "num_heat_pumps": "heat-pumps",
        "num_electric_vehicles": "electric-vehicles",
        "num_wallboxes": "wallboxes",
    }
    onboarded = onboarding(sandbox, device_type="wb")
    sandbox.client.post(path_of(onboarded["authentication_url"]), content=b"device=wb-0")
    paths = [f"{ORG}/users/{each['id']}" for each in good(sandbox, "GET", f"{ORG}/users")]

    def compared() -> list[dict[str, int]]:
        read = [good(sandbox, "GET", path) for path in paths]
        listed = [{name: len(good(sandbox, "GET", f"{path}/{kinds[name]}")) for name in kinds} for path in paths]
        assert [{name: user[name] for name in kinds} for user in read] == listed
        return listed

    before = compared()
    at_home = good(sandbox, "GET", f"{USER}/wallboxes")[0]["id"]
    good(sandbox, "PUT", f"{USER}/wallboxes/{at_home}", json={"deleted_at": "2026-03-04T12:00:00Z"})

    assert max(each["num_wallboxes"] for each in before) == 2
    assert sum(each["num_wallboxes"] for each in compared()) == sum(each["num_wallboxes"] for each in before) - 1


def test_counts_follow_devices(sandbox: Sandbox) -> None:
    """A linked car counts, until it is deleted; one that has lost its link goes on to count."""
    link = path_of(onboarding(sandbox)["authentication_url"])
    sandbox.client.post(link, content=b"device=ev-2")
    vehicles = good(sandbox, "GET", f"{USER}/electric-vehicles")
    counts = [good(sandbox, "GET", USER)["num_electric_vehicles"]]
    lose_link(sandbox, vehicles[0]["id"])
    counts.append(good(sandbox, "GET", USER)["num_electric_vehicles"])
    path = f"{USER}/electric-vehicles/{vehicles[0]['id']}"
    good(sandbox, "PUT", path, json={"deleted_at": "2026-03-04T12:00:00Z"})
    counts.append(good(sandbox, "GET", USER)["num_electric_vehicles"])

    assert counts == [2, 2, 1]
