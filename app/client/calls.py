"""The calls of the control API: the method, the path and the body of each. `ControlClient.send` sends one.

Arguments that are None are left out, so that the server's default holds. Each raises UsageError for an argument that
no call can carry; all else is checked by the server.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from .errors import UsageError
from .values import Duration, Instant, duration_text, instant_text, shown, text_of, when_text

WORLD_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Call(NamedTuple):
    """A call. `path` is relative to `/_sandbox/v1`; `body` is sent as JSON, and bytes are sent as they are."""

    method: str
    path: str
    body: object = None


def health() -> Call:
    return Call("GET", "/health")


def list_worlds(prefix: str | None = None) -> Call:
    return Call("GET", _with_query("/worlds", prefix=prefix))


def show_world(name: str) -> Call:
    return Call("GET", _world(name))


def create_world(
    name: str | None = None,
    *,
    scenario: str | None = None,
    seed: int | None = None,
    start: Instant | None = None,
    speed: float | None = None,
    fork: str | None = None,
    expires_in: Duration | None = None,
    credentials: object = None,
) -> Call:
    """`start` may also be `now`."""
    clock = given(at=None if start is None else instant_text("start", start), speed=speed)
    body = given(
        name=name,
        scenario=scenario,
        seed=seed,
        clock=clock or None,
        fork=fork,
        expires_in=_duration("expires_in", expires_in),
        credentials=credentials,
    )
    return Call("POST", "/worlds", body)


def import_world(
    document: bytes | Mapping[str, Any], *, name: str | None = None, expires_in: Duration | None = None
) -> Call:
    path = _with_query("/worlds/import", name=name, expires_in=_duration("expires_in", expires_in))
    return Call("POST", path, document)


def reset_world(name: str) -> Call:
    return Call("POST", f"{_world(name)}/reset")


def delete_world(name: str) -> Call:
    return Call("DELETE", _world(name))


def delete_worlds(prefix: str) -> Call:
    return Call("DELETE", _with_query("/worlds", prefix=prefix))


def export_world(name: str) -> Call:
    return Call("GET", f"{_world(name)}/export")


def show_clock(name: str) -> Call:
    return Call("GET", f"{_world(name)}/clock")


def set_speed(name: str, speed: float) -> Call:
    return Call("PATCH", f"{_world(name)}/clock", {"speed": speed})


def advance(
    name: str, by: Duration | None = None, *, to: Instant | None = None, until: tuple[str, str] | None = None
) -> Call:
    """`until` is the id of a session or reservation and the status to wait for."""
    if [by, to, until].count(None) != len(("by", "to", "until")) - 1:
        raise UsageError("give one of by, to and until")
    target = given(
        by=_duration("by", by),
        to=None if to is None else instant_text("to", to),
        until=None if until is None else _awaited(until),
    )
    return Call("POST", f"{_world(name)}/clock/advance", target)


def list_events(name: str) -> Call:
    return Call("GET", f"{_world(name)}/simulate")


def simulate(
    name: str,
    event: str,
    subject: str | None = None,
    *,
    at: Any = None,  # noqa: ANN401 - an instant, or a timedelta after now
    lasts: Duration | None = None,
    **fields: object,
) -> Call:
    """`subject` is the id of what the event happens to, `lasts` the field `for`."""
    body = given(
        event=event,
        id=subject,
        at=None if at is None else when_text("at", at),
        **fields,
        **{"for": _duration("for_", lasts)},
    )
    return Call("POST", f"{_world(name)}/simulate", body)


def confirm_intent(name: str, kind: str, intent: str, *, card: str | None = None, wallet: str | None = None) -> Call:
    """`kind` is `setup` or `payment`, `intent` the id or the client secret."""
    path = f"{_world(name)}/{kind}-intents/{quote(text_of('intent', intent), safe='', errors='replace')}/confirm"
    return Call("POST", path, given(card=card, wallet=wallet))


def check_name(name: object) -> str:
    """The name of a world, which becomes a part of the path. Raises UsageError for what can be none."""
    if not isinstance(name, str) or not WORLD_NAME.fullmatch(name):
        raise UsageError(
            f"{shown(name)} is not the name of a world: use 1 to 63 lower-case letters, digits and hyphens"
        )
    return name


def given(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """The values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def _world(name: str) -> str:
    return f"/worlds/{check_name(name)}"


def _awaited(until: object) -> dict[str, str]:
    if isinstance(until, str) or not isinstance(until, Sequence) or len(until) != len(("id", "status")):
        raise UsageError(f"until is {shown(until)}; it takes an id and a status, such as (session_id, 'settled')")
    return {"id": until[0], "status": until[1]}


def _duration(name: str, value: Duration | None) -> str | None:
    return None if value is None else duration_text(name, value)


def _with_query(path: str, **values: str | None) -> str:
    query = urlencode(given(**values), errors="replace")
    return f"{path}?{query}" if query else path
