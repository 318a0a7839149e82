"""Charge's errors: eight keys at the top level."""

import re
from typing import Any, Final

import httpx2

KEYS: Final = ["code", "doc_url", "message", "object", "param", "request", "status", "type"]
TYPES: Final = {401: "authentication_error"}

Refusal = tuple[int, str | None, str | None]
"""Status, code and param."""


def refusal(answer: httpx2.Response) -> Refusal:
    """Status, code and param of an error, after a check that it has the documented keys."""
    body: dict[str, Any] = answer.json()
    status, code, param = answer.status_code, body["code"], body["param"]
    assert answer.headers["content-type"] == "application/json"
    assert list(body) == KEYS
    assert body["object"] == "error"
    assert body["status"] == status
    assert body["type"] == TYPES.get(status, "invalid_request_error")
    assert body["doc_url"] == "https://docs.chargeapi.co/errors" + (f"#{code}" if code else "")
    assert re.fullmatch("req_[A-Za-z0-9]{32}", body["request"], re.ASCII)
    assert isinstance(body["message"], str)
    assert body["message"]
    assert param is None or isinstance(param, str)
    return status, code, param
