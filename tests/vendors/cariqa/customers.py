"""Calls with which tests create users of Cariqa, and add cards to them by the control API."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.vendors.cariqa.users import token

Json = dict[str, Any]

USERS: Final = "/api/v1/users/"
DEBTOR: Final = "00000000-0000-4000-8000-0000000000d1"
DEBTORS_CARD: Final = "pm_MagicCardOfUserWithDebt000000000"
DEBT: Final = "pi_MagicSessionUnpaid00000000000000"


def call(
    sandbox: Sandbox,
    method: str,
    path: str,
    world: str = "default",
    at: str | None = None,
    **sent: Any,  # noqa: ANN401 - as of httpx
) -> httpx2.Response:
    """The answer at a path below that of the users, with the world's token."""
    headers = token(sandbox, world) | sent.pop("headers", {}) | ({} if at is None else {"X-Sandbox-At": at})
    return sandbox.client.request(method, f"{USERS}{path}", headers=headers, follow_redirects=False, **sent)


def answered(sandbox: Sandbox, method: str, path: str, **sent: Any) -> Json:  # noqa: ANN401 - as of httpx
    """The object of a 2xx answer."""
    answer = call(sandbox, method, path, **sent)
    assert answer.is_success, answer.text
    shown: Json = answer.json()
    return shown


def new_user(sandbox: Sandbox, world: str = "default", **said: object) -> str:
    """The id of a user who has just been created."""
    return str(answered(sandbox, "POST", "", world=world, json=said)["id"])


def secret(sandbox: Sandbox, user: str, world: str = "default") -> str:
    """The client secret of a user's setup intent."""
    return str(answered(sandbox, "GET", f"{user}/setup-intents/", world=world)["setup_intent_client_secret"])


def confirm(sandbox: Sandbox, kind: str, intent: str, world: str = "default", **body: str) -> httpx2.Response:
    """The answer of the control API to the confirmation of a `setup` or a `payment` intent."""
    return sandbox.client.post(f"/_sandbox/v1/worlds/{world}/{kind}-intents/{intent}/confirm", json=body)


def new_card(sandbox: Sandbox, user: str, world: str = "default", **card: str) -> str:
    """The id of a card that a user has just added, a good one by default."""
    answer = confirm(sandbox, "setup", secret(sandbox, user, world), world, **({"card": "visa"} | card))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["payment_method"])


def methods(sandbox: Sandbox, user: str, **asked: Any) -> list[Json]:  # noqa: ANN401 - as of `call`
    """The payment methods of a user."""
    found: list[Json] = answered(sandbox, "GET", f"{user}/payment-methods/", **asked)["results"]
    return found


def fault(answer: httpx2.Response) -> tuple[int, str, str]:
    """The status, the type and the details of an error that has a type."""
    error = answer.json()["error"]
    return answer.status_code, error["type"], error["details"]
