"""The last transaction of a new world: it gets its name and its keys, and from then on everybody sees all of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from ..domain.clock import DAY, millis
from ..domain.models import Channel
from ..store import credentials as credential_store
from ..store import sessions, worlds
from ..store.database.lock import lock_database
from ..store.database.protocol import Transaction
from ..store.world import Credential, World
from ..wall_clock import wall_now
from .directory import WorldGoneError
from .templates import TemplateGoneError

_SHOWN_DAYS: Final = 60


class NameTakenError(Exception):
    """There is a world of that name already."""


class TooManyWorldsError(Exception):
    """There are as many worlds as the server keeps; `most` says how many that is."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def opened(db: Transaction, world: World, credentials: Sequence[Credential], most: int | None = None) -> World:
    """Opens a new world to whoever has one of the credentials, if there are not `most` already."""
    lock_database(db)
    if worlds.named(db, world.name) is not None:
        raise NameTakenError(world.name)
    if most is not None and worlds.counts(db).get(worlds.OPEN, 0) >= most:
        raise TooManyWorldsError(most)
    _copied_from(db, world)
    shown = _shown(db, world)
    worlds.save_world(db, shown)
    credential_store.insert_credentials(db, world.n, credentials)
    return shown


def replaced(db: Transaction, world: World) -> World:
    """Opens a world in the place of the one of its name, whose keys and whose end it takes over."""
    before = worlds.lock_named(db, world.name)
    if before is None:
        raise WorldGoneError(world.name)
    _copied_from(db, world)
    shown = _shown(db, replace(world, expires_at=before.expires_at))
    worlds.replace_world(db, before, shown, wall_now())
    return shown


def _copied_from(db: Transaction, world: World) -> None:
    if world.template is not None and worlds.numbered(db, world.template, worlds.TEMPLATE) is None:
        raise TemplateGoneError


def _shown(db: Transaction, world: World) -> World:
    """The world as it is open, with sample ids that suit the instant at which it begins."""
    now = world.clock.anchor
    sample: dict[str, dict[str, Any]] = orjson.loads(world.sample)
    charging = sessions.active_user(db, world.n, Channel.CARIQA.value, now)
    if charging is not None:
        sample["cariqa"].setdefault("active_user_id", charging)
    if "electric_vehicle_id" in sample["podero"]:
        sample["podero"].setdefault("from", millis(now - _SHOWN_DAYS * DAY)[:10])
        sample["podero"].setdefault("to", millis(now)[:10])
    return replace(world, state=worlds.OPEN, sample=orjson.dumps(sample).decode())
