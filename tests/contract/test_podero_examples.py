"""The world `documented` answers the requests that Podero's pages and guides make, as they print it.

`podero_examples.json` has them by their pages: the request, the status if it is not 200, and the answer where one is
printed; a page that is `older` shows fewer members than later ones. A placeholder such as `{user_id}` stands for an id
of the world.
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
REFUSED: Final[Mapping[str, str]] = {"add-residence": "PODERO-025"}
"""The pages whose request is refused by what another page says, with the quirk."""


def test_every_example_is_held() -> None:
    """There are 24 requests, and the refused ones are known."""
    assert len(EXAMPLES) == 24
    assert {page for page, example in EXAMPLES.items() if example.get("status", 200) >= 400} == set(REFUSED)


@pytest.mark.parametrize("page", EXAMPLES)
def test_documented_request_is_answered(page: str, sandbox: Sandbox) -> None:
    """Status and members are the printed ones; a write shows what its body and the page decide."""
    key = CLIENT if page == "get-access-token" else KEY

    assert compared(sandbox, EXAMPLES[page], key) == []
