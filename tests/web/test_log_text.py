"""No key and no control character gets into a log, wherever a caller puts it."""

import string
from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.web.log_text import masked, printable, shown_target, without_keys
from tests.web.conftest import LoggedSandbox

pytestmark = pytest.mark.one_database

ALPHANUMERIC: Final = string.ascii_letters + string.digits
KEY_LETTERS: Final = ALPHANUMERIC + "-._~+/"
"""What keys of one's own have."""
TOKENS: Final = st.text(ALPHANUMERIC, min_size=30, max_size=64)
KEYS: Final = st.one_of(
    st.builds("ch_sk_{}_{}".format, st.sampled_from(["test", "live"]), st.text(KEY_LETTERS, min_size=16)),
    st.builds("eyJ{}.eyJ{}.{}".format, TOKENS, TOKENS, TOKENS),
    TOKENS,
)
PLACES: Final = st.sampled_from(
    ["/v1/{}", "/v1/{}/end", "/{}", "/v1/a?b={}", "/v1/a?limit=1&token={}&b=c", "/v1/a?{}", "/v1/a?{}=b", "/a/{}/{}"]
)


def _secret(key: str) -> str:
    """The key without the prefix that says what kind of key it is."""
    return key.removeprefix("ch_sk_test_").removeprefix("ch_sk_live_")


def _escaped(key: str, share: int) -> str:
    """The key with every `share`-th character as a percent escape."""
    return "".join(f"%{ord(each):02X}" if n % share == 0 else each for n, each in enumerate(key))


@given(KEYS, PLACES, st.integers(1, 9))
@example("ch_sk_test_0000000000000000", "/v1/{}", 1)
@example("ch_sk_test_our/keys/for/tests1", "/v1/{}/end", 1)
def test_keys_in_targets_are_not_shown(key: str, place: str, share: int) -> None:
    """A key in a path or a query is left out, plain or with percent escapes."""
    for written in (key, _escaped(key, share)):
        path, _, query = place.format(written, written).partition("?")
        shown = shown_target(path.encode(), query.encode())

        assert _secret(key) not in shown
        assert written not in shown


@pytest.mark.parametrize("place", ["/_sandbox/files/{}/invoices/a", "/files/{}", "/v1/a?url=http%3A%2F%2Fa/files%2F{}"])
def test_link_keys_are_not_shown(place: str) -> None:
    """The random part of a link to an invoice is left out, wherever the link is."""
    link_key = "Qd3xV7m2KpT9sLw4ZrYc8HnB"
    path, _, query = place.format(link_key).partition("?")

    assert link_key not in shown_target(path.encode(), query.encode())
    assert link_key not in without_keys(f"No API has a path like /files/{link_key}; /docs lists all paths.")


@given(st.text("abcdefghijklmnopqrstuvwxyz-.", min_size=8, max_size=40), PLACES, st.booleans())
def test_the_callers_own_key_is_not_shown(key: str, place: str, is_escaped: bool) -> None:  # noqa: FBT001 - drawn
    """A key of any form is left out where the request brings it in Authorization too."""
    written = _escaped(key, 2) if is_escaped else key
    path, _, query = place.format(written, written).partition("?")

    assert key not in shown_target(path.encode(), query.encode(), key)
    assert key not in without_keys(f"There is no driver {key} here.", key)


@pytest.mark.parametrize(
    "name", ["token", "access_token", "api_key", "apikey", "client_secret", "Authorization", "password", "to%6ben"]
)
def test_secret_parameters_have_no_value(name: str) -> None:
    """Parameters that are named like secrets are shown without their values, however short these are."""
    assert shown_target(b"/v1/a", f"limit=1&{name}=abc&b=c".encode()) == f"/v1/a?limit=1&{name}=…&b=c"


@pytest.mark.parametrize("share", [1, 2, 50])
@pytest.mark.parametrize("before", ["/tools/wattif/_sandbox/files", "/sandbox/files", "/_sandbox/v1/files", ""])
def test_keys_in_links_are_not_shown(logged: LoggedSandbox, before: str, share: int) -> None:
    """A link to an invoice whose beginning is wrong, as behind a proxy, is recorded without its key."""
    key = "q7XbT2LmZ0aKc9RfVw4YhJ8d"
    logged.client.get(f"{before}/{_escaped(key, share)}/invoices/1.pdf")
    (record,) = logged.records

    assert record.status == 404
    assert record.path == f"{before}/…/invoices/1.pdf"
    assert key not in str(record)


@pytest.mark.parametrize(
    "text",
    [
        "/_sandbox/files/logos/heron.svg",
        "/v1/charging_sessions/cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4",
        "/v1/charging_sessions?driver=drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth&limit=10&page=page_AAZdabc",
        "/api/v1/users/2da9816b-2639-434d-90a3-61d183d2a72a/charging-sessions/?page_size=1",
        "/v1/charging_sessions?created[gte]=2026-03-01T00:00:00Z",
        "/v1/a%20b",
    ],
)
def test_ids_and_parameters_stay(text: str) -> None:
    """Ids, page tokens, instants and escapes are shown as they were sent."""
    path, _, query = text.partition("?")

    assert shown_target(path.encode(), query.encode()) == text


@given(st.text(max_size=200))
@example("\x1b[31m\r\n\x7f\x9b\u202e\u2028\ud800")
def test_text_is_printable(text: str) -> None:
    """Control characters, line ends, marks of direction and lone surrogates are written as escapes."""
    shown = printable(text)

    assert shown.isprintable()
    assert shown.encode().decode() == shown


def test_long_text_is_cut() -> None:
    """A long path does not fill the terminal."""
    assert len(shown_target(b"/" + b"a-" * 15_000, b"b=" + b"c-" * 15_000)) == 1_001


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_hostile_targets_are_one_printable_line(path: bytes, query: bytes) -> None:
    """Any bytes give a line without control characters, as do their percent escapes."""
    assert shown_target(b"/" + path, query).isprintable()
    assert shown_target(b"/" + quote(path).encode(), quote(query).encode()).isprintable()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ch_sk_live_abcdefghijklmnopqrstuvwx", "ch_sk_live_…uvwx"),
        ("3NR1ieLWBTXYZbakwEJxsYbwn74O0B", "…4O0B"),
        ("ch_sk_test_short", "ch_sk_test_…"),
        ("our_own_secret_for_tests", "…ests"),
        ("secret", "…"),
    ],
)
def test_a_masked_key_shows_prefix_and_end(key: str, expected: str) -> None:
    """Its last four characters are shown if it is long enough to keep the rest secret."""
    assert masked(key) == expected


@given(st.data())
def test_no_key_reaches_a_record(logged: LoggedSandbox, data: st.DataObject) -> None:
    """Neither a key of a world nor an unknown one is in a record of any API, in path, query or header."""
    keys = logged.opened()["credentials"]
    known = [keys["charge"]["secret_key"], keys["cariqa"]["token"], keys["podero"]["token"]]
    key = data.draw(st.sampled_from([*known, keys["podero"]["client_secret"]]) | KEYS)
    place = data.draw(st.sampled_from(["/v1/charging_sessions", "/api/v1/users/{}/charging-sessions/", "/{}"]))
    headers = data.draw(st.sampled_from(["Bearer {}", "{}", "Basic {}", "Bearer '{}'"])).format(key)
    logged.client.get(place.format(key), params={"q": key, "a": [key]}, headers={"Authorization": headers})
    logged.client.post("/v1/charging_sessions", json={key: key}, headers=logged.charge_key())

    shown = "\n".join(map(str, logged.records))
    logged.records.clear()
    assert shown.count("\n") == 1
    assert key not in shown
    assert _secret(key)[:-4] not in shown
