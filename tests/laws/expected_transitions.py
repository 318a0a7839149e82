"""The transitions that an advance must report, worked out from a world's stored columns by rules of this module's own.

It imports nothing of the server, so that a mistake there cannot be repeated here. What one instant brings is ordered by
kind, by id and then by stage.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from tests.databases import Kept

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WORLD: Final = "WHERE world = (SELECT n FROM world WHERE name = :world AND state = 'open') ORDER BY n"


class Expected(NamedTuple):
    """One transition, in the words of the control API."""

    at: str
    kind: str
    id: str
    came_from: str | None
    to: str
    reason: str


def expected_transitions(kept: Kept, world: str, after: str, until: str) -> list[Expected]:
    """Every transition after one instant, up to and including another one; both as RFC 3339."""
    found = []
    for row in kept.dicts(f"SELECT * FROM session {_WORLD}", world=world):  # noqa: S608 - two parts of one statement
        stages = [
            (row["created_at"], "active", "started"),
            (row["ended_at"], row["outcome"], row["reason"]),
            (row["unplugged_at"], "unplugged", "unplugged"),
            (row["settled_at"], "settled", "paid"),
        ]
        shown_id = row["id"] if row["channel"] == "charge" else row["uuid"]
        found += _between("charging_session", shown_id, stages, after, until)
    for row in kept.dicts(f"SELECT * FROM reservation {_WORLD}", world=world):  # noqa: S608 - the same
        stages = [(row["created_at"], "pending", "booked")]
        if row["confirms_at"] < row["resolves_at"]:
            stages.append((row["confirms_at"], "confirmed", "assigned"))
        stages.append((row["resolves_at"], row["outcome"], row["failed_reason"] or row["outcome"]))
        found += _between("reservation", row["id"], stages, after, until)
    ordered = sorted(found, key=lambda it: (it[0], it[1].kind, it[1].id, it[2]))
    return [transition for _, transition, _ in ordered]


def as_expected(shown: dict[str, Any]) -> Expected:
    """A transition of an answer."""
    return Expected(shown["at"], shown["kind"], shown["id"], shown["from"], shown["to"], shown["reason"])


def _between(
    kind: str, shown_id: str, stages: list[tuple[int, str, str]], after: str, until: str
) -> list[tuple[int, Expected, int]]:
    """The transitions of one session or reservation in the span, each with its instant and the number of its stage."""
    begin, end = _micros(after), _micros(until)
    in_time = sorted(stages, key=lambda stage: stage[0])
    befores = [None, *(status for _, status, _ in in_time)]
    return [
        (at, Expected(_text(at), kind, shown_id, before, status, reason), number)
        for number, ((at, status, reason), before) in enumerate(zip(in_time, befores, strict=False))
        if begin < at <= end
    ]


def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)


def _text(micros: int) -> str:
    at = _EPOCH + timedelta(microseconds=micros)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
