"""One record for each vendor call, for what changes a world from outside, and for what is refused; no other."""

from dataclasses import replace
from typing import Final

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Router
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.wall_clock import wall_now
from app.web.pipeline import ApiMount
from app.web.reasons import explain
from app.web.request_counters import RequestCounter
from app.web.request_log import ApiLog, RequestLog, RequestRecord
from tests.web.conftest import LoggedSandbox

pytestmark = pytest.mark.one_database

WORLDS: Final = "/_sandbox/v1/worlds"
LINK_KEY: Final = "a1B2" * 6


def test_a_vendor_call_is_recorded(logged: LoggedSandbox) -> None:
    """The record has both instants, the world, the vendor, what was called, the status and the time it took."""
    began = wall_now()
    answer = logged.charge(world="documented", limit=2)
    record = logged.last()

    assert began <= record.at <= wall_now()
    assert 0 < record.took_us < 10_000_000
    assert answer.headers["x-sandbox-now"] == "2026-04-01T01:53:58.446Z"
    assert replace(record, at=0, took_us=0) == RequestRecord(
        at=0,
        now=1_775_008_438_446_000,
        world="documented",
        api="charge",
        method="GET",
        path="/v1/charging_sessions?limit=2",
        status=200,
        took_us=0,
        reason=None,
    )


def test_another_instant_is_recorded(logged: LoggedSandbox) -> None:
    """With X-Sandbox-At, the simulated time of the record is the instant that was asked for."""
    logged.charge(world="documented", at="2026-04-01T00:00:00Z")

    assert logged.last().now == 1_775_001_600_000_000


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/worlds", "/worlds/default/clock", "/health/"])
def test_reads_of_the_control_api_are_not_recorded(logged: LoggedSandbox, path: str) -> None:
    """What a dashboard or a probe asks for again and again is left out."""
    assert logged.client.get(f"/_sandbox/v1{path}").status_code == 200
    assert logged.records == []


def test_changes_by_the_control_api_are_recorded(logged: LoggedSandbox) -> None:
    """A line of an advance explains why the simulated time leaps."""
    logged.client.post(WORLDS, json={"name": "moved", "scenario": "empty"})
    logged.records.clear()
    logged.advance("PT1H", "moved")

    record = logged.last()
    assert (record.api, record.world, record.status) == ("sandbox", "moved", 200)


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/nothing", "/favicon.ico", "/.well-known/x", "/robots.txt"])
def test_pages_are_not_recorded(logged: LoggedSandbox, path: str) -> None:
    """Neither are pages that do not exist, nor what browsers ask for by themselves."""
    logged.client.get(path)

    assert logged.records == []


def test_a_call_that_reaches_no_api_is_recorded(logged: LoggedSandbox) -> None:
    """It has no world and no vendor, and it was refused."""
    logged.client.get("/charging_sessions")
    record = logged.last()

    assert (record.api, record.world, record.now, record.status) == (None, None, None, 404)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("logos/Amsel-Ladenetz.svg", None),
        (
            f"{'a1B2' * 6}/invoices/1097edc3",
            "This link opens no world. The world was deleted or has expired, or never was.",
        ),
        (f"{LINK_KEY}/receipts/1", "There is no such file."),
        ("logos/nothing", "There is no such file."),
    ],
)
def test_only_refused_links_are_recorded(logged: LoggedSandbox, path: str, reason: str | None) -> None:
    """A file is not recorded; a link without one is, with the sentence of its page and without the key in it."""
    logged.client.get(f"/_sandbox/files/{path}")
    shown = path.replace(LINK_KEY, "…")

    assert [(each.path, each.api, each.reason) for each in logged.records] == (
        [] if reason is None else [(f"/_sandbox/files/{shown}", None, reason)]
    )


def test_a_link_to_an_invoice_names_world_and_instant(logged: LoggedSandbox) -> None:
    """An invoice that is not there yet is a line of its world, by the world's clock."""
    made = logged.client.post("/_sandbox/v1/worlds", json={"name": "billed", "scenario": "village"}).json()
    keys, user = made["credentials"]["cariqa"], made["sample"]["cariqa"]["active_user_id"]
    listed = logged.client.get(
        f"/api/v1/users/{user}/charging-sessions/", headers={"Authorization": f"Bearer {keys['token']}"}
    ).json()["results"]
    settled = next(each for each in listed if each["session_cost"]["invoice_view"])
    link = settled["session_cost"]["invoice_view"].replace(settled["id"], listed[0]["id"])
    logged.records.clear()
    logged.client.get(link)
    record = logged.last()

    assert (record.world, record.status) == ("billed", 404)
    assert record.reason == (
        "This invoice is not there yet: at 2026-03-04T12:15:00.000Z, by the world's clock, the session goes on."
    )


def _records(*calls: tuple[str, str], everything: bool) -> list[tuple[str, int, str | None]]:
    """What is recorded of an API that answers 200, refuses PATCH with 418, redirects DELETE, and fails for PUT."""

    async def toy(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if request.method == "PUT":
            raise RuntimeError("the toy failed")
        if request.method == "DELETE":
            explain(request, "The toy is elsewhere.")
        status = {"PATCH": 418, "DELETE": 301}.get(request.method, 200)
        await PlainTextResponse("toy", status)(scope, receive, send)

    found: list[RequestRecord] = []
    log = ApiLog(RequestLog(found.append, everything=everything), "toys")
    mount = ApiMount("/toys", toy, "toys", RequestCounter(), log)
    client = TestClient(Router([mount]), raise_server_exceptions=False, follow_redirects=False)
    for method, path in calls:
        client.request(method, path)
    return [(each.method, each.status, each.reason) for each in found]


_CALLS: Final = [(method, "/toys/a") for method in ("GET", "PATCH", "DELETE", "PUT")]
_REFUSED: Final = [
    ("PATCH", 418, "I'm a Teapot"),
    ("DELETE", 301, "The toy is elsewhere."),
    ("PUT", 500, "Internal Server Error"),
]


def test_log_has_everything_or_only_refusals() -> None:
    """A refusal is an answer from 400 on, or one with a reason; it always has a reason."""
    assert _records(*_CALLS, everything=False) == _REFUSED
    assert _records(*_CALLS, everything=True) == [("GET", 200, None), *_REFUSED]
