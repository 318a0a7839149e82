"""The world `documented` answers the requests that Podero's pages and guides make, as they print it.

`podero_examples.json` has them by their pages: the request, the status if it is not 200, and the answer where one is
printed. A placeholder such as `{user_id}` stands for an id of the world. `DEVIATIONS` says where an answer has to
differ, with the quirk.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.printed import compared

EXAMPLES: Final[dict[str, dict[str, Any]]] = json.loads(Path(__file__).with_name("podero_examples.json").read_text())
KEY: Final = {"Authorization": "Bearer <token>"}
CLIENT: Final = {"Authorization": f"Basic {b64encode(b'client_id:client_secret').decode()}"}
DEVIATIONS: Final[Mapping[str, Mapping[str, str]]] = {}
"""For each page, the members in which Wattif's answer differs, with the quirk that says why."""


def test_every_example_is_held() -> None:
    """There are 24 requests, and the table names no other page."""
    assert len(EXAMPLES) == 24
    assert set(DEVIATIONS) <= set(EXAMPLES)


@pytest.mark.parametrize("page", EXAMPLES)
def test_documented_request_is_answered(page: str, sandbox: Sandbox) -> None:
    """Status and members are the printed ones; a write shows what its body and the page decide."""
    key = CLIENT if page == "get-access-token" else KEY

    assert compared(sandbox, EXAMPLES[page], key) == sorted(DEVIATIONS.get(page, ()))
