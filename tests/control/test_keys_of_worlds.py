"""A credential opens exactly one world, as long as that exists."""

import asyncio
from contextlib import closing

import httpx2
import pytest

from app import main
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.world import OpenedWorld
from app.store.world_transaction import WorldTransaction
from app.worlds.directory import WorldDirectory, WorldGoneError
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from tests.conftest import Sandbox
from tests.control.worlds import (
    VENDORS,
    World,
    create_world,
    look_at_each_vendor,
    request_delete,
    request_token,
    secrets,
)
from tests.databases import Kept
from tests.served import CHANNELS

REFUSED = {"charge": 401, "cariqa": 403, "podero": 401}


def test_worlds_share_no_credentials(common: Sandbox) -> None:
    """Worlds of the same scenario, seed and start, and forks, have different credentials."""
    first = create_world(common)
    made = [
        first,
        create_world(common),
        create_world(common, fork=first["name"]),
        create_world(common, fork="documented"),
    ]
    keys = [secrets(world) for world in made]

    assert [len(each) for each in keys] == [5] * 4
    assert len(set.union(*keys)) == 20


def test_each_credential_opens_its_own_world(common: Sandbox) -> None:
    """Every vendor's answer names the world of the credential; tokens of a client open it too."""
    for world in [create_world(common) for _ in range(3)]:
        answers = look_at_each_vendor(common, world)

        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(VENDORS, 200)
        assert {answer.headers["X-Sandbox-World"] for answer in answers.values()} == {world["name"]}
        assert request_token(common, world).headers["X-Sandbox-World"] == world["name"]


def test_credentials_of_a_deleted_world_open_nothing(common: Sandbox) -> None:
    """Each vendor refuses them, and issued tokens, as it refuses unknown ones."""
    unknown = refusals(common, unissued(create_world(common)))
    for _ in range(3):
        world = create_world(common)
        passing = {**world["credentials"]["podero"], "token": request_token(common, world).json()["access_token"]}
        look_at_each_vendor(common, world)
        request_delete(common, world["name"])

        assert refusals(common, world) == unknown
        assert [answer.headers.get("X-Sandbox-World") for answer in look_at_each_vendor(common, world).values()] == [
            None
        ] * 3
        assert refusals(common, {"credentials": {**world["credentials"], "podero": passing}}) == unknown
        assert request_token(common, world).status_code == 401
        assert request_token(common, world).json() == {"error": "invalid_client"}
    assert {vendor: status for vendor, (status, _) in unknown.items()} == REFUSED


def test_credentials_do_not_open_a_later_world_of_the_same_name(common: Sandbox) -> None:
    """A name that is used again belongs to another world."""
    before = create_world(common, name="again")
    request_delete(common, "again")
    after = create_world(common, name="again")

    assert secrets(before) & secrets(after) == set()
    assert {name: answer.status_code for name, answer in look_at_each_vendor(common, before).items()} == REFUSED
    assert {answer.headers["X-Sandbox-World"] for answer in look_at_each_vendor(common, after).values()} == {"again"}


def test_a_change_in_progress_finds_its_own_world_or_none(kept: Kept) -> None:
    """After a reset it continues in the reset world, never in another world of the same name."""

    async def story(database: Database) -> tuple[int, str]:
        directory, lives = WorldDirectory(database, CHANNELS), Worlds(database, vendors=main.VENDORS)
        world, _ = await lives.create("mine", Wanted())
        opened = await entered(database, directory)
        await lives.reset("mine")
        _, again = await directory.change(opened, number)
        await lives.delete("mine")
        with pytest.raises(WorldGoneError):
            await directory.change(opened, number)
        other, _ = await lives.create("mine", Wanted())
        with pytest.raises(WorldGoneError):
            await directory.change(opened, number)
        assert (await directory.change("mine", number))[1] == other.n != world.n
        return again, opened.world.name

    with closing(open_database(kept.url)) as database:
        number_again, name = asyncio.run(story(database))

    assert number_again not in {0, 1}
    assert name == "mine"


def test_a_change_that_comes_too_late_is_refused_in_the_vendors_form(
    common: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused like an unknown key when its world was replaced by another of the same name."""
    world = create_world(common, name="fleeting")
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
    order = {name: value for name, value in world["sample"]["charge"].items() if name not in {"fleet", "account"}}
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    request_delete(common, "fleeting")
    after = create_world(common, name="fleeting")

    async def opened_by(vendor: str, key: str) -> OpenedWorld | None:
        return stale[vendor, key]

    monkeypatch.setattr(directory, "opened_by", opened_by)
    start = common.client.post("/v1/charging_sessions", json=order, headers=key)
    end = common.client.post(f"/v1/charging_sessions/{session['id']}/end", headers=key)
    asked = request_token(common, world)
    monkeypatch.undo()

    assert [shape(start), shape(end)] == [unknown["charge"]] * 2
    assert (asked.status_code, asked.json()) == (401, {"error": "invalid_client"})
    assert after["sample"] == world["sample"]
    assert active(common, after) == [session]


async def entered(database: Database, directory: WorldDirectory) -> OpenedWorld:
    """The world `mine`, opened by its key of Charge."""
    [[key]] = await database.ask(
        lambda db: db.exec_driver_sql(
            "SELECT key FROM credential JOIN world ON n = world WHERE name = 'mine' AND vendor = 'charge'"
        ).all()
    )
    opened = await directory.opened_by("charge", key)
    assert opened is not None
    return opened


def number(tx: WorldTransaction) -> int:
    """The number of the world in which a change is made."""
    return tx.world.n


def entered_by(sandbox: Sandbox, vendor: str, key: str) -> OpenedWorld | None:
    """The world that the server finds for a key."""
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
    """The same world with credentials that were never issued."""
    keys = world["credentials"]
    charge = {"secret_key": "ch_sk_test_000000000000000000000000"}
    cariqa, podero = ({**keys[vendor], "token": "0" * 30} for vendor in ("cariqa", "podero"))
    return {"credentials": {"charge": charge, "cariqa": cariqa, "podero": podero}}


def refusals(sandbox: Sandbox, world: World) -> dict[str, tuple[int, dict[str, object]]]:
    """How each vendor refuses the world's credentials."""
    return {vendor: shape(answer) for vendor, answer in look_at_each_vendor(sandbox, world).items()}


def shape(answer: httpx2.Response) -> tuple[int, dict[str, object]]:
    """A refusal's status and body, without the request id, which is random."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request"}
