"""Users and payment methods are deleted, unless a debt or an active session keeps them."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import (
    DEBT,
    DEBTOR,
    DEBTORS_CARD,
    answered,
    call,
    confirm,
    fault,
    methods,
    new_card,
    new_user,
)
from tests.vendors.cariqa.users import LATER

pytestmark = pytest.mark.own_server

_EVSE: Final = "DE*WTF*EGOOD*1"
_ADDRESS: Final = {"line1": "Berliner Str. 123", "postal_code": "10119"}


def _charging(sandbox: Sandbox) -> tuple[str, str, str]:
    """A user, the card that is to pay for an active session, and the session."""
    user = new_user(sandbox)
    card = new_card(sandbox, user)
    answered(sandbox, "PUT", f"{user}/billing-details/", json=_ADDRESS)
    order = {"evse_id": _EVSE, "payment_method_id": card}
    return user, card, answered(sandbox, "POST", f"{user}/charging/start/", json=order)["id"]


def test_cariqa_030_debt_keeps_user_and_payment_method(sandbox: Sandbox) -> None:
    """CARIQA-030: both are 402 until the debt is paid."""
    for path in (f"{DEBTOR}/payment-methods/{DEBTORS_CARD}/", f"{DEBTOR}/"):
        answer = call(sandbox, "DELETE", path)
        assert fault(answer)[:2] == (402, "payment_error")
        assert answer.json()["detail"] == "Payment Error"
    assert confirm(sandbox, "payment", DEBT).status_code == 200

    assert call(sandbox, "DELETE", f"{DEBTOR}/payment-methods/{DEBTORS_CARD}/").status_code == 204
    assert call(sandbox, "DELETE", f"{DEBTOR}/").status_code == 204


def test_cariqa_030_active_session_keeps_user_and_payment_method(sandbox: Sandbox) -> None:
    """CARIQA-030: 400 until the session is stopped; another card of the user can be deleted meanwhile."""
    user, card, session = _charging(sandbox)
    other = new_card(sandbox, user)

    assert fault(call(sandbox, "DELETE", f"{user}/"))[:2] == (400, "validation_error")
    assert fault(call(sandbox, "DELETE", f"{user}/payment-methods/{card}/"))[:2] == (400, "payment_method_error")
    assert call(sandbox, "DELETE", f"{user}/payment-methods/{other}/").status_code == 204
    assert [each["id"] for each in methods(sandbox, user)] == [card]
    sandbox.advance("PT5M")
    assert call(sandbox, "POST", f"{user}/charging/stop/{session}/").status_code == 204
    assert call(sandbox, "DELETE", f"{user}/payment-methods/{card}/").status_code == 204
    assert methods(sandbox, user) == []
    assert call(sandbox, "DELETE", f"{user}/").status_code == 204


def test_deleted_payment_method_pays_for_nothing(sandbox: Sandbox) -> None:
    """A start with it is refused like one with a payment method that is not there, and nothing is started."""
    user = new_user(sandbox)
    card = new_card(sandbox, user)
    answered(sandbox, "PUT", f"{user}/billing-details/", json=_ADDRESS)
    call(sandbox, "DELETE", f"{user}/payment-methods/{card}/")

    answers = [
        call(sandbox, "POST", f"{user}/charging/start/", json={"evse_id": _EVSE, "payment_method_id": method})
        for method in (card, "pm_unknown")
    ]

    assert [answer.status_code >= 400 for answer in answers] == [True, True]
    assert answers[0].json() == answers[1].json()
    assert answered(sandbox, "GET", f"{user}/charging-sessions/")["count"] == 0


def test_second_deletion_is_not_found(sandbox: Sandbox) -> None:
    """Of a user and of a payment method."""
    user = new_user(sandbox)
    paths = [f"{user}/payment-methods/{new_card(sandbox, user)}/", f"{user}/"]

    assert [call(sandbox, "DELETE", path).status_code for path in paths for _ in range(2)] == [204, 404, 204, 404]


def test_cariqa_034_payment_method_is_deleted_without_a_slash(sandbox: Sandbox) -> None:
    """CARIQA-034: DELETE takes the path without its slash; a user's is a redirect as elsewhere."""
    user = new_user(sandbox)
    card = new_card(sandbox, user)
    answer = call(sandbox, "DELETE", f"{user}/payment-methods/{card}")
    moved = call(sandbox, "DELETE", user)

    assert (answer.status_code, answer.content) == (204, b"")
    assert methods(sandbox, user) == []
    assert moved.status_code == 301


def test_user_who_is_deleted_has_no_plans(sandbox: Sandbox) -> None:
    """None of the sessions that the town had planned for the user takes place."""
    users = [each["id"] for each in answered(sandbox, "GET", "", params={"page_size": 100})["results"]]
    user, planned = next((each, found) for each in users if (found := _planned(sandbox, each)))
    call(sandbox, "DELETE", f"{user}/").raise_for_status()
    of_user = "SELECT uuid FROM session JOIN world ON world.n = session.world AND world.name = :name"
    of_user += ' AND state = :state WHERE "user" = :user'
    left = {uuid for (uuid,) in sandbox.kept.rows(of_user, name="default", state="open", user=user)}

    assert planned
    assert not planned & left


def _planned(sandbox: Sandbox, user: str) -> set[str]:
    """The sessions that a user will have begun later."""
    now, later = sandbox.cariqa(user, page_size=100), sandbox.cariqa(user, at=LATER, page_size=100)
    return {each["id"] for each in later.json()["results"]} - {each["id"] for each in now.json()["results"]}


def test_days_that_are_planned_later_leave_out_deleted_users(sandbox: Sandbox) -> None:
    """In a world that goes on, a user who was deleted has no sessions on later days, and others have."""
    sandbox.client.post("/_sandbox/v1/worlds", json={"name": "on", "scenario": "croft"}).raise_for_status()
    users = [each["id"] for each in answered(sandbox, "GET", "", world="on", params={"page_size": 100})["results"]]
    deleted = next(each for each in users if call(sandbox, "DELETE", f"{each}/", "on").status_code == 204)
    sandbox.advance("P21D", world="on").raise_for_status()
    charged = 'SELECT DISTINCT "user" FROM session JOIN world ON world.n = session.world AND world.name = :name'
    charged += " AND state = :state WHERE channel = :channel AND session.created_at > :since"
    since = 1_773_000_000_000_000
    later = {user for (user,) in sandbox.kept.rows(charged, name="on", state="open", channel="cariqa", since=since)}

    assert later
    assert deleted not in later
