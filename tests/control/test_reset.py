"""A reset creates a world again from its scenario, seed and start, with the same credentials and bodies."""

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
from app.worlds.spares import Kind, Spares
from tests.conftest import Sandbox, podero_path

WORLDS: Final = "/_sandbox/v1/worlds"
BOTH: Final = ("default", "documented")


@pytest.mark.parametrize("name", BOTH)
def test_a_reset_world_is_as_at_first(sandbox: Sandbox, name: str) -> None:
    """After changes of every kind each body is what it was at first, and the answer is the world."""
    first = bodies(sandbox, name)
    disturb(sandbox, name)
    disturbed = bodies(sandbox, name)
    answer = reset(sandbox, name)

    assert disturbed != first
    assert bodies(sandbox, name) == first
    assert answer.status_code == 200
    assert answer.json() == first[0]


@pytest.mark.parametrize("name", BOTH)
def test_started_sessions_are_gone_after_a_reset(sandbox: Sandbox, name: str) -> None:
    """A started session is unknown, and its connector is free again."""
    started = sandbox.start(name).json()["id"]
    reset(sandbox, name)

    assert sandbox.charge(f"/v1/charging_sessions/{started}", world=name).status_code == 404
    assert started not in {row["id"] for row in sandbox.charge(world=name, limit=100).json()["data"]}
    assert sandbox.start(name).json()["id"] == started


@pytest.mark.parametrize("name", BOTH)
def test_credentials_stay_after_a_reset(sandbox: Sandbox, name: str) -> None:
    """Credentials from before the reset open the world after it, tokens of Podero's client too."""
    keys, key = sandbox.world(name)["credentials"], sandbox.charge_key(name)
    token = {"Authorization": f"Bearer {issued(sandbox, name)}"}
    reset(sandbox, name)
    path = f"{podero_path(keys['podero'])}?from=2026-03-01&to=2026-03-02"

    assert sandbox.world(name)["credentials"] == keys
    assert sandbox.client.get("/v1/charging_sessions", headers=key).status_code == 200
    assert sandbox.client.get(path, headers=token).status_code == 200


def test_the_clock_is_put_back_by_a_reset(sandbox: Sandbox) -> None:
    """Speed, instant and horizon are those of the scenario again."""
    first = sandbox.world()["clock"]
    sandbox.advance("P400D")
    sandbox.client.patch(f"{WORLDS}/default/clock", json={"speed": 3600})

    assert reset(sandbox).json()["clock"] == first
    assert sandbox.world()["clock"] == first


def test_a_reset_leaves_other_worlds_alone(sandbox: Sandbox) -> None:
    """Resetting one world does not change the other."""
    sandbox.start("documented")
    sandbox.advance("PT20M", "documented")
    before = bodies(sandbox, "documented")
    reset(sandbox, "default")

    assert bodies(sandbox, "documented") == before


def test_a_reset_leaves_no_rows_of_the_old_world(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time after resets the database has as many rows as before."""
    monkeypatch.setattr(Spares, "request", nothing_is_made)
    before = counts(sandbox)
    for name in ("documented", "default"):
        sandbox.start(name)
        reset(sandbox, name)

    assert counts_later(sandbox, monkeypatch) == before


def test_a_reset_ignores_its_body(sandbox: Sandbox) -> None:
    """Any body resets the world."""
    sandbox.advance("PT1H", "documented")
    answer = sandbox.client.post(
        f"{WORLDS}/documented/reset", content=b"{not json", headers={"Content-Type": "text/csv"}
    )

    assert answer.status_code == 200
    assert sandbox.now("documented") == "2026-04-01T01:53:58.446Z"


def test_concurrent_resets_succeed(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three resets at the same time leave one world with the credentials and bodies of the first."""
    monkeypatch.setattr(Spares, "request", nothing_is_made)
    first, before = bodies(sandbox, "default"), counts(sandbox)
    sandbox.start()
    with ThreadPoolExecutor(3) as crowd:
        statuses = [answer.status_code for answer in crowd.map(lambda _: reset(sandbox), range(3))]

    assert statuses == [200] * 3
    assert bodies(sandbox, "default") == first
    assert counts_later(sandbox, monkeypatch) == before


def test_reads_during_a_reset_see_a_whole_world(sandbox: Sandbox) -> None:
    """During repeated resets each read shows all of the old world or all of the new one."""
    key = sandbox.charge_key()
    whole = sandbox.charge(limit=100).content
    read = partial(sandbox.client.get, "/v1/charging_sessions?limit=100", headers=key)
    with ThreadPoolExecutor(1) as executor:
        resetting = executor.submit(resets, sandbox)
        answers = [read()]
        while not resetting.done():
            answers.append(read())
        answers.append(read())

    assert resetting.result() == [200] * 5
    assert len(answers) > 5
    assert {answer.content for answer in answers} == {whole}


def test_starts_during_a_reset_are_kept_or_gone(sandbox: Sandbox) -> None:
    """A start succeeds or finds the connector busy; at most one session is left of all."""
    key, ids = sandbox.charge_key(), sandbox.world()["sample"]["charge"]
    order = {name: value for name, value in ids.items() if name not in {"fleet", "account"}}
    start = partial(sandbox.client.post, "/v1/charging_sessions", json=order, headers=key)
    with ThreadPoolExecutor(1) as executor:
        resetting = executor.submit(resets, sandbox)
        statuses = {start().status_code}
        while not resetting.done():
            statuses.add(start().status_code)
    left = sandbox.charge(status="active", driver=order["driver"]).json()["data"]

    assert resetting.result() == [200] * 5
    assert statuses == {200, 409}
    assert len(left) <= 1


def counts_later(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The same a minute later, when the server has removed old rows."""
    monkeypatch.setattr(cleanup, "wall_now", lambda: wall_now() + MINUTE)
    with closing(open_database(sandbox.kept.url)) as database:
        asyncio.run(cleanup.sweep(database))
    return counts(sandbox)


def nothing_is_made(_spares: Spares, _kind: Kind) -> None:
    """Stops the server from making spares, so that rows can be counted."""


def counts(sandbox: Sandbox) -> dict[str, int]:
    """How many rows each table has, without those of templates and spares."""
    stock = "SELECT n FROM world WHERE state IN ('template', 'spare')"
    owners = {"world": "n"} | dict.fromkeys(["credential", *(each.name for each in WORLD_TABLES)], "world")
    each = (f"SELECT '{name}', count(*) FROM {name} WHERE {of} NOT IN ({stock})" for name, of in owners.items())  # noqa: S608 - tables' own names
    return {str(row[0]): int(row[1]) for row in sandbox.kept.rows(" UNION ALL ".join(each))}


def reset(sandbox: Sandbox, name: str = "default") -> httpx2.Response:
    return sandbox.client.post(f"{WORLDS}/{name}/reset")


def resets(sandbox: Sandbox) -> list[int]:
    """Five resets one after another."""
    return [reset(sandbox).status_code for _ in range(5)]


def bodies(sandbox: Sandbox, name: str) -> list[Any]:
    """The world, and the first page of each vendor."""
    answers = [
        sandbox.charge(world=name, limit=100),
        sandbox.charge("/v1/reservations", world=name, limit=100),
        sandbox.cariqa(world=name, page_size=100),
        sandbox.podero(world=name, from_="2026-01-01", to="2026-12-31"),
    ]
    return [sandbox.world(name), *(answer.json() for answer in answers)]


def disturb(sandbox: Sandbox, name: str) -> None:
    """Ends a session, starts one, gets a token, and lets time pass at another speed."""
    for row in sandbox.charge(world=name, status="active").json()["data"][:1]:
        sandbox.end(row["id"], name)
    sandbox.start(name)
    issued(sandbox, name)
    sandbox.advance("P1DT2H", name)
    sandbox.client.patch(f"{WORLDS}/{name}/clock", json={"speed": 60})


def issued(sandbox: Sandbox, name: str) -> str:
    """A token for the world's client."""
    keys = sandbox.world(name)["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    return str(sandbox.client.post("/oauth2/token/", json=asked).json()["access_token"])
