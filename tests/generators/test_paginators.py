"""dlt, a client that knows no vendor, follows the links of every list to its end."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import NOT_TESTED
from tests.contract.written import operations
from tests.generators.tools import HERE, python_program, run
from tests.serving.servers import Server

pytestmark = pytest.mark.slow

_LIMIT: Final = 40
_LISTS: Final = [
    operation.path for operation in operations() if operation.contract == "charge" and operation.name.startswith("list")
]
_REPORT: Final = {
    "parameters": {
        "type": "charging_summary",
        "period_start": "2026-02-01T00:00:00Z",
        "period_end": "2026-03-01T00:00:00Z",
    }
}
_MADE: Final[dict[str, Any]] = {
    "/v1/policies": {"name": "Any place", "mode": "suggestion", "rules": {"denied_operators": ["None"]}},
    "/v1/reports": _REPORT,
    "/v1/webhook_endpoints": {"enabled_events": ["report.succeeded"], "url": "https://example.com"},
    "/v1/invoices": {"period_start": "2026-02-01T00:00:00Z", "period_end": "2026-03-01T00:00:00Z"},
}
"""What a new world has none of, or few."""


def test_paginator_reads_every_row_of_every_list(server: Server, tmp_path: Path) -> None:
    """All pages but the last are full, and together they have each row once, in order."""
    python = python_program()
    if not list(Path(python).parents[1].glob("lib/python*/site-packages/dlt")):
        pytest.skip(f"{NOT_TESTED} WITH DLT: `make generators` has not installed it")
    key = server.key()
    for path, body in _MADE.items():
        for _ in range(_LIMIT + 1):
            server.client.post(path, json=body, headers=key).raise_for_status()
    secret = key["Authorization"].removeprefix("Bearer ")
    calls = HERE / "calls" / "lists_with_dlt.py"
    told = json.loads(run([python, calls, server.url, secret, _LIMIT, *_LISTS], tmp_path, DO_NOT_TRACK="1"))

    assert len(_LISTS) == 12
    for path in _LISTS:
        pages = told[path]
        rows = server.rows(path)
        assert [each for page in pages for each in page] == [row["id"] for row in rows], path
        assert {len(page) for page in pages[:-1]} in ({_LIMIT}, set()), path
        assert len(pages) == -(-len(rows) // _LIMIT), path
