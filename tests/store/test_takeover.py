"""A database of 0.1.0 is migrated in place: the answers stay the same, and the tables are those of a new database."""

import asyncio
import json
import lzma
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import inspect

from app.domain.clock import DAY, NEVER
from app.store.database.url import open_database
from app.store.schema import version
from tests.conftest import Sandbox, resumed, started
from tests.databases import Databases, Kept
from tests.link_keys import with_links_of_0_3_0
from tests.serving.servers import ROOT

pytestmark = pytest.mark.slow

FOLDER: Final = Path(__file__).parents[1] / "releases"
RELEASE: Final = FOLDER / "0.1.0"
RELEASES: Final = sorted(file.parent for file in FOLDER.glob("*/expected.json"))
DOCUMENTED: Final = "Bearer ch_sk_test_..."
MIDNIGHT: Final = "SELECT horizon FROM world WHERE name = 'default'"
KILLED: Final = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from app.store.database.url import open_database
from app.store.schema import version

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def kill(connection, cursor, statement, *_):
    global left
    left -= statement.startswith(("ALTER", "UPDATE"))
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(open_database(sys.argv[1]).change(version.prepare))
"""
"""A program that migrates a database and is killed after a given number of the statements that change it."""
STATEMENTS: Final = 88
"""The number of statements that change the database."""


@pytest.fixture
def old(databases: Databases, empty: Kept) -> Kept:
    """A database that 0.1.0 has made."""
    return restored(databases, empty, RELEASE)


def restored(databases: Databases, empty: Kept, release: Path) -> Kept:
    """Fills an empty database with what a release has made."""
    if databases.kind == "sqlite":
        empty.file.write_bytes(lzma.decompress((release / "wattif.db.xz").read_bytes()))
    else:
        with closing(empty.engine().raw_connection()) as db:
            db.cursor().execute(lzma.decompress((release / "postgres.sql.xz").read_bytes()).decode())
            db.commit()
    return empty


def take_over(kept: Kept) -> None:
    """Prepares a database, as every start of a server does first."""
    with closing(open_database(kept.url)) as database:
        asyncio.run(database.change(version.prepare))


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_every_call_is_answered_as_before(databases: Databases, empty: Kept, release: Path) -> None:
    """A server that starts on the database gives every answer of the release, with more members and other links.

    It makes the world `documented` anew, which has had more objects of Charge's since.
    """
    every = json.loads((release / "expected.json").read_text())
    expected = [each for each in every if each["headers"].get("Authorization") != DOCUMENTED]
    with started(restored(databases, empty, release), scenario="cottage", scenarios=FOLDER) as client:
        answers = [client.request(each["method"], each["path"], headers=each["headers"]) for each in expected]

    assert [answer.status_code for answer in answers] == [each["status"] for each in expected]
    # Compared as text, because the order of the members is a part of the answer.
    told, expected_bodies = (
        [with_links_of_0_3_0(json.dumps(body)) for body in bodies]
        for bodies in (
            [known(answer.json(), each["body"]) for answer, each in zip(answers, expected, strict=True)],
            [each["body"] for each in expected],
        )
    )
    assert told == expected_bodies


def known(answer: object, before: object) -> object:
    """A body without the members that the body before did not have."""
    if isinstance(answer, dict) and isinstance(before, dict):
        return {name: known(value, before[name]) for name, value in answer.items() if name in before}
    return answer


def test_a_world_of_0_1_0_goes_on(old: Kept) -> None:
    """In a world that 0.1.0 has made, sessions are started and ended, the clock moves, and the world is reset."""
    with started(old, scenario="cottage", scenarios=FOLDER) as client:
        sandbox = Sandbox(client, old)
        sandbox.advance("P2D")
        session = sandbox.start()

        assert session.status_code == 200
        assert sandbox.end(session.json()["id"]).status_code == 200
        assert client.post("/_sandbox/v1/worlds/lived-in/reset").status_code == 200
        assert client.post("/_sandbox/v1/worlds", json={"fork": "running"}).status_code == 201


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_a_database_of_0_1_0_gets_the_tables_of_a_new_one(databases: Databases, old: Kept) -> None:
    """Tables, columns, keys and indexes are those that this version makes in an empty database."""
    new = databases.new()
    for kept in (old, new):
        take_over(kept)

    assert tables(old) == tables(new)
    assert index_of_places(old) == index_of_places(new)
    databases.drop(new)


def tables(kept: Kept) -> dict[str, Any]:
    """The columns, the key and the indexes of each table, sorted by name."""
    seen = inspect(kept.engine())
    return {
        name: (
            sorted((each["name"], str(each["type"]), each["nullable"]) for each in seen.get_columns(name)),
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted((str(each["name"]), each["column_names"], bool(each["unique"])) for each in seen.get_indexes(name)),
        )
        for name in kept.tables()
    }


def index_of_places(kept: Kept) -> list[str]:
    """The definition of the index by latitude and longitude, whose expressions SQLAlchemy does not read."""
    indexes = "SELECT sql FROM sqlite_master WHERE name = :name"
    if not kept.url.startswith("sqlite"):
        indexes = "SELECT indexdef FROM pg_indexes WHERE indexname = :name"
    [[definition]] = kept.rows(indexes, name="station_by_place")
    return str(definition).split()


def test_a_column_with_two_meanings_is_split(old: Kept) -> None:
    """The instants of building and retiring get columns of their own; slices that the horizon counts are left out."""
    [[midnight]] = old.rows(MIDNIGHT)
    before = {row["n"]: row for row in old.dicts("SELECT * FROM world")}
    numbers = {row["name"]: row["n"] for row in before.values() if row["state"] == "open"}
    default, building, retired = numbers["default"], numbers["lived-in"], numbers["running"]
    old.run("UPDATE world SET horizon = horizon + 3 WHERE n = :n", n=default)
    old.run("UPDATE world SET state = 'building' WHERE n = :n", n=building)
    old.run("UPDATE world SET state = 'retired' WHERE n = :n", n=retired)
    take_over(old)
    after = {row["n"]: row for row in old.dicts("SELECT * FROM world")}

    assert after[default]["horizon"] == midnight
    assert after[building]["progressed_at"] == before[building]["wall"]
    assert after[retired]["retired_at"] == before[retired]["wall"]
    for n, row in after.items():
        assert row["wall"] == before[n]["wall"]
        assert (row["retired_at"] < NEVER) is (row["state"] == "retired")
        assert (row["coming_days"], row["gaps"]) == (None, "[]")
        assert row["horizon"] == before[n]["horizon"]


def test_a_world_without_planned_days_keeps_its_horizon(old: Kept) -> None:
    """The horizon of `documented` is its beginning, which is after midnight, and counts no slices."""
    of = "SELECT horizon FROM world WHERE name = 'documented'"
    [[before]] = old.rows(of)
    take_over(old)

    assert before % DAY
    assert old.rows(of) == [(before,)]


def test_each_open_world_gets_a_link_key(old: Kept) -> None:
    """Every open world has another key of 24 letters and digits, and a world of another state has none."""
    take_over(old)
    rows = old.dicts("SELECT state, link_key FROM world")
    keys = [row["link_key"] for row in rows if row["state"] == "open"]

    assert len(keys) > 1
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 24 and key.isalnum() for key in keys)
    assert {row["link_key"] for row in rows if row["state"] != "open"} == {""}


@pytest.mark.parametrize(
    "statements", [4, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, STATEMENTS - 1, STATEMENTS))]
)
def test_a_takeover_that_was_killed_is_done_again(old: Kept, statements: int) -> None:
    """A process that is killed at any point leaves the database as it was, and the next one takes it over."""
    before = old.contents()
    killed = subprocess.run([sys.executable, "-c", KILLED, old.url, str(statements)], cwd=ROOT, check=False)  # noqa: S603 - this very interpreter

    assert killed.returncode == -9
    assert old.contents() == before

    take_over(old)

    assert "end_user" in old.tables()
    assert old.rows("SELECT value FROM meta WHERE name = 'schema'") == [(version.SCHEMA,)]


def test_a_takeover_is_complete_after_all_statements(old: Kept) -> None:
    """No statement changes anything after the ones that the test above counts."""
    done = subprocess.run([sys.executable, "-c", KILLED, old.url, str(STATEMENTS + 1)], cwd=ROOT, check=False)  # noqa: S603 - the same

    assert done.returncode == 0
    assert old.rows("SELECT value FROM meta WHERE name = 'schema'") == [(version.SCHEMA,)]


def test_two_processes_take_over_at_the_same_time(old: Kept) -> None:
    """Two servers that start at the same time on an old database both find it up to date afterwards."""

    async def both() -> None:
        with closing(open_database(old.url)) as one, closing(open_database(old.url)) as other:
            await asyncio.gather(one.change(version.prepare), other.change(version.prepare))
            assert await one.ask(version.schema_number) == version.SCHEMA

    asyncio.run(both())
    with resumed(old) as client:
        assert client.get("/_sandbox/v1/worlds/default").status_code == 200
