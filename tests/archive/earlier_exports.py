"""Exports of this release with the members and rows of an earlier one, so that the two can be compared."""

from typing import Any, Final

import orjson

ATTACHED: Final = {"drivers": ("fleet", "driver", "target"), "vehicles": ("vehicle", "target", "driver")}
"""For each kind that named another in earlier releases: the kind of its attachments, and their columns for each."""
_KEYS: Final = {
    "connectors": ("station", "id"),
    "attachments": ("driver", "target"),
    "documents": ("vendor", "kind", "id"),
}
"""The members that tell the rows of a kind apart, where it is not `id` alone."""


def as_before(exported: bytes, before: bytes) -> dict[str, Any]:
    """The new file without the members and rows that the earlier one lacks, and with members that it had instead."""
    new, old = dict[str, Any](orjson.loads(exported)), orjson.loads(before)
    if "attachments" not in old:
        new["world"]["sample"]["charge"].pop("account")
        for kind, (of, mine, other) in ATTACHED.items():
            attached = {each[mine]: each[other] for each in new["attachments"] if each["kind"] == of}
            gone = "fleet" if kind == "drivers" else "driver"
            for row in new[kind]:
                row[gone] = attached.get(row["id"])
    return {
        name: _known(value, old[name], _KEYS.get(name, ("id",))) if isinstance(value, list) else value
        for name, value in new.items()
        if name in old
    }


def _known(rows: list[dict[str, Any]], before: list[dict[str, Any]], key: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows that were there before, with the members that they had, in their order."""
    members = {tuple(row[name] for name in key): list(row) for row in before}
    known = ((row, members.get(tuple(row[name] for name in key))) for row in rows)
    return [{name: row[name] for name in names} for row, names in known if names is not None]
