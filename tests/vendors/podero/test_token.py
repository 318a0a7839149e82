"""A token is issued for client credentials, and is valid for ten hours of the world's own time."""

import re
from collections.abc import Callable
from typing import Final

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import ALL, basic, bearer, header, keys, path

URL: Final = "/oauth2/token/"
GRANT: Final = {"grant_type": "client_credentials"}


def test_token_is_issued_for_json_as_documented(sandbox: Sandbox) -> None:
    """The documented request gets the documented answer, which caches must not store."""
    answer = sandbox.client.post(URL, json=GRANT, headers=basic(sandbox))
    body = answer.json()

    assert answer.status_code == 200
    assert list(body) == ["access_token", "expires_in", "token_type", "scope"]
    assert re.fullmatch("[A-Za-z0-9]{30}", body["access_token"], re.ASCII)
    assert (body["expires_in"], body["token_type"], body["scope"]) == (36000, "Bearer", "read write")
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert (answer.headers["x-sandbox-world"], answer.headers["x-sandbox-now"]) == ("default", sandbox.now())


def test_podero_004_token_is_issued_for_a_form(sandbox: Sandbox) -> None:
    """The form of the OAuth standard is accepted too."""
    answer = sandbox.client.post(URL, data=GRANT, headers=basic(sandbox))

    assert answer.status_code == 200
    assert _status(sandbox, answer.json()["access_token"]) == 200


def test_podero_005_credentials_may_be_in_the_body(sandbox: Sandbox) -> None:
    """Without Basic credentials those of the body are used, in JSON and in a form."""
    ours = keys(sandbox)
    asked = GRANT | {name: ours[name] for name in ("client_id", "client_secret")}

    answers = [sandbox.client.post(URL, json=asked), sandbox.client.post(URL, data=asked)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_the_documented_world_has_a_client(sandbox: Sandbox) -> None:
    """The client of the world `documented` has the id `client_id` and the secret `client_secret`."""
    answer = sandbox.client.post(URL, json=GRANT, headers=header("client_id", "client_secret"))

    assert answer.headers["x-sandbox-world"] == "documented"
    assert _status(sandbox, answer.json()["access_token"], world="documented") == 200


def test_token_opens_its_own_world_only(sandbox: Sandbox) -> None:
    """A token of one world does not find a vehicle of another."""
    token = _token(sandbox)

    assert [_status(sandbox, token), _status(sandbox, token, world="documented")] == [200, 404]


def test_podero_003_token_expires_after_36000_simulated_seconds(sandbox: Sandbox) -> None:
    """The token opens the world up to the last millisecond of ten hours, and not after it."""
    token = _token(sandbox)
    sandbox.advance("PT35999.999S")
    at_last = _status(sandbox, token)
    sandbox.advance("PT0.001S")

    assert (at_last, _status(sandbox, token)) == (200, 401)


def test_podero_003_token_expires_by_the_clock_of_its_world(sandbox: Sandbox) -> None:
    """The clock of another world has no effect on it."""
    token = _token(sandbox)

    sandbox.advance("PT11H", "documented")

    assert _status(sandbox, token) == 200


def test_podero_003_earlier_tokens_stay_valid(sandbox: Sandbox) -> None:
    """A new token does not end an earlier one; each has its own ten hours."""
    first = _token(sandbox)
    sandbox.advance("PT6H")
    second = _token(sandbox)
    both = [_status(sandbox, first), _status(sandbox, second)]
    sandbox.advance("PT4H")
    third = _token(sandbox)

    assert both == [200, 200]
    assert [_status(sandbox, token) for token in (first, second, third)] == [401, 200, 200]
    assert len({first, second, third}) == 3


def test_an_expired_token_does_not_open_the_past(sandbox: Sandbox) -> None:
    """X-Sandbox-At does not make it valid again, because keys are checked at the world's now."""
    token, then = _token(sandbox), sandbox.now()
    sandbox.advance("PT11H")
    headers = bearer(token) | {"X-Sandbox-At": then}

    answer = sandbox.client.get(path(sandbox), params={"from": "2026-01-01", "to": "2026-12-31"}, headers=headers)

    assert answer.status_code == 401


def test_a_new_token_opens_the_past_and_the_future(sandbox: Sandbox) -> None:
    """X-Sandbox-At may name an instant before the token was issued or after it expires."""
    headers = [
        bearer(_token(sandbox)) | {"X-Sandbox-At": at} for at in ("2026-02-20T00:00:00Z", "2030-01-01T00:00:00Z")
    ]

    answers = [
        sandbox.client.get(path(sandbox), params={"from": "2026-01-01", "to": "2026-12-31"}, headers=header)
        for header in headers
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_the_ready_made_token_never_expires(sandbox: Sandbox) -> None:
    """The token that a world is created with works as long as the world exists."""
    for by in ("PT36000S", "P30D", "P500Y"):
        sandbox.advance(by)
        assert sandbox.podero(**ALL).status_code == 200


def test_token_expires_on_a_running_clock(open_sandbox: Callable[..., Sandbox]) -> None:
    """On a clock that runs a million times as fast, a token expires within a real second."""
    sandbox = open_sandbox()
    token = _token(sandbox)
    sandbox.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 1_000_000})

    statuses = {_status(sandbox, token) for _ in range(40)}

    assert 401 in statuses
    assert _status(sandbox, token) == 401


def _token(sandbox: Sandbox) -> str:
    """A token that was just bought."""
    return str(sandbox.client.post(URL, json=GRANT, headers=basic(sandbox)).json()["access_token"])


def _status(sandbox: Sandbox, token: str, *, world: str = "default") -> int:
    """The status that a token gets at a world's sample vehicle."""
    days = {"from": "2026-01-01", "to": "2026-12-31"}
    return sandbox.client.get(path(sandbox, world), params=days, headers=bearer(token)).status_code
