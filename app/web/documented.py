"""What each vendor documents, operation by operation: served, replaced by a later one, or not emulated yet.

The inventories say what is documented, and the contracts what is served and how well it is known.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from ..worlds.vendor import Documented, Vendor
from . import openapi
from .fidelity import MEANINGS, Operation, operations

SERVED: Final = "served"
_REPLACED: Final = "superseded"
_NOT_YET: Final = "not_emulated"
_INTRODUCTION: Final = """# What is emulated, and how well it is known

Each operation that the vendors document, in the order of their pages. A running server shows the same as JSON at
`/_sandbox/v1/fidelity`, and at `/docs` every parameter and field.
`python -m app fidelity > docs/fidelity.md` writes this file, and a test fails when it is stale."""


def listing(vendors: Iterable[Vendor]) -> list[dict[str, Any]]:
    """The vendors with all operations that they document, and the numbers of those that are served and superseded."""
    return [_listed(vendor) for vendor in vendors]


def markdown(vendors: Iterable[Vendor]) -> str:
    """The same as a page: a table for each vendor."""
    meanings = "\n".join(f"- **{mark}**: {meaning}." for mark, meaning in MEANINGS.items())
    listed = listing(vendors)
    return "\n\n".join([_INTRODUCTION, coverage(listed), meanings, *(_section(each) for each in listed)]) + "\n"


def coverage(listed: list[dict[str, Any]]) -> str:
    """How many operations of a `listing` are documented and answered, and how well these are known."""
    known = Counter(row["fidelity"] for vendor in listed for row in vendor["operations"] if row["status"] == SERVED)
    counts = {name: sum(vendor[name] for vendor in listed) for name in ("documented", SERVED, _REPLACED)}
    return (
        f"The vendors document {counts['documented']} operations: {counts[SERVED]} are answered, and "
        f"{counts[_REPLACED]} are superseded by others. Of those answered, "
        f"{known['seed'] + known['documented']} follow the documentation, and {known['assumed']} an assumption."
    )


def _listed(vendor: Vendor) -> dict[str, Any]:
    written: dict[tuple[str, str], Operation] = {}
    if vendor.name in openapi.names():
        written = {_call(it.method, it.path): it for it in operations(openapi.contract(vendor.name))}
    shown = [_shown(each, written.get(_call(each.method, each.path or ""))) for each in vendor.inventory]
    return {
        "name": vendor.name,
        "title": vendor.title,
        "documented": len(shown),
        "served": sum(each["status"] == SERVED for each in shown),
        "superseded": sum(each["status"] == _REPLACED for each in shown),
        "operations": shown,
    }


def _shown(it: Documented, served: Operation | None) -> dict[str, Any]:
    status, reason = SERVED, None
    if served is None:
        status, reason = _NOT_YET, "Not emulated yet."
    if it.instead is not None:
        status, reason = _REPLACED, f"Superseded: later pages have {it.instead} in its place."
    return {
        "name": it.name,
        "method": it.method,
        "path": it.path,
        "status": status,
        "reason": reason,
        "operation_id": None if served is None else served.name,
        "fidelity": None if served is None else served.fidelity,
        "source": None if served is None else served.written.get("x-source"),
        "quirks": [] if served is None else served.quirks,
    }


def _section(vendor: dict[str, Any]) -> str:
    told = f"Documented: {vendor['documented']}. Served: {vendor['served']}. Superseded: {vendor['superseded']}."
    rows = "\n".join(_row(each) for each in vendor["operations"])
    head = "| documented as | call | known from | quirks |\n| --- | --- | --- | --- |"
    return f"## {vendor['title']}\n\n{told}\n\n{head}\n{rows}"


def _row(it: dict[str, Any]) -> str:
    name = f"[{it['name']}]({it['source']})" if it["source"] else it["name"]
    call = f"`{it['method']} {it['path']}`" if it["path"] else it["method"]
    known = it["fidelity"] or it["reason"]
    return f"| {name} | {call} | {known} | {_numbers(it['quirks'])} |"


def _numbers(quirks: list[str]) -> str:
    """The numbers of quirks; the beginning that they share is written once, as in `NAME-001, 002`."""
    parted = [number.rpartition("-") for number in quirks]
    shared = groupby(parted, key=lambda parts: parts[0])
    return ", ".join(f"{begin}-{', '.join(parts[2] for parts in numbers)}" for begin, numbers in shared)


def _call(method: str, path: str) -> tuple[str, str]:
    """Method and path without the names of its parameters, which contract and inventory choose for themselves."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)
