"""Transitions, which an advance and a simulated event list."""

from typing import Any

from ..domain.clock import millis
from ..domain.sessions.lifecycle import Transition


def show(transition: Transition) -> dict[str, Any]:
    """A transition. `ids` has the id of its session or reservation at each vendor that shows it."""
    return {
        "at": millis(transition.at),
        "kind": transition.kind,
        "id": transition.id,
        "ids": transition.ids,
        "from": transition.came_from,
        "to": transition.to,
        "reason": transition.reason,
    }
