"""A record is a line of columns for people, or a JSON object for machines."""

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import orjson
import pytest

from app.domain.clock import instant
from app.server.request_lines import json_line, line_of, text_line, wants_colour
from app.web.request_log import RequestRecord

LISTED: Final = RequestRecord(
    at=instant("2026-11-27T12:00:01.250Z"),
    now=instant("2026-04-01T01:53:58.446Z"),
    world="default",
    api="charge",
    method="GET",
    path="/v1/charging_sessions?limit=10",
    status=200,
    took_us=3_210,
)
REFUSED: Final = replace(
    LISTED, now=None, world=None, path="/v1/trips", status=401, took_us=45_600, reason="There is no key."
)
UNREAD: Final = replace(REFUSED, api=None, method="", path="", status=400, took_us=0, reason="This is TLS.")


@pytest.fixture(autouse=True)
def in_utc() -> Iterator[None]:
    """The machine's zone, by whose clock lines are written, is UTC for each test, and afterwards what it was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (LISTED, "12:00:01  2026-04-01T01:53:58Z  default     GET /v1/charging_sessions?limit=10  200  3.2 ms"),
        (REFUSED, "12:00:01  -                     -           GET /v1/trips  401  46 ms  — There is no key."),
        (UNREAD, "12:00:01  -                     -           -  400  0.0 ms  — This is TLS."),
    ],
    ids=["answered", "refused", "unread"],
)
def test_a_line_has_columns(record: RequestRecord, line: str) -> None:
    """Time, simulated time, world, method and path, status, milliseconds; a refusal has its reason at the end."""
    assert text_line(record) == line


def test_json_has_an_object_a_line() -> None:
    """What is not known is null; both times are RFC 3339 with milliseconds."""
    assert orjson.loads(json_line(LISTED)) == {
        "at": "2026-11-27T12:00:01.250Z",
        "now": "2026-04-01T01:53:58.446Z",
        "world": "default",
        "api": "charge",
        "method": "GET",
        "path": "/v1/charging_sessions?limit=10",
        "status": 200,
        "ms": 3.21,
        "reason": None,
    }
    unread = orjson.loads(json_line(UNREAD))
    assert {name for name, value in unread.items() if value is None} == {"now", "world", "api", "method", "path"}


@pytest.mark.parametrize(
    "record", [LISTED, REFUSED, replace(REFUSED, status=500)], ids=["answer", "refusal", "failure"]
)
def test_colours_add_nothing_else(record: RequestRecord) -> None:
    """Without its colours, a line is the same; it ends without one."""
    coloured = line_of("text", colour=True)(record)
    plain = coloured
    for colour in ("\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"):
        plain = plain.replace(colour, "")

    assert coloured != plain == text_line(record)
    assert coloured.count("\x1b[0m") == coloured.count("\x1b[") - coloured.count("\x1b[0m")
    assert line_of("json", colour=True)(record) == json_line(record)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "variables", "expected"),
    [
        (_Terminal(), {}, True),
        (_Terminal(), {"NO_COLOR": ""}, True),
        (_Terminal(), {"NO_COLOR": "1"}, False),
        (_Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
    ids=["terminal", "empty", "no-color", "dumb", "file"],
)
def test_colours_are_for_terminals_that_want_them(
    stream: io.StringIO,
    variables: dict[str, str],
    expected: bool,  # noqa: FBT001 - a column
) -> None:
    """NO_COLOR turns them off, unless it is empty."""
    assert wants_colour(stream, variables) is expected
