"""Transitions, which an advance and a simulated event list."""

from collections.abc import Iterable
from typing import Any

from ..domain.clock import millis
from ..domain.transitions import Transition
from ..worlds.vendor import Vendors, shown_ids


def show(found: Iterable[Transition], vendors: Vendors) -> list[dict[str, Any]]:
    """The transitions of sessions and reservations that some vendor shows; `ids` has their ids, by vendor."""
    shown = ((transition, shown_ids(vendors, transition.subject)) for transition in found)
    return [_shown(transition, ids) for transition, ids in shown if ids]


def _shown(transition: Transition, ids: dict[str, str]) -> dict[str, Any]:
    return {
        "at": millis(transition.at),
        "kind": transition.kind,
        "id": transition.id,
        "ids": ids,
        "from": transition.came_from,
        "to": transition.to,
        "reason": transition.reason,
    }
