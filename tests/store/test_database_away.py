"""While PostgreSQL is away, every API answers 503 in its own form; when it is back, everything works again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import httpx2
import pytest

from tests.cluster import Cluster, cluster
from tests.conftest import Sandbox, made_in, on_postgresql, podero_path, resumed
from tests.databases import Databases, PostgresDatabases

KILL: Final = (
    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'wattif'"
)
WORLD: Final = "/_sandbox/v1/worlds/default"
CHANGES: Final = ("charge start", "charge end", "oauth token", "control advance", "control reset")
Shape = tuple[str, list[str]]
"""The kind of a refusal and the keys of its body."""

SHAPES: Final[dict[str, Shape]] = {
    "charge": (
        "application/json",
        ["code", "doc_url", "message", "object", "param", "request", "status", "type"],
    ),
    "cariqa": ("application/json", ["detail"]),
    "podero": ("application/json", ["detail"]),
    "oauth": ("application/json", ["error"]),
    "control": ("application/problem+json", ["detail", "status", "title", "type"]),
}
pytestmark = on_postgresql


@pytest.fixture(scope="module")
def away(databases: Databases) -> Iterator[tuple[Sandbox, Cluster]]:
    """A sandbox on a cluster of its own, which may be stopped and started."""
    assert isinstance(databases, PostgresDatabases)

    with cluster() as own, resumed(kept := made_in(PostgresDatabases(own))) as client:
        yield Sandbox(client, kept), own


def test_every_api_answers_503_until_the_database_is_back(away: tuple[Sandbox, Cluster]) -> None:
    """Reads and changes are 503 in each vendor's own form; afterwards all data is there, without a restart."""
    sandbox, own = away
    callers, stored = Callers(sandbox), sandbox.kept.contents()
    before = callers.reads()
    with stopped(own):
        told = {name: refused(answer) for name, answer in {**callers.reads(), **callers.changes()}.items()}
    after = callers.reads()

    assert told == {name: SHAPES[name.split()[0]] for name in told}
    assert {name: answer.content for name, answer in after.items()} == {n: each.content for n, each in before.items()}
    assert sandbox.kept.contents() == stored
    assert {name: answer.status_code for name, answer in callers.changes().items()} == dict.fromkeys(CHANGES, 200)


def test_a_read_is_repeated_when_its_connection_is_lost(away: tuple[Sandbox, Cluster]) -> None:
    """After PostgreSQL has dropped all connections of the server, every read gets the usual answer immediately."""
    sandbox, _ = away
    callers = Callers(sandbox)
    for name, read in callers.calls().items():
        if name not in CHANGES:
            before = read()
            killed = sandbox.kept.rows(KILL)[0][0]
            answer = read()

            assert killed > 0
            assert (answer.status_code, answer.content) == (200, before.content)


def test_a_change_whose_connection_is_lost_is_made_or_refused(away: tuple[Sandbox, Cluster]) -> None:
    """A start is made or refused as unavailable, and is seen if and only if it was made; the next one works."""
    sandbox, _ = away
    key, order = sandbox.charge_key(), sample(sandbox)
    for _ in range(3):
        count = sessions(sandbox)
        sandbox.kept.rows(KILL)
        answer = sandbox.client.post("/v1/charging_sessions", json=order, headers=key)
        made = sessions(sandbox) - count

        assert (answer.status_code, made) in {(200, 1), (503, 0)}

        sandbox.advance("PT9H")

    assert sandbox.start().status_code == 200


def sessions(sandbox: Sandbox) -> int:
    """The number of sessions of the world `default`; spares that are made at the same time have sessions as well."""
    of_default = "world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"
    return int(sandbox.kept.rows(f"SELECT count(*) FROM session WHERE {of_default}")[0][0])  # noqa: S608 - two parts of one statement


class Callers:
    """Calls of every API, with keys and ids that were looked up before; the name of a call begins with its API's."""

    def __init__(self, sandbox: Sandbox) -> None:
        world, self._client = sandbox.world(), sandbox.client
        self._keys = world["credentials"]
        self._order = sample(sandbox)
        self._charge = {"Authorization": f"Bearer {self._keys['charge']['secret_key']}"}
        self._active = sandbox.charge(status="active").json()["data"][0]["id"]

    def calls(self) -> dict[str, Callable[[], httpx2.Response]]:
        get, post, cariqa, podero = self._client.get, self._client.post, self._keys["cariqa"], self._keys["podero"]
        cariqa_key, podero_key = ({"Authorization": f"Bearer {keys['token']}"} for keys in (cariqa, podero))
        asked = {name: podero[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        sessions, users = "/v1/charging_sessions", f"/api/v1/users/{cariqa['user_id']}/charging-sessions/"
        car = f"{podero_path(podero)}?from=2026-01-01&to=2026-12-31"
        return {
            "charge list": partial(get, sessions, headers=self._charge),
            "charge reservations": partial(get, "/v1/reservations", headers=self._charge),
            "charge session": partial(get, f"{sessions}/{self._active}", headers=self._charge),
            "charge start": partial(post, sessions, json=self._order, headers=self._charge),
            "charge end": partial(post, f"{sessions}/{self._active}/end", headers=self._charge),
            "cariqa list": partial(get, users, headers=cariqa_key),
            "podero list": partial(get, car, headers=podero_key),
            "oauth token": partial(post, "/oauth2/token/", json=asked),
            "control worlds": partial(get, "/_sandbox/v1/worlds"),
            "control world": partial(get, WORLD),
            "control advance": partial(post, f"{WORLD}/clock/advance", json={"by": "PT1M"}),
            "control reset": partial(post, f"{WORLD}/reset"),
        }

    def reads(self) -> dict[str, httpx2.Response]:
        return {name: call() for name, call in self.calls().items() if name not in CHANGES}

    def changes(self) -> dict[str, httpx2.Response]:
        return {name: call() for name, call in self.calls().items() if name in CHANGES}


def refused(answer: httpx2.Response) -> Shape:
    """The kind and the keys of an answer's body; the answer must be 503."""
    assert answer.status_code == 503

    body = answer.json()
    return answer.headers["content-type"], sorted(body)


def sample(sandbox: Sandbox) -> dict[str, Any]:
    """A start with the world's sample ids."""
    ids = sandbox.world()["sample"]["charge"]
    return {name: value for name, value in ids.items() if name != "fleet"}


@contextmanager
def stopped(own: Cluster) -> Iterator[None]:
    """Stops the cluster for the time of the block."""
    own.stop()
    try:
        yield
    finally:
        own.start()
