"""For each operation on reports and webhook endpoints, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_REPORTS: Final = "/v1/reports"
_ENDPOINTS: Final = "/v1/webhook_endpoints"
_PERIOD: Final = {"period_start": "2026-02-01T00:00:00Z", "period_end": "2026-03-04T12:00:00+01:00"}
_REPORT: Final = {"parameters": {"type": "charging_summary", **_PERIOD}}
_ENDPOINT: Final = {"enabled_events": ["report.succeeded"], "url": "https://example.com/webhook/endpoint"}
_UNKNOWN: Final = "00000000000000000000000000000000"


def list_reports(sandbox: Sandbox) -> Answers:
    for _ in range(2):
        _post(sandbox, _REPORTS, _REPORT)
    for status in ("pending", "processing", "succeeded", "failed"):
        for at in (None, "2026-03-04T12:01:00Z", "2026-05-02T00:44:50Z"):
            yield sandbox.charge(_REPORTS, status=status, at=at)
    yield from _listed(sandbox, _REPORTS)
    yield sandbox.charge(_REPORTS, expand="account")


def create_report(sandbox: Sandbox) -> Answers:
    sample = sandbox.opened()["sample"]["charge"]
    yield _post(sandbox, _REPORTS, _REPORT)
    filters = {"vehicle": [sample["vehicle"]]}
    whole = {"type": "charging_summary", "group_by": "fleet", "filters": filters, **_PERIOD}
    yield _post(sandbox, _REPORTS, {"parameters": whole, "fleet": sample["fleet"], "type": "csv"})
    yield from _refused_bodies(sandbox, _REPORTS, _REPORT)
    yield _post(sandbox, _REPORTS, {"parameters": {**whole, "group_by": "station"}})
    yield _post(sandbox, _REPORTS, {"parameters": {**whole, "period_end": _PERIOD["period_start"]}})
    yield _post(sandbox, _REPORTS, _REPORT | {"fleet": "flt_unknown"})
    yield _post(sandbox, _REPORTS, {"parameters": {**whole, "filters": {"vehicle": ["veh_unknown"]}}})


def get_report(sandbox: Sandbox) -> Answers:
    path = f"{_REPORTS}/{_post(sandbox, _REPORTS, _REPORT).json()['id']}"
    yield from _retrieved(sandbox, path, f"{_REPORTS}/rpt_{_UNKNOWN}")
    yield sandbox.charge(path, expand="account")


def list_webhook_endpoints(sandbox: Sandbox) -> Answers:
    for _ in range(2):
        _post(sandbox, _ENDPOINTS, _ENDPOINT)
    yield from _listed(sandbox, _ENDPOINTS)


def create_webhook_endpoint(sandbox: Sandbox) -> Answers:
    yield _post(sandbox, _ENDPOINTS, _ENDPOINT)
    whole = {"api_version": "2026-03-01", "description": "Ours", "metadata": {"a": "b"}, "url": "http://[::1]:9000"}
    yield _post(sandbox, _ENDPOINTS, _ENDPOINT | whole)
    yield from _refused_bodies(sandbox, _ENDPOINTS, _ENDPOINT)
    yield _post(sandbox, _ENDPOINTS, _ENDPOINT | {"url": "ftp://example.com"})


def get_webhook_endpoint(sandbox: Sandbox) -> Answers:
    path = f"{_ENDPOINTS}/{_post(sandbox, _ENDPOINTS, _ENDPOINT).json()['id']}"
    yield from _retrieved(sandbox, path, f"{_ENDPOINTS}/wh_{_UNKNOWN}")


def update_webhook_endpoint(sandbox: Sandbox) -> Answers:
    path = f"{_ENDPOINTS}/{_post(sandbox, _ENDPOINTS, _ENDPOINT).json()['id']}"
    changes: list[dict[str, Any]] = [
        {"description": "Primary webhook endpoint."},
        {"enabled_events": [], "status": "disabled", "metadata": {"a": None}, "description": None},
        {},
    ]
    for change in changes:
        yield _post(sandbox, path, change)
    yield from _refused_bodies(sandbox, path, {})
    yield _post(sandbox, f"{_ENDPOINTS}/wh_{_UNKNOWN}", {})


def _post(sandbox: Sandbox, path: str, body: object) -> httpx2.Response:
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def _listed(sandbox: Sandbox, path: str) -> Iterator[httpx2.Response]:
    for world in WORLDS:
        yield sandbox.charge(path, world=world)
    first = sandbox.charge(path, limit=1)
    yield first
    yield sandbox.client.get(first.json()["next_page_url"], headers=sandbox.charge_key())
    refused: list[dict[str, Any]] = [{"limit": 0}, {"page": "x"}, {"colour": 1}, {"expand": "url"}, {"at": LATE}]
    for query in refused:
        yield sandbox.charge(path, **query)
    yield sandbox.client.get(path)


def _retrieved(sandbox: Sandbox, path: str, unknown: str) -> Iterator[httpx2.Response]:
    yield sandbox.charge(path)
    yield sandbox.charge(path, at="2026-03-06T19:00:00Z")
    yield sandbox.charge(path, expand="url")
    yield sandbox.client.get(path)
    yield sandbox.charge(unknown)


def _refused_bodies(sandbox: Sandbox, path: str, good: dict[str, Any]) -> Iterator[httpx2.Response]:
    yield _post(sandbox, path, good | {"colour": "red"})
    yield _post(sandbox, path, [])
    yield sandbox.client.post(path, json=good)
    yield sandbox.client.post(path, content=TOO_LARGE, headers=sandbox.charge_key() | JSON)


REPORT_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listReports": list_reports,
    "createReport": create_report,
    "getReport": get_report,
    "listWebhookEndpoints": list_webhook_endpoints,
    "createWebhookEndpoint": create_webhook_endpoint,
    "getWebhookEndpoint": get_webhook_endpoint,
    "updateWebhookEndpoint": update_webhook_endpoint,
}
