"""Members of an entity's details or of a document's body that `stored_members` does not check.

A scenario writes them as it likes: one of another type than it should have counts as if it were left out.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

Default = TypeVar("Default", str, str | None)


def inner(details: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The member of that name, if it is an object; else an empty one."""
    found = details.get(name)
    return dict(found) if isinstance(found, dict) else {}


def text(details: Mapping[str, Any], name: str, default: Default) -> str | Default:
    """The member of that name, if it is a text that is not empty."""
    found = details.get(name)
    return found if isinstance(found, str) and found else default


def whole(details: Mapping[str, Any], name: str, default: int) -> int:
    """The member of that name, if it is a whole number that is not negative."""
    found = details.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else default


def number(details: Mapping[str, Any], name: str, default: float) -> float:
    """The member of that name, if it is a number that is not negative."""
    found = details.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) and found >= 0 else default


def texts(details: Mapping[str, Any], name: str) -> list[str]:
    """The texts of the member of that name, if it is a list."""
    found = details.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
