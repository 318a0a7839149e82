"""Web pages of any origin may call the vendors' APIs, which their keys protect."""

from typing import Final

import pytest

from tests.conftest import Sandbox, podero_path

pytestmark = pytest.mark.one_database

_ORIGIN: Final = {"Origin": "https://app.example"}
_TOKEN: Final = "/oauth2/token/"
_EXPOSED: Final = (
    "X-Sandbox-World, X-Sandbox-Now, X-Sandbox-Hint, "
    "Allow, Content-Disposition, Link, Location, Retry-After, WWW-Authenticate"
)
_VENDORS: Final = pytest.mark.parametrize("vendor", ["charge", "cariqa", "podero"])


@_VENDORS
def test_page_may_read_an_answer(sandbox: Sandbox, vendor: str) -> None:
    """The answer to a page of another origin allows reading it, with the headers that name world and instant."""
    path, key = _list(sandbox, vendor)

    answer = sandbox.client.get(path, headers=key | _ORIGIN)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == _EXPOSED


@_VENDORS
def test_page_may_read_a_refusal(sandbox: Sandbox, vendor: str) -> None:
    """The 401 for a page without a key allows reading it."""
    path, _ = _list(sandbox, vendor)

    answer = sandbox.client.get(path, headers=_ORIGIN)

    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"


@_VENDORS
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_preflight_request_is_granted(sandbox: Sandbox, vendor: str, method: str) -> None:
    """A browser's preflight request needs no key, and allows the method and the headers that it asks for."""
    path, _ = _list(sandbox, vendor)
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,x-sandbox-at"}

    answer = sandbox.client.options(path, headers=_ORIGIN | asked)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert method in answer.headers["access-control-allow-methods"]
    assert "x-sandbox-at" in answer.headers["access-control-allow-headers"].lower()


@_VENDORS
def test_preflight_request_into_a_private_network_is_granted(sandbox: Sandbox, vendor: str) -> None:
    """A page of a public site may call a sandbox on the developer's machine."""
    path, _ = _list(sandbox, vendor)
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Private-Network": "true"}

    answer = sandbox.client.options(path, headers=_ORIGIN | asked)

    assert answer.headers["access-control-allow-private-network"] == "true"


def test_page_may_ask_for_a_token(sandbox: Sandbox) -> None:
    """The preflight request of the token call is granted, and its answers can be read, refusals too."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    keys = sandbox.opened()["credentials"]["podero"]
    body = {"grant_type": "client_credentials", **{name: keys[name] for name in ("client_id", "client_secret")}}

    answers = [
        sandbox.client.options(_TOKEN, headers=_ORIGIN | asked),
        sandbox.client.post(_TOKEN, json=body, headers=_ORIGIN),
        sandbox.client.post(_TOKEN, json={}, headers=_ORIGIN),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 401]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"*"}


@_VENDORS
def test_credentials_of_a_browser_are_not_allowed(sandbox: Sandbox, vendor: str) -> None:
    """Keys go in a header, so no answer allows cookies."""
    path, key = _list(sandbox, vendor)

    answer = sandbox.client.get(path, headers=key | _ORIGIN)

    assert "access-control-allow-credentials" not in answer.headers


@_VENDORS
def test_request_without_origin_gets_no_cors_headers(sandbox: Sandbox, vendor: str) -> None:
    """The answer to a request without `Origin` has none of the headers that browsers ask for."""
    path, key = _list(sandbox, vendor)

    answer = sandbox.client.get(path, headers=key)

    assert not [name for name in answer.headers if name.startswith("access-control")]


def _list(sandbox: Sandbox, vendor: str) -> tuple[str, dict[str, str]]:
    """The path of one of the vendor's lists, and the header with the key."""
    keys = sandbox.opened()["credentials"]
    cariqa, podero = keys["cariqa"], keys["podero"]
    path, key = {
        "charge": ("/v1/charging_sessions", keys["charge"]["secret_key"]),
        "cariqa": (f"/api/v1/users/{cariqa['user_id']}/charging-sessions/", cariqa["token"]),
        "podero": (f"{podero_path(podero)}?from=2026-01-01&to=2026-12-31", podero["token"]),
    }[vendor]
    return path, {"Authorization": f"Bearer {key}"}
