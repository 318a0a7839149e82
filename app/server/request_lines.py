"""The lines of the request log: columns for people, or one JSON object a line for machines."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, Final

import orjson

from ..domain.clock import MILLISECOND, SECOND, millis
from ..settings import LogFormat
from ..web.request_log import REFUSED, RequestRecord

Line = Callable[[RequestRecord], str]

_NOTHING: Final = "-"
_NOW_WIDTH: Final = len("2026-04-01T01:53:58Z")
_WORLD_WIDTH: Final = len("documented")
_FAILED: Final = 500
_YELLOW, _RED, _DIM, _PLAIN = "\x1b[33m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def line_of(form: LogFormat, *, colour: bool = False) -> Line:
    """The function that writes a record as a line, without the end of the line."""
    if form == "json":
        return json_line
    return _coloured_line if colour else text_line


def wants_colour(stream: IO[str], variables: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal that shows colours, and its user has not asked for none (no-color.org)."""
    return stream.isatty() and not variables.get("NO_COLOR") and variables.get("TERM") != "dumb"


def text_line(record: RequestRecord) -> str:
    """`12:00:01  2026-04-01T01:53:58Z  default  GET /v1/charging_sessions  200  3 ms`, and the reason of a refusal."""
    line = f"{_times(record)}  {_answer(record)}"
    return line if record.reason is None else f"{line}  — {record.reason}"


def _coloured_line(record: RequestRecord) -> str:
    if record.reason is None and record.status < REFUSED:
        return f"{_DIM}{_times(record)}{_PLAIN}  {_answer(record)}"
    colour = _RED if record.status >= _FAILED else _YELLOW
    return f"{_DIM}{_times(record)}{_PLAIN}  {colour}{_answer(record)}  — {record.reason}{_PLAIN}"


def json_line(record: RequestRecord) -> str:
    """The record as a JSON object; docs/operating.md names its members."""
    return orjson.dumps(
        {
            "at": millis(record.at),
            "now": None if record.now is None else millis(record.now),
            "world": record.world,
            "api": record.api,
            "method": record.method or None,
            "path": record.path or None,
            "status": record.status,
            "ms": round(record.took_us / MILLISECOND, 3),
            "reason": record.reason,
        }
    ).decode()


def _times(record: RequestRecord) -> str:
    now = _NOTHING.ljust(_NOW_WIDTH) if record.now is None else _simulated(record.now // SECOND)
    return f"{_local(record.at // SECOND)}  {now}  {(record.world or _NOTHING).ljust(_WORLD_WIDTH)}"


def _answer(record: RequestRecord) -> str:
    called = f"{record.method} {record.path}".strip() or _NOTHING
    return f"{called}  {record.status}  {_duration(record.took_us)}"


def _duration(took_us: int) -> str:
    ms = took_us / MILLISECOND
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:.0f} ms"  # noqa: PLR2004 - where a decimal stops to matter


@lru_cache(maxsize=16)
def _local(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).astimezone().strftime("%H:%M:%S")


@lru_cache(maxsize=64)
def _simulated(second: int) -> str:
    return f"{millis(second * SECOND)[:19]}Z"
