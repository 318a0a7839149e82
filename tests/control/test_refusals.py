"""The control API refuses with problem bodies (RFC 9457) whose detail gives the reason."""

from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

CONTROL: Final = "/_sandbox/v1"
METHODS: Final = {
    f"{CONTROL}/health": {"GET"},
    f"{CONTROL}/ready": {"GET"},
    f"{CONTROL}/metrics": {"GET"},
    f"{CONTROL}/openapi/charge.json": {"GET"},
    f"{CONTROL}/worlds": {"GET", "POST", "DELETE"},
    f"{CONTROL}/worlds/default": {"GET", "DELETE"},
    f"{CONTROL}/worlds/default/reset": {"POST"},
    f"{CONTROL}/worlds/default/clock": {"GET", "PATCH"},
    f"{CONTROL}/worlds/default/clock/advance": {"POST"},
    f"{CONTROL}/worlds/default/simulate": {"GET", "POST"},
    f"{CONTROL}/worlds/default/export": {"GET"},
}
BROKEN: Final = (b"", b"{", b"{'by': 'PT1H'}", b'{"by": "PT1H"}}', b"\xff\xfe", b'{"by": "\\ud800"}', b"[" * 5000)
REQUESTS: Final = [
    (method, path)
    for path, known in METHODS.items()
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    if method not in known
]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/worlds/{}", None),
        ("DELETE", "/worlds/{}", None),
        ("POST", "/worlds/{}/reset", None),
        ("GET", "/worlds/{}/export", None),
        ("GET", "/worlds/{}/clock", None),
        ("PATCH", "/worlds/{}/clock", {"speed": 1}),
        ("PATCH", "/worlds/{}/clock", {"speed": "fast"}),
        ("POST", "/worlds/{}/clock/advance", {"by": "PT1H"}),
        ("POST", "/worlds/{}/clock/advance", {"until": {"id": "cs_1", "status": "completed"}}),
        ("GET", "/worlds/{}/simulate", None),
        ("POST", "/worlds/{}/simulate", {"event": "unplug", "id": "cs_1"}),
    ],
)
@pytest.mark.parametrize("name", ["nowhere", "Default", "default'--", "%00", "%ff", "ü" * 300])
def test_an_unknown_world_is_not_found(
    untouched: Sandbox, method: str, path: str, body: dict[str, Any] | None, name: str
) -> None:
    """Every operation on an unknown world is 404, with any body."""
    answer = untouched.client.request(method, CONTROL + path.format(name), json=body)

    assert_problem(answer, 404)


@pytest.mark.parametrize(
    "path", ["/nothing", "/worlds/default/nothing", "/worlds/default/clock/back", "/openapi/tesla.json", "/worlds//"]
)
def test_an_unknown_path_is_not_found(untouched: Sandbox, path: str) -> None:
    """It is 404."""
    assert_problem(untouched.client.get(CONTROL + path), 404)


@pytest.mark.parametrize("path", ["/nothing", "/v2/charging_sessions", "/api", "/openapi.json", "/docs/nothing"])
def test_a_path_beside_all_apis_is_not_found(untouched: Sandbox, path: str) -> None:
    """The 404 names the paths that exist."""
    answer = untouched.client.get(path)

    assert_problem(answer, 404)
    assert "/v1 (Charge)" in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_an_unknown_method_is_not_allowed(untouched: Sandbox, method: str, path: str) -> None:
    """A method that a path does not have is 405, and `Allow` names those it has."""
    answer = untouched.client.request(method, path)

    assert_problem(answer, 405)
    assert {name.strip() for name in answer.headers["Allow"].split(",")} - {"HEAD", "OPTIONS"} == METHODS[path]


@pytest.mark.parametrize("path", ["/docs", "/", "/docs/static/docs.js"])
def test_a_page_allows_reading_only(untouched: Sandbox, path: str) -> None:
    """Other methods are 405, with `Allow`."""
    answer = untouched.client.post(path)

    assert_problem(answer, 405)
    assert "GET" in answer.headers.get("Allow", "")


@pytest.mark.parametrize("path", ["/worlds/default/clock/advance", "/worlds/default/clock"])
@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_a_body_of_another_media_type_is_refused(untouched: Sandbox, path: str, media_type: str | None) -> None:
    """Only JSON that is declared as JSON is read: a form of a foreign page changes nothing."""
    method = "POST" if path.endswith("advance") else "PATCH"
    content = b'{"by": "PT1H"}' if method == "POST" else b'{"speed": 9}'
    headers = {} if media_type is None else {"Content-Type": media_type}
    before = untouched.world()["clock"]
    answer = untouched.client.request(method, CONTROL + path, content=content, headers=headers)

    assert_problem(answer, 400)
    assert (media_type or "There is no Content-Type") in answer.json()["detail"]
    assert untouched.world()["clock"] == before


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_parameters_and_case_of_the_media_type_do_not_matter(sandbox: Sandbox, media_type: str) -> None:
    """`application/json` is accepted in each of these spellings."""
    answer = sandbox.client.post(
        f"{CONTROL}/worlds/default/clock/advance", content=b'{"by": "PT1H"}', headers={"Content-Type": media_type}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "content", [b"", b"{", b"{'by': 'PT1H'}", b'{"by": "PT1H"}}', b"\xff\xfe", b'{"by": "\\ud800"}', b"[" * 5000]
)
def test_bad_json_is_refused(untouched: Sandbox, content: bytes) -> None:
    """A body that is not JSON, or holds text that no database can store, is 400."""
    answer = untouched.client.post(
        f"{CONTROL}/worlds/default/clock/advance", content=content, headers={"Content-Type": "application/json"}
    )

    assert_problem(answer, 400)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"name": "A b"}, "name: use 1 to 63 lower-case letters, digits and hyphens, and no hyphen first"),
        ({"seed": "1"}, "seed must be a whole number"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"clock": {"speed": 2_000_000}}, "clock.speed must be at most 1000000"),
        ({"clock": {"at": "1-1-1"}}, "clock.at: '1-1-1' is not an RFC 3339 timestamp such as 2026-03-03T14:05:23.789Z"),
        ({"colour": "red"}, "colour is not known"),
        ({"name": None}, "name: leave it out instead of sending null"),
        ({"scenario": 7, "expires_in": 1}, "scenario must be a string; expires_in must be a string"),
        ([], "the body must be an object"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_an_invalid_body_is_explained(untouched: Sandbox, body: object, sentence: str) -> None:
    """The detail names each member that is not valid, and says what is."""
    answer = untouched.client.post(f"{CONTROL}/worlds", json=body)

    assert_problem(answer, 400)
    assert answer.json()["detail"].startswith(sentence)


def test_a_body_of_more_than_a_mebibyte_is_refused(untouched: Sandbox) -> None:
    """It is 413, and the clock stays."""
    content = b'{"by": "PT1H"' + b" " * (1 << 20) + b"}"
    answer = untouched.client.post(
        f"{CONTROL}/worlds/default/clock/advance", content=content, headers={"Content-Type": "application/json"}
    )

    assert_problem(answer, 413)
    assert untouched.now() == "2026-03-04T12:00:00.000Z"


def test_health_and_readiness_need_no_key(untouched: Sandbox) -> None:
    """Both answer: the server runs, and its worlds can be used."""
    health, ready = untouched.client.get(f"{CONTROL}/health"), untouched.client.get(f"{CONTROL}/ready")

    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


def assert_problem(answer: httpx2.Response, status: int) -> None:
    """The answer is a problem body of that status, with a detail."""
    body = answer.json()

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
