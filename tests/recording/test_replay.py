"""Servers give the recorded calls the recorded answers, byte for byte."""

import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
import pytest

from tests.cluster import memory_folder
from tests.recording.playing import RECORDED, Answer, Call, Life, Player

_PARTS: Final = 8
_FREE_TEXT: Final = {"message", "detail", "msg", "error_description"}
"""Members of an error's body whose words may change."""
_DESCRIPTIONS: Final = {"id", "does", "refused"}
"""Members of an event that describe it; GET …/simulate lists them."""
_GROWING: Final = {"allow", "access-control-expose-headers"}
"""Headers that are lists of names."""
_AFTER: Final = re.compile(r"after=\d+")
"""The number of a world in the link to the next page of worlds; other tasks take numbers too."""
_ERROR: Final = 400
_SHOWN: Final = 5
_AROUND: Final = 60
_URL: Final = "/v1/charging_sessions"
_JSON: Final = {"content-type": "application/json"}

Json = Any


@pytest.fixture(scope="module")
def recorded() -> list[Json]:
    """The recorded lives of servers, each with its `settings`, `calls` and `answers`."""
    lives: list[Json] = orjson.loads(lzma.decompress(RECORDED.read_bytes()))
    return lives


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    """Plays recorded lives on databases that are made once, in memory if there is room."""
    with TemporaryDirectory(prefix="wattif-lives-", dir=memory_folder(), ignore_cleanup_errors=True) as folder:
        yield Player(Path(folder))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
def test_answers_are_as_they_were_recorded(recorded: list[Json], player: Player, part: int) -> None:
    """Status, recorded headers and body are the same; other words in the body of an error are printed."""
    places = range(part, len(recorded), _PARTS)
    differences = [each for place in places for each in _differences(player, place, recorded[place])]

    assert not differences, f"{len(differences)} answers differ\n\n" + "\n\n".join(differences[:_SHOWN])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"status": 200, "headers": {}, "body": '{"a":1,"b":2}'}, {"body": '{"b":2,"a":1}'}),
        ({"status": 200, "headers": {}, "body": "{}"}, {"headers": {"location": "/"}}),
        (
            {"status": 404, "headers": {}, "body": '{"code":"a","message":"No."}'},
            {"body": '{"code":"b","message":"No."}'},
        ),
        ({"status": 404, "headers": {}, "body": "{}"}, {"status": 400}),
        ({"status": 200, "headers": {}, "body": [1, 2]}, {"body": [1, 3]}),
    ],
    ids=["order", "header", "code", "status", "long"],
)
def test_a_difference_is_found(before: Answer, after: Answer) -> None:
    """The comparison fails for another order of members, header, error code, status, or line of a long body."""
    assert _difference("/v1/charging_sessions", before, before | after) is not None
    assert _difference("/v1/charging_sessions", before, before) is None


def test_an_error_may_have_other_words() -> None:
    """The comparison passes if only the free text of an error differs."""
    before, after = ({"status": 404, "headers": _JSON, "body": f'{{"detail":"{it}"}}'} for it in ("No.", "Gone."))

    assert _difference(_URL, before, after) is None


def _differences(player: Player, place: int, life: Json) -> Iterator[str]:
    """The differences in a life: its number, the number of the call, the call, and where the answers differ."""
    calls: list[Call] = life["calls"]
    answers = player.answers(Life(life["settings"], calls))
    for index, (call, before, after) in enumerate(zip(calls, life["answers"], answers, strict=True)):
        difference = _difference(call["url"], before, after)
        asked = f"{call['method']} {call['url']} {call.get('body', '')[:200]}"
        where = f"life {place} {life['settings']}, call {index}: {asked}"
        if difference is not None:
            yield f"{where}\n{difference}"
        elif before["body"] != after["body"]:
            print(f"other words, which is allowed: {where}\n{_parting(before['body'], after['body'])}")  # noqa: T201 - pytest shows it on demand


def _difference(url: str, before: Answer, after: Answer) -> str | None:
    """The first difference between two answers, or None."""
    before, after = ({**answer, "headers": _lasting(answer["headers"], before)} for answer in (before, after))
    for part in ("status", "headers"):
        if before[part] != after[part]:
            return f"  {part} was {before[part]}\n  {part} is  {after[part]}\n  body is {str(after['body'])[:300]}"
    was, is_ = (_compared(url, answer) for answer in (before, after))
    return None if was == is_ else _parting(was, is_)


def _lasting(headers: dict[str, str], before: Answer) -> dict[str, str]:
    """Headers without those that later releases add to an answer, or add names to, and without the worlds' numbers."""
    known = before["headers"].keys() | {"location"}
    return {name: _AFTER.sub("after=…", value) for name, value in headers.items() if name in known - _GROWING}


def _compared(url: str, answer: Answer) -> str | list[int]:
    """A body without the members that may differ."""
    body: str | list[int] = answer["body"]
    free = _FREE_TEXT if answer["status"] >= _ERROR else _DESCRIPTIONS if url.endswith("/simulate") else set()
    if not free or not body or isinstance(body, list) or "json" not in answer["headers"].get("content-type", ""):
        return body
    return orjson.dumps(_without(free, orjson.loads(body))).decode()


def _without(free: set[str], value: Json) -> Json:
    if isinstance(value, dict):
        return {
            name: "…" if name in free and isinstance(each, str) else _without(free, each)
            for name, each in value.items()
        }
    return [_without(free, each) for each in value] if isinstance(value, list) else value


def _parting(was: str | list[int], is_: str | list[int]) -> str:
    """The first difference between two bodies, with its surroundings; of long bodies the line."""
    place = next((n for n, (a, b) in enumerate(zip(was, is_, strict=False)) if a != b), min(len(was), len(is_)))
    if isinstance(was, str) and isinstance(is_, str):
        around = slice(max(0, place - _AROUND), place + _AROUND)
        return f"  was …{was[around]}…\n  is  …{is_[around]}…"
    return f"  line {place + 1} of {len(is_)} differs; there were {len(was)}"
