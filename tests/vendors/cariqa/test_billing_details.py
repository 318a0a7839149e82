"""Billing details are read and written anew."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import answered, call, fault, new_user

pytestmark = pytest.mark.own_server

_NAMES: Final = [
    *("country", "city", "tax_id", "account_type", "company_name", "vat_id"),
    *("line1", "postal_code", "first_name", "last_name"),
]
_PERSON: Final = {
    "country": "DE",
    "line1": "Berliner Str. 123",
    "postal_code": "10119",
    "city": "Berlin",
    "account_type": "personal",
    "company_name": "",
    "vat_id": "",
    "tax_id": "",
    "first_name": "Max",
    "last_name": "Mustermann",
}
"""As Cariqa's own client sends it."""


def _put(sandbox: Sandbox, user: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return answered(sandbox, "PUT", f"{user}/billing-details/", json=body)


def test_new_user_has_no_billing_details(sandbox: Sandbox) -> None:
    """Everything is null but the kind of account."""
    shown = answered(sandbox, "GET", f"{new_user(sandbox)}/billing-details/")

    assert list(shown) == _NAMES
    assert shown == dict.fromkeys(_NAMES) | {"account_type": "personal"}


def test_cariqa_031_billing_details_are_written_as_a_whole(sandbox: Sandbox) -> None:
    """CARIQA-031: blanks read back as blanks, and what a later update leaves out reads back as null."""
    user = new_user(sandbox)
    person = _put(sandbox, user, **_PERSON)
    bare = _put(sandbox, user, line1="Via Roma 10", postal_code="00100")

    assert person == _PERSON
    assert list(person) == list(bare) == _NAMES
    assert bare == dict.fromkeys(_NAMES) | {"account_type": "personal", "line1": "Via Roma 10", "postal_code": "00100"}
    assert answered(sandbox, "GET", f"{user}/billing-details/") == bare


@pytest.mark.parametrize(
    ("changed", "details"),
    [
        ({"line1": None}, "line1: This field may not be null."),
        ({"line1": " "}, "line1: This field may not be blank."),
        ({"postal_code": ""}, "postal_code: This field may not be blank."),
        ({"account_type": "company"}, 'account_type: "company" is not a valid choice.'),
        ({"account_type": None}, "account_type: This field may not be null."),
        ({"city": "x" * 51}, "city: Ensure this field has no more than 50 characters."),
        ({"tax_id": "x" * 31}, "tax_id: Ensure this field has no more than 30 characters."),
        ({"country": "x" * 151}, "country: Ensure this field has no more than 150 characters."),
        ({"line1": "x" * 256}, "line1: Ensure this field has no more than 255 characters."),
        ({"first_name": {}}, "first_name: Not a valid string."),
    ],
)
def test_invalid_update_changes_nothing(sandbox: Sandbox, changed: dict[str, object], details: str) -> None:
    """A field that is too long, or not of its type, is refused in the framework's words."""
    user = new_user(sandbox)
    before = _put(sandbox, user, **_PERSON)
    answer = call(sandbox, "PUT", f"{user}/billing-details/", json=_PERSON | changed)

    assert fault(answer) == (400, "validation_error", details)
    assert answered(sandbox, "GET", f"{user}/billing-details/") == before


def test_street_and_postal_code_are_required(sandbox: Sandbox) -> None:
    """The first that is missing is named; a partial update is not offered."""
    path = f"{new_user(sandbox)}/billing-details/"

    assert fault(call(sandbox, "PUT", path))[2] == "line1: This field is required."
    assert fault(call(sandbox, "PUT", path, json={"line1": "a"}))[2] == "postal_code: This field is required."
    assert call(sandbox, "PATCH", path, json={"line1": "a"}).status_code == 405


def test_billing_details_do_not_change_the_user(sandbox: Sandbox) -> None:
    """Address, locale and payment methods stay as they are."""
    user = new_user(sandbox, email="user@example.com", locale="de")
    before = answered(sandbox, "GET", f"{user}/")
    _put(sandbox, user, **_PERSON)

    assert answered(sandbox, "GET", f"{user}/") == before


def test_people_of_a_scenario_have_billing_details(sandbox: Sandbox) -> None:
    """A person of the town has an address; magic users have one, or none, as their scenario says."""
    sample = sandbox.opened()["credentials"]["cariqa"]["user_id"]
    magic = [f"00000000-0000-4000-8000-0000000000d{n}" for n in (1, 2)]
    lines = [answered(sandbox, "GET", f"{user}/billing-details/")["line1"] for user in (sample, *magic)]

    assert [line is not None for line in lines] == [True, True, False]
