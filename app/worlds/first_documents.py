"""The documents that every world has of its vendors: in new worlds, in imports, and in worlds of earlier releases."""

from collections.abc import Collection
from dataclasses import replace

import orjson

from ..domain.models import Document
from ..store import documents, worlds
from ..store.database.protocol import Transaction
from ..store.world import World
from .vendor import Vendors


def missing(world: World, vendors: Vendors, kinds: Collection[tuple[str, str]]) -> list[Document]:
    """The documents that a world lacks which has only documents of these kinds, each with its vendor."""
    first = (each for vendor in vendors for each in vendor.first_documents(world.seed, world.monday))
    return [each for each in first if (each.vendor, each.kind) not in kinds]


def sampled(sample: str, vendors: Vendors, there: Collection[Document]) -> str:
    """The sample ids of a world, as JSON, with those that name documents: the ones with the lowest numbers."""
    ids = orjson.loads(sample)
    for vendor in vendors:
        for term in vendor.sample:
            of_kind = [each for each in there if (each.vendor, each.kind) == (vendor.name, term.document)]
            if of_kind and term.name not in ids.get(vendor.name, {}):
                ids.setdefault(vendor.name, {})[term.name] = min(of_kind, key=lambda each: each.n).id
    return orjson.dumps(ids).decode()


def complete(db: Transaction, vendors: Vendors) -> None:
    """Inserts what the worlds of an earlier release lack."""
    for world in worlds.in_state(db, worlds.OPEN):
        lacking = missing(world, vendors, documents.kinds_of(db, world.n))
        documents.insert_documents(db, world.n, lacking)
        worlds.save_world(db, replace(world, sample=sampled(world.sample, vendors, lacking)))
