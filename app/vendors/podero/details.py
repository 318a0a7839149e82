"""Members of JSON that is kept for Podero: of a user's details, or of a document's body."""

from collections.abc import Mapping
from typing import Any


def inner(details: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The member of that name, if it is an object; else an empty one."""
    found = details.get(name)
    return dict(found) if isinstance(found, dict) else {}


def number(details: Mapping[str, Any], name: str) -> float | None:
    """The member of that name, if it is a number."""
    found = details.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None
