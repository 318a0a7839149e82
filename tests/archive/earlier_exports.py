"""Exports of this release with the members of an earlier one, so that the two can be compared."""

from typing import Any, Final

import orjson

ATTACHED: Final = {"drivers": ("fleet", "driver", "target"), "vehicles": ("vehicle", "target", "driver")}
"""For each kind that named another in earlier releases: the kind of its attachments, and their columns for each."""


def as_before(exported: bytes, before: bytes) -> dict[str, Any]:
    """The new file without the members that the earlier one lacks, and with those that it had instead."""
    new, old = dict[str, Any](orjson.loads(exported)), orjson.loads(before)
    if new.keys() == old.keys():
        return new
    new["world"]["sample"]["charge"].pop("account")
    for kind, (of, mine, other) in ATTACHED.items():
        attached = {each[mine]: each[other] for each in new["attachments"] if each["kind"] == of}
        gone = "fleet" if kind == "drivers" else "driver"
        for row in new[kind]:
            row[gone] = attached.get(row["id"])
    return {
        name: [_known(row, old[name][n]) for n, row in enumerate(value)] if isinstance(value, list) else value
        for name, value in new.items()
        if name in old
    }


def _known(row: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """A row with the members of the same row before, in their order."""
    return {name: row[name] for name in before}
