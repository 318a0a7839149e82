"""A world as a file that people can read, and a world made from such a file: version 1 of the format.

It is a JSON object. After `wattif`, `version` and `world` comes a list for every kind of thing, each thing on a line of
its own, by the names of its columns. Instants are RFC 3339; null is the one that never comes. No key is in it.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import orjson

from ..scenario.objects import Location
from ..store import world_rows, worlds
from ..store.database.compiled_statements import Row
from ..store.database.protocol import Database, Transaction
from ..store.schema.table_catalogue import CATALOGUE, TableDescription
from ..store.world import Credential, World
from ..wall_clock import wall_now
from ..worlds import publish
from ..worlds.build import added, insert_rows
from ..worlds.directory import WorldGoneError
from . import consistency, header, records
from .json_reader import BadDocumentError, Reader, text_of
from .records import BadEntryError

_HEADER: Final = {"wattif": "export", "version": 1}
_SLICE: Final = 25
"""So many rows take about three milliseconds among a million others."""
_LONGEST_STEP: Final = 64


@dataclass(frozen=True, slots=True)
class Archive:
    """A world out of a file: its own row, as yet without a number, and the others by the names of their kinds."""

    world: World
    held: Mapping[str, Sequence[Row]]


async def written(database: Database, name: str) -> AsyncGenerator[bytes, None]:
    """The open world of that name as a file, piece by piece, all of it as it is at first. Raises WorldGoneError."""
    async with database.view() as view:
        world = await view.ask(lambda db: worlds.named(db, name))
        if world is None:
            raise WorldGoneError(name)
        yield orjson.dumps(_HEADER)[:-1] + b',\n"world":' + header.written(world)
        begun = 0
        async for table, rows in world_rows.slices(view, world.n):
            kind, place = _BY_TABLE[table]
            yield b"".join(_HEADINGS[begun : place + 1]) or b","
            yield b",".join(b"\n" + records.written(kind, row) for row in rows)
            begun = place + 1
            await asyncio.sleep(0)
        yield b"".join(_HEADINGS[begun:]) + b"\n]\n}\n"


def read(raw: bytes) -> Archive:
    """The world that a file holds. A large one takes seconds. Raises BadDocumentError."""
    text = text_of(raw)
    try:
        _introduced(Reader(text))
        return _read(Reader(text))
    except BadEntryError as error:
        reason = f"{_shown(error.where)}: {error.reason}" if error.where else error.reason
        raise BadDocumentError(Reader(text).line_of(error.where), reason) from error


async def filled(database: Database, archive: Archive) -> World:
    """The world under a number of its own, filled with what a file held; nothing opens it yet."""
    new = await database.change(partial(added, world=_from_now_on(archive.world)))
    for kind in CATALOGUE:
        rows = archive.held[kind.name]
        for begin in range(0, len(rows), _SLICE):
            some = rows[begin : begin + _SLICE]
            await database.change(partial(insert_rows, table=kind.table, number=new.n, rows=some))
            await asyncio.sleep(0)
    return new


def opened(db: Transaction, world: World, credentials: Sequence[Credential], most: int) -> World:
    """Opens a world out of a file, which shows the same instant and the same ids as when it was written."""
    shown = publish.opened(db, _from_now_on(world), credentials, most)
    same = replace(shown, sample=world.sample)
    worlds.save_world(db, same)
    return same


def _from_now_on(world: World) -> World:
    return replace(world, clock=replace(world.clock, wall=wall_now()))


def _shown(where: Location) -> str:
    """The steps to a part of a file, in which anything can be called anything."""
    return ".".join(str(step).encode("utf-8", "replace").decode()[:_LONGEST_STEP] for step in where)


def _introduced(document: Reader) -> None:
    """Refuses what is no archive, or one of another version."""
    said: dict[str, Any] = {}
    for name in document.members() if document.begins("{") else ():
        if name in _HEADER:
            said[name] = document.value()
        else:
            document.skip()
        if said.keys() == _HEADER.keys():
            break
    if said.get("wattif") != _HEADER["wattif"]:
        raise BadEntryError((), "this is no world that Wattif has exported")
    version = said.get("version")
    if type(version) is int and version > 1:
        raise BadEntryError(("version",), f"version {str(version)[:_LONGEST_STEP]} is of a later Wattif")
    if type(version) is not int or version < 1:
        raise BadEntryError(("version",), "there is no such version")


def _read(document: Reader) -> Archive:
    """The archive, each of whose parts can be, and all of them together."""
    parts: dict[str, Any] = {}
    for name in document.members():
        if name in parts or name not in _NAMES:
            fault = "this is there already" if name in parts else "nothing here is called so"
            raise document.refusal(f"{_shown((name,))}: {fault}")
        parts[name] = _rows(_BY_NAME[name], document) if name in _BY_NAME else document.value()
    document.end()
    for name in _NAMES:
        if name not in parts:
            raise BadEntryError((), f"{name} is missing")
    archive = Archive(header.read(parts["world"], ("world",)), {name: parts[name] for name in _BY_NAME})
    consistency.check(archive.world, archive.held)
    return archive


def _rows(kind: TableDescription, document: Reader) -> list[Row]:
    if not document.begins("["):
        raise BadEntryError((kind.name,), "this is a list")
    return [records.read(kind, document.value(), (kind.name, place)) for place in document.elements()]


_BY_NAME: Final = {kind.name: kind for kind in CATALOGUE}
_BY_TABLE: Final = {kind.table: (kind, place) for place, kind in enumerate(CATALOGUE)}
_NAMES: Final = (*_HEADER, "world", *_BY_NAME)
_HEADINGS: Final = [
    b'%b,\n"%b":[' % (b"\n]" if place else b"", kind.name.encode()) for place, kind in enumerate(CATALOGUE)
]
"""What begins each list, and ends the one before."""
