"""The calls of Charge's documentation work with only the host replaced, and give the documented answers."""

import json
import re
from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.charge.pages import page
from tests.vendors.charge.refusals import refusal

KEY: Final = {"Authorization": "Bearer ch_sk_test_..."}
DOCUMENTED_TOKEN: Final = "page_vTAqG8c9R32ps8le7rxCVudUeguIaNstI0LBO09jrOg"
SESSION_PAGE: Final[dict[str, Any]] = {
    "data": [
        {
            "id": "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4",
            "object": "charging_session",
            "amount_due": 1842,
            "amount_paid": 0,
            "charging_station": "chst_l3AWdoy5rP8bBPVJODn8TPpdxQTAsYAK",
            "connector": "connector_a1",
            "country": "FR",
            "created": "2026-04-01T01:18:22.807Z",
            "currency": "eur",
            "driver": "drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth",
            "energy_consumed": 12480,
            "fleet": "flt_OA3cCKUR7yRYIp0WX0pVUZ4Uw6OoBWJk",
            "payment_method": "pm_siAYwdA3MAc9Hs0oMtgWhDXSbA3xfqiU",
            "session_ended": None,
            "session_started": "2026-04-01T01:24:13.285Z",
            "status": "active",
            "updated": "2026-04-01T01:53:58.446Z",
            "vehicle": "veh_CAfwCp0gh3fVUUqhbaPupXynUVgbdQxr",
        }
    ],
    "next_page_url": "https://api.chargeapi.co/v1/charging_sessions?page=page_vTAqG8c9R32ps8le7rxCVudUeguIaNstI0LBO09jrOg"
    "&driver=drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth&limit=10",
    "previous_page_url": None,
}
RESERVATION_PAGE: Final[dict[str, Any]] = {
    "data": [
        {
            "id": "res_c4PukAee4b57fNPiS72AQjlnUq7lOzpx",
            "object": "reservation",
            "cancellation_policy": {"free_until_before": 1800, "type": "free_cancellation"},
            "charging_station": "chst_9hx85w7aepO1o2Ztt38CPmlLoFxQNDIE",
            "confirmed_at": "2026-04-01T01:13:49.792Z",
            "connector_type": ["CCS"],
            "created": "2026-04-01T00:45:21.538Z",
            "currency": "eur",
            "driver": "drv_dQGu6UkRHzJjKB4vhFA4jtRSsbbbg0vJ",
            "earliest_start": None,
            "failed_reason": None,
            "ideal_end": "2026-04-01T03:15:19.626Z",
            "ideal_start": "2026-04-01T01:45:20.858Z",
            "latest_end": None,
            "location": {"latitude": 48.8698, "longitude": 2.3319, "radius": 1500},
            "metadata": {},
            "payment_method": "pm_m2NiRW0OqC9JUkocJUDcQGy27CAERWKi",
            "reservation_fee": 1200,
            "reserved_end": "2026-04-01T03:15:42.123Z",
            "reserved_start": "2026-04-01T01:45:20.166Z",
            "status": "pending",
            "updated": "2026-04-01T01:19:37.903Z",
            "vehicle": "veh_YzV09s3YRRpsV5anQzAlA6ZPwRi6KpiU",
        }
    ],
    "next_page_url": "https://api.chargeapi.co/v1/reservations?page=page_peAJoJjnwBV5pAguztZ0zgYfPOxOsHmnoCG6J63E85k"
    "&status=pending&limit=10",
    "previous_page_url": None,
}
ORDER: Final = {
    "charging_station": "chst_dxNYlw4nSLzUm4GWwPJ5ochwR3myCKsA",
    "connector": "connector_a1",
    "driver": "drv_AxAS7yPHekpPhbGMcO4wAAZrt3OA9mEc",
    "payment_method": "pm_BEAD5NIY9aCx3nSplzYUe7cxJ6QkI1BD",
    "vehicle": "veh_s2hlA8r7yI5C1Xo8bjJyglHiJBegvTA3",
}
CREATED: Final[dict[str, Any]] = {
    "id": "cs_ccJe4CNvGc5CRBiPnoPEPrZUuCfPqUbY",
    "object": "charging_session",
    "amount_due": 1842,
    "amount_paid": 0,
    "charging_station": "chst_dxNYlw4nSLzUm4GWwPJ5ochwR3myCKsA",
    "connector": "connector_a1",
    "country": "FR",
    "created": "2026-04-01T01:09:14.087Z",
    "currency": "eur",
    "driver": "drv_AxAS7yPHekpPhbGMcO4wAAZrt3OA9mEc",
    "energy_consumed": 0,
    "fleet": "flt_VPncsNUF64r6IMozGsQXGXBrA3USpxxb",
    "payment_method": "pm_BEAD5NIY9aCx3nSplzYUe7cxJ6QkI1BD",
    "session_ended": None,
    "session_limit": None,
    "session_started": "2026-04-01T01:15:03.983Z",
    "status": "active",
    "updated": "2026-04-01T01:18:50.258Z",
    "vehicle": "veh_s2hlA8r7yI5C1Xo8bjJyglHiJBegvTA3",
}
NOW: Final = "2026-04-01T01:53:58.446Z"
SESSIONS_LINE: Final = "/v1/charging_sessions?driver=drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth&limit=10"
RESERVATIONS_LINE: Final = "/v1/reservations?status=pending&limit=10"


def test_the_documented_list_of_sessions_is_answered(sandbox: Sandbox) -> None:
    """The documented list of sessions is answered byte for byte, except for host and page token."""
    answer = sandbox.client.get(SESSIONS_LINE, headers=KEY)

    assert _printed(SESSION_PAGE) == _as_printed(answer.text)


def test_the_documented_list_of_reservations_is_answered(sandbox: Sandbox) -> None:
    """The documented list of reservations is answered byte for byte, except for host and page token."""
    answer = sandbox.client.get(RESERVATIONS_LINE, headers=KEY)

    assert _printed(RESERVATION_PAGE) == _as_printed(answer.text)


def test_charge_004_the_documented_next_pages_lead_on_and_back(sandbox: Sandbox) -> None:
    """The documented pages have one row of ten and a next page; that page exists and links back."""
    firsts = [page(sandbox, line, world="documented") for line in (SESSIONS_LINE, RESERVATIONS_LINE)]
    seconds = [page(sandbox, first["next_page_url"], world="documented") for first in firsts]
    backs = [page(sandbox, second["previous_page_url"], world="documented") for second in seconds]

    assert [[row["id"] for row in second["data"]] for second in seconds] == [
        ["cs_DocumentedOlderSession0000000000"],
        [
            "res_lcrRzkcv6cLEFu2g1iGk7DSkZA1yskj6",
            "res_wrF0i5e6cAuXxV9ojAl7Bj0ItaN2d2SI",
            "res_7vS2mQYpLc1aHe8uRk4nDzJfWt0xNbG3",
            "res_DocumentedOlderReservation000000",
        ],
    ]
    assert [second["next_page_url"] for second in seconds] == [None, None]
    assert firsts == backs


def test_the_documented_create_starts_a_session(sandbox: Sandbox) -> None:
    """The session has the documented keys, types and ids, and has delivered no energy."""
    answer = sandbox.client.post("/v1/charging_sessions", json=ORDER, headers=KEY)
    body = answer.json()
    ours = {"id", "amount_due", "created", "session_started", "updated"}

    assert answer.status_code == 200
    assert list(body) == list(CREATED)
    assert {name: type(value) for name, value in body.items()} == {name: type(it) for name, it in CREATED.items()}
    assert {name: body[name] for name in body if name not in ours} == {
        name: value for name, value in CREATED.items() if name not in ours
    }
    assert re.fullmatch("cs_[A-Za-z0-9]{32}", body["id"], re.ASCII)
    assert body["amount_due"] == 0
    assert [body["created"], body["session_started"], body["updated"]] == [NOW] * 3


def test_the_documented_create_succeeds_once(sandbox: Sandbox) -> None:
    """Sent again, the documented create finds its connector busy."""
    sandbox.client.post("/v1/charging_sessions", json=ORDER, headers=KEY)

    again = sandbox.client.post("/v1/charging_sessions", json=ORDER, headers=KEY)

    assert refusal(again) == (409, "charging_session_conflict", "connector")


def test_answers_name_the_documented_world_and_instant(sandbox: Sandbox) -> None:
    """Every answer has the headers with the world's name and the instant of the documented pages."""
    answer = sandbox.client.get(SESSIONS_LINE, headers=KEY)

    assert answer.headers["x-sandbox-world"] == "documented"
    assert answer.headers["x-sandbox-now"] == NOW


def _printed(body: dict[str, Any]) -> str:
    """A documented answer in one line."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return re.sub("page_[A-Za-z0-9_-]{43}", DOCUMENTED_TOKEN, text)


def _as_printed(text: str) -> str:
    """An answer with the vendor's host and the documented page token."""
    there = text.replace("http://localhost:8000/", "https://api.chargeapi.co/")
    return re.sub("page_[A-Za-z0-9_-]{43}", DOCUMENTED_TOKEN, there)
