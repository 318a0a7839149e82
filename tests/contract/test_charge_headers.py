"""Every operation of Charge's takes `Charge-Version`, and every POST an `Idempotency-Key`."""

from typing import Final

import pytest

from app.web import openapi
from tests.conftest import Sandbox
from tests.contract.charge_examples import EXAMPLES, KEY
from tests.contract.written import Operation, operations, resolved

_OPERATIONS: Final = [operation for operation in operations() if operation.contract == "charge"]
_POSTS: Final = [page for page, example in EXAMPLES.items() if example.get("request", {}).get("method") == "POST"]


@pytest.mark.parametrize("operation", _OPERATIONS, ids=str)
def test_headers_are_written(operation: Operation) -> None:
    """The contract has the two headers where they have an effect, and nowhere else."""
    of_path = openapi.contract("charge")["paths"][operation.path].get("parameters", [])
    named = {resolved("charge", it)["name"] for it in [*of_path, *operation.written.get("parameters", [])]}

    assert "Charge-Version" in named
    assert ("Idempotency-Key" in named) is (operation.method == "post")


@pytest.mark.parametrize("page", _POSTS)
def test_documented_writes_are_done_once_with_a_key(page: str, sandbox: Sandbox) -> None:
    """Each printed POST, sent twice with one key, has the same bytes as answer, also after some time."""
    request = EXAMPLES[page]["request"]
    headers = KEY | {"Idempotency-Key": page}
    first, second = (sandbox.client.post(request["path"], json=request["body"], headers=headers) for _ in range(2))
    sandbox.advance("PT23H", "documented")
    third = sandbox.client.post(request["path"], json=request["body"], headers=headers)

    assert first.status_code == 200
    assert first.content == second.content == third.content


@pytest.mark.parametrize("page", _POSTS)
def test_documented_writes_are_refused_in_another_version(page: str, sandbox: Sandbox) -> None:
    """Nothing is done in a version that does not exist."""
    request = EXAMPLES[page]["request"]
    headers = KEY | {"Charge-Version": "2020-01-01", "Idempotency-Key": page}
    refused = sandbox.client.post(request["path"], json=request["body"], headers=headers)

    assert (refused.status_code, refused.json()["param"]) == (400, "Charge-Version")
