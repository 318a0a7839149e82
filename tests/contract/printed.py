"""Compares an answer with the one that a vendor's page prints."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.domain.clock import instant
from app.scenario.instants import TIMESTAMP
from tests.conftest import Sandbox

_NO_CONTENT: Final = 204
_ERROR: Final = 400
_SHOWN: Final = 300


def deviations(printed: object, ours: object) -> list[str]:
    """The members in which an answer differs from the printed one, by their paths."""
    return sorted(_differing(printed, ours, ""))


def shape(shown: object) -> object:
    """An answer with the kinds of its values in their place. Of lists, only whether they have anything is compared."""
    if isinstance(shown, dict):
        return {name: shape(value) for name, value in shown.items()}
    if isinstance(shown, list):
        return [shape(each) for each in shown[:1]]
    return "number" if isinstance(shown, int | float) and not isinstance(shown, bool) else type(shown).__name__


def rows(answer: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 - any JSON
    """The rows of a list, with or without an envelope; None for what is no list."""
    if isinstance(answer, list):
        return answer
    if not isinstance(answer, dict):
        return None
    return next((answer[name] for name in ("data", "results", "items") if isinstance(answer.get(name), list)), None)


def listed(printed: Any, ours: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """The members in which our rows differ from the printed ones; a list of ours may have more rows."""
    wanted, found = rows(printed) or [], rows(ours) or []
    if isinstance(printed, dict) and list(printed) != list(ours):
        return ["envelope"]
    named = {_name(each): each for each in found}
    return sorted({it for row in wanted for it in deviations(row, named.get(_name(row), {}))})


def decided(sent: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """The members of a body that an answer shows otherwise."""
    shown = {it: sent[it] for it in sent if it in ours}
    return deviations(_timed(shown), _timed(within(shown, ours)))


def within(printed: object, ours: object) -> object:
    """An answer without the members that the printed one does not have, in the order of the printed one."""
    if isinstance(printed, dict) and isinstance(ours, dict):
        return {name: within(each, ours[name]) for name, each in printed.items() if name in ours}
    if isinstance(printed, list) and isinstance(ours, list) and len(printed) == len(ours):
        return [within(here, there) for here, there in zip(printed, ours, strict=True)]
    return ours


def _timed(value: object) -> object:
    """A value with instants instead of timestamps, which have several forms."""
    if isinstance(value, dict):
        return {name: _timed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_timed(each) for each in value]
    return instant(value) if isinstance(value, str) and re.fullmatch(TIMESTAMP, value) else value


def _name(row: Mapping[str, Any]) -> object:
    return row.get("id", row.get("charging_session_id"))


def _differing(printed: object, ours: object, at: str) -> Iterator[str]:
    if isinstance(printed, dict) and isinstance(ours, dict):
        if list(printed) != list(ours):
            yield from ({at} if set(printed) == set(ours) else {_inside(at, it) for it in set(printed) ^ set(ours)})
        for name in printed.keys() & ours.keys():
            yield from _differing(printed[name], ours[name], _inside(at, name))
    elif isinstance(printed, list) and isinstance(ours, list) and len(printed) == len(ours):
        for n, (here, there) in enumerate(zip(printed, ours, strict=True)):
            yield from _differing(here, there, _inside(at, str(n)))
    elif isinstance(printed, str) and isinstance(ours, str) and printed.endswith("..."):
        # The page leaves out the rest.
        yield from () if ours.startswith(printed[:-3]) else (at,)
    elif printed != ours or isinstance(printed, bool) is not isinstance(ours, bool):
        yield at


def _inside(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def compared(sandbox: Sandbox, example: Mapping[str, Any], key: Mapping[str, str]) -> list[str]:
    """Makes the requests of an example, and returns the members in which the answer differs from the printed one.

    The answer to a read has the printed values, or the printed rows among others; where the example says that the page
    is `older`, it may have more members. The answer to a write that succeeds has the printed members, the values that
    its body gives, and those that the example says are `decided`. One that is refused shows its status first.
    """
    for request in example.get("before", ()):
        _sent(sandbox, request, key)
    request, printed = example["request"], example.get("answer")
    answer = _sent(sandbox, request, key)
    status = example.get("status", 200)
    if answer.status_code != status:
        return [f"status {answer.status_code}: {answer.text}"[:_SHOWN]]
    if status == _NO_CONTENT:
        return ["body"] if answer.content else []
    ours, body = answer.json(), request.get("body") or {}
    if request["method"] == "GET" or status >= _ERROR:
        if printed is None:
            return []
        if example.get("older"):
            ours = within(printed, ours)
        return deviations(printed, ours) if rows(printed) is None else listed(printed, ours)
    found = decided({it: body[it] for it in body if it not in example.get("decided", ())}, ours)
    if printed is not None:
        found += deviations(shape(printed), shape(ours))
        found += deviations(*({it: each.get(it) for it in example.get("decided", ())} for each in (printed, ours)))
    return sorted(set(found))


def _sent(sandbox: Sandbox, request: Mapping[str, Any], key: Mapping[str, str]) -> Any:  # noqa: ANN401 - a response
    return sandbox.client.request(
        request["method"], request["path"], params=request.get("query"), json=request.get("body"), headers=dict(key)
    )
