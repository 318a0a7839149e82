"""Deeds: one kind of call each, made again and again by several people on worlds of their own, and written down."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

import httpx2

from tests.weight.ledgers import WORLDS, Ledger, State, exported, made

PEOPLE: Final = 4
_DELETED: Final = 40
"""So many worlds are there to be deleted: more than are gone before the server is."""
_SOURCE: Final = "source"
_NOW: Final = re.compile(rb'(?<="clock":\{"now":")[^"]+')
_HOUR: Final = timedelta(hours=1)

Act = Callable[[httpx2.Client], bool]
"""The next call, or calls, of one person; whether there is something left to be done."""
Make = Callable[[httpx2.Client, str], httpx2.Response]
"""A call that makes a world of a name."""


@dataclass(slots=True)
class Deed:
    """What is done. `village` is a new village's state, and `file` one that has been lived in, as it was exported."""

    village: State
    lived_in: State
    file: bytes
    ledger: Ledger = field(default_factory=Ledger)
    _numbers: Iterator[int] = field(default_factory=count)

    def named(self) -> str:
        """A name that no world has had."""
        return f"world-{next(self._numbers)}"


def learnt(client: httpx2.Client) -> Deed:
    """Makes the world that is there all the time, and learns from it what is to be expected."""
    world = made(client, _SOURCE)
    village = exported(client, _SOURCE)
    _live(client, world["credentials"]["charge"]["secret_key"], _SOURCE, world["sample"]["charge"])
    file = client.get(f"{WORLDS}/{_SOURCE}/export").content
    return Deed(village, exported(client, _SOURCE), file)


def creating(deed: Deed, _client: httpx2.Client) -> list[Act]:
    """Villages are made."""
    return [partial(_make, deed, deed.village, _create)] * PEOPLE


def forking(deed: Deed, _client: httpx2.Client) -> list[Act]:
    """The world that is there all the time is forked."""
    return [partial(_make, deed, deed.lived_in, _fork)] * PEOPLE


def importing(deed: Deed, _client: httpx2.Client) -> list[Act]:
    """What was exported is imported."""
    return [partial(_make, deed, deed.lived_in, partial(_import, deed.file))] * PEOPLE


def deleting(deed: Deed, client: httpx2.Client) -> list[Act]:
    """Villages are deleted."""
    doomed = deque(_there(deed, client) for _ in range(_DELETED))

    def act(client: httpx2.Client) -> bool:
        if not doomed:
            return False
        name = doomed.popleft()
        with deed.ledger.turning(name, None):
            assert client.delete(f"{WORLDS}/{name}").status_code == httpx2.codes.NO_CONTENT
        return True

    return [act] * PEOPLE


def resetting(deed: Deed, client: httpx2.Client) -> list[Act]:
    """Everybody resets a village in which somebody has just charged for a while."""
    return [partial(_reset, deed, _there(deed, client)) for _ in range(PEOPLE)]


def advancing(deed: Deed, client: httpx2.Client) -> list[Act]:
    """Everybody moves the clock of a village on, hour by hour."""
    return [partial(_advance, deed, _there(deed, client)) for _ in range(PEOPLE)]


KINDS: Final = {
    "create": creating,
    "fork": forking,
    "import": importing,
    "delete": deleting,
    "reset": resetting,
    "advance": advancing,
}


def _there(deed: Deed, client: httpx2.Client) -> str:
    """The name of a new village that is there already."""
    name = deed.named()
    deed.ledger.opens(made(client, name))
    deed.ledger.may_be[name] = [deed.village]
    return name


def _make(
    deed: Deed, whole: State, make: Callable[[httpx2.Client, str], httpx2.Response], client: httpx2.Client
) -> bool:
    name = deed.named()
    with deed.ledger.turning(name, whole):
        answer = make(client, name)
        assert answer.status_code == httpx2.codes.CREATED, answer.text
    deed.ledger.opens(answer.json())
    return True


def _create(client: httpx2.Client, name: str) -> httpx2.Response:
    return client.post(WORLDS, json={"name": name, "scenario": "village"})


def _fork(client: httpx2.Client, name: str) -> httpx2.Response:
    return client.post(WORLDS, json={"name": name, "fork": _SOURCE})


def _import(file: bytes, client: httpx2.Client, name: str) -> httpx2.Response:
    headers = {"Content-Type": "application/json"}
    return client.post(f"{WORLDS}/import", params={"name": name}, content=file, headers=headers)


def _reset(deed: Deed, name: str, client: httpx2.Client) -> bool:
    """Somebody charges, an hour goes by, and nothing of that has happened."""
    world = client.get(f"{WORLDS}/{name}").json()
    with deed.ledger.turning(name, deed.lived_in):
        # In between, the session is there and the hour is not over.
        deed.ledger.may_be[name].append(_at(deed.lived_in, deed.village))
        _live(client, deed.ledger.keys[name], name, world["sample"]["charge"])
    with deed.ledger.turning(name, deed.village):
        answer = client.post(f"{WORLDS}/{name}/reset")
        assert answer.status_code == httpx2.codes.OK, answer.text
    return True


def _advance(deed: Deed, name: str, client: httpx2.Client) -> bool:
    [state] = deed.ledger.may_be[name]
    to = _clock(state) + _HOUR
    with deed.ledger.turning(name, _NOW.sub(f"{to:%Y-%m-%dT%H:%M:%SZ}".encode(), state or b"")):
        answer = client.post(f"{WORLDS}/{name}/clock/advance", json={"to": f"{to:%Y-%m-%dT%H:%M:%SZ}"})
        assert answer.status_code == httpx2.codes.OK, answer.text
    return True


def _live(client: httpx2.Client, key: str, name: str, sample: dict[str, str]) -> None:
    order = {part: it for part, it in sample.items() if part != "fleet"}
    headers = {"Authorization": f"Bearer {key}"}
    assert client.post("/v1/charging_sessions", json=order, headers=headers).status_code == httpx2.codes.OK
    moved = client.post(f"{WORLDS}/{name}/clock/advance", json={"by": "PT1H"})
    assert moved.status_code == httpx2.codes.OK, moved.text


def _clock(state: State) -> datetime:
    found = _NOW.search(state or b"")
    assert found
    return datetime.fromisoformat(found[0].decode()).astimezone(UTC)


def _at(state: State, other: State) -> State:
    """A state with the clock of another."""
    found = _NOW.search(other or b"")
    assert found
    return _NOW.sub(found[0], state or b"", count=1)
