"""Changes of worlds, one kind at a time, which several clients make again and again and note as expected."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

import httpx2

from tests.soak.expected_worlds import WORLDS, ExpectedWorlds, State, create, exported

CLIENTS: Final = 4
_TO_DELETE: Final = 40
"""The number of worlds to be deleted: more than can be deleted before the server is killed."""
_SOURCE: Final = "source"
_NOW: Final = re.compile(rb'(?<="clock":\{"now":")[^"]+')
_HOUR: Final = timedelta(hours=1)

MakeChange = Callable[[httpx2.Client], bool]
"""Makes the next change of one client. Returns False if there is nothing left to change."""
CreateWorld = Callable[[httpx2.Client, str], httpx2.Response]
"""A request that creates a world of a name."""


@dataclass(slots=True)
class RepeatedChanges:
    """What the changes use and lead to.

    `village` is the state of a new village, `used` that of one with a session, and `file` is the export of `used`.
    """

    village: State
    used: State
    file: bytes
    expected: ExpectedWorlds = field(default_factory=ExpectedWorlds)
    _numbers: Iterator[int] = field(default_factory=count)

    def new_name(self) -> str:
        """A name that no world has had."""
        return f"world-{next(self._numbers)}"


def prepare(client: httpx2.Client) -> RepeatedChanges:
    """Creates the world `source`, which stays, and takes the expected states from it."""
    world = create(client, _SOURCE)
    village = exported(client, _SOURCE)
    _use(client, world["credentials"]["charge"]["secret_key"], _SOURCE, world["sample"]["charge"])
    file = client.get(f"{WORLDS}/{_SOURCE}/export").content
    return RepeatedChanges(village, exported(client, _SOURCE), file)


def creations(changes: RepeatedChanges, _client: httpx2.Client) -> list[MakeChange]:
    """Villages are created."""
    return [partial(_make, changes, changes.village, _create)] * CLIENTS


def forks(changes: RepeatedChanges, _client: httpx2.Client) -> list[MakeChange]:
    """The world `source` is forked."""
    return [partial(_make, changes, changes.used, _fork)] * CLIENTS


def imports(changes: RepeatedChanges, _client: httpx2.Client) -> list[MakeChange]:
    """The export of `source` is imported."""
    return [partial(_make, changes, changes.used, partial(_import, changes.file))] * CLIENTS


def deletions(changes: RepeatedChanges, client: httpx2.Client) -> list[MakeChange]:
    """Villages are deleted."""
    left = deque(_new_village(changes, client) for _ in range(_TO_DELETE))

    def delete(client: httpx2.Client) -> bool:
        if not left:
            return False
        name = left.popleft()
        with changes.expected.changing(name, None):
            assert client.delete(f"{WORLDS}/{name}").status_code == httpx2.codes.NO_CONTENT
        return True

    return [delete] * CLIENTS


def resets(changes: RepeatedChanges, client: httpx2.Client) -> list[MakeChange]:
    """Each client starts a session in a village of its own and resets it."""
    return [partial(_reset, changes, _new_village(changes, client)) for _ in range(CLIENTS)]


def advances(changes: RepeatedChanges, client: httpx2.Client) -> list[MakeChange]:
    """Each client advances the clock of a village of its own, hour by hour."""
    return [partial(_advance, changes, _new_village(changes, client)) for _ in range(CLIENTS)]


KINDS: Final = {
    "create": creations,
    "fork": forks,
    "import": imports,
    "delete": deletions,
    "reset": resets,
    "advance": advances,
}


def make_and_delete(changes: RepeatedChanges, client: httpx2.Client, turn: int) -> None:
    """Makes a world (by turns a village, a fork and an import), compares it with what it copies, and deletes it."""
    makes: list[tuple[State, CreateWorld]] = [
        (changes.village, _create),
        (changes.used, _fork),
        (changes.used, partial(_import, changes.file)),
    ]
    expected, request = makes[turn % len(makes)]
    name = changes.new_name()
    answer = request(client, name)
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    assert exported(client, name) == expected
    assert client.delete(f"{WORLDS}/{name}").status_code == httpx2.codes.NO_CONTENT


def _new_village(changes: RepeatedChanges, client: httpx2.Client) -> str:
    """Creates a village and returns its name."""
    name = changes.new_name()
    changes.expected.note_key(create(client, name))
    changes.expected.states[name] = [changes.village]
    return name


def _make(changes: RepeatedChanges, expected: State, request: CreateWorld, client: httpx2.Client) -> bool:
    name = changes.new_name()
    with changes.expected.changing(name, expected):
        answer = request(client, name)
        assert answer.status_code == httpx2.codes.CREATED, answer.text
    changes.expected.note_key(answer.json())
    return True


def _create(client: httpx2.Client, name: str) -> httpx2.Response:
    return client.post(WORLDS, json={"name": name, "scenario": "village"})


def _fork(client: httpx2.Client, name: str) -> httpx2.Response:
    return client.post(WORLDS, json={"name": name, "fork": _SOURCE})


def _import(file: bytes, client: httpx2.Client, name: str) -> httpx2.Response:
    headers = {"Content-Type": "application/json"}
    return client.post(f"{WORLDS}/import", params={"name": name}, content=file, headers=headers)


def _reset(changes: RepeatedChanges, name: str, client: httpx2.Client) -> bool:
    """Starts a session, advances by an hour, and resets the world."""
    world = client.get(f"{WORLDS}/{name}").json()
    with changes.expected.changing(name, changes.used):
        # Between the two calls the session is there, and the hour has not passed.
        changes.expected.states[name].append(_with_clock_of(changes.used, changes.village))
        _use(client, changes.expected.keys[name], name, world["sample"]["charge"])
    with changes.expected.changing(name, changes.village):
        answer = client.post(f"{WORLDS}/{name}/reset")
        assert answer.status_code == httpx2.codes.OK, answer.text
    return True


def _advance(changes: RepeatedChanges, name: str, client: httpx2.Client) -> bool:
    [state] = changes.expected.states[name]
    to = _clock(state) + _HOUR
    with changes.expected.changing(name, _NOW.sub(f"{to:%Y-%m-%dT%H:%M:%SZ}".encode(), state or b"")):
        answer = client.post(f"{WORLDS}/{name}/clock/advance", json={"to": f"{to:%Y-%m-%dT%H:%M:%SZ}"})
        assert answer.status_code == httpx2.codes.OK, answer.text
    return True


def _use(client: httpx2.Client, key: str, name: str, sample: dict[str, str]) -> None:
    """Starts a session and advances by an hour."""
    body = {part: it for part, it in sample.items() if part not in {"fleet", "account"}}
    headers = {"Authorization": f"Bearer {key}"}
    assert client.post("/v1/charging_sessions", json=body, headers=headers).status_code == httpx2.codes.OK
    moved = client.post(f"{WORLDS}/{name}/clock/advance", json={"by": "PT1H"})
    assert moved.status_code == httpx2.codes.OK, moved.text


def _clock(state: State) -> datetime:
    found = _NOW.search(state or b"")
    assert found
    return datetime.fromisoformat(found[0].decode()).astimezone(UTC)


def _with_clock_of(state: State, other: State) -> State:
    """A state with the clock of another."""
    found = _NOW.search(other or b"")
    assert found
    return _NOW.sub(found[0], state or b"", count=1)
