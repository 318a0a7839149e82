"""With an admin token the control API asks for it; health, readiness, metrics and contracts stay open."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from app.settings import Settings
from app.web import local_access
from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept

pytestmark = pytest.mark.one_database

CONTROL: Final = "/_sandbox/v1"
WORLDS: Final = f"{CONTROL}/worlds"
ADVANCE: Final = f"{WORLDS}/default/clock/advance"
TOKEN: Final = "s3cret.of-the~house+/="
BROUGHT: Final = {"Authorization": f"Bearer {TOKEN}"}
OPEN: Final = ("health", "health/", "ready", "metrics", "openapi/charge.json", "openapi/sandbox.json")
NOWHERE: Final = (
    f"{CONTROL}/nothing",
    f"{CONTROL}/",
    CONTROL,
    "/_sandbox/",
    "/_sandbox/nothing",
    "/_sandbox/health",
    f"{CONTROL}/healthy",
    f"{CONTROL}/openapi",
    f"{CONTROL}/openapi/",
    f"{CONTROL}/openapi/charge.json/x",
    f"{CONTROL}/openapi/%2e%2e%2fworlds",
)


@pytest.fixture(scope="module")
def guarded(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox with an admin token, which stays as it was made."""
    kept = databases.copy(made)
    with resumed(kept, admin_token=TOKEN) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another"}, BROUGHT], ids=["no", "another", "the"])
def test_open_paths_need_no_token(guarded: Sandbox, path: str, headers: dict[str, str]) -> None:
    """Open paths are answered with the token, with another one, and without one."""
    assert guarded.client.get(f"{CONTROL}/{path}", headers=headers).status_code == 200


def test_every_other_operation_needs_the_token(guarded: Sandbox) -> None:
    """Each other operation of the control API is 401 without the token."""
    calls = sorted(_operations(guarded) - {("GET", f"{CONTROL}/{path}") for path in OPEN})
    answers = {call: guarded.client.request(*call) for call in calls}

    assert {"POST", "GET", "PATCH"} <= {method for method, _ in calls}
    assert {call: answer.status_code for call, answer in answers.items()} == dict.fromkeys(calls, 401)


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_open_paths_are_open_for_reading_only(guarded: Sandbox, path: str, method: str) -> None:
    """Another method on an open path needs the token, and with it is 405."""
    url = f"{CONTROL}/{path}"

    _assert_unauthorized(guarded.client.request(method, url))
    assert guarded.client.request(method, url, headers=BROUGHT).status_code == 405


@pytest.mark.parametrize("path", OPEN)
def test_head_is_open_like_get(guarded: Sandbox, path: str) -> None:
    """HEAD on an open path is not asked for a token."""
    assert guarded.client.head(f"{CONTROL}/{path}").status_code == 200
    assert guarded.client.head(WORLDS).status_code == 401


@pytest.mark.parametrize("path", NOWHERE)
def test_unknown_paths_need_the_token(guarded: Sandbox, path: str) -> None:
    """Without the token a caller does not learn which paths exist."""
    _assert_unauthorized(guarded.client.get(path))
    assert guarded.client.get(path, headers=BROUGHT).status_code == 404


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.swapcase()}",
        f"Bearer {TOKEN} {TOKEN}",
        f"Bearer {TOKEN},",
        f'Bearer "{TOKEN}"',
        "Bearer \xff\xfe",
        "Bearer None",
        f"Basic {TOKEN}",
        f"Token {TOKEN}",
        f"Bearer{TOKEN}",
        TOKEN,
    ],
)
def test_a_wrong_token_is_refused(guarded: Sandbox, authorization: str) -> None:
    """Another token or scheme is 401, and the answer does not contain the token."""
    _assert_unauthorized(guarded.client.get(WORLDS, headers=[(b"Authorization", authorization.encode("latin-1"))]))


def test_a_vendors_key_is_not_an_admin_token(guarded: Sandbox) -> None:
    """A key that opens a world does not open the control API."""
    keys = guarded.client.get(WORLDS, headers=BROUGHT).json()["worlds"][0]["credentials"]
    told = (keys["charge"]["secret_key"], keys["cariqa"]["token"], keys["podero"]["token"])

    for key in told:
        _assert_unauthorized(guarded.client.get(WORLDS, headers={"Authorization": f"Bearer {key}"}))


def test_missing_and_wrong_tokens_have_different_details(guarded: Sandbox) -> None:
    """The detail says which of both it is, and names the variable that sets the token."""
    missing, wrong = (
        guarded.client.get(WORLDS, headers=headers).json()["detail"] for headers in ({}, {"Authorization": "Bearer x"})
    )

    assert missing == "This needs Authorization: Bearer, with the token that WATTIF_ADMIN_TOKEN sets."
    assert wrong == "The token is not the one that WATTIF_ADMIN_TOKEN sets."


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer  "])
def test_the_scheme_is_case_insensitive(guarded: Sandbox, scheme: str) -> None:
    """`Bearer` may be in capitals, and several spaces may follow it."""
    assert guarded.client.get(WORLDS, headers={"Authorization": f"{scheme} {TOKEN}"}).status_code == 200


def test_the_token_is_compared_in_constant_time(guarded: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a refusal does not tell how much of a token is right."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(brought: bytes, token: bytes) -> bool:
        compared.append((brought, token))
        return True

    monkeypatch.setattr(local_access, "compare_digest", compare)
    answer = guarded.client.get(WORLDS, headers={"Authorization": "Bearer another"})

    assert compared == [(b"another", TOKEN.encode())]
    assert answer.status_code == 200


def test_a_change_without_the_token_has_no_effect(guarded: Sandbox) -> None:
    """The refused change changes nothing; the same change with the token does."""
    clock = f"{WORLDS}/documented/clock"
    before = guarded.client.get(clock, headers=BROUGHT).json()

    _assert_unauthorized(guarded.client.post(f"{clock}/advance", json={"by": "PT1H"}))
    assert guarded.client.get(clock, headers=BROUGHT).json() == before
    assert guarded.client.post(f"{clock}/advance", json={"by": "PT1H"}, headers=BROUGHT).status_code == 200


@pytest.mark.parametrize("headers", [{}, BROUGHT], ids=["no", "the"])
@pytest.mark.parametrize("far", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}], ids=["host", "origin"])
@pytest.mark.parametrize("path", [WORLDS, f"{CONTROL}/health", f"{CONTROL}/metrics", "/_sandbox/nothing"])
def test_the_token_does_not_admit_foreign_hosts(
    guarded: Sandbox, path: str, far: dict[str, str], headers: dict[str, str]
) -> None:
    """A foreign host name or a foreign page is 403 with the token as without it."""
    assert guarded.client.get(path, headers=far | headers).status_code == 403


def test_the_docs_need_no_token(guarded: Sandbox) -> None:
    """The docs open without a token; the calls that they make ask for it."""
    paths = ("/docs", "/docs/static/docs.js", "/")

    assert {guarded.client.get(path).status_code for path in paths} == {200}


def test_vendors_need_their_keys_only(guarded: Sandbox) -> None:
    """A vendor's API needs its key as before, and the admin token opens nothing there."""
    world = guarded.client.get(f"{WORLDS}/default", headers=BROUGHT).json()
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}

    assert guarded.client.get("/v1/charging_sessions", headers=key).status_code == 200
    assert guarded.client.get("/v1/charging_sessions", headers=BROUGHT).status_code == 401


@pytest.mark.parametrize("token", [None, ""])
def test_an_empty_token_is_no_token(open_sandbox: Callable[..., Sandbox], token: str | None) -> None:
    """Docker Compose passes a variable that is not set as an empty one."""
    sandbox = open_sandbox(admin_token=token)

    assert sandbox.client.post(ADVANCE, json={"by": "PT1H"}).status_code == 200
    assert sandbox.client.get(WORLDS, headers={"Authorization": "Basic x"}).status_code == 200


def test_the_token_is_not_printed(guarded: Sandbox) -> None:
    """The repr of settings and of the app context does not contain it."""
    application = guarded.client.app

    assert isinstance(application, Starlette)
    assert TOKEN not in repr(application.state.context)
    assert TOKEN not in repr(Settings(_env_file=None, admin_token=TOKEN))


def _operations(sandbox: Sandbox) -> set[tuple[str, str]]:
    """Method and path of every operation of the control API."""
    application: Any = sandbox.client.app
    mount = next(mount for mount in application.routes if isinstance(mount, Mount) and mount.path == CONTROL)
    routes = [route for route in mount.routes if isinstance(route, Route)]
    return {
        (method, CONTROL + route.path.replace("openapi/{name}", "openapi/charge").replace("{name}", "default"))
        for route in routes
        for method in route.methods or ()
    }


def _assert_unauthorized(answer: httpx2.Response) -> None:
    """The answer is 401 with a challenge and a problem body that names the variable, and not the token."""
    body = answer.json()

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="wattif"'
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (body["type"], body["title"], body["status"]) == ("about:blank", "Unauthorized", 401)
    assert "WATTIF_ADMIN_TOKEN" in body["detail"]
    assert TOKEN not in answer.text
