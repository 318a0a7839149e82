"""Worlds and clocks as the control API shows them."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import orjson

from ..store.moment import World
from ..store.worlds import Credential
from ..world.clock import NEVER, millis


def clock(world: World, now: int) -> dict[str, Any]:
    speed = world.clock.speed
    shown = int(speed) if speed.is_integer() else speed
    return {"now": millis(now), "speed": shown, "horizon": millis(world.horizon)}


def world(it: World, credentials: Sequence[Credential], now: int) -> dict[str, Any]:
    """A world with the keys that open it and ids that work at once."""
    lasting = {each.vendor: each for each in credentials if each.expires_at == NEVER}
    sample = orjson.loads(it.sample)
    client = lasting["podero-client"]
    return {
        "name": it.name,
        "scenario": PurePath(it.scenario).stem,
        "seed": it.seed,
        "clock": clock(it, now),
        "credentials": {
            "charge": {"secret_key": lasting["charge"].key},
            "cariqa": {"token": lasting["cariqa"].key, "user_id": sample["cariqa"].pop("user_id", None)},
            "podero": {
                "client_id": client.key,
                "client_secret": client.secret,
                "token": lasting["podero"].key,
                **{name: sample["podero"].pop(name, None) for name in ("org_id", "user_id", "electric_vehicle_id")},
            },
        },
        "sample": sample,
    }
