"""Instants as a scenario writes them: absolute, or relative to the Monday of the week in which its clock starts."""

from typing import Annotated, Final, NamedTuple

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from ..domain.clock import DAY, EARLIEST, LATEST, instant, later, monday

NOW: Final = "now"
AROUND: Final = 30 * DAY
"""How far before and after the week of a start each world has objects."""
MONDAY_OF_NOW: Final = instant("2026-01-05T00:00:00Z")
"""The Monday that a scenario which starts `now` is read for; a world of it is moved by whole weeks."""
TIMESTAMP: Final = r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_FRACTION: Final = r"([.,]\d{1,18}(?=[A-Z]$))?"
_DURATION: Final = (
    rf"P(?!$)(\d{{1,5}}Y)?(\d{{1,6}}M)?(\d{{1,6}}{_FRACTION}W)?(\d{{1,7}}{_FRACTION}D)?"
    rf"(T(?=\d)(\d{{1,9}}{_FRACTION}H)?(\d{{1,10}}{_FRACTION}M)?(\d{{1,12}}{_FRACTION}S)?)?"
)


class Week(NamedTuple):
    """The week in which a world's clock starts: its Monday, and how much later that is than the scenario's own.

    A scenario that is not `dated` starts `now`, and no instant in it can have a date.
    """

    monday: int
    shift: int = 0
    dated: bool = True


def week_of(start: object, at: int | None = None) -> Week:
    """The week of a scenario that starts so, moved to the Monday `at` if one is given."""
    try:
        own, dated = monday(instant(str(start))), True
    except ValueError:
        # A start that is neither a timestamp nor `now` is refused when it is validated.
        own, dated = MONDAY_OF_NOW, start != NOW
    moved = own if at is None else at
    return Week(moved, moved - own, dated)


def check_start(text: str) -> None:
    """Raises ValueError for what is no instant at which a world can start: `now`, or RFC 3339 within the calendar."""
    if text != NOW and not EARLIEST + AROUND <= instant(text) <= LATEST:
        raise ValueError("a world starts between February of the year 1 and the end of the year 9998")


def _instant(value: object, info: ValidationInfo[Week]) -> int:
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - what pydantic reports
            "write the timestamp in quotes, such as '2026-04-01T01:53:58.446Z' or '+P2DT8H'"
        )
    week, is_relative = info.context, value[:2] in {"+P", "-P"}
    at = _relative(value, week.monday) if is_relative else instant(value) + week.shift
    if not EARLIEST <= at <= LATEST + AROUND:
        raise ValueError("write an instant between the years 1 and 9998")
    if not (week.dated or is_relative):
        raise ValueError("a clock that starts `now` has no date; write '+P2DT8H' for two days and 8 h after its Monday")
    return at


def _relative(text: str, begin: int) -> int:
    """As far after the Monday, or before it, as the duration lasts that follows the sign."""
    end = later(begin, text[1:])
    return end if text[0] == "+" else 2 * begin - end


Instant = Annotated[
    int,
    BeforeValidator(_instant),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^({TIMESTAMP}|[+-]{_DURATION})$",
            "examples": ["+P2DT8H", "-PT30M", "2026-04-01T01:53:58.446Z"],
        }
    ),
]
"""In quotes: RFC 3339, or an ISO 8601 duration after (`+P2DT8H`) or before (`-PT30M`) that Monday, 00:00 UTC."""
