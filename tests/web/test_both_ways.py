"""An operation answers the same whether OperationRoute calls its endpoint or FastAPI's own handler does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
import orjson
import pytest
from fastapi.routing import request_response
from starlette.routing import Mount

from app.main import VENDORS
from app.web import openapi
from app.web.routing import OperationRoute
from tests.conftest import Sandbox, on_sqlite, podero_path
from tests.contract.test_examples_are_answered import example_body, filled_in
from tests.contract.written import operations

_BAD_QUERIES: Final = ("", "x=1", "limit=0", "limit=x&limit=2", "limit=1&colour=red", "page=x", "status=x", "expand=y")
_RANDOM: Final = re.compile(rb'req_[A-Za-z0-9]{32}|"access_token":"[^"]*"')
"""The random parts of answers: the ids of errors, and tokens."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request without its key."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@on_sqlite
def test_both_ways_answer_the_same(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good and bad requests to every operation of every vendor get the same status, headers and body."""
    calls = _calls(sandbox)
    directly = [_answer(sandbox, call) for call in calls]
    for _, route in _routes(sandbox):
        monkeypatch.setattr(route, "app", request_response(route.get_route_handler()))
    for world in ("default", "documented"):
        sandbox.client.post(f"/_sandbox/v1/worlds/{world}/reset").raise_for_status()
    by_fastapi = [_answer(sandbox, call) for call in calls]

    assert [status for status, _, _ in directly if status >= 500] == []
    assert {200, 400, 401, 403, 404, 422} <= {status for status, _, _ in directly}
    for call, direct, other in zip(calls, directly, by_fastapi, strict=True):
        assert direct == other, call


@on_sqlite
def test_both_ways_are_tried_for_every_operation(sandbox: Sandbox) -> None:
    """The calls of this test cover every operation of every vendor, and all of them are direct.

    Another spelling of a path, which is not in the contract, has the endpoint of the operation.
    """
    calls = _calls(sandbox)

    for mount, route in _routes(sandbox):
        assert route.is_direct
        assert not route.include_in_schema or any(
            call.method in (route.methods or ()) and route.path_regex.match(call.path.removeprefix(mount))
            for call in calls
        ), route.path


def _routes(sandbox: Sandbox) -> list[tuple[str, OperationRoute]]:
    """Every operation of every vendor, with the path of its mount."""
    application: Any = sandbox.client.app
    paths = {mount.path for vendor in VENDORS for mount in vendor.mounts}
    mounts = [mount for mount in application.routes if isinstance(mount, Mount) and mount.path in paths]
    return [(mount.path, route) for mount in mounts for route in mount.routes if isinstance(route, OperationRoute)]


def _calls(sandbox: Sandbox) -> list[Call]:
    return [*_charge(sandbox), *_examples(), *_cariqa(sandbox), *_podero(sandbox)]


def _variants(method: str, path: str, key: str, queries: tuple[str, ...], body: bytes = b"") -> Iterator[Call]:
    """Requests with each query, then without a key, with an unknown key, and at an instant that is none."""
    keyed = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for query in queries:
        yield Call(method, path, query, body, keyed)
    yield Call(method, path, queries[0], body)
    yield Call(method, path, "limit=0", body, {"Authorization": "Bearer ch_sk_test_unknown"})
    yield Call(method, path, queries[0], body, keyed | {"X-Sandbox-At": "yesterday"})


def _charge(sandbox: Sandbox) -> Iterator[Call]:
    world = sandbox.world()
    key, sample = world["credentials"]["charge"]["secret_key"], world["sample"]["charge"]
    path, session = "/v1/charging_sessions", sandbox.charge(limit=1).json()["data"][0]["id"]
    order = httpx2.Request(
        "POST", "http://x", json={name: sample[name] for name in sample if name not in {"fleet", "account"}}
    ).content
    lists = ("created[gt]=2026-03-01T00:00:00Z&limit=3", "created=x", *_BAD_QUERIES)
    yield from _variants("GET", path, key, lists)
    yield from _variants("GET", "/v1/reservations", key, ("limit=2&status=completed", *_BAD_QUERIES))
    yield from _variants("GET", f"{path}/{session}", key, _BAD_QUERIES)
    yield from _variants("GET", f"{path}/missing", key, _BAD_QUERIES)
    for body in (order, b"", b"{", b"[]", b'{"vehicle": 1, "colour": 2}', order.replace(b"}", b',"session_limit":0}')):
        yield from _variants("POST", path, key, ("", "limit=1"), body)
    for body in (b"{}", b"[1]", b'{"reason": "x"}', b""):
        yield from _variants("POST", f"{path}/{session}/end", key, ("", "colour=red"), body)
        yield from _variants("POST", f"{path}/missing/end", key, ("", "colour=red"), body)


def _examples() -> Iterator[Call]:
    """The example of each operation of the vendors, and variants of it, in the world `documented`."""
    keys = {vendor.name: next(iter(openapi.documented_keys(vendor.name).values())) for vendor in VENDORS}
    for operation in (each for each in operations() if each.contract in keys):
        request = filled_in(operation)
        method, body = operation.method.upper(), orjson.dumps(example_body(operation) or {})
        queries = _BAD_QUERIES if method == "GET" else ("", "colour=red")
        yield from _variants(
            method, request["url"], keys[operation.contract], queries, b"" if method == "GET" else body
        )


def _cariqa(sandbox: Sandbox) -> Iterator[Call]:
    keys = sandbox.world()["credentials"]["cariqa"]
    queries = ("page_size=2", "page=2&page_size=1", "page=0", "page=last", "page_size=x", "page=x", "colour=red")
    for user in (keys["user_id"], "missing", "missing%20"):
        yield from _variants("GET", f"/api/v1/users/{user}/charging-sessions/", keys["token"], queries)


def _podero(sandbox: Sandbox) -> Iterator[Call]:
    keys = sandbox.world()["credentials"]["podero"]
    span = "from=2026-03-01&to=2026-03-04"
    queries = (span, f"{span}&limit=1&offset=1", "", "from=x&to=1", "from=2026-03-04&to=2026-03-01", f"{span}&limit=0")
    yield from _variants("GET", podero_path(keys), keys["token"], queries)
    yield from _variants("GET", podero_path(keys | {"org_id": "missing", "user_id": "1"}), keys["token"], queries)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    client = f"grant_type=client_credentials&client_id={keys['client_id']}&client_secret={keys['client_secret']}"
    for body in (client, client.replace("grant_type", "type"), client + "x", ""):
        yield Call("POST", "/oauth2/token/", body=body.encode(), headers=form)
    yield Call("POST", "/oauth2/token/", body=b"[]", headers={"Content-Type": "application/json"})


def _answer(sandbox: Sandbox, call: Call) -> tuple[int, dict[str, str], bytes]:
    url = f"{call.path}?{call.query}" if call.query else call.path
    answer = sandbox.client.request(call.method, url, content=call.body, headers=call.headers)
    return answer.status_code, dict(answer.headers), _RANDOM.sub(b"", answer.content)
