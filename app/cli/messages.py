"""Answers of the control API as plain text: aligned columns, in which ids are never shortened."""

from collections.abc import Callable, Sequence
from typing import Any, Final

Body = dict[str, Any]
Message = Callable[[Body], str]

_TAKES: Final = {
    "at": " [--at AT]",
    "for": " [--for DURATION]",
    "amount": " [--amount NUMBER]",
    "km": " --km NUMBER",
    "battery_level": " [--battery-level PERCENT]",
}
"""How the options of an event are typed, by the names of its fields."""


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
        from ..main import VENDORS  # noqa: PLC0415 - it imports the web framework, which few messages need

        clock = body["clock"]
        expires = f", expires at {body['expires_at']}" if body.get("expires_at") else ""
        origin = f"scenario {body['scenario']}, seed {body['seed']}"
        lines = [f"World {body['name']}, {origin}, {clock['now']} at speed {clock['speed']}{expires}."]
        calls: list[str] = []
        for vendor in VENDORS:
            keys, sample = body["credentials"][vendor.name], body["sample"].get(vendor.name, {})
            rows = [["", name, value] for name, value in {**keys, **sample}.items() if value is not None]
            lines += ["", f"{vendor.title}    {url}{vendor.mounts[0].path}", *_aligned(rows)]
            calls += vendor.example_calls(url, keys[vendor.main_key.shown_as[0]], sample)
        return "\n".join([*lines, "", *calls])

    return message


def deleted(name: str) -> str:
    return f"World {name} was deleted."


def deleted_by(prefix: str) -> Message:
    """How many worlds were deleted whose names began so, and the first of these names."""

    def message(body: Body) -> str:
        number, names = body["deleted"], body["names"]
        if not number:
            return f"No world was deleted: besides default and documented, no name begins with {prefix}."
        more = f" and {number - len(names)} more" if number > len(names) else ""
        return f"{number} {'world was' if number == 1 else 'worlds were'} deleted: {', '.join(names)}{more}."

    return message


def clock(name: str) -> Message:
    """The instant and speed of a world's clock, the horizon up to which it is planned, and whether it goes on."""

    def message(body: Body) -> str:
        if body.get("goes_on"):
            plan = f"sessions are planned until {body['horizon']}, and further as its clock goes on"
        elif body["horizon"] > body["now"]:
            plan = f"sessions are planned until {body['horizon']}, and none after that"
        else:
            plan = f"no sessions are planned after {body['horizon']}"
        return f"World {name}: {body['now']} at speed {body['speed']}; {plan}."

    return message


def advance(name: str) -> Message:
    """The instants before and after an advance, a note if there is one, and a table of the transitions between them."""

    def message(body: Body) -> str:
        before, now = body["from"], body["to"]
        moved = f"World {name} stays at {now}." if before == now else f"World {name} went from {before} to {now}."
        lines = [moved, "", _transitions(body.get("transitions", []))]
        if body.get("note"):
            lines.insert(1, body["note"])
        if body.get("truncated"):
            lines += ["", f"These are the first {len(body['transitions'])} transitions; there are more."]
        return "\n".join(lines)

    return message


def event(body: Body) -> str:
    """When an event happens, the transaction that it makes, and a table of the transitions that follow from it."""
    happens = f"{body['event']}: {body['id']} at {body['at']}."
    if "transaction" in body:
        happens += f"\nThe transaction is {body['transaction']}."
    return f"{happens}\n\n{_transitions(body['transitions'])}"


def events(name: str) -> Message:
    """The events that can be simulated, with the arguments that each takes."""

    def message(body: Body) -> str:
        return "\n\n".join(_event(name, each) for each in body["events"])

    return message


def _event(name: str, body: Body) -> str:
    takes = "".join(_TAKES.get(each, "") for each in body["takes"])
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
