"""A request that is filled in with all examples of its contract, as tools do that import one, is a good request."""

from base64 import b64encode
from typing import Any, Final

import pytest

from app.web import openapi
from tests.conftest import Sandbox
from tests.contract.written import Operation, operations, resolved

pytestmark = pytest.mark.one_database

_CLIENT: Final = {"Authorization": "Basic " + b64encode(b"client_id:client_secret").decode()}
"""What the call takes that has client id and secret of `documented` instead of a key."""
_REFUSED: Final = {
    "sandbox-deleteWorld": 409,
    "cariqa-stopChargingSession": 409,
    "podero-resolveCue": 403,
    "podero-reportCue": 403,
}
"""The example of a world cannot be deleted, that of a session has ended, and no world signed that of a secret."""


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_requests_filled_in_with_examples_are_answered(operation: Operation, sandbox: Sandbox) -> None:
    """The world `documented` answers the request with the first success that the contract writes."""
    answer = sandbox.client.request(operation.method, **filled_in(operation), json=example_body(operation))

    assert answer.status_code == _REFUSED.get(str(operation), operation.statuses[0]), answer.text


def filled_in(operation: Operation, **changed: object) -> dict[str, Any]:
    """Address, query and headers of a request with all examples, some of them changed, and the key of `documented`."""
    query, headers, path = dict[str, Any](), dict[str, str](), operation.path
    for parameter in _parameters(operation):
        value = changed.get(parameter["name"], parameter.get("example", ""))
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(value))
        elif parameter["in"] == "query" and value != "":
            query[parameter["name"]] = value
        elif value != "":
            headers[parameter["name"]] = str(value)
    for key in openapi.documented_keys(operation.contract).values():
        headers["Authorization"] = f"Bearer {key}"
    if operation.name == "createAccessToken":
        headers |= _CLIENT
    return {"url": path, "params": query, "headers": headers}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    """The parameters of an operation, those of its path included."""
    of_path = openapi.contract(operation.contract)["paths"][operation.path].get("parameters", [])
    return [resolved(operation.contract, it) for it in [*of_path, *operation.written.get("parameters", [])]]


def example_body(operation: Operation) -> object:
    """The first example of the body as JSON; None if the operation takes none."""
    content = operation.written.get("requestBody", {}).get("content", {})
    examples = content.get("application/json", {}).get("examples", {})
    return next((example["value"] for example in examples.values()), None)
