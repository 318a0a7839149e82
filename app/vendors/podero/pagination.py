"""Podero's pages: items from an offset on, and the number of all that match."""

from typing import Any


def page(total: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of a page."""
    return {"total": total, "items": items}
