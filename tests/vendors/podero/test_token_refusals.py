"""A token is refused to an unknown client, for another grant, and for a malformed request."""

from base64 import b64encode
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import basic, bearer, header, keys

pytestmark = pytest.mark.one_database

URL: Final = "/oauth2/token/"
GRANT: Final = {"grant_type": "client_credentials"}
CHALLENGE: Final = 'Bearer error="invalid_client"'


def test_podero_003_an_unknown_client_is_refused(sandbox: Sandbox) -> None:
    """A wrong secret, an unknown client, another vendor's key and malformed credentials get the same 401."""
    ours = keys(sandbox)
    client, secret = ours["client_id"], ours["client_secret"]
    charge = sandbox.world()["credentials"]["charge"]["secret_key"]
    headers: dict[str, dict[str, str]] = {
        "nothing": {},
        "a wrong secret": header(client, secret[:-1]),
        "no secret": header(client, ""),
        "another case": header(client, secret.swapcase()),
        "an unknown client": header("unknown", secret),
        "swapped": header(secret, client),
        "another world's secret": header(client, "client_secret"),
        "another vendor's key": header("charge", charge),
        "the ready-made token": bearer(ours["token"]),
        "no base64": {"Authorization": f"Basic {client}:{secret}"},
        "no colon": {"Authorization": "Basic " + b64encode(client.encode()).decode()},
        "no UTF-8": {"Authorization": "Basic " + b64encode(b"\xff:\xfe").decode()},
        "a NUL": header("\0", "\0"),
    }

    answers = {name: sandbox.client.post(URL, json=GRANT, headers=sent) for name, sent in headers.items()}

    assert dict.fromkeys(headers, (401, {"error": "invalid_client"})) == _told(answers)
    assert {answer.headers["www-authenticate"] for answer in answers.values()} == {CHALLENGE}
    assert {answer.headers["cache-control"] for answer in answers.values()} == {"no-store"}


def test_podero_005_basic_credentials_have_precedence(sandbox: Sandbox) -> None:
    """Wrong Basic credentials are refused although the body has the right ones."""
    ours = keys(sandbox)
    asked = GRANT | {name: ours[name] for name in ("client_id", "client_secret")}

    answer = sandbox.client.post(URL, json=asked, headers=header(ours["client_id"], "wrong"))

    assert answer.status_code == 401


def test_podero_003_other_grants_are_refused(sandbox: Sandbox) -> None:
    """The grant type must be `client_credentials`, and is required."""
    grants: list[Any] = [
        None,
        "",
        "password",
        "authorization_code",
        "refresh_token",
        "Client_Credentials",
        1,
        [],
        {},
        True,
    ]
    asked = {repr(grant): {} if grant is None else {"grant_type": grant} for grant in grants}

    answers = {name: sandbox.client.post(URL, json=body, headers=basic(sandbox)) for name, body in asked.items()}

    assert dict.fromkeys(asked, (400, {"error": "unsupported_grant_type"})) == _told(answers)
    assert {answer.headers["cache-control"] for answer in answers.values()} == {"no-store"}


def test_podero_004_a_malformed_body_is_refused(sandbox: Sandbox) -> None:
    """Broken or deep JSON, JSON that is not an object, and another media type are 4xx."""
    json = {"Content-Type": "application/json"}
    sent: dict[str, tuple[bytes, dict[str, str]]] = {
        "nothing": (b"", {}),
        "nothing that is JSON": (b"", json),
        "half": (b'{"grant_type"', json),
        "a list": (b'["client_credentials"]', json),
        "null": (b"null", json),
        "NaN": (b'{"grant_type": NaN}', json),
        "a lone surrogate": (b'{"grant_type": "\\ud800"}', json),
        "broken UTF-8": (b'{"grant_type": "\xff"}', json),
        "deep": (b"[" * 100_000, json),
        "text": (b"grant_type=client_credentials", {"Content-Type": "text/plain"}),
        "a form called JSON": (b"grant_type=client_credentials", json),
    }

    answers = {
        name: sandbox.client.post(URL, content=body, headers=basic(sandbox) | media)
        for name, (body, media) in sent.items()
    }

    assert dict.fromkeys(sent, (400, {"error": "invalid_request"})) == _told(answers)


def test_a_field_given_twice_is_refused(sandbox: Sandbox) -> None:
    """OAuth allows each field of a form once."""
    form = "grant_type=client_credentials&grant_type=client_credentials"
    media = {"Content-Type": " application/x-www-form-urlencoded;charset=UTF-8"}

    answer = sandbox.client.post(URL, content=form, headers=basic(sandbox) | media)

    assert _told({"": answer}) == {"": (400, {"error": "invalid_request"})}


def test_a_form_has_at_most_1000_fields(sandbox: Sandbox) -> None:
    """A form with more is refused before its fields are read."""
    media = {"Content-Type": "application/x-www-form-urlencoded"}
    others = "".join(f"&x{n}=y" for n in range(999))
    answers = [
        sandbox.client.post(
            URL, content=f"grant_type=client_credentials{others}{one_more}", headers=basic(sandbox) | media
        )
        for one_more in ("", "&z=y")
    ]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json() == {"error": "invalid_request"}


def test_a_body_above_the_limit_is_too_large(sandbox: Sandbox) -> None:
    """A body above 1 MiB is 413."""
    answer = sandbox.client.post(URL, json=GRANT | {"x": "x" * 2_000_000}, headers=basic(sandbox))

    assert _told({"": answer}) == {"": (413, {"error": "invalid_request"})}


def test_fields_that_are_not_documented_are_ignored(sandbox: Sandbox) -> None:
    """A scope, an audience and other fields have no effect."""
    answer = sandbox.client.post(
        URL, json=GRANT | {"scope": "read", "audience": "x", "é": None}, headers=basic(sandbox)
    )

    assert answer.status_code == 200
    assert answer.json()["scope"] == "read write"


def test_another_method_is_not_allowed(sandbox: Sandbox) -> None:
    """It is 405 without a body, and `Allow` names the methods of the path."""
    methods = ("GET", "PUT", "PATCH", "DELETE")

    answers = [sandbox.client.request(method, URL, headers=basic(sandbox)) for method in methods]

    assert [(it.status_code, it.content, it.headers["allow"]) for it in answers] == [(405, b"", "OPTIONS, POST")] * 4


def test_a_missing_slash_is_redirected(sandbox: Sandbox) -> None:
    """A path without its slash is 301 to the path with it, query included, for every method."""
    calls = [(method, query) for method in ("GET", "POST") for query in ("", "?x=1&y=a%20b")]

    answers = [
        sandbox.client.request(method, f"/oauth2/token{query}", headers=basic(sandbox), follow_redirects=False)
        for method, query in calls
    ]

    assert [(301, f"{URL}{query}") for _, query in calls] == [
        (it.status_code, it.headers["location"]) for it in answers
    ]


def test_an_unknown_path_is_a_page(sandbox: Sandbox) -> None:
    """Other paths are a 404 in HTML, with a slash at the end or without."""
    unknown = (
        "/oauth2/",
        "/oauth2/x/token",
        "/oauth2/tokens",
        "/oauth2/token/x",
        "/oauth2/%E2%82%AC/token",
        "/oauth2/%FF",
    )

    answers = [sandbox.client.post(url, follow_redirects=False) for url in unknown]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert all(answer.headers["content-type"].startswith("text/html") for answer in answers)


def test_another_instant_is_refused(sandbox: Sandbox) -> None:
    """A token is issued at the world's now: X-Sandbox-At is refused."""
    answer = sandbox.client.post(URL, json=GRANT, headers=basic(sandbox) | {"X-Sandbox-At": "2026-02-20T00:00:00Z"})

    assert _told({"": answer}) == {"": (400, {"error": "invalid_request"})}


def _told(answers: dict[str, httpx2.Response]) -> dict[str, tuple[int, Any]]:
    """Status and body of each answer."""
    return {name: (answer.status_code, answer.json()) for name, answer in answers.items()}
