"""The states that each world may have: what its server acknowledged, and what was requested when it was killed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from app.store import worlds as store
from app.store.writes import WORLD_TABLES
from tests.databases import Kept

WORLDS: Final = "/_sandbox/v1/worlds"
_NAME: Final = re.compile(rb'(?<="world":\{"name":)"[^"]+"')

State = bytes | None
"""The export of a world without its name; None if the world does not exist."""


@dataclass(slots=True)
class ExpectedWorlds:
    """Possible states and the Charge key of each world, by name. Each client notes changes of its own worlds only."""

    states: dict[str, list[State]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    acknowledged: int = 0

    @contextmanager
    def changing(self, name: str, into: State) -> Iterator[None]:
        """While a request is open, the world may have the old or the new state; after its answer, the new one only."""
        self.states[name] = [*self.states.get(name, [None]), into]
        yield
        self.states[name] = [into]
        self.acknowledged += 1

    def note_key(self, world: dict[str, Any]) -> None:
        """Notes the key of a new world."""
        self.keys[world["name"]] = world["credentials"]["charge"]["secret_key"]

    def faults(self, client: httpx2.Client) -> dict[str, str]:
        """What is wrong, by world: it has an unexpected state, or its key does not open it."""
        found = {name: self._fault(client, name) for name in self.states}
        return {name: fault for name, fault in found.items() if fault is not None}

    def delete_all(self, client: httpx2.Client) -> None:
        """Deletes the worlds and forgets them."""
        for name in self.states:
            assert client.delete(f"{WORLDS}/{name}").status_code in {204, 404}
        self.states.clear()
        self.keys.clear()

    def _fault(self, client: httpx2.Client, name: str) -> str | None:
        state = exported(client, name)
        if state not in self.states[name]:
            return f"{_summary(state)}, not {' or '.join(map(_summary, self.states[name]))}"
        if name not in self.keys:
            return None
        headers = {"Authorization": f"Bearer {self.keys[name]}"}
        answer = client.get("/v1/charging_sessions", params={"limit": 1}, headers=headers)
        seen = answer.status_code, answer.headers.get("x-sandbox-world")
        return None if seen == ((401, None) if state is None else (200, name)) else f"its key: {seen}"


def _summary(state: State) -> str:
    if state is None:
        return "missing"
    lines = state.splitlines()
    return f"{len(lines)} lines with {lines[1][:300]!r}"


def create(client: httpx2.Client, name: str) -> dict[str, Any]:
    """Creates a village of that name."""
    answer = client.post(WORLDS, json={"name": name, "scenario": "village"})
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    world: dict[str, Any] = answer.json()
    return world


def exported(client: httpx2.Client, name: str) -> State:
    """The state of a world."""
    answer = client.get(f"{WORLDS}/{name}/export")
    if answer.status_code == httpx2.codes.NOT_FOUND:
        return None
    assert answer.status_code == httpx2.codes.OK, answer.text
    return _NAME.sub(b'"(name)"', answer.content)


def remnants(kept: Kept) -> dict[str, list[Any]]:
    """What a clean-up should have removed: worlds without a lasting state, and rows and keys of missing worlds."""
    lasting = ", ".join(f"'{state}'" for state in (store.OPEN, store.SPARE, store.TEMPLATE))
    found = {"world": kept.rows(f"SELECT n, name, state FROM world WHERE state NOT IN ({lasting})")}  # noqa: S608 - the states above
    for table in ("credential", *(each.name for each in WORLD_TABLES)):
        found[table] = kept.rows(f"SELECT DISTINCT world FROM {table} WHERE world NOT IN (SELECT n FROM world)")  # noqa: S608 - a table's own name
    return {name: rows for name, rows in found.items() if rows}


def unlike_their_templates(kept: Kept) -> list[tuple[Any, ...]]:
    """Spares with another number of rows than their template: table, number of the world, and both numbers of rows."""
    pairs = kept.rows("SELECT n, template FROM world WHERE state = :spare", spare=store.SPARE)
    found = []
    for name in (each.name for each in WORLD_TABLES):
        counts = dict(map(tuple, kept.rows(f"SELECT world, count(*) FROM {name} GROUP BY world")))  # noqa: S608 - a table's own name
        found += [(name, n, counts.get(n, 0), counts.get(of, 0)) for n, of in pairs]
    return [each for each in found if each[2] != each[3]]
