"""What an invoice needs depends on the customer, the kind of account, and the country of the station."""

import json
from typing import Final

import pytest

from app.domain.billing_details import NONE, addressee, missing, of_user
from app.domain.models import User

_ADDRESS: Final = {"country": "de", "city": "Berlin", "line1": "Street 1", "postal_code": "10115"}
_PERSON: Final = {**NONE, **_ADDRESS, "first_name": "Mario", "last_name": "Rossi"}
_COMPANY: Final = {**NONE, **_ADDRESS, "account_type": "business", "company_name": "Company"}


def _user(*, has_billing_data: bool = True, **details: object) -> User:
    return User("user", "Mario Rossi", None, None, has_billing_data=has_billing_data, details=json.dumps(details))


@pytest.mark.parametrize("country", ["DE", "AT", "CH"])
def test_street_and_postal_code_are_enough_outside_italy(country: str) -> None:
    """A person without a name and a company without one can be billed there."""
    bare = {**NONE, "line1": "Street 1", "postal_code": "10115"}

    assert missing(bare, country) == missing(bare | {"account_type": "business"}, country) == []
    assert missing(NONE, country) == ["line1", "postal_code"]


@pytest.mark.parametrize("account", [_PERSON, _COMPANY])
def test_cariqa_032_italian_stations_need_more(account: dict[str, str | None]) -> None:
    """CARIQA-032: a complete address and a name, and of an Italian customer a tax number or a VAT number."""
    number = "vat_id" if account["account_type"] == "business" else "tax_id"
    italians = [account | {"country": country} for country in ("it", "IT", " Italia", "Italy", "ita")]

    assert missing(account, "IT") == missing(account, "it") == []
    assert [missing(each, "IT") for each in italians] == [[number]] * 5
    assert [missing(each | {number: "RSSMRA80A01H501U"}, "IT") for each in italians] == [[]] * 5
    assert [missing(each, "DE") for each in italians] == [[]] * 5


@pytest.mark.parametrize("name", ["country", "city", "line1", "postal_code", "first_name", "last_name"])
@pytest.mark.parametrize("empty", [None, ""])
def test_each_part_of_an_address_is_needed_in_italy(name: str, empty: str | None) -> None:
    """A blank is as good as nothing."""
    assert missing(_PERSON | {name: empty}, "IT") == [name]


def test_company_needs_its_name_in_italy() -> None:
    """The names of a person are optional for a company."""
    assert missing(_COMPANY | {"company_name": None, "first_name": "Mario", "last_name": "Rossi"}, "IT") == [
        "company_name"
    ]


def test_details_of_a_user_are_what_is_stored() -> None:
    """Members that are missing are null; those of a user who has given none are null but for the kind of account."""
    stored = _user(billing_details={"line1": "Street 1", "city": 3})

    assert of_user(stored) == {**NONE, "line1": "Street 1"}
    assert of_user(_user(has_billing_data=False)) == NONE
    assert list(of_user(stored)) == list(NONE)


def test_user_with_unknown_billing_data_can_be_billed_anywhere() -> None:
    """Of people of earlier releases it is only known that they have billing data."""
    shown = of_user(_user())

    assert (shown["first_name"], shown["last_name"]) == ("Mario", "Rossi")
    assert missing(shown, "IT") == []


def test_invoice_names_a_company_or_a_person() -> None:
    """By the kind of account; a company with its VAT number, and a user without billing details as far as known."""
    both = _PERSON | {"company_name": "Company"}
    company = both | {"account_type": "business", "vat_id": "DE123456789"}
    written = [both, company, company | {"vat_id": ""}, company | {"company_name": None}, {**NONE, **_ADDRESS}]

    assert [addressee(_user(billing_details=each)) for each in written] == [
        "Mario Rossi",
        "Company\nVAT number DE123456789",
        "Company",
        "Mario Rossi",
        "Mario Rossi",
    ]
    assert addressee(User("user", "Łódź", None, None)) == "Łódź"
    assert addressee(User("user", "", None, None, has_billing_data=False)) == ""
