"""Members of an entity's details of which `stored_members` says nothing: a scenario writes them as it likes."""

from collections.abc import Mapping
from typing import Any


def inner(details: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The member of that name, if it is an object; else an empty one."""
    found = details.get(name)
    return dict(found) if isinstance(found, dict) else {}


def text(details: Mapping[str, Any], name: str, default: str) -> str:
    """The member of that name, if it is a text that is not empty."""
    found = details.get(name)
    return found if isinstance(found, str) and found else default


def whole(details: Mapping[str, Any], name: str, default: int) -> int:
    """The member of that name, if it is a whole number that is not negative."""
    found = details.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else default


def number(details: Mapping[str, Any], name: str) -> float:
    """The member of that name, if it is a number that is not negative; else 0."""
    found = details.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) and found >= 0 else 0
