"""A bad query is refused with 400 in Charge's form, which names the parameter."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import RESERVATIONS, SESSIONS, every
from tests.vendors.charge.refusals import Refusal, refusal

pytestmark = pytest.mark.one_database

BOTH: Final = (SESSIONS, RESERVATIONS)
LIMITS: Final = (
    "",
    "0",
    "-1",
    "101",
    "1000",
    "9" * 400,
    "+5",
    "5.0",
    "1e1",
    "0x10",
    "abc",
    "1_0",
    " 5",
    "٣",
    "NaN",
    "null",
    "%00",
)
INSTANTS: Final = (
    "",
    "yesterday",
    "1772625600",
    "2026-03-04",
    "2026-03-04T12:00:00",
    "2026-03-04 12:00:00Z",
    "2026-03-04T12:00Z",
    " 2026-03-04T12:00:00Z",
    "2026-03-04T12:00:00Z ",
    "2026-02-30T12:00:00Z",
    "2026-13-01T12:00:00Z",
    "2026-03-04T24:00:00Z",
    "2026-03-04T12:61:00Z",
    "0000-01-01T00:00:00Z",
    "12026-03-04T12:00:00Z",
    "-026-03-04T12:00:00Z",
    "2026-03-04T12:00:00+0100",
    "2026-03-04T12:00:00.Z",
    "2026-03-04T12:00:00,5Z",
    "٢٠٢٦-03-04T12:00:00Z",
    "2026-03-04T12:00:00Z\n",
    "\0",
    "x" * 10_000,
)
METHODS: Final = {
    SESSIONS: "GET, HEAD, OPTIONS, POST",
    f"{SESSIONS}/cs_Unknown": "GET, HEAD, OPTIONS",
    f"{SESSIONS}/cs_Unknown/end": "OPTIONS, POST",
    RESERVATIONS: "GET, HEAD, OPTIONS, POST",
}


@pytest.mark.parametrize("path", BOTH)
def test_charge_025_a_limit_is_a_whole_number_from_1_to_100(sandbox: Sandbox, path: str) -> None:
    """Any other value is refused, including spellings that only Python reads as a number."""
    assert dict.fromkeys(LIMITS, (400, None, "limit")) == _refused(sandbox, path, "limit", LIMITS)


@pytest.mark.parametrize("path", BOTH)
def test_a_status_is_one_that_is_documented(sandbox: Sandbox, path: str) -> None:
    """Another word, another case, a list of them, or a status of the other list is refused."""
    other = {SESSIONS: "pending", RESERVATIONS: "active"}[path]
    values = (
        "",
        "Completed",
        "completed ",
        "completed,failed",
        "all",
        "null",
        "0",
        "canceled",
        "\0",
        "x" * 10_000,
        other,
    )

    assert dict.fromkeys(values, (400, None, "status")) == _refused(sandbox, path, "status", values)


def test_created_is_an_rfc_3339_timestamp(sandbox: Sandbox) -> None:
    """A date, a number, a local time or a day that does not exist is refused."""
    for name in ("created", "created[gt]", "created[gte]", "created[lt]", "created[lte]"):
        assert dict.fromkeys(INSTANTS, (400, None, name)) == _refused(sandbox, SESSIONS, name, INSTANTS)


def test_an_offset_has_hours_and_minutes(sandbox: Sandbox) -> None:
    """RFC 3339 knows no offset of 24 hours or more, nor of 60 minutes."""
    values = ("2026-03-04T12:00:00+24:00", "2026-03-04T12:00:00+01:60", "2026-03-04T12:00:00-99:99")

    assert dict.fromkeys(values, (400, None, "created")) == _refused(sandbox, SESSIONS, "created", values)


def test_charge_026_an_id_is_printable_and_short(sandbox: Sandbox) -> None:
    """An empty, too long or unprintable id is refused."""
    values = ("", " ", "drv 1", "\0", "drv_\0", "\n", "é", "\ufffd", "x" * 256, "x" * 30_000)
    names = {SESSIONS: ("driver", "fleet", "vehicle"), RESERVATIONS: ("charging_station", "driver", "vehicle")}

    for path, theirs in names.items():
        for name in theirs:
            assert dict.fromkeys(values, (400, None, name)) == _refused(sandbox, path, name, values)


@pytest.mark.parametrize("path", BOTH)
def test_charge_008_an_unknown_parameter_is_named(sandbox: Sandbox, path: str) -> None:
    """A parameter that is not documented is refused by its name, also the cursors of older versions of the API."""
    names = (
        "unknown",
        "Limit",
        "starting_after",
        "ending_before",
        "created_gt",
        "created[]",
        "created[foo]",
        "created[gt][lt]",
        "driver[]",
        "x-sandbox-at",
        "é",
        "\0",
        "x" * 128,
    )
    expected: dict[str, Refusal] = {name: (400, None, name) for name in names}

    actual = {name: refusal(sandbox.charge(path, **{name: "2026-03-04T12:00:00Z"})) for name in names}

    assert expected == actual


def test_a_long_parameter_name_is_cut(sandbox: Sandbox) -> None:
    """The error shows at most the first 128 characters of a name."""
    answer = sandbox.charge(**{"x" * 20_000: "1"})

    assert refusal(answer) == (400, None, "x" * 128)
    assert len(answer.content) < 1000


def test_lists_have_their_own_filters(sandbox: Sandbox) -> None:
    """Reservations have no filters `created` and `fleet`, and sessions have no filter `charging_station`."""
    names = {"created": RESERVATIONS, "created[gt]": RESERVATIONS, "fleet": RESERVATIONS, "charging_station": SESSIONS}

    actual = {name: refusal(sandbox.charge(path, **{name: "x"})) for name, path in names.items()}

    assert {name: (400, None, name) for name in names} == actual


@pytest.mark.parametrize("path", BOTH)
def test_charge_008_a_parameter_is_given_once(sandbox: Sandbox, path: str) -> None:
    """A parameter that is given twice is refused, even with the same value."""
    names = ("limit", "page", "status", "driver", "vehicle", "unknown")
    key = sandbox.charge_key()

    actual = {name: refusal(sandbox.client.get(f"{path}?{name}=1&limit=5&{name}=1", headers=key)) for name in names}

    assert {name: (400, None, name) for name in names} == actual


def test_a_malformed_query_is_refused(sandbox: Sandbox) -> None:
    """Broken UTF-8, surrogates, names without values and values without names are 400 with all keys of an error."""
    key = sandbox.charge_key()
    queries = ("driver=%FF", "driver=%ED%A0%80", "%FF=1", "%ED%A0%80=1", "=1", "limit", "driver", "%=1")

    actual = {query: refusal(sandbox.client.get(f"{SESSIONS}?{query}", headers=key))[0] for query in queries}

    assert dict.fromkeys(queries, 400) == actual


@pytest.mark.parametrize("path", METHODS)
def test_another_method_is_not_allowed(sandbox: Sandbox, path: str) -> None:
    """It is 405 with all keys of an error, and `Allow` names every method of the path."""
    others = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"} - set(METHODS[path].split(", "))
    key = sandbox.charge_key()

    answers = {method: sandbox.client.request(method, path, headers=key) for method in others}

    assert dict.fromkeys(others, METHODS[path]) == {
        method: answer.headers["allow"] for method, answer in answers.items()
    }
    assert dict.fromkeys(others, (405, None, None)) == {method: refusal(answer) for method, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {405}


def test_an_unknown_path_is_not_found(sandbox: Sandbox) -> None:
    """A path that Charge does not have, or a slash too many, is 404 with all keys of an error."""
    key = sandbox.charge_key()
    paths = [
        "/v1/",
        "/v1/charging_sessions/",
        "/v1/charging_sessions/cs_Unknown/",
        "/v1/charging_sessions/cs_Unknown/start",
        "/v1/charging_sessions/cs_Unknown/end/",
        "/v1/Charging_Sessions",
        "/v1/reservations/res_Unknown/open",
        "/v1/charging_station",
        "/v1//charging_sessions",
        "/v1/v1/charging_sessions",
        "/v1/%E2%82%AC",
        "/v1/%FF",
        "/v1/%00",
        "/v1/" + "x" * 30_000,
    ]

    actual = {path: refusal(sandbox.client.get(path, headers=key)) for path in paths}

    assert dict.fromkeys(paths, (404, None, None)) == actual


@pytest.mark.parametrize("call", ["GET /cs", "POST /end", "POST"])
def test_calls_without_parameters_refuse_a_query(sandbox: Sandbox, call: str) -> None:
    """A query is refused by a call that has no parameters, and the call has no effect."""
    session = sandbox.start().json()["id"]
    method, _, rest = call.partition(" ")
    path = {"/cs": f"{SESSIONS}/{session}", "/end": f"{SESSIONS}/{session}/end", "": SESSIONS}[rest]

    answer = sandbox.client.request(method, f"{path}?limit=1", headers=sandbox.charge_key())

    assert refusal(answer) == (400, None, "limit")
    assert every(sandbox)[0] == every(sandbox, f"{SESSIONS}?status=active")[0]


def test_a_refusal_names_world_and_instant(sandbox: Sandbox) -> None:
    """With a valid key every refusal has the headers that name the world and the instant."""
    refused = [sandbox.charge(limit=0), sandbox.charge(f"{SESSIONS}/x"), sandbox.start(vehicle="x"), sandbox.end("x")]

    for answer in refused:
        assert answer.headers["x-sandbox-world"] == "default"
        assert answer.headers["x-sandbox-now"] == "2026-03-04T12:00:00.000Z"


def _refused(sandbox: Sandbox, path: str, name: str, values: tuple[str, ...]) -> dict[str, Refusal]:
    """The answers of a list to each value of a parameter."""
    key = sandbox.charge_key()
    return {value: refusal(sandbox.client.get(path, params={name: value}, headers=key)) for value in values}
