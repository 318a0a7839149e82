"""The server's answers in plain text for people: aligned, and no id is ever cut."""

import json
from collections.abc import Callable, Sequence
from shlex import quote
from typing import Any, Final
from urllib.parse import urlencode

Body = dict[str, Any]
Words = Callable[[Body], str]

_FACES: Final = {"charge": "/v1", "cariqa": "/api/v1", "podero": "/api/partners/v2.0"}
_ORDER: Final = ("charging_station", "connector", "driver", "vehicle", "payment_method")
"""What Charge's start of a session needs."""


def worlds(body: Body) -> str:
    """All worlds, one a line."""
    rows = [
        [each["name"], each["scenario"], each["seed"], *_time(each["clock"]), each.get("expires_at") or "never"]
        for each in body["worlds"]
    ]
    return _table(["NAME", "SCENARIO", "SEED", "NOW", "SPEED", "EXPIRES"], rows)


def world(url: str) -> Words:
    """A world with its keys, ids to begin with, and calls to copy, at the server of that address."""

    def told(body: Body) -> str:
        now, speed = _time(body["clock"])
        lasts = f", expires at {body['expires_at']}" if body.get("expires_at") else ""
        origin = f"scenario {body['scenario']}, seed {body['seed']}"
        lines = [f"World {body['name']}, {origin}, {now} at speed {speed}{lasts}."]
        for vendor, path in _FACES.items():
            known = {**body["credentials"][vendor], **body["sample"].get(vendor, {})}
            lines += ["", f"{vendor.capitalize()}    {url}{path}"]
            lines += _aligned([["", each, value] for each, value in known.items() if value is not None])
        return "\n".join([*lines, "", *_calls(url, body)])

    return told


def _calls(url: str, body: Body) -> list[str]:
    """Calls to copy: they start a session and list it, where there is somebody to charge."""
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


def gone(name: str) -> str:
    return f"World {name} is gone."


def clock(name: str) -> Words:
    """What a clock shows, how fast it runs, and how far the future is planned."""

    def told(body: Body) -> str:
        now, speed = _time(body)
        lasts = body["horizon"] > body["now"]
        coming = f"people plug in until {body['horizon']}" if lasts else "nobody plugs in by himself"
        return f"World {name}: {now} at speed {speed}; {coming}."

    return told


def leap(name: str) -> Words:
    """Where a clock was and is, and what happened in between."""

    def told(body: Body) -> str:
        before, now = body["from"], body["to"]
        moved = f"World {name} stays at {now}." if before == now else f"World {name} went from {before} to {now}."
        lines = [moved, "", _transitions(body.get("transitions", []), "Nothing happened meanwhile.")]
        if body.get("truncated"):
            lines += ["", f"These are the first {len(body['transitions'])}; more has happened."]
        return "\n".join(lines)

    return told


def event(body: Body) -> str:
    """When an event happens, and what comes of it."""
    happens = f"{body['event']}: {body['id']} at {body['at']}."
    return "\n".join([happens, "", _transitions(body["transitions"], "No session and no reservation changes by it.")])


def events(name: str) -> Words:
    """Which events there are, with what each needs."""

    def told(body: Body) -> str:
        return "\n\n".join(_event(name, each) for each in body["events"])

    return told


def _event(name: str, it: Body) -> str:
    takes = "".join({"at": " [--at AT]", "for": " [--for DURATION]"}.get(each, "") for each in it["takes"])
    says = [["", label, it[key]] for label, key in (("does", "does"), ("ID", "id"), ("refused", "refused"))]
    return "\n".join([f"simulate {name} {it['event']} ID{takes}", *_aligned(says)])


def _transitions(them: Sequence[Body], none: str) -> str:
    rows = [
        [each["at"], each["kind"].replace("_", " "), each["id"], each["from"] or "-", each["to"] or "-", each["reason"]]
        for each in them
    ]
    return _table(["AT", "WHAT", "ID", "FROM", "TO", "WHY"], rows) if rows else none


def _time(it: Body) -> tuple[str, Any]:
    return it["now"], it["speed"]


def _table(head: list[str], rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(_aligned([head, *rows]))


def _aligned(rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines whose columns begin below one another; a column of numbers ends so."""
    columns = list(zip(*rows, strict=True))
    widths = [max(len(str(each)) for each in column) for column in columns]
    right = [any(isinstance(each, int | float) for each in column) for column in columns]
    return [
        "  ".join(
            str(each).rjust(width) if to_right else str(each).ljust(width)
            for each, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]
