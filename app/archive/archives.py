"""A world as a file that people can read: version 1 of the format, without a database.

The file is a JSON object. After `wattif`, `version` and `world` it has a list for each kind of row. Each row is an
object on a line of its own, whose members are named like its columns. Instants are RFC 3339; null stands for an instant
that never comes. The file has no keys.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ..scenario.language import Language, language
from ..scenario.parts import Location
from ..scenario.terms import Terms
from ..store.database.compiled_statements import Row
from ..store.schema.table_catalogue import TableDescription
from ..store.world import World
from . import consistency, earlier, header, records
from .json_reader import BadDocumentError, Reader
from .records import KINDS, BadEntryError

VERSION: Final = 1
"""The version of the format that is written."""
_HEADER: Final = {"wattif": "export", "version": VERSION}
_LONGEST_STEP: Final = 64


@dataclass(frozen=True, slots=True)
class Archive:
    """The content of a file: a world without a number, and its rows by the names of their kinds."""

    world: World
    held: Mapping[str, Sequence[Row]]


class ArchiveWriter:
    """Writes a world as a file, piece by piece: `head`, then `rows` in the order of the kinds, then `tail`."""

    def __init__(self, world: World, now: int) -> None:
        self._world: Final = world
        self._now: Final = now
        self._begun = 0

    def head(self) -> bytes:
        return orjson.dumps(_HEADER)[:-1] + b',\n"world":' + header.member(self._world, self._now)

    def rows(self, kind: TableDescription, rows: Sequence[Row]) -> bytes:
        """Some rows of a kind, which is that of the call before or a later one."""
        place = _PLACES[kind.name]
        # Empty where the list has begun: then a comma follows the row before.
        heading = b"".join(_HEADINGS[self._begun : place + 1]) or b","
        self._begun = place + 1
        return heading + b",".join(b"\n" + records.line(kind, row) for row in rows)

    def tail(self) -> bytes:
        return b"".join(_HEADINGS[self._begun :]) + b"\n]\n}\n"


def read(raw: bytes, vendors: tuple[Terms, ...], is_stopped: Callable[[], bool] = lambda: False) -> Archive:
    """Returns the world that a file holds; a large file takes seconds. Raises BadDocumentError.

    Stops with StoppedError once `is_stopped` says so.
    """
    try:
        _check_version(Reader(raw, is_stopped))
        return _read(Reader(raw, is_stopped), language(vendors))
    except BadEntryError as error:
        reason = f"{_shown(error.where)}: {error.reason}" if error.where else error.reason
        raise BadDocumentError(Reader(raw).line_of(error.where), reason) from error


def _shown(where: Location) -> str:
    """The steps to a part of a file, in which names can have any length and any characters."""
    return ".".join(str(step).encode("utf-8", "replace").decode()[:_LONGEST_STEP] for step in where)


def _check_version(document: Reader) -> None:
    """Refuses what is not an export, or one of another version."""
    found: dict[str, Any] = {}
    for name in document.members() if document.begins("{") else ():
        if name in _HEADER:
            found[name] = document.value()
        else:
            document.skip()
        if found.keys() == _HEADER.keys():
            break
    if found.get("wattif") != _HEADER["wattif"]:
        raise BadEntryError((), "this is not a world that Wattif has exported")
    version = found.get("version")
    if type(version) is int and version > VERSION:
        raise BadEntryError(("version",), f"version {str(version)[:_LONGEST_STEP]} is of a later Wattif")
    if type(version) is not int or version < 1:
        raise BadEntryError(("version",), "there is no such version")


def _read(document: Reader, words: Language) -> Archive:
    """The archive, whose parts are valid by themselves and together."""
    parts: dict[str, Any] = {}
    for name in document.members():
        if name in parts or name not in _NAMES:
            fault = "this is there already" if name in parts else "an export has no such member"
            raise document.refusal(f"{_shown((name,))}: {fault}")
        parts[name] = _rows(KINDS[name], document, words) if name in KINDS else document.value()
    document.end()
    for name in _NAMES:
        if name not in parts and name not in earlier.ADDED:
            raise BadEntryError((), f"{name} is missing")
    world = header.read(parts["world"], words)
    archive = Archive(world, _completed({name: parts.get(name) for name in KINDS}, world))
    consistency.check(archive.world, archive.held, words.channels)
    consistency.check_json(archive.held, words.vendors)
    return archive


def _completed(held: dict[str, Any], world: World) -> dict[str, Sequence[Row]]:
    """The rows by the names of their kinds, with what files of earlier releases lack."""
    for where, reason in earlier.faults(held, KINDS):
        raise BadEntryError(where, reason)
    if held["attachments"] is None:
        held["attachments"] = earlier.attachments(held, KINDS)
    held["users"] = earlier.drivers_of_vehicles(held, KINDS)
    rows = {name: earlier.completed(kind, held[name] or [], world.monday) for name, kind in KINDS.items()}
    return rows | {"users": [*rows["users"], *earlier.owners(rows, KINDS, world.monday)]}


def _rows(kind: TableDescription, document: Reader, words: Language) -> list[Row]:
    if not document.begins("["):
        raise BadEntryError((kind.name,), "this is a list")
    form = records.form(kind.name, tuple(words.channels), tuple(each.name for each in words.vendors))
    return [records.read(form, document.value(), (kind.name, place)) for place in document.elements()]


_PLACES: Final = {name: place for place, name in enumerate(KINDS)}
_NAMES: Final = (*_HEADER, "world", *KINDS)
_HEADINGS: Final = [b'%b,\n"%b":[' % (b"\n]" if place else b"", name.encode()) for name, place in _PLACES.items()]
"""The text that begins each list and ends the one before."""
