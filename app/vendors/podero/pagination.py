"""Podero's pages: an offset into all that matches, and the number of all."""

from typing import Any


def page(total: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The items from the offset on, and how many there are in all."""
    return {"total": total, "items": items}
