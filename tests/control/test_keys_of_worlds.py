"""A key opens one world for as long as that is there: no other one, not one of the same name either, and not later."""

import asyncio
from contextlib import closing

import httpx2
import pytest

from app.main import VENDORS as SERVED
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.world import OpenedWorld
from app.store.world_transaction import WorldTransaction
from app.worlds.directory import WorldDirectory, WorldGoneError
from app.worlds.lifecycle import Wanted, Worlds
from tests.conftest import Sandbox
from tests.control.making import VENDORS, World, created, delete, looks, secrets, token
from tests.databases import Kept
from tests.served import CHANNELS

REFUSED = {"charge": 401, "cariqa": 403, "podero": 401}


def test_no_two_worlds_share_a_key(common: Sandbox) -> None:
    """Of the same scenario, seed and start: other keys all the same, also for a fork."""
    first = created(common)
    made = [first, created(common), created(common, fork=first["name"]), created(common, fork="documented")]
    keys = [secrets(world) for world in made]

    assert [len(each) for each in keys] == [5] * 4
    assert len(set.union(*keys)) == 20


def test_each_key_opens_its_own_world(common: Sandbox) -> None:
    """Every vendor says that the key has opened the world it was issued for; so it is with a client's tokens."""
    for world in [created(common) for _ in range(3)]:
        answers = looks(common, world)

        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(VENDORS, 200)
        assert {answer.headers["X-Sandbox-World"] for answer in answers.values()} == {world["name"]}
        assert token(common, world).headers["X-Sandbox-World"] == world["name"]


def test_the_keys_of_a_world_that_is_gone_open_nothing(common: Sandbox) -> None:
    """Each vendor refuses them as it refuses a key that nobody has issued, at once and for ever, tokens too."""
    unknown = refusals(common, unissued(created(common)))
    for _ in range(3):
        world = created(common)
        passing = {**world["credentials"]["podero"], "token": token(common, world).json()["access_token"]}
        looks(common, world)
        delete(common, world["name"])

        assert refusals(common, world) == unknown
        assert [answer.headers.get("X-Sandbox-World") for answer in looks(common, world).values()] == [None] * 3
        assert refusals(common, {"credentials": {**world["credentials"], "podero": passing}}) == unknown
        assert token(common, world).status_code == 401
        assert token(common, world).json() == {"error": "invalid_client"}
    assert {vendor: status for vendor, (status, _) in unknown.items()} == REFUSED


def test_a_name_that_is_used_again_is_another_world(common: Sandbox) -> None:
    """The keys of the world that had the name before do not open its successor."""
    before = created(common, name="again")
    delete(common, "again")
    after = created(common, name="again")

    assert secrets(before) & secrets(after) == set()
    assert {name: answer.status_code for name, answer in looks(common, before).items()} == REFUSED
    assert {answer.headers["X-Sandbox-World"] for answer in looks(common, after).values()} == {"again"}


def test_a_change_that_was_under_way_finds_its_world_or_none(kept: Kept) -> None:
    """Whoever was let in by a key goes on in the world made anew, never in another one that has got the name."""

    async def story(database: Database) -> tuple[int, str]:
        directory, lives = WorldDirectory(database, CHANNELS), Worlds(database, vendors=SERVED)
        world = await lives.create("mine", Wanted())
        opened = await entered(database, directory)
        await lives.reset("mine")
        _, anew = await directory.change(opened, number)
        await lives.delete("mine")
        with pytest.raises(WorldGoneError):
            await directory.change(opened, number)
        other = await lives.create("mine", Wanted())
        with pytest.raises(WorldGoneError):
            await directory.change(opened, number)
        assert (await directory.change("mine", number))[1] == other.n != world.n
        return anew, opened.world.name

    with closing(open_database(kept.url)) as database:
        number_anew, name = asyncio.run(story(database))

    assert number_anew not in {0, 1}
    assert name == "mine"


def test_whoever_is_too_late_is_told_in_his_vendors_words(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start, an end or a token asked for while the world gives way to another of its name is refused as unknown."""
    world = created(common, name="fleeting")
    unknown = refusals(common, unissued(world))
    directory = common.client.app.state.context.directory  # type: ignore[attr-defined]
    stale = {
        (vendor, key): entered_by(common, vendor, key)
        for vendor, key in (
            ("charge", world["credentials"]["charge"]["secret_key"]),
            ("podero-client", world["credentials"]["podero"]["client_id"]),
        )
    }
    [session] = active(common, world)
    order = {name: value for name, value in world["sample"]["charge"].items() if name != "fleet"}
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    delete(common, "fleeting")
    after = created(common, name="fleeting")

    async def opened_by(vendor: str, key: str) -> OpenedWorld | None:
        return stale[vendor, key]

    monkeypatch.setattr(directory, "opened_by", opened_by)
    start = common.client.post("/v1/charging_sessions", json=order, headers=key)
    end = common.client.post(f"/v1/charging_sessions/{session['id']}/end", headers=key)
    asked = token(common, world)
    monkeypatch.undo()

    assert [shape(start), shape(end)] == [unknown["charge"]] * 2
    assert (asked.status_code, asked.json()) == (401, {"error": "invalid_client"})
    assert after["sample"] == world["sample"]
    assert active(common, after) == [session]


async def entered(database: Database, directory: WorldDirectory) -> OpenedWorld:
    """The world `mine`, opened by its key for Charge."""
    [[key]] = await database.ask(
        lambda db: db.exec_driver_sql(
            "SELECT key FROM credential JOIN world ON n = world WHERE name = 'mine' AND vendor = 'charge'"
        ).all()
    )
    opened = await directory.opened_by("charge", key)
    assert opened is not None
    return opened


def number(tx: WorldTransaction) -> int:
    """The number of the world that a change has come to."""
    return tx.world.n


def entered_by(sandbox: Sandbox, vendor: str, key: str) -> OpenedWorld | None:
    """The world that the server knows a key to open."""
    directory: WorldDirectory = sandbox.client.app.state.context.directory  # type: ignore[attr-defined]
    portal = sandbox.client.portal

    assert portal is not None

    return portal.call(directory.opened_by, vendor, key)


def active(sandbox: Sandbox, world: World) -> list[dict[str, object]]:
    """The active sessions that the world's own key shows."""
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    listed = sandbox.client.get("/v1/charging_sessions", params={"status": "active"}, headers=key)
    found: list[dict[str, object]] = listed.json()["data"]
    return found


def unissued(world: World) -> World:
    """The same world with keys that nobody has issued."""
    keys = world["credentials"]
    charge = {"secret_key": "ch_sk_test_000000000000000000000000"}
    cariqa, podero = ({**keys[vendor], "token": "0" * 30} for vendor in ("cariqa", "podero"))
    return {"credentials": {"charge": charge, "cariqa": cariqa, "podero": podero}}


def refusals(sandbox: Sandbox, world: World) -> dict[str, tuple[int, dict[str, object]]]:
    """How each vendor refuses the world's keys."""
    return {vendor: shape(answer) for vendor, answer in looks(sandbox, world).items()}


def shape(answer: httpx2.Response) -> tuple[int, dict[str, object]]:
    """A refusal's status and body, without the request's id, which is random."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request"}
