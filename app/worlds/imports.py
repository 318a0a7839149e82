"""A world made from a file, in short transactions, before it is published."""

import asyncio
from dataclasses import replace
from functools import partial
from threading import Event

from ..archive import archives
from ..archive.archives import Archive
from ..scenario.population import TownSize
from ..store import worlds
from ..store.database.compiled_statements import Row
from ..store.database.protocol import Database
from ..store.schema.table_catalogue import CATALOGUE
from ..store.schema.tables import CONNECTOR, DOCUMENT, STATION
from ..store.world import World
from ..wall_clock import wall_now
from . import first_documents, first_stations
from .build import SLICE, insert_rows
from .vendor import Vendors


async def read(raw: bytes, vendors: Vendors) -> Archive:
    """The archive of a file, with what it lacks; a thread reads it and stops when the caller is cancelled.

    Raises BadDocumentError.
    """
    stopped = Event()
    try:
        archive = await asyncio.to_thread(archives.read, raw, vendors, stopped.is_set)
        return completed(archive, vendors)
    finally:
        stopped.set()


def completed(archive: Archive, vendors: Vendors) -> Archive:
    """The archive with the documents and stations that every world has; files of earlier releases have none."""
    there = DOCUMENT.mapping.entities(archive.held["documents"])
    lacking = first_documents.missing(archive.world, vendors, {(each.vendor, each.kind) for each in there})
    rows = [*archive.held["documents"], *map(DOCUMENT.mapping.values, lacking)]
    sample = first_documents.sampled(archive.world.sample, vendors, lacking)
    stations, connectors = _with_first_stations(archive, vendors)
    held = {**archive.held, "documents": rows, "stations": stations, "connectors": connectors}
    return Archive(replace(archive.world, sample=sample), held)


def _with_first_stations(archive: Archive, vendors: Vendors) -> tuple[list[Row], list[Row]]:
    """The rows of stations and connectors with those of the stations that every world has."""
    held = archive.held["stations"], archive.held["connectors"]
    there = first_stations.Stations(STATION.mapping.entities(held[0]), CONNECTOR.mapping.entities(held[1]))
    lacking = first_stations.missing(archive.world.monday, vendors, there)
    return (
        [*held[0], *map(STATION.mapping.values, lacking.stations)],
        [*held[1], *map(CONNECTOR.mapping.values, lacking.connectors)],
    )


def world_of(archive: Archive, name: str, expires_at: int, size: TownSize | None) -> World:
    """The world of a file as it is to be inserted. `size` is that of its scenario on this server, if it has it."""
    clock = replace(archive.world.clock, wall=wall_now())
    coming_days = None if size is None else size.days_ahead
    return replace(
        archive.world,
        name=name,
        state=worlds.BUILDING,
        clock=clock,
        expires_at=expires_at,
        coming_days=coming_days,
    )


async def insert_rows_of(database: Database, archive: Archive, new: World) -> None:
    """Inserts the rows of a file into a new world, which no key opens yet."""
    for kind in CATALOGUE:
        rows = archive.held[kind.name]
        for begin in range(0, len(rows), SLICE):
            some = rows[begin : begin + SLICE]
            await database.change(partial(insert_rows, table=kind.table, number=new.n, rows=some))
            await asyncio.sleep(0)
