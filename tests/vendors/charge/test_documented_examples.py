"""The printed lists are answered as whole pages, and the printed create can be done once."""

import json
import re
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.charge_examples import EXAMPLES, KEY, NOW
from tests.vendors.charge.pages import page
from tests.vendors.charge.refusals import refusal

DOCUMENTED_TOKEN: Final = "page_vTAqG8c9R32ps8le7rxCVudUeguIaNstI0LBO09jrOg"
SESSIONS_LINE: Final = "/v1/charging_sessions?driver=drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth&limit=10"
RESERVATIONS_LINE: Final = "/v1/reservations?status=pending&limit=10"


@pytest.mark.parametrize(("name", "line"), [("charging_sessions", SESSIONS_LINE), ("reservations", RESERVATIONS_LINE)])
def test_documented_page_is_answered(sandbox: Sandbox, name: str, line: str) -> None:
    """The list is answered byte for byte, except for host and page token."""
    answer = sandbox.client.get(line, headers=KEY)

    assert _printed(EXAMPLES[f"{name}/list"]["answer"]) == _as_printed(answer.text)


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


def test_the_documented_create_succeeds_once(sandbox: Sandbox) -> None:
    """Sent again, the documented create finds its connector busy."""
    order = EXAMPLES["charging_sessions/create"]["request"]["body"]
    first, again = (sandbox.client.post("/v1/charging_sessions", json=order, headers=KEY) for _ in range(2))

    assert first.status_code == 200
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
