"""Each error of a start that Cariqa documents can be had, and leaves nothing behind."""

import re
from collections.abc import Callable
from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import (
    CARD_ON_THE_ROAD,
    DECLINED,
    FAILS_LATER,
    GOOD,
    NEEDS_AUTHENTICATION,
    OFFLINE,
    ON_THE_ROAD,
    OUT_OF_SERVICE,
    WITH_DEBT,
    WITHOUT_BILLING_DATA,
    Customer,
    customer,
    error,
)

pytestmark = pytest.mark.own_server

CHARGING: Final = "Charging Error"
UNAVAILABLE: Final = "station_availability_issue"
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def _already_charging(me: Customer) -> httpx2.Response:
    me.start()
    return me.request_start(evse_id=GOOD)


def _busy(me: Customer) -> httpx2.Response:
    me.other(ON_THE_ROAD).start(payment_method_id=CARD_ON_THE_ROAD)
    return me.request_start()


def _broken(me: Customer) -> httpx2.Response:
    me.simulate("connector_fault", me.evse_id)
    return me.request_start()


def _silent(me: Customer) -> httpx2.Response:
    me.simulate("station_silent", "chst_MagicStationGood0000000000000000")
    return me.request_start(evse_id=GOOD)


def _unconfirmed(me: Customer) -> httpx2.Response:
    me.simulate("unconfirmed", me.evse_id)
    return me.request_start()


def _declined_lately(me: Customer) -> httpx2.Response:
    me.simulate("card_declined", me.payment_method)
    return me.request_start()


def _in_vain(me: Customer) -> httpx2.Response:
    me.simulate("unexpected_error", me.id)
    return me.request_start()


ERRORS: Final[dict[str, tuple[Callable[[Customer], httpx2.Response], tuple[int, str, str]]]] = {
    "active": (_already_charging, (409, CHARGING, "already_charging")),
    "debt": (lambda me: me.other(WITH_DEBT).request_start(), (402, CHARGING, "payment_error")),
    "user": (lambda me: me.other("unknown").request_start(), (404, "Not found.", "")),
    "evse": (lambda me: me.request_start(evse_id="DE*WTF*ENONE*1"), (404, "Not found.", "")),
    "wallbox": (lambda me: me.request_start(evse_id="DE*HOM*EMAGIC*2"), (404, "Not found.", "")),
    "busy": (_busy, (409, CHARGING, UNAVAILABLE)),
    "out of service": (lambda me: me.request_start(evse_id=OUT_OF_SERVICE), (409, CHARGING, UNAVAILABLE)),
    "broken": (_broken, (409, CHARGING, UNAVAILABLE)),
    "offline": (lambda me: me.request_start(evse_id=OFFLINE), (424, CHARGING, UNAVAILABLE)),
    "silent": (_silent, (424, CHARGING, UNAVAILABLE)),
    "billing": (
        lambda me: me.other(WITHOUT_BILLING_DATA).request_start(),
        (409, CHARGING, "billing_data_required"),
    ),
    "declined": (
        lambda me: me.request_start(payment_method_id=DECLINED),
        (402, CHARGING, "pre_authorization_failed"),
    ),
    "declined lately": (_declined_lately, (402, CHARGING, "pre_authorization_failed")),
    "unknown card": (
        lambda me: me.request_start(payment_method_id="pm_Unknown"),
        (402, CHARGING, "pre_authorization_failed"),
    ),
    "card of another user": (
        lambda me: me.request_start(payment_method_id=CARD_ON_THE_ROAD),
        (402, CHARGING, "pre_authorization_failed"),
    ),
    "unauthenticated": (
        lambda me: me.request_start(payment_method_id=NEEDS_AUTHENTICATION),
        (402, CHARGING, "pre_authorization_failed"),
    ),
    "unconfirmed": (_unconfirmed, (424, CHARGING, "charging_provider_error")),
    "unexpected": (_in_vain, (500, CHARGING, "unexpected_error")),
}


@pytest.mark.parametrize("name", ERRORS)
def test_cariqa_048_start_is_refused_with_its_type(sandbox: Sandbox, name: str) -> None:
    """The status, the detail and the type of each refusal are the documented ones (CARIQA-048)."""
    request, expected = ERRORS[name]

    assert error(request(customer(sandbox))) == expected


@pytest.mark.parametrize("name", [name for name in ERRORS if name not in {"active", "busy"}])
def test_a_refused_start_leaves_no_session(sandbox: Sandbox, name: str) -> None:
    """No session of a refused start is listed, so that no money is held or charged."""
    me = customer(sandbox)

    ERRORS[name][0](me)

    assert me.rows("charging-sessions/") == []


@pytest.mark.parametrize(
    ("wrong", "details"),
    [
        ({"evse_id": None}, "evse_id: This field may not be null."),
        ({"evse_id": " "}, "evse_id: This field may not be blank."),
        ({"evse_id": ["DE"]}, "evse_id: Not a valid string."),
        ({"payment_method_id": {}}, "payment_method_id: Not a valid string."),
    ],
)
def test_cariqa_049_bad_body_is_a_validation_error(sandbox: Sandbox, wrong: dict[str, object], details: str) -> None:
    """A body without its two texts is 400, which is not documented for a start (CARIQA-049)."""
    answer = customer(sandbox).request_start(**wrong)

    assert error(answer) == (400, "Validation Error", "validation_error")
    assert answer.json()["error"]["details"] == details


def test_documented_words_of_a_second_start(sandbox: Sandbox) -> None:
    """The refusal of a start during an active session is the documented one, to the letter."""
    assert _already_charging(customer(sandbox)).json() == {
        "detail": "Charging Error",
        "error": {
            "type": "already_charging",
            "details": "User already has active charging session OR is starting charging",
        },
    }


def test_cariqa_051_payment_method_of_another_user_is_like_an_unknown_one(sandbox: Sandbox) -> None:
    """Both refusals are the same, and have no client secret; a magic card without an owner is taken (CARIQA-051)."""
    me = customer(sandbox)

    foreign, unknown = (me.request_start(payment_method_id=card) for card in (CARD_ON_THE_ROAD, "pm_Unknown"))

    assert foreign.json() == unknown.json()
    assert "payment_intent_client_secret" not in foreign.json()["error"]
    assert me.request_start(payment_method_id=FAILS_LATER).status_code == 201


def test_cariqa_052_unexpected_error_comes_once(sandbox: Sandbox) -> None:
    """It ends with a UUID as a support code, and the next start passes (CARIQA-052)."""
    me = customer(sandbox)

    refused = _in_vain(me)

    assert UUID.search(refused.json()["error"]["details"])
    assert me.request_start().status_code == 201


def test_cariqa_053_unconfirmed_start_passes_later(sandbox: Sandbox) -> None:
    """The operator confirms starts again after half an hour, or after what `for` says (CARIQA-053)."""
    me = customer(sandbox)
    me.simulate("unconfirmed", me.evse_id, for_="PT2M")

    assert me.request_start().status_code == 424
    me.advance("PT2M")
    assert me.request_start().status_code == 201


def test_a_connector_that_is_reserved_is_refused(sandbox: Sandbox) -> None:
    """What a driver of another vendor has reserved is not available to a user."""
    me = customer(sandbox)
    sample = sandbox.opened(me.world)["sample"]["charge"]
    station = sandbox.charge(f"/v1/charging_stations/{sample['charging_station']}", world=me.world).json()
    now = sandbox.now(me.world)
    booked = sandbox.client.post(
        "/v1/reservations",
        headers=sandbox.charge_key(me.world),
        json={
            "connector_type": ["CCS"],
            "driver": sample["driver"],
            "vehicle": sample["vehicle"],
            "payment_method": sample["payment_method"],
            "location": station["location"] | {"radius": 100},
            "ideal_start": now,
            "ideal_end": now[:11] + "23:59:00.000Z",
        },
    )
    assert booked.status_code == 200, booked.text
    me.advance("PT5M")

    assert "The charging point is reserved." in [_details(me, each) for each in _evses(me, sample["charging_station"])]


def _details(me: Customer, evse_id: str) -> str | None:
    """Why a start is refused; a session that is started instead is stopped again."""
    body = me.request_start(evse_id=evse_id).json()
    if "id" not in body:
        return str(body["error"]["details"])
    me.stop(body["id"])
    me.advance("PT5M")
    return None


def _evses(me: Customer, station: str) -> list[str]:
    query = "SELECT c.evse_id FROM connector c JOIN world w ON w.n = c.world WHERE w.name = :name AND c.station = :id"
    return [row.evse_id for row in me.sandbox.kept.rows(query, name=me.world, id=station)]
