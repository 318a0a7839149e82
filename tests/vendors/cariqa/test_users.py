"""Users are created, found, changed and deleted."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import answered, call, new_user

pytestmark = pytest.mark.own_server

EMPTY = {"email": None, "locale": "en", "custom_properties": None}


def test_new_user_is_the_first_of_the_list(sandbox: Sandbox) -> None:
    """The answers to create, retrieve and list show the same user, with the fields in the documented order."""
    body = {"email": "user@example.com", "locale": "de", "custom_properties": {"external_id": "abcdefg123456"}}

    created = call(sandbox, "POST", "", json=body)
    user = created.json()

    assert created.status_code == 201
    assert list(user) == ["id", *body]
    assert user == {"id": user["id"], **body}
    assert answered(sandbox, "GET", f"{user['id']}/") == user
    assert answered(sandbox, "GET", f"{user['id'].upper()}/") == user
    assert answered(sandbox, "GET", "", params={"page_size": 1})["results"] == [user]


def test_cariqa_028_user_needs_no_field(sandbox: Sandbox) -> None:
    """CARIQA-028: an empty body creates a user, and two users may have the same address and external id."""
    empty = answered(sandbox, "POST", "")
    same = {"email": "same@example.com", "locale": "en", "custom_properties": {"external_id": "same"}}
    twins = [answered(sandbox, "POST", "", json=same) for _ in range(2)]

    assert empty == {"id": empty["id"], **EMPTY}
    assert twins[0]["id"] != twins[1]["id"]
    assert answered(sandbox, "POST", "", json={"custom_properties": {}})["custom_properties"] == {"external_id": None}


def test_change_keeps_what_it_leaves_out(sandbox: Sandbox) -> None:
    """Each field is changed for itself, and null takes a field away."""
    user = new_user(sandbox, email="user@example.com", locale="de", custom_properties={"external_id": "abc"})

    locale = answered(sandbox, "PATCH", f"{user}/", json={"locale": "en"})
    nothing = answered(sandbox, "PATCH", f"{user}/")
    taken = answered(sandbox, "PATCH", f"{user}/", json={"email": None, "custom_properties": None})

    assert locale == {
        "id": user,
        "email": "user@example.com",
        "locale": "en",
        "custom_properties": {"external_id": "abc"},
    }
    assert nothing == locale
    assert taken == {"id": user, **EMPTY} == answered(sandbox, "GET", f"{user}/")


def test_cariqa_029_search_finds_parts_of_ids(sandbox: Sandbox) -> None:
    """CARIQA-029: each word is a part of one of the ids; what a LIKE would read as a sign stands for itself."""
    first = new_user(sandbox, custom_properties={"external_id": "Client-100%"})
    second = new_user(sandbox, custom_properties={"external_id": "client_200"})

    def found(search: str) -> list[str]:
        page = answered(sandbox, "GET", "", params={"search": search})
        assert page["count"] == len(page["results"])
        return [each["id"] for each in page["results"]]

    assert found("client") == [second, first]
    assert [found(search) for search in ("100%", "t_2", "CLIENT-1", f"client {first[:8].upper()}")] == [
        [first],
        [second],
        [first],
        [first],
    ]
    assert found(f"{second[:8]},100") == []
    assert found(second[9:13] + "\0") == [second]
    assert len(found("")) == len(found(" , ")) >= 2


def test_deleted_user_is_not_found(sandbox: Sandbox) -> None:
    """After a 204 without a body every operation on the user is 404, at earlier instants too."""
    user, now = new_user(sandbox), sandbox.now()
    deleted = call(sandbox, "DELETE", f"{user}/")

    assert (deleted.status_code, deleted.content) == (204, b"")
    paths = ["", "billing-details/", "payment-methods/", "setup-intents/", "charging-sessions/"]
    answers = [call(sandbox, "GET", f"{user}/{path}", at=at) for path in paths for at in (None, now)]
    answers += [call(sandbox, "PATCH", f"{user}/"), call(sandbox, "DELETE", f"{user}/")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, '{"detail":"Not found."}')}
    assert user not in str(answered(sandbox, "GET", "", params={"search": user}))


def test_user_is_there_from_the_creation_on(sandbox: Sandbox) -> None:
    """At an earlier instant the user is not found, and not in the list."""
    user = new_user(sandbox)

    assert call(sandbox, "GET", f"{user}/", at="2020-01-01T00:00:00Z").status_code == 404
    assert answered(sandbox, "GET", "", at="2020-01-01T00:00:00Z")["count"] == 0


def test_users_of_other_worlds_and_vendors_are_unknown(sandbox: Sandbox) -> None:
    """A user of another world, and one of an organisation of another vendor, are 404 and in no list."""
    foreign = new_user(sandbox, "documented")
    owner = sandbox.opened()["credentials"]["podero"]["user_id"]

    listed = str(answered(sandbox, "GET", "", params={"page_size": 100}))
    for user in (foreign, owner):
        assert call(sandbox, "GET", f"{user}/").status_code == 404
        assert call(sandbox, "DELETE", f"{user}/").status_code == 404
        assert user not in listed


@pytest.mark.parametrize("page", ["1", "2", "last"])
def test_every_user_is_on_one_page(sandbox: Sandbox, page: str) -> None:
    """Pages of one row have each user once."""
    every = answered(sandbox, "GET", "", params={"page_size": 100})["results"]
    shown = answered(sandbox, "GET", "", params={"page_size": 1, "page": page})

    place = {"1": 0, "2": 1, "last": len(every) - 1}[page]
    assert shown["results"] == [every[place]]
    assert shown["count"] == len(every) > 2
