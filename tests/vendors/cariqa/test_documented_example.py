"""The call of Cariqa's documentation works with only the host replaced; the answer has the documented keys."""

from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.cariqa.users import every

LINE: Final = "/api/v1/users/user_id/charging-sessions/"
TOKEN: Final = {"Authorization": "Bearer <token>"}
PRINTED: Final[dict[str, Any]] = {
    "id": "<string>",
    "start_time": "2023-11-07T05:31:56Z",
    "end_time": "2023-11-07T05:31:56Z",
    "duration": 123,
    "consumed_energy": "<string>",
    "is_active": True,
    "evse_id": "<string>",
    "station_info": {
        "station_name": "<string>",
        "station_address": "<string>",
        "country": "<string>",
        "station_speed": "<string>",
        "connector_standard": "<string>",
        "connector_power": 123,
        "support_phone": "<string>",
        "latitude": "<string>",
        "longitude": "<string>",
    },
    "is_partner": True,
    "logo_url": "<string>",
    "user_facing_session_prices": {
        "kwh_price": "<string>",
        "time_price": "<string>",
        "session_fee": "<string>",
        "blocking_fee": "<string>",
        "starting_fee": "<string>",
        "grace_period_minutes": 123,
        "blocking_cap": "<string>",
        "currency": "<string>",
    },
    "session_cost": {
        "kwh_cost": "<string>",
        "time_cost": "<string>",
        "session_fee_cost": "<string>",
        "blocking_fee_cost": "<string>",
        "starting_fee_cost": "<string>",
        "invoice_view": "<string>",
        "invoice_download": "<string>",
        "invoice_vat": "<string>",
        "invoice_summary": "<string>",
        "invoice_credits": "<string>",
        "invoice_discount": "<string>",
        "currency": "<string>",
    },
    "rates": 1,
}
GUIDE: Final = "ab7ae756-b663-43b9-a025-40c51dd503d9"


def test_the_documented_call_is_answered(sandbox: Sandbox) -> None:
    """Sent as printed, except for the braces, it gives a page of the user called `user_id`."""
    answer = sandbox.client.get(LINE, headers=TOKEN)
    body = answer.json()

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert set(body) == {"count", "next", "previous", "results"}
    assert (body["count"], body["next"], body["previous"]) == (len(body["results"]), None, None)


def test_a_full_session_has_every_documented_key_and_type(sandbox: Sandbox) -> None:
    """A session of the world `documented` has a value for every documented key, in its order and type."""
    full = next(session for session in every(sandbox, world="documented") if session["rates"] is not None)

    assert _shape(PRINTED) == _shape(full)
    assert _order(PRINTED) == _order(full)


def test_every_session_has_every_documented_key(sandbox: Sandbox) -> None:
    """A value may be null, but no key is missing and no type differs."""
    allowed = _shape(PRINTED)

    for session in [*every(sandbox), *every(sandbox, world="documented")]:
        shape = _shape(session)
        assert _order(PRINTED) == _order(session)
        assert {name: shape[name] for name in shape if shape[name] not in {allowed[name], "NoneType"}} == {}


def test_cariqa_010_the_session_of_the_guide_has_its_cost(sandbox: Sandbox) -> None:
    """10.000 kWh at the shown price of 0.54 cost 5.39, including 0.86 VAT: only the costs are exact."""
    session = next(found for found in every(sandbox, world="documented") if found["id"] == GUIDE)
    cost, prices = session["session_cost"], session["user_facing_session_prices"]

    assert (session["consumed_energy"], session["duration"]) == ("10.000", 10)
    assert (prices["kwh_price"], cost["kwh_cost"], cost["invoice_summary"]) == ("0.54", "5.39", "5.39")
    assert (cost["invoice_vat"], cost["currency"], prices["currency"]) == ("0.86", "eur", "eur")
    assert session["start_time"].endswith("T13:51:18.754610Z")
    assert session["end_time"].endswith("T13:51:28.754611Z")
    assert session["evse_id"] == "DE*CIQ*EELDF6XWZU41P*2"
    assert [prices[name] for name in ("time_price", "session_fee", "blocking_fee", "starting_fee")] == [None] * 4
    assert {cost[f"{name}_cost"] for name in ("time", "session_fee", "blocking_fee", "starting_fee")} == {"0.00"}


def test_answers_name_the_documented_world_and_instant(sandbox: Sandbox) -> None:
    """The answer has the headers with the world's name and the instant of its frozen clock."""
    answer = sandbox.client.get(LINE, headers=TOKEN)

    assert answer.headers["x-sandbox-world"] == "documented"
    assert answer.headers["x-sandbox-now"] == "2026-04-01T01:53:58.446Z"


def _shape(value: dict[str, Any], before: str = "") -> dict[str, str]:
    """The type of every value, by its path."""
    shape: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            shape |= _shape(inner, f"{before}{name}.")
        else:
            shape[before + name] = type(inner).__name__
    return shape


def _order(value: dict[str, Any]) -> list[str]:
    return list(_shape(value))
