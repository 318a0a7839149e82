"""A report or an endpoint of a file may leave out what it says of itself, and is shown with defaults."""

import json
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.written import answer_faults, operations

WORLDS: Final = "/_sandbox/v1/worlds"
BODIES: Final[dict[str, dict[str, Any]]] = {
    "/v1/reports": {
        "parameters": {
            "type": "charging_summary",
            "period_start": "2026-02-01T00:00:00Z",
            "period_end": "2026-03-01T00:00:00Z",
        }
    },
    "/v1/webhook_endpoints": {"enabled_events": ["report.succeeded"], "url": "https://example.com/hook"},
}


@pytest.mark.parametrize("path", BODIES)
def test_bare_object_of_an_import_obeys_the_contract(sandbox: Sandbox, path: str) -> None:
    """It is retrieved, listed and, if it can be, updated; the file of a bare report is not found."""
    sandbox.client.post(path, json=BODIES[path], headers=sandbox.charge_key()).raise_for_status()
    export = sandbox.client.get(f"{WORLDS}/default/export").json()
    for document in export["documents"]:
        if document["kind"] in {"report", "report_piece", "webhook_endpoint"}:
            document["body"] = {}
    content, kind = json.dumps(export).encode(), {"Content-Type": "application/json"}
    sandbox.client.post(f"{WORLDS}/import?name=bare", content=content, headers=kind).raise_for_status()
    listed = sandbox.charge(path, world="bare", at="2026-03-05T00:00:00Z")
    shown = listed.json()["data"][0]
    retrieved = sandbox.charge(f"{path}/{shown['id']}", world="bare", at="2026-03-05T00:00:00Z")
    operation = next(it for it in operations() if it.path == path and it.method == "get")

    assert answer_faults(operation, listed) == []
    assert retrieved.json() == shown
    if path == "/v1/reports":
        assert sandbox.client.get(shown["url"], headers={"X-Sandbox-At": "2026-03-05T00:00:00Z"}).status_code == 404
    else:
        key = sandbox.charge_key("bare")
        changed = sandbox.client.post(f"{path}/{shown['id']}", json={"status": "disabled"}, headers=key).json()
        assert changed == shown | {"status": "disabled"}
