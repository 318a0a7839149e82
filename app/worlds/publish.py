"""The last transaction of a new world: it gets its name and its keys, and from then on callers see all of it."""

from dataclasses import replace
from typing import Any, Final

import orjson

from ..scenario.terms import channels_of
from ..store import worlds
from ..store.database.lock import lock_database
from ..store.database.protocol import Transaction
from ..store.world import World
from ..store.world_transaction import WorldTransaction
from ..wall_clock import random_token, wall_now
from .credentials import Issued, insert_issued
from .directory import WorldGoneError
from .templates import TemplateGoneError
from .vendor import Vendors

_LINK_KEY_LETTERS: Final = 24
"""Of 62 letters and digits: 142 bits of chance."""


class NameTakenError(Exception):
    """There is a world of that name already."""


class TooManyWorldsError(Exception):
    """There are as many worlds as the server keeps; `most` is their number."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def publish(db: Transaction, world: World, *, vendors: Vendors, keys: Issued, most: int | None = None) -> World:
    """Opens a new world to the owners of the keys.

    Raises NameTakenError, BadKeyError, or TooManyWorldsError if `most` worlds are open already.
    """
    return _open(db, _with_sample(db, world, vendors), vendors, keys, most)


def publish_in_place(db: Transaction, world: World, *, vendors: Vendors) -> World:
    """Opens a world in the place of the one of its name, from which it takes the keys, the expiry and the link key."""
    before = worlds.lock_named(db, world.name)
    if before is None:
        raise WorldGoneError(world.name)
    _check_template(db, world)
    kept = replace(world, expires_at=before.expires_at, link_key=before.link_key, progressed_at=wall_now())
    shown = _with_sample(db, kept, vendors)
    worlds.replace_world(db, before, shown, wall_now())
    return shown


def publish_import(db: Transaction, world: World, *, vendors: Vendors, keys: Issued, most: int) -> World:
    """Opens a world out of a file, at the instant and with the sample ids that the file has.

    Raises NameTakenError or TooManyWorldsError.
    """
    clock = replace(world.clock, wall=wall_now())
    return _open(db, replace(world, state=worlds.OPEN, clock=clock), vendors, keys, most)


def _with_sample(db: Transaction, world: World, vendors: Vendors) -> World:
    """The open world, with the sample ids that depend on the instant at which it begins."""
    tx = WorldTransaction(db, world, world.clock.anchor, channels_of(vendors))
    sample: dict[str, Any] = orjson.loads(world.sample)
    for vendor in vendors:
        if vendor.sample_at is not None:
            sample[vendor.name] = vendor.sample_at(tx, sample.get(vendor.name, {}))
    return replace(world, state=worlds.OPEN, sample=orjson.dumps(sample).decode())


def check_room(db: Transaction, name: str, most: int | None) -> None:
    """Raises NameTakenError, or TooManyWorldsError if `most` worlds are open already."""
    if worlds.named(db, name) is not None:
        raise NameTakenError(name)
    if most is not None and worlds.counts(db).get(worlds.OPEN, 0) >= most:
        raise TooManyWorldsError(most)


def _open(db: Transaction, world: World, vendors: Vendors, keys: Issued, most: int | None) -> World:
    """Opens a world to the owners of the keys, and gives it a new link key, also if it is a copy."""
    lock_database(db)
    check_room(db, world.name, most)
    _check_template(db, world)
    world = replace(world, link_key=random_token(_LINK_KEY_LETTERS), progressed_at=wall_now())
    worlds.save_world(db, world)
    insert_issued(db, vendors, world, keys)
    return world


def _check_template(db: Transaction, world: World) -> None:
    if world.template is not None and worlds.numbered(db, world.template, worlds.TEMPLATE) is None:
        raise TemplateGoneError
