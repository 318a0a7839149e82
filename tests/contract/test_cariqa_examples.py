"""The world `documented` answers the requests that Cariqa's pages and Cariqa's own client make, as the pages print it.

`cariqa_examples.json` has them by the names of their pages: what comes before, the request, the status, and the answer
where one is printed, in the names of version 1.0.0. `DEVIATIONS` says where an answer has to differ, with the quirk.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.printed import compared

EXAMPLES: Final[dict[str, dict[str, Any]]] = json.loads(Path(__file__).with_name("cariqa_examples.json").read_text())
KEY: Final = {"Authorization": "Bearer <token>"}
_SESSION: Final = {
    "start_time": "CARIQA-023",
    "end_time": "CARIQA-023",
    "station_info.station_name": "CARIQA-023",
    "station_info.support_phone": "CARIQA-023",
    "station_info.longitude": "CARIQA-023",
    "logo_url": "CARIQA-007",
    "session_cost.invoice_view": "CARIQA-007",
    "session_cost.invoice_download": "CARIQA-007",
}
DEVIATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "charging-sessions/list": _SESSION,
    "charging-sessions/get": _SESSION,
    "invoices/list": {"date": "CARIQA-023", "link": "CARIQA-007"},
}
"""For each page, the members in which Wattif's answer differs, with the quirk that says why."""


def test_every_example_is_held() -> None:
    """There are 27 requests, and the table names no other page."""
    assert len(EXAMPLES) == 27
    assert set(DEVIATIONS) <= set(EXAMPLES)


@pytest.mark.parametrize("page", EXAMPLES)
def test_documented_request_is_answered(page: str, sandbox: Sandbox) -> None:
    """Status and members are the printed ones; a write shows what its body and the page decide."""
    assert compared(sandbox, EXAMPLES[page], KEY) == sorted(DEVIATIONS.get(page, ()))
