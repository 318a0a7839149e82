"""Pages of loopback origins and of allowed origins may call the control API from a browser; others may not."""

from collections.abc import Callable
from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

WORLDS: Final = "/_sandbox/v1/worlds"
NEAR: Final = (
    "http://localhost:3000",
    "https://localhost:5173",
    "http://LOCALHOST",
    "http://app.localhost:3000",
    "http://127.0.0.1:8000",
    "http://127.3.2.1:3000",
    "http://[::1]:3000",
)
FAR: Final = (
    "http://app.example",
    "http://localhost.app.example",
    "http://127.0.0.1.app.example",
    "http://192.168.1.20:3000",
    "ftp://localhost",
    "http://localhost@app.example",
    "http://localhost:3000.app.example",
    "null",
    "",
)


@pytest.mark.parametrize("origin", NEAR)
@pytest.mark.parametrize("host", ["localhost:8000", "wattif:8000"])
def test_page_of_this_machine_may_call(common: Sandbox, origin: str, host: str) -> None:
    """A page from loopback, on any port, may read and change; the answer names its origin and varies with it."""
    headers = {"Origin": origin, "Host": host}
    answers = [
        common.client.get(WORLDS, headers=headers),
        common.client.get(f"{WORLDS}/nothing", headers=headers),
        common.client.post(WORLDS, json={}, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 201]
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {origin}
    assert all("Origin" in answer.headers["Vary"] for answer in answers)
    assert not any("Access-Control-Allow-Credentials" in answer.headers for answer in answers)
    assert "Location" in answers[2].headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origin", FAR)
def test_page_of_a_foreign_origin_is_refused(untouched: Sandbox, origin: str) -> None:
    """It is 403 for reads, changes and preflight requests, and no header lets the page read that."""
    answers = [
        untouched.client.get(WORLDS, headers={"Origin": origin}),
        untouched.client.post(WORLDS, headers={"Origin": origin}),
        _preflight(untouched, origin),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert not any("Access-Control-Allow-Origin" in answer.headers for answer in answers)


def test_preflight_needs_no_admin_token(open_sandbox: Callable[..., Sandbox]) -> None:
    """A browser sends none with it; the call itself needs one, and the page may read that it does."""
    sandbox = open_sandbox(admin_token="s3cret")
    preflight = _preflight(sandbox, NEAR[0])
    refused = sandbox.client.get(WORLDS, headers={"Origin": NEAR[0]})

    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == NEAR[0]
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert preflight.headers["Access-Control-Allow-Private-Network"] == "true"
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == NEAR[0]


def test_allowed_origins_may_call(open_sandbox: Callable[..., Sandbox]) -> None:
    """The pages of the origins in WATTIF_ALLOWED_ORIGINS may, in any case; those of their other ports may not."""
    sandbox = open_sandbox(allowed_origins="https://App.example, tauri://localhost")
    asked = ("https://app.example", "tauri://localhost", "https://app.example:8443", "http://app.example")

    assert [_preflight(sandbox, origin).status_code for origin in asked] == [200, 200, 403, 403]


def test_answer_without_an_origin_varies_with_it(untouched: Sandbox) -> None:
    """A cache must not give it to a page."""
    answer = untouched.client.get(WORLDS)

    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_form_of_a_page_changes_nothing(untouched: Sandbox, media_type: str) -> None:
    """A body that a browser sends without a preflight request is refused, also from a page of this machine."""
    answers = [
        untouched.client.request(
            method, f"{WORLDS}{path}", content=b'{"by":"PT1H"}', headers={"Content-Type": media_type, "Origin": NEAR[0]}
        )
        for method, path in (("POST", ""), ("POST", "/default/clock/advance"), ("POST", "/default/simulate"))
    ]

    assert [answer.status_code for answer in answers] == [400] * 3


def test_404_beside_all_apis_is_read_by_any_page(untouched: Sandbox) -> None:
    """A page that calls a wrong path reads where the APIs are, after a preflight request too."""
    headers = {"Origin": "https://app.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = untouched.client.options("/charging_sessions", headers=headers | asked)
    answer = untouched.client.post("/charging_sessions", headers=headers)

    assert preflight.status_code == 200
    assert answer.status_code == 404
    assert preflight.headers["Access-Control-Allow-Origin"] == answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "/v1 (Charge)" in answer.json()["detail"]


def _preflight(sandbox: Sandbox, origin: str) -> httpx2.Response:
    asked = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    return sandbox.client.options(f"{WORLDS}/default/clock", headers={"Origin": origin} | asked)
