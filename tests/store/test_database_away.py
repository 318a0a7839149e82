"""While PostgreSQL is away, every API answers 503 in its own form; when it is back, everything works again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from tests.cluster import Cluster, cluster
from tests.conftest import Sandbox, made_in, on_postgresql, resumed
from tests.databases import Databases, PostgresDatabases
from tests.store.every_api import CHANGES, SHAPES, Callers, refused, sample

KILL: Final = (
    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE 'wattif%'"
)
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
    assert {name: answer.is_success for name, answer in callers.changes().items()} == dict.fromkeys(CHANGES, True)


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


@contextmanager
def stopped(own: Cluster) -> Iterator[None]:
    """Stops the cluster for the time of the block."""
    own.stop()
    try:
        yield
    finally:
        own.start()
