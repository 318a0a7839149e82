"""For each operation on Cariqa's users and what they have, calls that bring about every answer its contract writes.

The good one comes first. So it is for the control API's confirmation of intents.
"""

from collections.abc import Callable
from typing import Any, Final

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, Answers
from tests.vendors.cariqa.customers import (
    DEBT,
    DEBTOR,
    DEBTORS_CARD,
    answered,
    call,
    confirm,
    new_card,
    new_user,
    secret,
)

_USER: Final = {"email": "user@example.com", "locale": "de", "custom_properties": {"external_id": "abc"}}
_COMPANY: Final = {"account_type": "business", "company_name": "CompanyName", "vat_id": "DE123456789"}
_ADDRESS: Final = {"country": "de", "city": "Berlin", "line1": "Karl-Marx-Allee 1", "postal_code": "10243"}
_EVSE: Final = "DE*WTF*EGOOD*1"


def list_users(sandbox: Sandbox) -> Answers:
    for world in ("default", "documented"):
        yield call(sandbox, "GET", "", world)
    for query in ({"page_size": 1, "page": 2}, {"search": "user"}, {"page": 99}):
        yield call(sandbox, "GET", "", params=query)
    yield from _refused(sandbox, "GET", "")


def create_user(sandbox: Sandbox) -> Answers:
    yield call(sandbox, "POST", "", json=_USER)
    yield call(sandbox, "POST", "")
    yield call(sandbox, "POST", "", data={"locale": "en", "custom_properties.external_id": "abc"})
    yield call(sandbox, "POST", "", json={"email": "user"})
    yield from _refused_bodies(sandbox, "POST", "")


def get_user(sandbox: Sandbox) -> Answers:
    yield call(sandbox, "GET", f"{new_user(sandbox)}/")
    for row in answered(sandbox, "GET", "", world="documented")["results"]:
        yield call(sandbox, "GET", f"{row['id']}/", "documented")
    yield from _refused(sandbox, "GET", f"{new_user(sandbox)}/")


def update_user(sandbox: Sandbox) -> Answers:
    path = f"{new_user(sandbox)}/"
    yield call(sandbox, "PATCH", path, json={"locale": "en"})
    yield call(sandbox, "PATCH", path, json={"email": None, "custom_properties": None})
    yield call(sandbox, "PATCH", path, json={"locale": None})
    yield from _refused_bodies(sandbox, "PATCH", path)


def delete_user(sandbox: Sandbox) -> Answers:
    path = f"{new_user(sandbox)}/"
    yield call(sandbox, "DELETE", path)
    yield call(sandbox, "DELETE", f"{DEBTOR}/")
    yield call(sandbox, "DELETE", f"{_charging(sandbox)[0]}/")
    yield from _refused(sandbox, "DELETE", path)


def get_billing_details(sandbox: Sandbox) -> Answers:
    path = f"{new_user(sandbox)}/billing-details/"
    yield call(sandbox, "GET", path)
    answered(sandbox, "PUT", path, json=_ADDRESS | _COMPANY)
    yield call(sandbox, "GET", path)
    yield call(sandbox, "GET", f"{DEBTOR}/billing-details/")
    yield from _refused(sandbox, "GET", path)


def update_billing_details(sandbox: Sandbox) -> Answers:
    path = f"{new_user(sandbox)}/billing-details/"
    yield call(sandbox, "PUT", path, json=_ADDRESS)
    yield call(sandbox, "PUT", path, json=_ADDRESS | _COMPANY)
    yield call(sandbox, "PUT", path, data=_ADDRESS)
    yield call(sandbox, "PUT", path, json={})
    yield call(sandbox, "PUT", "unknown/billing-details/", json=_ADDRESS)
    yield from _refused_bodies(sandbox, "PUT", path)


def list_payment_methods(sandbox: Sandbox) -> Answers:
    user = new_user(sandbox)
    path = f"{user}/payment-methods/"
    new_card(sandbox, user)
    new_card(sandbox, user, card="mastercard", wallet="google_pay")
    yield call(sandbox, "GET", path)
    yield call(sandbox, "GET", "72794486-bf87-44fb-9b74-5b8fed6c994d/payment-methods/", "documented")
    for query in ({"page_size": 1, "page": 2}, {"page": 99}):
        yield call(sandbox, "GET", path, params=query)
    yield from _refused(sandbox, "GET", path)


def delete_payment_method(sandbox: Sandbox) -> Answers:
    user = new_user(sandbox)
    path = f"{user}/payment-methods/{new_card(sandbox, user)}/"
    yield call(sandbox, "DELETE", path)
    yield call(sandbox, "DELETE", f"{DEBTOR}/payment-methods/{DEBTORS_CARD}/")
    charging, card = _charging(sandbox)
    yield call(sandbox, "DELETE", f"{charging}/payment-methods/{card}/")
    yield from _refused(sandbox, "DELETE", path)


def set_default_payment_method(sandbox: Sandbox) -> Answers:
    user = new_user(sandbox)
    path = f"{user}/payment-methods/{new_card(sandbox, user)}/default/"
    yield call(sandbox, "POST", path)
    yield call(sandbox, "POST", path, at=LATE)
    yield call(sandbox, "POST", path, content=TOO_LARGE, headers=JSON)
    yield call(sandbox, "POST", path.replace("pm_", "pm_0"))
    yield from _refused(sandbox, "POST", path)


def get_setup_intent(sandbox: Sandbox) -> Answers:
    path = f"{new_user(sandbox)}/setup-intents/"
    yield call(sandbox, "GET", path)
    yield call(sandbox, "GET", path, params={"pm_type": "card"})
    yield call(sandbox, "GET", path, params={"pm_type": "paypal"})
    yield from _refused(sandbox, "GET", path)


def confirm_setup_intent(sandbox: Sandbox) -> Answers:
    user = new_user(sandbox)
    intent = secret(sandbox, user)
    yield confirm(sandbox, "setup", intent, card="visa")
    yield confirm(sandbox, "setup", intent, card="visa")
    yield confirm(sandbox, "setup", secret(sandbox, user), card="fails_later", wallet="apple_pay")
    yield confirm(sandbox, "setup", "seti_unknown", card="visa")
    yield confirm(sandbox, "setup", intent, "nowhere", card="visa")
    yield confirm(sandbox, "setup", secret(sandbox, user), card="gold")
    yield from _refused_by_control(sandbox, "setup", secret(sandbox, user))


def confirm_payment_intent(sandbox: Sandbox) -> Answers:
    yield confirm(sandbox, "payment", DEBT)
    yield confirm(sandbox, "payment", DEBT, card="mastercard")
    yield confirm(sandbox, "payment", "pi_unknown")
    yield confirm(sandbox, "payment", DEBT, "nowhere")
    yield confirm(sandbox, "payment", DEBT, card="gold")
    user, card = _ready(sandbox, "authentication_required")
    refused = call(sandbox, "POST", f"{user}/charging/start/", json={"evse_id": _EVSE, "payment_method_id": card})
    opened = refused.json()["error"]["payment_intent_client_secret"]
    yield confirm(sandbox, "payment", opened, card="declined")
    yield confirm(sandbox, "payment", opened)
    yield from _refused_by_control(sandbox, "payment", DEBT)


def _ready(sandbox: Sandbox, card: str) -> tuple[str, str]:
    """A user who can start, and the payment method."""
    user = new_user(sandbox)
    answered(sandbox, "PUT", f"{user}/billing-details/", json=_ADDRESS)
    return user, new_card(sandbox, user, card=card)


def _charging(sandbox: Sandbox) -> tuple[str, str]:
    """A user with an active session, and the payment method that is to pay for it."""
    user, card = _ready(sandbox, "visa")
    order = {"evse_id": _EVSE, "payment_method_id": card}
    answered(sandbox, "POST", f"{user}/charging/start/", json=order)
    return user, card


def _refused(sandbox: Sandbox, method: str, path: str) -> Answers:
    """Without a key, with a wrong one, at an instant that no clock shows, and for a user who is not there."""
    address = f"/api/v1/users/{path}"
    yield sandbox.client.request(method, address)
    yield sandbox.client.request(method, address, headers={"Authorization": "Bearer unknown"})
    yield call(sandbox, method, path, at=LATE)
    if path:
        yield call(sandbox, method, path.replace(path.partition("/")[0], "unknown"))


def _refused_bodies(sandbox: Sandbox, method: str, path: str) -> Answers:
    yield from _refused(sandbox, method, path)
    sent: tuple[dict[str, Any], ...] = (
        {"content": b"{", "headers": JSON},
        {"json": []},
        {"content": TOO_LARGE, "headers": JSON},
        {"content": b"x", "headers": {"Content-Type": "text/plain"}},
    )
    for each in sent:
        yield call(sandbox, method, path, **each)


def _refused_by_control(sandbox: Sandbox, kind: str, intent: str) -> Answers:
    path = f"/_sandbox/v1/worlds/default/{kind}-intents/{intent}/confirm"
    for content in (b"{", TOO_LARGE):
        yield sandbox.client.post(path, content=content, headers=JSON)
    yield sandbox.client.post(path, json={"card": "visa"}, headers={"Host": "pages.example.com"})


CUSTOMER_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "cariqa-listUsers": list_users,
    "cariqa-createUser": create_user,
    "cariqa-getUser": get_user,
    "cariqa-updateUser": update_user,
    "cariqa-deleteUser": delete_user,
    "cariqa-getBillingDetails": get_billing_details,
    "cariqa-updateBillingDetails": update_billing_details,
    "cariqa-listPaymentMethods": list_payment_methods,
    "cariqa-deletePaymentMethod": delete_payment_method,
    "cariqa-setDefaultPaymentMethod": set_default_payment_method,
    "cariqa-getSetupIntent": get_setup_intent,
    "sandbox-confirmSetupIntent": confirm_setup_intent,
    "sandbox-confirmPaymentIntent": confirm_payment_intent,
}
