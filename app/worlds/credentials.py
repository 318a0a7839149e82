"""The keys that open a world: issued by the vendors, unless they are chosen when the world is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import orjson

from ..domain.clock import NEVER
from ..scenario.terms import key_terms
from ..store import credentials as credential_store
from ..store import worlds
from ..store.database.lock import lock_database
from ..store.database.protocol import Transaction
from ..store.world import Credential, World
from .vendor import Vendor, Vendors

Member: TypeAlias = tuple[str, str]
"""A vendor's name, and the name under which the control API shows a key or an id of that vendor."""


class BadKeyError(ValueError):
    """A key cannot be chosen. The message names the place at which it is written, and does not quote it."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


class KeyTakenError(BadKeyError):
    """A key that was chosen opens another world, or is chosen twice."""


@dataclass(frozen=True, slots=True)
class ChosenKey:
    """A key that was chosen, and the place at which it is written, by which messages name it."""

    text: str = field(repr=False)
    place: str


Keys: TypeAlias = Mapping[Member, ChosenKey]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Keys that were chosen for a world, and ids that the world must have beside them."""

    keys: Keys = field(default_factory=dict)
    ids: Mapping[Member, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issued:
    """All keys of a new world, and what of it was chosen."""

    credentials: Sequence[Credential] = field(repr=False)
    chosen: Chosen = field(default_factory=Chosen)


def chosen_by_caller(vendors: Vendors, written: Mapping[str, Any]) -> Chosen:
    """Reads `credentials` as the control API shows them: of any vendors, any keys. Raises BadKeyError."""
    keys: dict[Member, ChosenKey] = {}
    ids: dict[Member, str | None] = {}
    known = {vendor.name: vendor for vendor in vendors}
    for name, members in written.items():
        if name not in known:
            raise BadKeyError(_place(name), f"this is not known; there is {', '.join(known)}")
        if not isinstance(members, dict):
            raise BadKeyError(_place(name), "this must be an object")
        _read_members(known[name], members, keys, ids)
    return Chosen(keys, ids)


def _read_members(
    vendor: Vendor, members: Mapping[str, Any], keys: dict[Member, ChosenKey], ids: dict[Member, str | None]
) -> None:
    forms = {shown: term.form for term in vendor.keys for shown in term.shown_as}
    beside = {term.name for term in vendor.sample if term.beside_keys}
    for name, text in members.items():
        place, member = _place(vendor.name, name), (vendor.name, name)
        if name in beside and (text is None or isinstance(text, str)):
            ids[member] = text
        elif name not in forms:
            raise BadKeyError(place, f"this is not known; there is {', '.join(forms)}")
        elif not isinstance(text, str):
            raise BadKeyError(place, "this must be a string; leave it out to have a key issued")
        elif (fault := forms[name].fault(text)) is not None:
            raise BadKeyError(place, fault)
        else:
            keys[member] = ChosenKey(text, place)


def chosen_by_scenario(
    vendors: Vendors, written: Mapping[str, str | tuple[str, str]], *, placeholders: bool = False
) -> Keys:
    """The keys that a scenario file gives; the placeholders of a vendor's documentation only if they are asked for."""
    found: dict[Member, ChosenKey] = {}
    for vendor, term in key_terms(vendors):
        key = written.get(term.name)
        if key is not None and (placeholders or key != term.placeholder):
            texts = (key,) if isinstance(key, str) else key
            for name, text in zip(term.shown_as, texts, strict=True):
                found[vendor.name, name] = ChosenKey(text, f"the scenario's keys.{term.name}")
    return found


def issue(vendors: Vendors, world: str, chosen: Chosen | None = None) -> Issued:
    """All keys of a world of that name, in the order of the vendors; they never expire."""
    chosen = chosen or Chosen()
    found: list[Credential] = []
    for vendor, term in key_terms(vendors):
        new = term.issue(world)
        key, secret = (new, None) if isinstance(new, str) else new
        issued = Credential(term.kind, key, secret, NEVER)
        found.append(_with_chosen(issued, vendor.name, term.shown_as, chosen.keys))
    return Issued(found, chosen)


def check_free(db: Transaction, vendors: Vendors, keys: Keys, number: int | None = None) -> None:
    """Raises KeyTakenError if a key is chosen twice, or opens another world than that of the number, by any vendor.

    The secret of a client is not looked at, because no world is found by it.
    """
    check_distinct(vendors, keys)
    places = {keys[member].text: keys[member].place for member in _finding(vendors) if member in keys}
    if not places:
        return
    for key, world in credential_store.holders(db, _kinds(vendors), list(places)):
        if world.n != number:
            raise KeyTakenError(
                places[key], f"the world {world.name} has this key; choose another key, or delete that world first"
            )


def check_distinct(vendors: Vendors, keys: Keys) -> None:
    """Raises KeyTakenError if a key is chosen twice."""
    seen: dict[str, str] = {}
    for key in (keys[member] for member in _finding(vendors) if member in keys):
        if key.text in seen:
            raise KeyTakenError(key.place, f"this is the same key as {seen[key.text]}; choose another one")
        seen[key.text] = key.place


def check_ids(world: World, ids: Mapping[Member, str | None]) -> None:
    """Raises BadKeyError if an id that was written beside keys is not the one that the world shows there."""
    sample = orjson.loads(world.sample) if ids else {}
    for (vendor, name), written in ids.items():
        has = sample.get(vendor, {}).get(name)
        if written != has:
            reason = f"an id cannot be chosen, and this world's is {has or 'null'}; leave it out"
            raise BadKeyError(_place(vendor, name), reason)


def insert_issued(db: Transaction, vendors: Vendors, world: World, issued: Issued) -> None:
    """Lets the keys open a new world. Raises KeyTakenError, or BadKeyError for an id that is not the world's."""
    check_ids(world, issued.chosen.ids)
    if issued.chosen.keys:
        check_free(db, vendors, issued.chosen.keys)
        _release(db, vendors, issued.credentials)
    credential_store.insert_credentials(db, world.n, issued.credentials)


def exchange(db: Transaction, vendors: Vendors, name: str, keys: Keys) -> bool:
    """Replaces those keys of the world of that name that are chosen; returns whether any of them is a new one.

    Raises KeyTakenError.
    """
    lock_database(db)
    world = worlds.lock_named(db, name)
    if world is None:
        return False
    held = {each.vendor: each for each in credential_store.credentials(db, world.n) if each.expires_at == NEVER}
    wanted = [_with_chosen(held[term.kind], vendor.name, term.shown_as, keys) for vendor, term in key_terms(vendors)]
    new = [each for each in wanted if each != held[each.vendor]]
    if new:
        check_free(db, vendors, keys, world.n)
        credential_store.delete_replaced(db, world.n, new)
        _release(db, vendors, new)
        credential_store.insert_credentials(db, world.n, new)
    return bool(new)


def missing_kinds(db: Transaction, vendors: Vendors, number: int) -> set[str]:
    """The kinds of keys that the world of that number does not have."""
    known = {credential.vendor for credential in credential_store.credentials(db, number)}
    return {*_kinds(vendors)} - known


def issue_missing(db: Transaction, vendors: Vendors) -> None:
    """Gives each open world the keys of vendors that its database did not know."""
    lock_database(db)
    for world in worlds.in_state(db, worlds.OPEN):
        missing = missing_kinds(db, vendors, world.n)
        new = [each for each in issue(vendors, world.name).credentials if each.vendor in missing] if missing else []
        credential_store.insert_credentials(db, world.n, new)


def _with_chosen(credential: Credential, vendor: str, names: Sequence[str], keys: Keys) -> Credential:
    """The credential with its key, and the secret that goes with it, where those are chosen."""
    key, *secret = [keys.get((vendor, name)) for name in names]
    with_key = credential if key is None else replace(credential, key=key.text)
    return with_key if not secret or secret[0] is None else replace(with_key, secret=secret[0].text)


def _release(db: Transaction, vendors: Vendors, credentials: Sequence[Credential]) -> None:
    """Frees keys that retired worlds had, whose rows are still there."""
    credential_store.release(db, _kinds(vendors), [each.key for each in credentials])


def _finding(vendors: Vendors) -> list[Member]:
    """The keys by which a world is found: of a client and its secret, the client."""
    return [(vendor.name, term.shown_as[0]) for vendor, term in key_terms(vendors)]


def _kinds(vendors: Vendors) -> list[str]:
    return [term.kind for _, term in key_terms(vendors)]


def _place(*steps: str) -> str:
    return ".".join(("credentials", *(step[:64] for step in steps)))
