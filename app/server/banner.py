"""What a server prints when it is ready."""

from pathlib import Path

import orjson

from .. import __version__
from ..domain.clock import NEVER, millis
from ..store import credentials, worlds
from ..store.database.protocol import Transaction
from ..wall_clock import wall_now
from ..worlds.lifecycle import DEFAULT
from ..worlds.vendor import Vendors


def banner(db: Transaction, vendors: Vendors, url: str) -> str:
    """The world `default` with its keys, the addresses of the APIs, and example calls to copy."""
    world = worlds.named(db, DEFAULT)
    if world is None:
        return ""
    origin = url.replace("0.0.0.0", "localhost").replace("[::]", "localhost")  # noqa: S104 - not a binding
    keys = {each.vendor: each.key for each in credentials.credentials(db, world.n) if each.expires_at == NEVER}
    sample = orjson.loads(world.sample)
    made_from = f"scenario {Path(world.scenario).stem}, seed {world.seed}"
    time = f"{millis(world.clock.at(wall_now()))} at speed {world.clock.speed:g}"
    lines = [f"Wattif {__version__}: world {world.name}, {made_from}, {time}."]
    calls: list[str] = []
    for vendor in vendors:
        term, key = vendor.main_key, keys[vendor.main_key.kind]
        lines.append(f"  {vendor.title:<8} {origin}{vendor.mounts[0].path:<23} {term.label or '':<5} {key}")
        calls += vendor.example_calls(origin, key, sample[vendor.name])
    lines += [
        f"  Control  {origin}{'/_sandbox/v1/worlds':<23} all worlds with their keys and sample ids",
        f"  Docs     {origin}/docs",
    ]
    return "\n".join([*lines, "", *calls, ""])
