"""Worlds and clocks as the control API shows them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import orjson

from ..domain.clock import NEVER, millis
from ..domain.models import Reservation
from ..domain.sessions.lifecycle import SessionBoundaries
from ..domain.transitions import Transition
from ..operations.simulate import Event, EventOutcome
from ..operations.time_travel import Advance
from ..store.credentials import Credential
from ..store.world_transaction import World
from ..worlds.vendor import Vendors

ShownIds = Callable[[SessionBoundaries | Reservation], Mapping[str, str]]
"""The id under which each vendor shows a thing, by the vendor's name."""


def clock(world: World, now: int) -> dict[str, Any]:
    speed = world.clock.speed
    shown = int(speed) if speed.is_integer() else speed
    return {"now": millis(now), "speed": shown, "horizon": millis(world.horizon)}


def advanced(before: int, it: Advance, shown_ids: ShownIds) -> dict[str, Any]:
    """Where a clock was and is, and what happened on the way."""
    return {
        "from": millis(before),
        "to": millis(it.world.clock.anchor),
        "transitions": [transition(each, shown_ids) for each in it.transitions],
        "truncated": it.truncated,
    }


def transition(it: Transition, shown_ids: ShownIds) -> dict[str, Any]:
    """One thing that happens."""
    return {
        "at": millis(it.at),
        "kind": it.kind,
        "id": it.id,
        "ids": shown_ids(it.subject),
        "from": it.came_from,
        "to": it.to,
        "reason": it.reason,
    }


def event(name: str, it: Event) -> dict[str, Any]:
    """What can happen, and what it needs."""
    takes = ["at", "for"] if it.lasts else ["at"]
    return {"event": name, "id": it.of, "takes": takes, "does": it.does, "refused": it.refused}


def simulated(event: str, to: str, it: EventOutcome, shown_ids: ShownIds) -> dict[str, Any]:
    """What will have happened, and what comes of it."""
    shown = [transition(each, shown_ids) for each in it.transitions]
    return {"event": event, "id": to, "at": millis(it.at), "transitions": shown}


def world(it: World, credentials: Sequence[Credential], vendors: Vendors, now: int) -> dict[str, Any]:
    """A world with the keys that open it and ids that work at once."""
    lasting = {each.vendor: each for each in credentials if each.expires_at == NEVER}
    sample = orjson.loads(it.sample)
    return {
        "name": it.name,
        "scenario": PurePath(it.scenario).stem,
        "seed": it.seed,
        "clock": clock(it, now),
        "credentials": {each.name: each.show_credentials(lasting, sample.get(each.name, {})) for each in vendors},
        "sample": {each.name: each.show_sample(sample.get(each.name, {})) for each in vendors},
        "expires_at": None if it.expires_at == NEVER else millis(it.expires_at),
    }
