"""A deleted world is gone immediately, and its rows soon after; other worlds stay."""

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
from tests.conftest import Sandbox
from tests.control.worlds import (
    WORLDS,
    create_world,
    disable_spares,
    look_at_each_vendor,
    names,
    number,
    request_delete,
)
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


def test_a_deleted_world_is_gone(common: Sandbox) -> None:
    """The answer is empty, the list does not have the world, and every call to it is 404."""
    name = create_world(common)["name"]
    answer = request_delete(common, name)
    calls: list[tuple[str, str, Any]] = [(method, f"{WORLDS}/{name}{path}", body) for method, path, body in CALLS]

    assert (answer.status_code, answer.content) == (204, b"")
    assert name not in names(common)
    assert {common.client.request(method, path, json=body).status_code for method, path, body in calls} == {404}


@pytest.mark.parametrize("name", LASTING)
def test_the_lasting_worlds_cannot_be_deleted(untouched: Sandbox, name: str) -> None:
    """It is 409, the detail says what to do instead, and the worlds stay as they were."""
    before = untouched.world(name)
    answer = request_delete(untouched, name)

    assert answer.status_code == 409
    assert "reset" in answer.json()["detail"]
    assert untouched.world(name) == before


def test_other_worlds_stay(common: Sandbox) -> None:
    """A fork, and a world of the same scenario and seed, answer as before under the same credentials."""
    gone, twin = create_world(common), create_world(common)
    fork = create_world(common, fork=gone["name"])
    others = [world_client(common.client, common.kept, name) for name in (twin["name"], fork["name"], *LASTING)]
    before = [each.everything() for each in others]
    request_delete(common, gone["name"])

    assert [each.everything() for each in others] == before


def test_one_of_several_deletes_succeeds(common: Sandbox) -> None:
    """Of four concurrent requests one is 204, the others 404."""
    name = create_world(common)["name"]
    with ThreadPoolExecutor(4) as crowd:
        statuses = sorted(crowd.map(lambda _: request_delete(common, name).status_code, range(4)))

    assert statuses == [204, 404, 404, 404]


def test_a_deleted_world_leaves_no_rows(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time later no table has a row of it, of sessions started in it, or of its credentials."""
    disable_spares(monkeypatch)
    name = create_world(sandbox)["name"]
    n = number(sandbox, name)
    sandbox.start(name)
    before = rows(sandbox, n)
    request_delete(sandbox, name)
    monkeypatch.setattr(cleanup, "wall_now", lambda: wall_now() + MINUTE)
    with closing(open_database(sandbox.kept.url)) as database:
        asyncio.run(cleanup.sweep(database))

    assert before["session"] == 201
    assert before["credential"] == 4
    assert rows(sandbox, n) == dict.fromkeys(before, 0)
    assert sandbox.kept.rows("SELECT n FROM world WHERE n = :n", n=n) == []


def test_reads_during_a_delete_see_the_whole_world_or_none(common: Sandbox) -> None:
    """A reader is answered in full or told that the key is unknown, and then always."""
    world = create_world(common)
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    read = partial(common.client.get, "/v1/charging_sessions?limit=100", headers=key)
    whole = read().content
    with ThreadPoolExecutor(1) as executor:
        removing = executor.submit(request_delete, common, world["name"])
        answers = [read()]
        while not removing.done():
            answers.append(read())
    after = [read().status_code for _ in range(20)]
    statuses = [answer.status_code for answer in answers]

    assert removing.result().status_code == 204
    assert statuses == sorted(statuses)
    assert {answer.content for answer in answers if answer.status_code == httpx2.codes.OK} <= {whole}
    assert after == [401] * 20


def test_a_large_world_is_deleted_as_fast(common: Sandbox) -> None:
    """A delete closes the world and does no more; its rows are removed later, in slices."""
    world = create_world(common, scenario="hamlet")
    n = number(common, world["name"])
    before = rows(common, n)
    request_delete(common, world["name"])
    after = rows(common, n)

    assert before["session"] > 1_000
    assert after == before
    assert [answer.status_code for answer in look_at_each_vendor(common, world).values()] == [401, 403, 401]


def rows(sandbox: Sandbox, n: int) -> dict[str, int]:
    """How many rows each table has of a world."""
    tables = ["credential", *(each.name for each in WORLD_TABLES)]
    each = (f"SELECT '{name}', count(*) FROM {name} WHERE world = {n}" for name in tables)  # noqa: S608 - tables' own names
    return {str(row[0]): int(row[1]) for row in sandbox.kept.rows(" UNION ALL ".join(each))}
