"""Only an issued key opens a world; any other is 401 before the rest of the request is checked."""

from typing import Final

from tests.conftest import Sandbox
from tests.vendors.charge.pages import RESERVATIONS, SESSIONS, every
from tests.vendors.charge.refusals import refusal

UNAUTHENTICATED: Final = (401, None, None)
CALLS: Final = (
    ("GET", SESSIONS),
    ("POST", SESSIONS),
    ("GET", f"{SESSIONS}/cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"),
    ("POST", f"{SESSIONS}/cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4/end"),
    ("GET", RESERVATIONS),
)


def test_every_call_needs_a_key(sandbox: Sandbox) -> None:
    """Each call is refused without a key and with a key that was never issued."""
    unknown = {"Authorization": "Bearer ch_sk_test_000000000000000000000000"}

    answers = [
        sandbox.client.request(method, path, headers=headers) for method, path in CALLS for headers in ({}, unknown)
    ]

    assert [refusal(answer) for answer in answers] == [UNAUTHENTICATED] * 10


def test_malformed_key_is_refused(sandbox: Sandbox) -> None:
    """A malformed key, a key of another kind or vendor, a live key and raw bytes are 401."""
    default = sandbox.world()["credentials"]
    key = default["charge"]["secret_key"].encode()
    headers = {
        "empty": b"",
        "only a scheme": b"Bearer",
        "a scheme and a blank": b"Bearer ",
        "no scheme": key,
        "another scheme": b"Basic " + key,
        "a comma": b"Bearer, " + key,
        "no blank": b"Bearer" + key,
        "one letter less": b"Bearer " + key[:-1],
        "one letter more": b"Bearer " + key + b"x",
        "other letters": b"Bearer " + key.swapcase(),
        "two keys": b"Bearer " + key + b" " + key,
        "only the prefix": b"Bearer ch_sk_test_",
        "live": b"Bearer ch_sk_live_" + key[-24:],
        "Cariqa's": b"Bearer " + default["cariqa"]["token"].encode(),
        "Podero's": b"Bearer " + default["podero"]["token"].encode(),
        "Podero's client": b"Bearer " + default["podero"]["client_id"].encode(),
        "the documented token of others": b"Bearer <token>",
        "bytes": b"Bearer \x80\xff\xfe",
        "UTF-8": "Bearer ch_sk_test_…".encode(),
        "a quote": b"Bearer ' OR 1=1 --",
        "a wildcard": b"Bearer ch_sk_test_%",
        "much": b"Bearer " + b"x" * 60_000,
    }

    actual = {
        name: refusal(sandbox.client.get(SESSIONS, headers=[(b"authorization", sent)]))
        for name, sent in headers.items()
    }

    assert dict.fromkeys(headers, UNAUTHENTICATED) == actual


def test_a_live_key_is_refused_with_the_reason(sandbox: Sandbox) -> None:
    """The error says that only test keys are accepted, and does not repeat the key."""
    answer = sandbox.client.get(SESSIONS, headers={"Authorization": "Bearer ch_sk_live_51H8xT0p5ecr3tT0k3nX"})

    assert "live" in answer.json()["message"]
    assert "51H8xT0p5ecr3tT0k3nX" not in answer.text


def test_the_scheme_is_case_insensitive(sandbox: Sandbox) -> None:
    """`Bearer` may be written in any case, as HTTP defines it."""
    key = sandbox.world()["credentials"]["charge"]["secret_key"]
    headers = [{"Authorization": f"{scheme} {key}"} for scheme in ("Bearer", "bearer", "BEARER")]

    assert [sandbox.client.get(SESSIONS, headers=sent).status_code for sent in headers] == [200] * 3


def test_a_key_opens_one_world(sandbox: Sandbox) -> None:
    """The keys of two worlds give two different lists."""
    here, there = every(sandbox), every(sandbox, world="documented")

    assert not {row["id"] for row in here} & {row["id"] for row in there}


def test_the_key_is_checked_first(sandbox: Sandbox) -> None:
    """A call with a bad key is 401, also if it has other faults."""
    wrong = [
        sandbox.client.get(SESSIONS, params={"limit": "x", "unknown": "1"}),
        sandbox.client.get(SESSIONS, params={"page": "x"}, headers={"X-Sandbox-At": "yesterday"}),
        sandbox.client.post(SESSIONS, content=b"{"),
        sandbox.client.post(SESSIONS, content=b"x" * 2_000_000),
        sandbox.client.get(f"{SESSIONS}/unknown"),
    ]

    assert [refusal(answer) for answer in wrong] == [UNAUTHENTICATED] * 5


def test_a_refused_key_gets_no_headers_of_a_world(sandbox: Sandbox) -> None:
    """The headers that name world and instant are not in the answer to a refused key."""
    answer = sandbox.client.get(SESSIONS)

    assert not {name for name in answer.headers if name.startswith("x-sandbox")}
