"""At every path of every contract HEAD is answered like GET, and OPTIONS and 405 name the methods that are served."""

import re
from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.contract.test_examples_are_answered import filled_in
from tests.contract.written import METHODS, operations

pytestmark = pytest.mark.one_database

_PARAMETER: Final = r"\{[^}]*\}"
_STRANGER: Final = "00000000-0000-4000-8000-000000000000"
_OTHERS: Final = {"TRACE", "PURGE"}
_CHANGING: Final = {"date", "x-sandbox-now", "content-length"}
"""Headers that differ between two answers of which one came later."""


def _paths() -> list[str]:
    """Every path of every contract."""
    return sorted({operation.path for operation in operations()})


def _served_by_contract(path: str) -> set[str]:
    return {operation.method.upper() for operation in operations() if operation.path == path}


@pytest.mark.parametrize("path", _paths())
def test_allow_is_true(untouched: Sandbox, path: str) -> None:
    """OPTIONS names in `Allow` the methods that the contract has, HEAD beside GET, and OPTIONS; 405 names the same."""
    url, allowed = _filled(untouched, path), _served(path)
    told = untouched.client.options(url)

    assert (told.status_code, told.content) == (204, b"")
    assert told.headers["Allow"] == ", ".join(sorted(allowed))
    for method in ({name.upper() for name in METHODS} | _OTHERS) - allowed:
        refused = untouched.client.request(method, url, headers=_key(untouched, path))
        assert (refused.status_code, refused.headers["Allow"]) == (405, told.headers["Allow"]), method


@pytest.mark.parametrize("path", [path for path in _paths() if "GET" in _served_by_contract(path)])
def test_head_is_answered_like_get(untouched: Sandbox, path: str) -> None:
    """It has the status, the headers and no body, both with a key and without one."""
    url = _filled(untouched, path)

    for headers in (_key(untouched, path), {}):
        got, head = (untouched.client.request(method, url, headers=headers) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert _lasting(head) == _lasting(got)
        if not path.endswith(("/export", "/metrics")):  # made while it is sent; counts the requests before
            assert head.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/", "/docs/contracts.json", "/docs/static/docs.js", "/nothing"])
def test_head_of_a_page_is_answered_like_get(untouched: Sandbox, path: str) -> None:
    """Pages, files, redirects and the 404 beside all APIs have the same headers as for GET, and no body."""
    got, head = (untouched.client.request(method, path, follow_redirects=False) for method in ("GET", "HEAD"))

    assert (head.status_code, head.content, head.headers) == (got.status_code, b"", got.headers)


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/", "/docs/contracts.json", "/docs/static/docs.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PURGE"])
def test_pages_allow_reading(untouched: Sandbox, path: str, method: str) -> None:
    """Any other method is 405, and `Allow` has GET and HEAD."""
    refused = untouched.client.request(method, path)

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_head_takes_an_instant(untouched: Sandbox) -> None:
    """X-Sandbox-At goes with HEAD as with GET."""
    at = {"X-Sandbox-At": "2026-03-01T06:30:00Z"}
    head = untouched.client.head("/v1/charging_sessions", headers=untouched.charge_key() | at)

    assert head.headers["X-Sandbox-Now"] == "2026-03-01T06:30:00.000Z"


def _served(path: str) -> set[str]:
    """The methods at a path. A path with a literal is that of a parameter too, as `/worlds/import` of a world's."""
    found = {method for other in _paths() if _fits(other, path) for method in _served_by_contract(other)}
    return found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set())


def _fits(template: str, path: str) -> bool:
    return template == path or bool(re.fullmatch(re.sub(r"\{[^}]*\}", "[^/{}]+", template), path))


def _filled(sandbox: Sandbox, path: str) -> str:
    """The path with ids that exist, those of Charge in the world `documented`, and with the query that it needs."""
    keys = sandbox.opened()["credentials"]
    if path.startswith("/v1/"):
        return str(filled_in(next(each for each in operations() if each.path == path))["url"])
    if path.startswith("/api/partners"):
        for name, value in keys["podero"].items():
            path = path.replace(f"{{{name}}}", value)
        return f"{re.sub(_PARAMETER, _STRANGER, path)}?from=2026-02-20&to=2026-03-04"
    names = {"{vendor}": "charge", "{world}": "default", "{user_id}": keys["cariqa"]["user_id"]}
    names |= {
        "{payment_method_id}": sandbox.opened()["sample"]["cariqa"]["payment_method_id"],
        "{intent}": "pi_unknown",
    }
    if "{session_id}" in path:
        names["{session_id}"] = sandbox.cariqa().json()["results"][0]["id"]
    for name, value in names.items():
        path = path.replace(name, value)
    assert "{" not in path, path
    return path


def _key(sandbox: Sandbox, path: str) -> dict[str, str]:
    keys = sandbox.opened()["credentials"]
    if path.startswith("/api/v1"):
        return {"Authorization": f"Bearer {keys['cariqa']['token']}"}
    if path.startswith("/api/partners"):
        return {"Authorization": f"Bearer {keys['podero']['token']}"}
    return sandbox.charge_key("documented")


def _lasting(answer: httpx2.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in _CHANGING}
