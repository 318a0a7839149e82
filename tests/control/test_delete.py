"""A world that is removed is gone at once, for everybody, and in the end with all its rows; every other one stays."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any, Final

import httpx2
import pytest

from app.domain.clock import MINUTE
from app.store.database.url import open_database
from app.store.schema.tables import WORLD_TABLES
from app.wall_clock import wall_now
from app.worlds import cleanup
from tests.conftest import HAMLET, Sandbox
from tests.control.making import WORLDS, created, delete, looks, names, number, without_stock
from tests.laws.world_client import world_client

LASTING: Final = ("default", "documented")
CALLS: Final = (
    ("GET", "", None),
    ("DELETE", "", None),
    ("POST", "/reset", None),
    ("GET", "/clock", None),
    ("PATCH", "/clock", {"speed": 1}),
    ("POST", "/clock/advance", {"by": "PT1H"}),
    ("GET", "/simulate", None),
    ("POST", "/simulate", {"event": "unplug", "id": "cs_1"}),
    ("GET", "/export", None),
)


def test_it_is_gone(common: Sandbox) -> None:
    """The answer is empty, the list shows it no more, and every call to it is 404."""
    name = created(common)["name"]
    answer = delete(common, name)
    calls: list[tuple[str, str, Any]] = [(method, f"{WORLDS}/{name}{path}", body) for method, path, body in CALLS]

    assert (answer.status_code, answer.content) == (204, b"")
    assert name not in names(common)
    assert {common.client.request(method, path, json=body).status_code for method, path, body in calls} == {404}


@pytest.mark.parametrize("name", LASTING)
def test_the_lasting_worlds_stay(untouched: Sandbox, name: str) -> None:
    """They are 409, with word of what can be done instead, and stay what they were."""
    before = untouched.world(name)
    answer = delete(untouched, name)

    assert answer.status_code == 409
    assert "reset" in answer.json()["detail"]
    assert untouched.world(name) == before


def test_every_other_world_stays(common: Sandbox) -> None:
    """One of the same scenario and seed, its fork and its twin show what they showed, under the same keys."""
    gone, twin = created(common), created(common)
    fork = created(common, fork=gone["name"])
    others = [world_client(common.client, common.kept, name) for name in (twin["name"], fork["name"], *LASTING)]
    before = [each.everything() for each in others]
    delete(common, gone["name"])

    assert [each.everything() for each in others] == before


def test_of_several_one_removes_it(common: Sandbox) -> None:
    """Four at one time: one is told that it is done, the others that there is none."""
    name = created(common)["name"]
    with ThreadPoolExecutor(4) as crowd:
        statuses = sorted(crowd.map(lambda _: delete(common, name).status_code, range(4)))

    assert statuses == [204, 404, 404, 404]


def test_nothing_of_it_is_left(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time later no table has a row of it, of what was done in it, or of its keys and tokens."""
    without_stock(monkeypatch)
    name = created(sandbox)["name"]
    n = number(sandbox, name)
    sandbox.start(name)
    before = rows(sandbox, n)
    delete(sandbox, name)
    monkeypatch.setattr(cleanup, "wall_now", lambda: wall_now() + MINUTE)
    with closing(open_database(sandbox.kept.url)) as database:
        asyncio.run(cleanup.sweep(database))

    assert before["session"] == 201
    assert before["credential"] == 4
    assert rows(sandbox, n) == dict.fromkeys(before, 0)
    assert sandbox.kept.rows("SELECT n FROM world WHERE n = :n", n=n) == []


def test_reads_meanwhile_see_all_of_it_or_nothing(common: Sandbox) -> None:
    """Whoever reads while it is removed is shown all of it, or is told that the key is unknown, and then always."""
    world = created(common)
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    read = partial(common.client.get, "/v1/charging_sessions?limit=100", headers=key)
    whole = read().content
    with ThreadPoolExecutor(1) as somebody:
        removing = somebody.submit(delete, common, world["name"])
        answers = [read()]
        while not removing.done():
            answers.append(read())
    after = [read().status_code for _ in range(20)]
    statuses = [answer.status_code for answer in answers]

    assert removing.result().status_code == 204
    assert statuses == sorted(statuses)
    assert {answer.content for answer in answers if answer.status_code == httpx2.codes.OK} <= {whole}
    assert after == [401] * 20


def test_a_world_of_many_is_removed_as_fast(common: Sandbox) -> None:
    """However much there is in it, to remove it closes it and no more: its rows go later, little by little."""
    world = created(common, scenario=HAMLET)
    n = number(common, world["name"])
    before = rows(common, n)
    delete(common, world["name"])
    after = rows(common, n)

    assert before["session"] > 1_000
    assert after == before
    assert [answer.status_code for answer in looks(common, world).values()] == [401, 403, 401]


def rows(sandbox: Sandbox, n: int) -> dict[str, int]:
    """How many rows each table has of a world."""
    tables = ["credential", *(each.name for each in WORLD_TABLES)]
    each = (f"SELECT '{name}', count(*) FROM {name} WHERE world = {n}" for name in tables)  # noqa: S608 - tables' own names
    return {str(row[0]): int(row[1]) for row in sandbox.kept.rows(" UNION ALL ".join(each))}
