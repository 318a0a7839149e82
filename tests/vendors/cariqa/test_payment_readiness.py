"""A start needs billing data that an invoice can be written with, and a payment that its holder has authenticated."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS
from tests.vendors.cariqa.journeys import (
    ITALIAN,
    NEEDS_AUTHENTICATION,
    NO_PROGRESS,
    WITHOUT_BILLING_DATA,
    Customer,
    customer,
    error,
)

pytestmark = pytest.mark.own_server

STREET: Final = {"line1": "Via Roma 10", "postal_code": "00100"}
ITALIAN_PERSON: Final = {
    **STREET,
    "country": "it",
    "city": "Rome",
    "tax_id": "RSSMRA80A01H501U",
    "account_type": "personal",
    "first_name": "Mario",
    "last_name": "Rossi",
}
ITALIAN_COMPANY: Final = {
    **STREET,
    "country": "it",
    "city": "Rome",
    "vat_id": "IT12345678901",
    "account_type": "business",
    "company_name": "Rossi",
}
GERMAN_PERSON: Final = {**ITALIAN_PERSON, "country": "de", "tax_id": None}
REFUSED: Final = (409, "Charging Error", "billing_data_required")


def _with(sandbox: Sandbox, details: dict[str, Any]) -> Customer:
    """A user with these billing details."""
    me = customer(sandbox)
    answer = me.call("PUT", "billing-details/", json=details)
    assert answer.status_code == 200, answer.text
    return me


@pytest.mark.parametrize("details", [ITALIAN_PERSON, ITALIAN_COMPANY, GERMAN_PERSON])
def test_complete_billing_details_start_at_italian_stations(sandbox: Sandbox, details: dict[str, Any]) -> None:
    """A tax number is needed of persons in Italy, a VAT number of companies in Italy, and neither of others."""
    assert _with(sandbox, details).request_start(evse_id=ITALIAN).status_code == 201


@pytest.mark.parametrize(
    ("details", "lacks"),
    [
        (ITALIAN_PERSON, "tax_id"),
        (ITALIAN_PERSON, "last_name"),
        (ITALIAN_COMPANY, "vat_id"),
        (ITALIAN_COMPANY, "company_name"),
        (GERMAN_PERSON, "city"),
        (GERMAN_PERSON, "country"),
    ],
)
def test_incomplete_billing_details_are_refused_at_italian_stations_only(
    sandbox: Sandbox, details: dict[str, Any], lacks: str
) -> None:
    """What lacks is told, and elsewhere a street and a postal code are enough."""
    me = _with(sandbox, {**details, lacks: None})

    refused = me.request_start(evse_id=ITALIAN)

    assert error(refused) == REFUSED
    assert lacks in refused.json()["error"]["details"]
    assert me.request_start(evse_id=NO_PROGRESS).status_code == 201


def test_billing_details_that_are_given_let_a_start_pass(sandbox: Sandbox) -> None:
    """The magic user without billing data starts once there are some."""
    me = customer(sandbox).other(WITHOUT_BILLING_DATA)
    card = {"payment_method_id": "pm_MagicCardOfUserWithoutBilling000"}

    refused = me.request_start(**card)
    me.call("PUT", "billing-details/", json=GERMAN_PERSON)

    assert error(refused) == REFUSED
    assert me.request_start(**card).status_code == 201


def test_an_authenticated_payment_lets_one_start_pass(sandbox: Sandbox) -> None:
    """A confirmed payment intent is for the next start by its user with its card, and for no other."""
    me = customer(sandbox)

    refused = me.request_start(payment_method_id=NEEDS_AUTHENTICATION)
    _confirm(me, _secret(refused.json()))
    session = me.start(payment_method_id=NEEDS_AUTHENTICATION)
    me.stop(session["id"])
    me.advance("PT5M")
    again = me.request_start(payment_method_id=NEEDS_AUTHENTICATION)

    assert error(refused) == error(again) == (402, "Charging Error", "pre_authorization_failed")
    assert _secret(again.json()) != _secret(refused.json())


def test_an_open_payment_intent_stays_the_same(sandbox: Sandbox) -> None:
    """A start that is tried again before the confirmation names the same payment intent."""
    me = customer(sandbox)

    secrets = {_secret(me.request_start(payment_method_id=NEEDS_AUTHENTICATION).json()) for _ in range(2)}

    assert len(secrets) == 1


def test_an_authenticated_payment_waits_for_a_start_that_is_refused(sandbox: Sandbox) -> None:
    """A start that is refused for another reason does not use the authentication up."""
    me = customer(sandbox)
    _confirm(me, _secret(me.request_start(payment_method_id=NEEDS_AUTHENTICATION).json()))
    me.simulate("unconfirmed", me.evse_id, for_="PT1M")

    assert me.request_start(payment_method_id=NEEDS_AUTHENTICATION).status_code == 424
    me.advance("PT1M")
    assert me.request_start(payment_method_id=NEEDS_AUTHENTICATION).status_code == 201


def test_a_debt_is_paid_by_its_payment_intent(sandbox: Sandbox) -> None:
    """The secret of a debt is confirmed by the control API, and the user may start again."""
    me = customer(sandbox).other("00000000-0000-4000-8000-0000000000d1")
    [debt] = me.rows("charging/debts/")

    _confirm(me, debt["payment_intent_client_secret"])

    assert me.rows("charging/debts/") == []
    assert me.request_start(payment_method_id="pm_MagicCardOfUserWithDebt000000000").status_code == 201


def _secret(refused: dict[str, Any]) -> str:
    return str(refused["error"]["payment_intent_client_secret"])


def _confirm(me: Customer, secret: str) -> None:
    intent = secret.partition("_secret_")[0]
    answer = me.sandbox.client.post(f"{WORLDS}/{me.world}/payment-intents/{intent}/confirm", json={})
    assert answer.status_code == 200, answer.text
