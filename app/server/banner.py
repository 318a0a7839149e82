"""What a server prints when it is ready."""

from pathlib import Path

import orjson

from .. import __version__
from ..domain.clock import NEVER, millis
from ..settings import Settings
from ..store import credentials, worlds
from ..store.database.protocol import Transaction
from ..store.database.url import database_name
from ..wall_clock import wall_now
from ..worlds.lifecycle import DEFAULT
from ..worlds.startup import Started
from ..worlds.vendor import Vendors


def origin(settings: Settings, url: str) -> str:
    """How the addresses begin at which users reach the server that listens at `url`."""
    if settings.public_url is not None:
        return settings.public_url
    reached = url.replace("0.0.0.0", "localhost").replace("[::]", "localhost")  # noqa: S104 - not a binding
    # Docker takes a free port for 0, which the server does not know.
    return f"{reached.rpartition(':')[0]}:{settings.published_port}" if settings.published_port else reached


def found(settings: Settings, started: Started) -> str:
    """The database, and how the server found it: `wattif.db, resumed`."""
    name = database_name(settings.database_url)
    how = "new" if started.is_new else "resumed"
    return f"{name}, {how}{', shared with other servers' if started.others else ''}"


def banner(db: Transaction, vendors: Vendors, origin: str, database: str, speed_is_from: str = "") -> str:
    """The world `default` with its keys, the database, the addresses of the APIs, and example calls to copy.

    `speed_is_from` names the option or the variable that has set the speed at this start, if any has.
    """
    world = worlds.named(db, DEFAULT)
    if world is None:
        return ""
    keys = {each.vendor: each.key for each in credentials.credentials(db, world.n) if each.expires_at == NEVER}
    sample = orjson.loads(world.sample)
    made_from = f"scenario {Path(world.scenario).stem}, seed {world.seed}"
    time = f"{millis(world.clock.at(wall_now()))} at speed {world.clock.speed:g}"
    time += f", set by {speed_is_from}" if speed_is_from else ""
    lines = [f"Wattif {__version__}: world {world.name}, {made_from}, {time}.", f"  Database {database}"]
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
