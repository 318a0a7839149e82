"""A bad path or query is 422 with all of its faults, in the words of the framework."""

from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import get, keys, path

DAYS: Final = "from=2026-01-01&to=2026-12-31"
ROUTE: Final = "/api/partners/v2.0/org/{}/users/{}/electric-vehicles/{}/sessions"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
Fault = dict[str, Any]


def test_podero_012_missing_day_is_named(sandbox: Sandbox) -> None:
    """Both days are required, and the error names each that is missing."""
    expected = {
        "": ["from", "to"],
        "from=2026-01-01": ["to"],
        "to=2026-01-01": ["from"],
        "From=2026-01-01": ["from", "to"],
    }

    actual = {query: _faults(sandbox, query) for query in expected}

    assert {
        query: [_fault(name, "missing", "Field required") for name in names] for query, names in expected.items()
    } == actual


def test_podero_012_number_out_of_range_is_refused(sandbox: Sandbox) -> None:
    """The error names the bound that was crossed."""
    words = "Input should be {} than or equal to {}"
    expected = {
        f"{DAYS}&limit=0": _fault("limit", "greater_than_equal", words.format("greater", 1), {"ge": 1}),
        f"{DAYS}&limit=-200": _fault("limit", "greater_than_equal", words.format("greater", 1), {"ge": 1}),
        f"{DAYS}&limit=201": _fault("limit", "less_than_equal", words.format("less", 200), {"le": 200}),
        f"{DAYS}&limit={'9' * 40}": _fault("limit", "less_than_equal", words.format("less", 200), {"le": 200}),
        f"{DAYS}&offset=-1": _fault("offset", "greater_than_equal", words.format("greater", 0), {"ge": 0}),
    }

    actual = {query: _faults(sandbox, query) for query in expected}

    assert {query: [fault] for query, fault in expected.items()} == actual
    assert list(actual[f"{DAYS}&limit=0"][0]) == ["type", "loc", "msg", "ctx"]


def test_podero_012_malformed_integer_is_refused(sandbox: Sandbox) -> None:
    """The error names limit and offset, also for spellings that only Python reads as a number."""
    values = ("abc", "", "1.5", "1e1", "0x1", "%2B5", "%205", "1_0", "NaN", "null", "%D9%A3", "%00", "%FF")
    words = "Input should be a valid integer, unable to parse string as an integer"
    expected = [_fault(name, "int_parsing", words) for name in ("limit", "offset")]

    actual = {value: _faults(sandbox, f"{DAYS}&offset={value}&limit={value}") for value in values}

    assert dict.fromkeys(values, expected) == actual


def test_podero_012_malformed_day_is_refused(sandbox: Sandbox) -> None:
    """A text that is too short for a date, and a bare number, are refused."""
    values = ("x", "", "2026-3-1", "20260301", "1772625600", "-5", "1.5", "1e5", "nan", "inf", ".", "2026-03")
    error = "input is too short"
    words = f"Input should be a valid date or datetime, {error}"
    expected = [_fault(name, "date_from_datetime_parsing", words, {"error": error}) for name in ("from", "to")]

    actual = {value: _faults(sandbox, f"from={value}&to={value}") for value in values}

    assert dict.fromkeys(values, expected) == actual


def test_podero_012_day_that_does_not_exist_is_refused(sandbox: Sandbox) -> None:
    """The message gives the reason."""
    values = (
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "12026-01-01",
        "2026-01-01x",
        "%002026-01-01",
        "%EF%BC%92026-01-01",
    )

    for value in values:
        (fault,) = _faults(sandbox, f"from={value}&to=2026-12-31")
        assert list(fault) == ["type", "loc", "msg", "ctx"]
        assert fault["loc"] == ["query", "from"]
        assert fault["type"].startswith("date_")


def test_podero_012_day_with_a_time_is_refused(sandbox: Sandbox) -> None:
    """An instant that is not midnight is not a day."""
    words = "Datetimes provided to dates should have zero time - e.g. be exact dates"

    actual = _faults(sandbox, "from=2026-01-01T10:00:00Z&to=2026-12-31")

    assert [_fault("from", "date_from_datetime_inexact", words)] == actual


def test_podero_001_last_day_before_the_first_is_refused(sandbox: Sandbox) -> None:
    """A last day before the first is a fault; the same day twice is valid."""
    actual = _faults(sandbox, "from=2026-03-05&to=2026-03-04")

    assert [_fault("to", "value_error", "Value error, to is before from")] == actual
    assert sandbox.podero(from_="2026-03-05", to="2026-03-05").status_code == 200


def test_podero_012_every_fault_is_named(sandbox: Sandbox) -> None:
    """One answer has all faults: those of the path first, each in the order of the documentation."""
    answer = get(sandbox, ROUTE.format("not-a-uuid", UNKNOWN, "x") + "?offset=-1&limit=500&to=x")
    faults = answer.json()["detail"]

    assert answer.status_code == 422
    assert [(*fault["loc"], fault["type"]) for fault in faults] == [
        ("path", "org_id", "uuid_parsing"),
        ("path", "electric_vehicle_id", "uuid_parsing"),
        ("query", "from", "missing"),
        ("query", "to", "date_from_datetime_parsing"),
        ("query", "limit", "less_than_equal"),
        ("query", "offset", "greater_than_equal"),
    ]


def test_podero_012_malformed_uuid_is_refused(sandbox: Sandbox) -> None:
    """The message names the position of the fault."""
    answer = get(sandbox, ROUTE.format("not-a-uuid", UNKNOWN, UNKNOWN) + f"?{DAYS}")
    stopped = "invalid character: found `n` at 0"
    fault = {"type": "uuid_parsing", "loc": ["path", "org_id"], "msg": f"Input should be a valid UUID, {stopped}"}

    assert answer.status_code == 422
    assert answer.json() == {"detail": [fault | {"ctx": {"error": stopped}}]}


def test_podero_012_any_text_but_a_uuid_is_refused(sandbox: Sandbox) -> None:
    """A path segment that is not a UUID is 422, never a 5xx."""
    ours = keys(sandbox)
    names = ("org_id", "user_id", "electric_vehicle_id")
    bad = (
        "0",
        "a%20b",
        "%00",
        "%FF",
        "%E2%82%AC",
        "';--",
        "x" * 5000,
        UNKNOWN[:-1],
        UNKNOWN + "0",
        UNKNOWN.replace("0", "g"),
    )

    for name in names:
        for text in bad:
            answer = get(sandbox, ROUTE.format(*(text if each == name else ours[each] for each in names)) + f"?{DAYS}")
            assert answer.status_code == 422
            assert [fault["loc"] for fault in answer.json()["detail"]] == [["path", name]]


def test_faults_are_checked_before_ids(sandbox: Sandbox) -> None:
    """A bad query is 422 for unknown ids too."""
    assert get(sandbox, ROUTE.format(UNKNOWN, UNKNOWN, UNKNOWN)).status_code == 422


def _fault(name: str, type: str, msg: str, ctx: dict[str, object] | None = None) -> Fault:  # noqa: A002 - its own key
    """A fault of the query as it is told."""
    return {"type": type, "loc": ["query", name], "msg": msg} | ({} if ctx is None else {"ctx": ctx})


def _faults(sandbox: Sandbox, query: str) -> list[Fault]:
    """All that is wrong with a query."""
    answer = get(sandbox, f"{path(sandbox)}?{query}")
    assert answer.status_code == 422, answer.text
    assert list(answer.json()) == ["detail"]
    found: list[Fault] = answer.json()["detail"]
    return found
