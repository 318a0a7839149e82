"""Worlds are objects: created, found, listed, forked, reset, exported, imported and deleted by the client."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.client import ControlClient, RefusedError, World
from tests.conftest import on_sqlite

pytestmark = on_sqlite


def test_a_world_has_the_facts_of_the_answer(world: World, client: ControlClient) -> None:
    """Its attributes are what the server shows of it."""
    shown = client.request("GET", f"/worlds/{world.name}").body

    assert (world.scenario, world.seed, world.expires_at) == ("village", shown["seed"], None)
    assert (world.credentials, world.sample) == (shown["credentials"], shown["sample"])
    assert (world.urls, world.magic) == (shown["urls"], shown["magic"])
    assert world.url == client.url


def test_a_world_is_created_as_asked(client: ControlClient) -> None:
    """Each argument reaches the server, in Python's own types."""
    keys = {"secret_key": "ch_sk_test_keyOfTheClientTests"}
    start = datetime(2026, 5, 4, 10, tzinfo=UTC)
    with client.create_world(
        "client-asked",
        scenario="empty",
        seed=7,
        start=start,
        speed=60,
        expires_in=timedelta(hours=1),
        credentials={"charge": {"secret_key": keys["secret_key"]}},
    ) as world:
        assert (world.name, world.scenario, world.seed) == ("client-asked", "empty", 7)
        assert world.credentials["charge"] == keys
        assert world.clock.speed == 60
        assert timedelta(0) <= world.clock.now - start < timedelta(hours=1)
        assert world.expires_at is not None
        assert world.expires_at.tzinfo is UTC


def test_a_block_deletes_its_world(client: ControlClient) -> None:
    """At the end of a `with` block the world is gone, also where the block has deleted it."""
    with client.create_world("client-block"):
        pass
    with client.create_world("client-block") as world:
        world.delete()

    assert client.worlds("client-block") == []


def test_an_error_in_a_block_is_raised_as_it_is(client: ControlClient) -> None:
    """The error of the block reaches the caller, also where the world cannot be deleted."""
    with pytest.raises(ZeroDivisionError), client.world("documented"):
        raise ZeroDivisionError
    with pytest.raises(RefusedError, match="Every server has this world"), client.world("documented"):
        pass


def test_an_unknown_world_is_refused_with_the_nearest_names(client: ControlClient) -> None:
    """The error has the status, and names the world that was probably meant."""
    with pytest.raises(RefusedError, match="'documentd'; there is documented") as refused:
        client.world("documentd")

    assert refused.value.status == 404
    assert refused.value.problem["title"] == "Not Found"


def test_worlds_are_found_by_prefix(client: ControlClient) -> None:
    """The list has all worlds whose names begin so; a deletion tells their number."""
    for name in ("client-list-b", "client-list-a"):
        client.create_world(name, scenario="empty")

    assert sorted(world.name for world in client.worlds("client-list-")) == ["client-list-a", "client-list-b"]
    assert {"default", "documented"} < {world.name for world in client.worlds()}
    assert client.delete_worlds("client-list-") == 2
    assert client.worlds("client-list-") == []


def test_a_fork_is_a_world_at_the_same_instant(world: World, client: ControlClient) -> None:
    """It has the clock of its origin and keys of its own, whether the origin is given by itself or by its name."""
    world.advance(timedelta(hours=3))
    with world.fork() as fork, client.create_world(fork=world, speed=0) as other:
        assert fork.clock == other.clock == world.clock
        assert len({each.credentials["charge"]["secret_key"] for each in (world, fork, other)}) == 3


def test_a_reset_is_the_same_object(world: World) -> None:
    """The clock is back at the beginning, and the keys still open the world."""
    start, keys = world.clock, world.credentials
    world.advance("P1D")

    assert world.reset() is world
    assert (world.clock, world.credentials) == (start, keys)


def test_an_exported_world_is_imported(world: World, client: ControlClient) -> None:
    """Bytes and the object in them make the same world, under a new name."""
    world.advance(timedelta(minutes=90))
    document = world.export()
    with (
        client.import_world(document, name="client-import") as first,
        client.import_world(json.loads(document), name="client-import-2", expires_in=timedelta(minutes=5)) as second,
    ):
        assert first.clock == second.clock == world.clock
        assert first.sample == second.sample == world.sample
        assert second.expires_at is not None


def test_a_subclass_forks_itself(world: World) -> None:
    """A world of a subclass is made of a client and an answer, and its forks are of the subclass."""

    class Mine(World):
        pass

    mine = Mine(world.client, world.answer)
    with mine.fork() as fork:
        assert isinstance(fork, Mine)
        assert mine.credentials == world.credentials


def test_health_has_status_and_version(client: ControlClient) -> None:
    """A server that runs is ok."""
    assert client.health()["status"] == "ok"
