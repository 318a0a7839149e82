"""Payment methods are attached to drivers and fleets, and detached from them; they pay for their owners."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import METHODS, new_card
from tests.vendors.charge.pages import retrieve
from tests.vendors.charge.parties import Object, delete, get, made, new_driver, new_fleet, sample, send
from tests.vendors.charge.refusals import refusal

SCOPE_INVALID: Final = "payment_method_scope_invalid"
SCOPE_NOT_FOUND: Final = "payment_method_scope_not_found"
_UNKNOWN: Final = {"driver": "drv_unknown", "fleet": "flt_unknown"}


@pytest.mark.parametrize("verb", ["attach", "detach"])
@pytest.mark.parametrize("named", [(), ("driver", "fleet")])
def test_charge_056_exactly_one_owner_is_named(sandbox: Sandbox, verb: str, named: tuple[str, ...]) -> None:
    """CHARGE-056: a body that names both owners, or none, is refused before anything is looked up."""
    body = {name: _UNKNOWN[name] for name in named}

    assert refusal(send(sandbox, f"{METHODS}/{new_card(sandbox)['id']}/{verb}", body)) == (400, SCOPE_INVALID, "driver")


@pytest.mark.parametrize("of", ["", "/pm_MagicCardDeclined000000000000000"])
def test_charge_056_queries_name_one_owner(sandbox: Sandbox, of: str) -> None:
    """CHARGE-056: neither a list nor a retrieve takes a driver and a fleet together."""
    answer = sandbox.charge(f"{METHODS}{of}", **_UNKNOWN)

    assert refusal(answer) == (400, SCOPE_INVALID, "fleet")


def test_payment_method_has_a_driver_and_a_fleet(sandbox: Sandbox) -> None:
    """It may belong to both; another driver takes the place of the one before, and detaching frees it."""
    path, fleet = f"{METHODS}/{new_card(sandbox)['id']}", new_fleet(sandbox)["id"]
    first, second = (new_driver(sandbox)["id"] for _ in range(2))
    for owner in ({"driver": first}, {"fleet": fleet}, {"driver": second}):
        shown = made(sandbox, f"{path}/attach", owner)

    assert (shown["driver"], shown["fleet"]) == (second, fleet)
    assert get(sandbox, f"{path}?driver={second}") == get(sandbox, f"{path}?fleet={fleet}") == shown
    assert refusal(sandbox.charge(path, driver=first)) == (404, SCOPE_NOT_FOUND, "driver")
    assert made(sandbox, f"{path}/detach", {"driver": second})["driver"] is None


@pytest.mark.parametrize("owner", ["driver", "fleet"])
def test_charge_057_owner_has_to_be_there(sandbox: Sandbox, owner: str) -> None:
    """CHARGE-057: an owner who is unknown or deleted is 404, and so is one who has not the payment method."""
    path, other, gone = f"{METHODS}/{new_card(sandbox)['id']}", _new(sandbox, owner), _new(sandbox, owner)
    delete(sandbox, f"/v1/{owner}s/{gone['id']}")

    for verb, named in (("attach", _UNKNOWN[owner]), ("attach", gone["id"]), ("detach", gone["id"])):
        answer = send(sandbox, f"{path}/{verb}", {owner: named})
        assert refusal(answer) == (404, "payment_method_owner_not_found", owner)
    assert refusal(send(sandbox, f"{path}/detach", {owner: other["id"]})) == (404, SCOPE_NOT_FOUND, owner)


def test_card_of_a_driver_pays_for_that_driver(sandbox: Sandbox) -> None:
    """CHARGE-013: attached to another driver it is refused; detached again it pays for all."""
    path, other = f"{METHODS}/{new_card(sandbox)['id']}", new_driver(sandbox)["id"]
    method = path.rpartition("/")[2]
    made(sandbox, f"{path}/attach", {"driver": other})
    refused = sandbox.start(payment_method=method)
    made(sandbox, f"{path}/detach", {"driver": other})

    assert refusal(refused) == (404, SCOPE_NOT_FOUND, "payment_method")
    assert sandbox.start(payment_method=method).status_code == 200


def test_card_of_a_fleet_pays_for_sessions_of_that_fleet(sandbox: Sandbox) -> None:
    """CHARGE-013: the fleet is that of the session; the card of another fleet is refused."""
    methods = [f"{METHODS}/{new_card(sandbox)['id']}" for _ in range(2)]
    fleets = [new_fleet(sandbox)["id"], sample(sandbox, "fleet")]
    for path, fleet in zip(methods, fleets, strict=True):
        made(sandbox, f"{path}/attach", {"fleet": fleet})
    others, own = (sandbox.start(payment_method=path.rpartition("/")[2]) for path in methods)

    assert refusal(others) == (404, SCOPE_NOT_FOUND, "payment_method")
    assert own.json()["fleet"] == fleets[1]


def test_charge_071_running_session_is_paid_after_a_detach(sandbox: Sandbox) -> None:
    """CHARGE-071: a card that is detached during a session pays for it all the same."""
    driver, method = sample(sandbox, "driver"), new_card(sandbox)["id"]
    made(sandbox, f"{METHODS}/{method}/attach", {"driver": driver})
    session = sandbox.start(payment_method=method).json()["id"]
    made(sandbox, f"{METHODS}/{method}/detach", {"driver": driver})
    sandbox.advance("PT10M")
    sandbox.end(session)
    sandbox.advance("PT2M")
    paid = retrieve(sandbox, session)

    assert paid["amount_paid"] == paid["amount_due"] > 0


def _new(sandbox: Sandbox, owner: str) -> Object:
    return new_driver(sandbox) if owner == "driver" else new_fleet(sandbox)
