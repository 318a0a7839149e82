"""Refusals are those of Django REST framework: `detail` for bad calls, and its own 301, 404 and 405."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.users import get, path, token

pytestmark = pytest.mark.one_database

CHALLENGE: Final = 'Bearer realm="api"'
MISSING: Final = {"detail": "Authentication credentials were not provided."}
UNKNOWN: Final = {"detail": "Incorrect authentication credentials."}
NO_USER: Final = "/api/v1/users/00000000-0000-4000-8000-000000000000/charging-sessions/"


def test_cariqa_003_a_missing_or_malformed_header_is_401(sandbox: Sandbox) -> None:
    """A request without a token of the form `Bearer TOKEN` is 401 with a challenge."""
    key = token(sandbox)["Authorization"].removeprefix("Bearer ")
    headers = [None, b"", b"Bearer", b"Bearer ", key.encode(), b"Basic " + key.encode(), b"JWT " + key.encode()]

    answers = [
        sandbox.client.get(path(sandbox), headers=[] if sent is None else [(b"authorization", sent)])
        for sent in headers
    ]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(401, MISSING)] * 7
    assert {answer.headers["www-authenticate"] for answer in answers} == {CHALLENGE}


def test_cariqa_003_a_token_that_opens_nothing_is_403(sandbox: Sandbox) -> None:
    """A token that is unknown, altered, of another vendor, or raw bytes is 403."""
    keys = sandbox.world()["credentials"]
    head, claims, signature = keys["cariqa"]["token"].split(".")
    sent = {
        "another signature": f"{head}.{claims}.{signature[::-1]}",
        "no signature": f"{head}.{claims}.",
        "unsigned": f"eyJhbGciOiJub25lIn0.{claims}.",
        "half of it": keys["cariqa"]["token"][:-1],
        "Charge's": keys["charge"]["secret_key"],
        "Podero's": keys["podero"]["token"],
        "another placeholder": "<TOKEN>",
        "bytes": "\x80\xff",
        "much": "x" * 60_000,
    }

    answers = {
        name: sandbox.client.get(path(sandbox), headers=[(b"authorization", b"Bearer " + key.encode("latin-1"))])
        for name, key in sent.items()
    }

    assert dict.fromkeys(sent, (403, UNKNOWN)) == {name: (it.status_code, it.json()) for name, it in answers.items()}
    assert not any("www-authenticate" in answer.headers for answer in answers.values())


def test_the_token_is_checked_first(sandbox: Sandbox) -> None:
    """Without a token the answer is the same for unknown users and pages."""
    paths = [NO_USER, f"{path(sandbox)}?page=99", path(sandbox)]

    answers = [sandbox.client.get(each, headers={"X-Sandbox-At": "never"}) for each in paths]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert not any("x-sandbox-world" in answer.headers for answer in answers)


def test_cariqa_017_an_unknown_user_is_not_found(sandbox: Sandbox) -> None:
    """An unknown user, or one of another world, is 404, for ids of every form."""
    users = ["0", "user_id", "User_Id", "a%20b", "%00", "%FF", "é", "%F0%9F%98%80", "';--", "x" * 5000]

    answers = {user: get(sandbox, f"/api/v1/users/{user}/charging-sessions/") for user in users}

    assert dict.fromkeys(users, (404, {"detail": "Not found."})) == {
        user: (answer.status_code, answer.json()) for user, answer in answers.items()
    }


def test_cariqa_017_a_token_opens_one_world(sandbox: Sandbox) -> None:
    """The token of one world does not find a user of another."""
    answers = [get(sandbox, path(sandbox), world="documented"), get(sandbox, path(sandbox, "documented"))]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_another_method_is_not_allowed(sandbox: Sandbox) -> None:
    """It is 405 with the method's name, and `Allow` names the methods of the path."""
    for method in ("POST", "PUT", "PATCH", "DELETE", "PURGE"):
        answer = sandbox.client.request(method, path(sandbox), headers=token(sandbox))
        allowed = answer.headers["allow"].split(", ")
        assert answer.status_code == 405
        assert answer.json() == {"detail": f'Method "{method}" not allowed.'}
        assert "GET" in allowed
        assert method not in allowed


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_cariqa_004_a_missing_slash_is_redirected(sandbox: Sandbox, method: str) -> None:
    """A path without its slash is 301 to the path with it, query included, for every method and token."""
    bare = path(sandbox).rstrip("/")

    answers = [
        sandbox.client.request(method, f"{bare}{query}", headers=headers, follow_redirects=False)
        for query in ("", "?page=2&page_size=3")
        for headers in ({}, token(sandbox))
    ]

    assert [answer.status_code for answer in answers] == [301] * 4
    assert [answer.headers["location"] for answer in answers] == [
        f"{bare}/",
        f"{bare}/",
        f"{bare}/?page=2&page_size=3",
        f"{bare}/?page=2&page_size=3",
    ]
    assert {answer.content for answer in answers} == {b""}


def test_cariqa_004_the_redirect_leads_to_the_answer(sandbox: Sandbox) -> None:
    """Following the redirect gives the page that was asked for."""
    headers = token(sandbox)

    followed = sandbox.client.get(f"{path(sandbox).rstrip('/')}?page_size=3", headers=headers, follow_redirects=True)

    assert sandbox.cariqa(page_size=3).json()["results"] == followed.json()["results"]


def test_cariqa_004_a_redirect_escapes_the_path(sandbox: Sandbox) -> None:
    """Characters that a path must escape are escaped in the redirect too."""
    bare = [f"/api/v1/users/{user}/charging-sessions" for user in ("a%20b", "%E2%82%AC", "%F0%9F%98%80", "%22")]

    answers = [sandbox.client.get(url, headers=token(sandbox), follow_redirects=False) for url in bare]

    assert [(301, f"{url}/") for url in bare] == [(it.status_code, it.headers["location"]) for it in answers]


def test_cariqa_004_a_line_break_in_a_path_adds_no_header(sandbox: Sandbox) -> None:
    """A path cannot inject a header into the answer."""
    bare = "/api/v1/users/x%0D%0AX-Injected:%201/charging-sessions"

    answer = sandbox.client.get(bare, headers=token(sandbox), follow_redirects=False)

    assert answer.status_code in {301, 404}
    assert "x-injected" not in answer.headers


def test_cariqa_004_an_unknown_path_is_a_page(sandbox: Sandbox) -> None:
    """A path that Cariqa does not have is a 404 in HTML."""
    unknown = ("", "user", "user/", "users/x/y/", "users/x/charging-sessions/1/x", "users//charging-sessions/", "x")

    answers = [get(sandbox, f"/api/v1/{each}") for each in unknown]

    assert [answer.status_code for answer in answers] == [404] * 7
    assert all(answer.headers["content-type"].startswith("text/html") for answer in answers)
    assert all("<h1>Not Found</h1>" in answer.text for answer in answers)


def test_cariqa_016_unknown_parameters_are_ignored(sandbox: Sandbox) -> None:
    """Unknown parameters change only the links, which repeat them."""
    queries = ["limit=1", "status=active", "search=x", "%FF=%FE", "=", "&&", "page_size", "a" * 5000 + "=1"]

    answers = [get(sandbox, f"{path(sandbox)}?{query}") for query in queries]

    assert [answer.status_code for answer in answers] == [200] * len(queries)
    assert [answer.json()["results"] for answer in answers] == [sandbox.cariqa().json()["results"]] * len(queries)


def test_an_invalid_instant_is_refused(sandbox: Sandbox) -> None:
    """An invalid header X-Sandbox-At is 400 in Cariqa's form."""
    instants = ("", "now", "2026-03-04", "2026-02-30T00:00:00Z", "9999-06-01T00:00:00Z")

    answers = [sandbox.cariqa(at=at) for at in instants]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert all(list(answer.json()) == ["detail"] for answer in answers)
    assert all("X-Sandbox-At" in answer.json()["detail"] for answer in answers)


def test_a_refusal_names_world_and_instant(sandbox: Sandbox) -> None:
    """With a valid token every answer has the headers that name the world and the instant."""
    for answer in (sandbox.cariqa("unknown"), sandbox.cariqa(page=99), sandbox.cariqa(at="never")):
        assert answer.headers["x-sandbox-world"] == "default"
        assert answer.headers["x-sandbox-now"] == sandbox.now()
