"""A ledger: what each world may be, by what its server has acknowledged and what was on its way when that died."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from app.store import worlds as store
from app.store.schema.tables import WORLD_TABLES
from tests.databases import Kept

WORLDS: Final = "/_sandbox/v1/worlds"
_NAME: Final = re.compile(rb'(?<="world":\{"name":)"[^"]+"')

State = bytes | None
"""A world as it is exported, but for its name; None is one that is not there."""


@dataclass(slots=True)
class Ledger:
    """By its name, what each world may be, and the key that opens it. A caller writes of his own worlds only."""

    may_be: dict[str, list[State]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    acknowledged: int = 0

    @contextmanager
    def turning(self, name: str, into: State) -> Iterator[None]:
        """While a call is on its way, the world may be as before or as after it; as after it once that is over."""
        self.may_be[name] = [*self.may_be.get(name, [None]), into]
        yield
        self.may_be[name] = [into]
        self.acknowledged += 1

    def opens(self, world: dict[str, Any]) -> None:
        """Notes the key of a world."""
        self.keys[world["name"]] = world["credentials"]["charge"]["secret_key"]

    def denied(self, client: httpx2.Client) -> dict[str, str]:
        """What is wrong with a world: it is what it may not be, or its key does not do what it should."""
        faults = {name: self._fault(client, name) for name in self.may_be}
        return {name: fault for name, fault in faults.items() if fault is not None}

    def close(self, client: httpx2.Client) -> None:
        """Removes the worlds, and forgets them."""
        for name in self.may_be:
            assert client.delete(f"{WORLDS}/{name}").status_code in {204, 404}
        self.may_be.clear()
        self.keys.clear()

    def _fault(self, client: httpx2.Client, name: str) -> str | None:
        state = exported(client, name)
        if state not in self.may_be[name]:
            return f"{_told(state)}, not {' or '.join(map(_told, self.may_be[name]))}"
        if name not in self.keys:
            return None
        headers = {"Authorization": f"Bearer {self.keys[name]}"}
        answer = client.get("/v1/charging_sessions", params={"limit": 1}, headers=headers)
        told = answer.status_code, answer.headers.get("x-sandbox-world")
        return None if told == ((401, None) if state is None else (200, name)) else f"its key: {told}"


def _told(state: State) -> str:
    if state is None:
        return "not there"
    lines = state.splitlines()
    return f"{len(lines)} lines with {lines[1][:300]!r}"


def made(client: httpx2.Client, name: str) -> dict[str, Any]:
    """A village of that name."""
    answer = client.post(WORLDS, json={"name": name, "scenario": "village"})
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    world: dict[str, Any] = answer.json()
    return world


def exported(client: httpx2.Client, name: str) -> State:
    """A world as it is."""
    answer = client.get(f"{WORLDS}/{name}/export")
    if answer.status_code == httpx2.codes.NOT_FOUND:
        return None
    assert answer.status_code == httpx2.codes.OK, answer.text
    return _NAME.sub(b'"(name)"', answer.content)


def remnants(kept: Kept) -> dict[str, list[Any]]:
    """What a sweep should have removed: worlds that nobody can open, and rows and keys of worlds that are not there."""
    lasting = ", ".join(f"'{state}'" for state in (store.OPEN, store.SPARE, store.TEMPLATE))
    found = {"world": kept.rows(f"SELECT n, name, state FROM world WHERE state NOT IN ({lasting})")}  # noqa: S608 - the states above
    for table in ("credential", *(each.name for each in WORLD_TABLES)):
        found[table] = kept.rows(f"SELECT DISTINCT world FROM {table} WHERE world NOT IN (SELECT n FROM world)")  # noqa: S608 - a table's own name
    return {name: rows for name, rows in found.items() if rows}


def unlike_their_templates(kept: Kept) -> list[tuple[Any, ...]]:
    """The spares that have not as many rows as what they were copied from, with the table and both numbers."""
    pairs = kept.rows("SELECT n, template FROM world WHERE state = :spare", spare=store.SPARE)
    found = []
    for name in (each.name for each in WORLD_TABLES):
        counts = dict(map(tuple, kept.rows(f"SELECT world, count(*) FROM {name} GROUP BY world")))  # noqa: S608 - a table's own name
        found += [(name, n, counts.get(n, 0), counts.get(of, 0)) for n, of in pairs]
    return [each for each in found if each[2] != each[3]]
