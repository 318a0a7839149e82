"""Client credentials buy a token that lasts ten hours of the world's own time."""

import re
from collections.abc import Callable
from typing import Final

from tests.conftest import Sandbox
from tests.vendors.podero.cars import ALL, basic, bearer, header, keys, path

URL: Final = "/oauth2/token/"
GRANT: Final = {"grant_type": "client_credentials"}


def test_token_is_issued_for_json_as_documented(sandbox: Sandbox) -> None:
    """The documented request gets the documented answer, which no cache may store."""
    answer = sandbox.client.post(URL, json=GRANT, headers=basic(sandbox))
    body = answer.json()

    assert answer.status_code == 200
    assert list(body) == ["access_token", "expires_in", "token_type", "scope"]
    assert re.fullmatch("[A-Za-z0-9]{30}", body["access_token"], re.ASCII)
    assert (body["expires_in"], body["token_type"], body["scope"]) == (36000, "Bearer", "read write")
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert (answer.headers["x-sandbox-world"], answer.headers["x-sandbox-now"]) == ("default", sandbox.now())


def test_podero_004_token_is_issued_for_a_form(sandbox: Sandbox) -> None:
    """The form of the OAuth standard is understood as well."""
    answer = sandbox.client.post(URL, data=GRANT, headers=basic(sandbox))

    assert answer.status_code == 200
    assert _status(sandbox, answer.json()["access_token"]) == 200


def test_podero_005_the_client_may_stand_in_the_body(sandbox: Sandbox) -> None:
    """Without Basic credentials, those of the body count, in JSON and in a form."""
    ours = keys(sandbox)
    asked = GRANT | {name: ours[name] for name in ("client_id", "client_secret")}

    answers = [sandbox.client.post(URL, json=asked), sandbox.client.post(URL, data=asked)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_the_documented_world_has_a_client(sandbox: Sandbox) -> None:
    """The words `client_id` and `client_secret` are the documented world's credentials."""
    answer = sandbox.client.post(URL, json=GRANT, headers=header("client_id", "client_secret"))

    assert answer.headers["x-sandbox-world"] == "documented"
    assert _status(sandbox, answer.json()["access_token"], world="documented") == 200


def test_token_opens_its_own_world_only(sandbox: Sandbox) -> None:
    """A token of one world finds no car of another."""
    token = _token(sandbox)

    assert [_status(sandbox, token), _status(sandbox, token, world="documented")] == [200, 404]


def test_podero_003_token_expires_after_36000_simulated_seconds(sandbox: Sandbox) -> None:
    """Up to the last millisecond of ten hours it opens the world, and from then on no more."""
    token = _token(sandbox)
    sandbox.advance("PT35999.999S")
    at_last = _status(sandbox, token)
    sandbox.advance("PT0.001S")

    assert (at_last, _status(sandbox, token)) == (200, 401)


def test_podero_003_token_expires_by_its_own_world_s_clock(sandbox: Sandbox) -> None:
    """Another world's time means nothing to it."""
    token = _token(sandbox)

    sandbox.advance("PT11H", "documented")

    assert _status(sandbox, token) == 200


def test_podero_003_earlier_ones_go_on_working(sandbox: Sandbox) -> None:
    """Tokens live side by side, each for its own ten hours."""
    first = _token(sandbox)
    sandbox.advance("PT6H")
    second = _token(sandbox)
    both = [_status(sandbox, first), _status(sandbox, second)]
    sandbox.advance("PT4H")
    third = _token(sandbox)

    assert both == [200, 200]
    assert [_status(sandbox, token) for token in (first, second, third)] == [401, 200, 200]
    assert len({first, second, third}) == 3


def test_an_expired_one_does_not_come_back(sandbox: Sandbox) -> None:
    """An instant of the past, asked for by X-Sandbox-At, does not revive it: keys are looked at in the world's now."""
    token, then = _token(sandbox), sandbox.now()
    sandbox.advance("PT11H")
    headers = bearer(token) | {"X-Sandbox-At": then}

    answer = sandbox.client.get(path(sandbox), params={"from": "2026-01-01", "to": "2026-12-31"}, headers=headers)

    assert answer.status_code == 401


def test_a_fresh_one_opens_the_past_and_the_future(sandbox: Sandbox) -> None:
    """Instants before it was issued, and after it will have expired, can be asked for."""
    headers = [
        bearer(_token(sandbox)) | {"X-Sandbox-At": at} for at in ("2026-02-20T00:00:00Z", "2030-01-01T00:00:00Z")
    ]

    answers = [
        sandbox.client.get(path(sandbox), params={"from": "2026-01-01", "to": "2026-12-31"}, headers=header)
        for header in headers
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_the_ready_made_one_never_expires(sandbox: Sandbox) -> None:
    """The token that a world comes with works for as long as the world does."""
    for by in ("PT36000S", "P30D", "P500Y"):
        sandbox.advance(by)
        assert sandbox.podero(**ALL).status_code == 200


def test_token_expires_on_a_running_clock(open_sandbox: Callable[..., Sandbox]) -> None:
    """On a clock that runs a million times as fast, ten hours are soon over."""
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
    """How a token fares at a world's car."""
    days = {"from": "2026-01-01", "to": "2026-12-31"}
    return sandbox.client.get(path(sandbox, world), params=days, headers=bearer(token)).status_code
