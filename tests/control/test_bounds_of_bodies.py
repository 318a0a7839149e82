"""The largest request body is a setting; a larger one is refused in each API's own form, which names the limit."""

import json
from collections.abc import Callable
from typing import Any, Final

import httpx2
import pytest
from pydantic import ValidationError

from app.settings import Settings
from tests.conftest import Sandbox
from tests.vendors.charge.refusals import refusal
from tests.vendors.podero.vehicles import basic

pytestmark = pytest.mark.one_database

ADVANCE: Final = "/_sandbox/v1/worlds/default/clock/advance"
JSON: Final = {"Content-Type": "application/json"}
HOUR: Final = b'{"by": "PT1H"}'
GRANT: Final = b'{"grant_type": "client_credentials"}'
SMALL: Final = 2048


def _members(count: int) -> bytes:
    return json.dumps({f"n{n}": n for n in range(count)}).encode()


@pytest.fixture
def small(open_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox that takes bodies of up to two kibibytes."""
    return open_sandbox(max_body_bytes=SMALL)


def test_a_body_of_the_largest_size_is_accepted(small: Sandbox) -> None:
    """Each API accepts a body of exactly the limit."""
    started = _start(small, SMALL)
    token = small.client.post("/oauth2/token/", content=GRANT.ljust(SMALL), headers=basic(small) | JSON)
    moved = small.client.post(ADVANCE, content=HOUR.ljust(SMALL), headers=JSON)

    assert (started.status_code, token.status_code, moved.status_code) == (200, 200, 200)


def test_charge_refuses_a_larger_body(small: Sandbox) -> None:
    """It is 413 in Charge's form, and no session is started."""
    answer = _start(small, SMALL + 1)

    assert refusal(answer) == (413, None, None)
    assert answer.json()["message"] == "The request body is larger than 2048 bytes."
    assert small.charge(status="active").json() == small.charge(status="active", limit=10).json()
    assert _start(small, SMALL).status_code == 200


def test_podero_refuses_a_larger_body(small: Sandbox) -> None:
    """It is 413 with an error code of OAuth."""
    answer = small.client.post("/oauth2/token/", content=GRANT.ljust(SMALL + 1), headers=basic(small) | JSON)

    assert (answer.status_code, answer.json()) == (413, {"error": "invalid_request"})


def test_the_control_api_refuses_a_larger_body(small: Sandbox) -> None:
    """It is 413 as a problem body, and the clock stays."""
    before = small.now()
    answer = small.client.post(ADVANCE, content=HOUR.ljust(SMALL + 1), headers=JSON)

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "The request body is larger than 2048 bytes."
    assert small.now() == before


def test_a_chunked_body_is_measured(small: Sandbox) -> None:
    """A body without a Content-Length is refused once it exceeds the limit."""

    def chunks(size: int) -> Any:  # noqa: ANN401 - an iterator, which the client sends in chunks
        return (HOUR.ljust(size)[n : n + 100] for n in range(0, size, 100))

    taken, refused = (
        small.client.post(ADVANCE, content=chunks(size), headers=JSON).status_code for size in (SMALL, SMALL + 1)
    )

    assert (taken, refused) == (200, 413)


@pytest.mark.parametrize(
    ("bound", "words"), [(1 << 20, "1 MiB"), (3 << 20, "3 MiB"), ((1 << 20) + 1, "1048577 bytes"), (1024, "1024 bytes")]
)
def test_the_refusal_names_the_limit(open_sandbox: Callable[..., Sandbox], bound: int, words: str) -> None:
    """The limit is in MiB if those are whole, else in bytes."""
    sandbox = open_sandbox(max_body_bytes=bound)
    answer = sandbox.client.post(ADVANCE, content=HOUR.ljust(bound + 1), headers=JSON)

    assert answer.status_code == 413
    assert answer.json()["detail"] == f"The request body is larger than {words}."


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("max_body_bytes", 1023),
        ("max_body_bytes", (1 << 30) + 1),
        ("max_import_bytes", 1023),
        ("max_import_bytes", (1 << 32) + 1),
        ("max_worlds", 1),
        ("max_worlds", 100_001),
        ("max_rows", 0),
        ("max_rows", 100_000_001),
    ],
)
def test_a_limit_out_of_range_is_refused(name: str, number: int) -> None:
    """Settings refuse a limit with which nothing would work, or which protects from nothing."""
    given: dict[str, Any] = {name: number}
    with pytest.raises(ValidationError, match=name):
        Settings(_env_file=None, **given)


@pytest.mark.parametrize("token", ["two words", "trailing ", "line\nbreak", "schlüssel", "\x7f"])
def test_a_token_that_a_header_cannot_carry_is_refused(token: str) -> None:
    """The error does not contain the token."""
    with pytest.raises(ValidationError, match="admin_token") as refused:
        Settings(_env_file=None, admin_token=token)

    assert token not in str(refused.value)


def _start(sandbox: Sandbox, size: int) -> httpx2.Response:
    """Starts a session with a body of that size."""
    sample = sandbox.world()["sample"]["charge"]
    order = {name: value for name, value in sample.items() if name not in {"fleet", "account"}}
    body = sandbox.client.build_request("POST", "/", json=order).content
    return sandbox.client.post("/v1/charging_sessions", content=body.ljust(size), headers=sandbox.charge_key() | JSON)


@pytest.mark.parametrize("body", [_members(1001), b'{"clock": %b}' % _members(1001)], ids=["outer", "inner"])
def test_an_object_with_too_many_names_is_refused(sandbox: Sandbox, body: bytes) -> None:
    """A refusal would name each of them, so the control API refuses more than 1,000 names in an object at once."""
    answer = sandbox.client.post("/_sandbox/v1/worlds", content=body, headers=JSON)

    assert answer.status_code == 400
    assert "an object has more than 1000 names" in answer.json()["detail"]


def test_charge_refuses_an_object_with_too_many_names(sandbox: Sandbox) -> None:
    """It is 400 in Charge's form; up to 1,000 names, the first that is not known is named."""
    answers = [
        sandbox.client.post("/v1/charging_sessions", content=_members(count), headers=sandbox.charge_key() | JSON)
        for count in (1000, 1001)
    ]

    assert [refusal(answer) for answer in answers] == [(400, None, "n0"), (400, None, None)]
    assert "an object has more than 1000 names" in answers[1].json()["message"]
