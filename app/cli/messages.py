"""Answers of the control API as plain text: aligned columns, in which ids are never shortened."""

import json
from collections.abc import Callable, Sequence
from shlex import quote
from typing import Any, Final
from urllib.parse import urlencode

Body = dict[str, Any]
Message = Callable[[Body], str]

_FACES: Final = {"charge": "/v1", "cariqa": "/api/v1", "podero": "/api/partners/v2.0"}
_ORDER: Final = ("charging_station", "connector", "driver", "vehicle", "payment_method")


def worlds(body: Body) -> str:
    """A table with one world per line."""
    rows = [
        [
            each["name"],
            each["scenario"],
            each["seed"],
            each["clock"]["now"],
            each["clock"]["speed"],
            each.get("expires_at") or "never",
        ]
        for each in body["worlds"]
    ]
    return _table(["NAME", "SCENARIO", "SEED", "NOW", "SPEED", "EXPIRES"], rows)


def world(url: str) -> Message:
    """A world of the server at `url`: its credentials, sample ids, and example calls to copy."""

    def message(body: Body) -> str:
        clock = body["clock"]
        expires = f", expires at {body['expires_at']}" if body.get("expires_at") else ""
        origin = f"scenario {body['scenario']}, seed {body['seed']}"
        lines = [f"World {body['name']}, {origin}, {clock['now']} at speed {clock['speed']}{expires}."]
        for vendor, path in _FACES.items():
            known = {**body["credentials"][vendor], **body["sample"].get(vendor, {})}
            lines += ["", f"{vendor.capitalize()}    {url}{path}"]
            lines += _aligned([["", each, value] for each, value in known.items() if value is not None])
        return "\n".join([*lines, "", *_calls(url, body)])

    return message


def _calls(url: str, body: Body) -> list[str]:
    key = quote(f"Authorization: Bearer {body['credentials']['charge']['secret_key']}")
    sessions, sample = f"{url}/v1/charging_sessions", body["sample"].get("charge", {})
    if not all(sample.get(each) for each in _ORDER):
        return ["Look at its sessions:", f"  curl {quote(f'{sessions}?limit=1')} -H {key}"]
    query = urlencode({"driver": sample["driver"], "limit": 1})
    order = json.dumps({each: sample[each] for each in _ORDER}, separators=(",", ":"))
    return [
        "Start a charging session, and look at it as often as you like:",
        f"  curl -X POST {quote(sessions)} -H {key} -H 'Content-Type: application/json' -d {quote(order)}",
        f"  curl {quote(f'{sessions}?{query}')} -H {key}",
    ]


def deleted(name: str) -> str:
    return f"World {name} was deleted."


def clock(name: str) -> Message:
    """What a world's clock shows, its speed, and how far the world's own sessions are planned."""

    def message(body: Body) -> str:
        if body["horizon"] > body["now"]:
            plan = f"its own sessions are planned until {body['horizon']}"
        else:
            plan = "it has no planned sessions of its own"
        return f"World {name}: {body['now']} at speed {body['speed']}; {plan}."

    return message


def advance(name: str) -> Message:
    """Where a clock was and is, and a table of the transitions in between."""

    def message(body: Body) -> str:
        before, now = body["from"], body["to"]
        moved = f"World {name} stays at {now}." if before == now else f"World {name} went from {before} to {now}."
        lines = [moved, "", _transitions(body.get("transitions", []))]
        if body.get("truncated"):
            lines += ["", f"These are the first {len(body['transitions'])} transitions; there are more."]
        return "\n".join(lines)

    return message


def event(body: Body) -> str:
    """When an event happens, and a table of the transitions that follow from it."""
    return f"{body['event']}: {body['id']} at {body['at']}.\n\n{_transitions(body['transitions'])}"


def events(name: str) -> Message:
    """The events that can be simulated, with the arguments that each takes."""

    def message(body: Body) -> str:
        return "\n\n".join(_event(name, each) for each in body["events"])

    return message


def _event(name: str, body: Body) -> str:
    takes = "".join({"at": " [--at AT]", "for": " [--for DURATION]"}.get(each, "") for each in body["takes"])
    rows = [["", label, body[key]] for label, key in (("does", "does"), ("ID", "id"), ("refused", "refused"))]
    return "\n".join([f"simulate {name} {body['event']} ID{takes}", *_aligned(rows)])


def _transitions(transitions: Sequence[Body]) -> str:
    if not transitions:
        return "No session or reservation changes."
    rows = [
        [each["at"], each["kind"].replace("_", " "), each["id"], each["from"] or "-", each["to"] or "-", each["reason"]]
        for each in transitions
    ]
    return _table(["AT", "WHAT", "ID", "FROM", "TO", "WHY"], rows)


def _table(head: list[str], rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(_aligned([head, *rows]))


def _aligned(rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines with aligned columns; a column that holds a number is aligned to the right."""
    columns = list(zip(*rows, strict=True))
    widths = [max(len(str(each)) for each in column) for column in columns]
    is_right = [any(isinstance(each, int | float) for each in column) for column in columns]
    return [
        "  ".join(
            str(each).rjust(width) if right else str(each).ljust(width)
            for each, width, right in zip(row, widths, is_right, strict=True)
        ).rstrip()
        for row in rows
    ]
