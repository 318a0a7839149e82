"""Transitions, which an advance and a simulated event list."""

from typing import Any

from ..domain.clock import millis
from ..domain.transitions import Transition
from ..worlds.vendor import Vendors, shown_ids


def show(transition: Transition, vendors: Vendors) -> dict[str, Any]:
    """A transition. `ids` has the id of its session or reservation at each vendor that shows it."""
    return {
        "at": millis(transition.at),
        "kind": transition.kind,
        "id": transition.id,
        "ids": shown_ids(vendors, transition.subject),
        "from": transition.came_from,
        "to": transition.to,
        "reason": transition.reason,
    }
