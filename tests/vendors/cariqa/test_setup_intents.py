"""A user's setup intent stays open until the control API confirms it."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import answered, call, confirm, fault, methods, new_card, new_user, secret

pytestmark = pytest.mark.own_server


def test_cariqa_035_user_has_one_open_setup_intent(sandbox: Sandbox) -> None:
    """CARIQA-035: each user has another one, which is the same for every request until it is confirmed."""
    user, other = new_user(sandbox), new_user(sandbox)
    secrets = [secret(sandbox, user), secret(sandbox, user), secret(sandbox, other)]
    assert confirm(sandbox, "setup", secrets[0], card="visa").status_code == 200
    secrets.append(secret(sandbox, user))

    assert secrets[0] == secrets[1]
    assert len(set(secrets)) == 3
    assert all(each.startswith("seti_") and each.count("_secret_") == 1 for each in secrets)
    assert len(methods(sandbox, user)) == 1


def test_reading_a_setup_intent_writes_nothing(sandbox: Sandbox) -> None:
    """An export is the same before and after."""
    user = new_user(sandbox)
    exports = "/_sandbox/v1/worlds/default/export"
    before = sandbox.client.get(exports).json()
    secret(sandbox, user)

    assert sandbox.client.get(exports).json() == before


def test_cariqa_026_parameter_without_a_value_is_not_there(sandbox: Sandbox) -> None:
    """CARIQA-026: an empty type is the default, an unknown one is refused."""
    path = f"{new_user(sandbox)}/setup-intents/"
    types = [answered(sandbox, "GET", f"{path}{query}") for query in ("", "?pm_type=card", "?pm_type=", "?other=1")]

    assert types == [types[0]] * 4
    assert fault(call(sandbox, "GET", f"{path}?pm_type=paypal")) == (
        400,
        "validation_error",
        'pm_type: "paypal" is not a valid choice.',
    )


def test_setup_intent_is_open_at_earlier_instants_too(sandbox: Sandbox) -> None:
    """At an instant before its confirmation the intent is the one that was open then."""
    user = new_user(sandbox)
    opened, now = secret(sandbox, user), sandbox.now()
    sandbox.advance("PT1H")
    new_card(sandbox, user)

    assert answered(sandbox, "GET", f"{user}/setup-intents/", at=now)["setup_intent_client_secret"] == opened
    assert secret(sandbox, user) != opened


def test_documented_setup_intent_can_be_confirmed(sandbox: Sandbox) -> None:
    """The secret of the documentation is that of its user, and is confirmed once."""
    user = "72794486-bf87-44fb-9b74-5b8fed6c994d"
    shown = secret(sandbox, user, "documented")
    answers = [
        confirm(sandbox, "setup", named, "documented", card="visa")
        for named in (f"{shown}x", "seti_1THkgXHtgZxQ1KXxOhLbYQKU_secret_no", shown, shown)
    ]

    assert shown == "seti_1THkgXHtgZxQ1KXxOhLbYQKU_secret_UGHFCX0iihdboXkwx4QfiR9V2ma55vk"
    assert [answer.status_code for answer in answers] == [404, 404, 200, 409]
    assert len(methods(sandbox, user, world="documented")) == 3
    assert secret(sandbox, user, "documented") != shown
