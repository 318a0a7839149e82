"""A fork holds all that has happened in a world; from then on each goes its own way."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.control.making import WORLDS, create, created, delete, looks, number, token
from tests.laws.world_client import SESSIONS, WorldClient, world_client

INSTANTS: Final = (None, "2026-02-20T07:00:00.001Z", "2026-03-04T12:20:00.000Z", "2026-03-07T19:20:21.022Z")


@pytest.mark.own_server
@pytest.mark.parametrize("of", ["village", "default", "documented"])
def test_everything_is_there(sandbox: Sandbox, of: str) -> None:
    """What people did, what happened to them and what is planned: every vendor shows the same, at any instant."""
    name = created(sandbox)["name"] if of == "village" else of
    lived(sandbox, name)
    fork = created(sandbox, fork=name)["name"]
    mine, forks = (world_client(sandbox.client, sandbox.kept, each) for each in (name, fork))

    assert [forks.everything(at) for at in INSTANTS] == [mine.everything(at) for at in INSTANTS]
    assert like(sandbox.world(fork)) == like(sandbox.world(name))


def test_it_is_found_where_it_says(common: Sandbox) -> None:
    """It is a world like any other: named as asked or by its origin, with keys of its own, shown in the list."""
    named, unnamed = create(common, fork="documented", name="a-fork"), create(common, fork="a-fork")
    opened = {answer.headers["X-Sandbox-World"] for answer in looks(common, named.json()).values()}

    assert (named.status_code, unnamed.status_code) == (201, 201)
    assert named.headers["Location"] == f"{WORLDS}/a-fork"
    assert named.json() == common.world("a-fork")
    assert unnamed.json()["name"].startswith("a-fork-")
    assert opened == {"a-fork"}


def test_each_goes_its_own_way(common: Sandbox) -> None:
    """What is done in one is not seen in the other: starts, ends, events, the clock, its removal."""
    one = created(common)["name"]
    other = created(common, fork=one)["name"]
    mine, forks = (world_client(common.client, common.kept, each) for each in (one, other))
    before = forks.everything()
    lived(common, one)
    after = mine.everything()
    untouched = forks.everything()
    lived(common, other)
    alike = forks.everything()
    delete(common, one)

    assert untouched == before != after
    assert alike == after
    assert forks.everything() == alike


def test_the_same_calls_are_answered_the_same(common: Sandbox) -> None:
    """Ids and all chance go on as they would have in the world itself."""
    one = created(common)["name"]
    lived(common, one)
    worlds = [one, created(common, fork=one)["name"]]
    told = [story(common, name) for name in worlds]

    assert told[0] == told[1]


@pytest.mark.parametrize("speed", [None, 0, 3600])
def test_its_clock_goes_on(common: Sandbox, speed: float | None) -> None:
    """From the instant that its world shows, as fast as that one, or as asked."""
    one = created(common, clock={"speed": 60})["name"]
    common.advance("P1D", one)
    before = common.now(one)
    clock = created(common, fork=one, **({} if speed is None else {"clock": {"speed": speed}}))["clock"]

    assert before <= clock["now"] < "2026-03-05T18"
    assert clock["speed"] == (60 if speed is None else speed)
    assert clock["horizon"] == common.world(one)["clock"]["horizon"]


def test_a_fork_of_a_fork(common: Sandbox) -> None:
    """Nothing is lost from one to the next, and each can be removed by itself."""
    name = created(common)["name"]
    lived(common, name)
    before = world_client(common.client, common.kept, name).everything()
    for _ in range(3):
        fork = created(common, fork=name)["name"]
        delete(common, name)
        name = fork

    assert world_client(common.client, common.kept, name).everything() == before


def test_its_reset_is_that_of_its_world(common: Sandbox) -> None:
    """Put back, it is as its scenario says, not as it was when it was forked; under its own keys."""
    name = created(common, seed=30)["name"]
    first = world_client(common.client, common.kept, name).everything()
    lived(common, name)
    fork = created(common, fork=name)
    reset = common.client.post(f"{WORLDS}/{fork['name']}/reset").json()

    assert reset["credentials"] == fork["credentials"]
    assert world_client(common.client, common.kept, fork["name"]).everything() == first


def test_passing_tokens_stay_where_they_are(common: Sandbox) -> None:
    """A token that was asked for in a world opens that one only; the fork's client is given others."""
    world = created(common)
    passing = token(common, world).json()["access_token"]
    fork = created(common, fork=world["name"])
    [[opens]] = common.kept.rows("SELECT world FROM credential WHERE key = :key", key=passing)

    assert opens == number(common, world["name"])
    assert token(common, fork).headers["X-Sandbox-World"] == fork["name"]


def test_meanwhile_the_world_goes_on(common: Sandbox) -> None:
    """While sessions are started and ended without a pause, each fork holds one state of the world, and all of it.

    Of the sessions that were ever started it has the first so many; all but the last of them are over, and final.
    """
    name = created(common, clock={"speed": 1_000_000})["name"]
    writer, over = world_client(common.client, common.kept, name), Event()
    started: list[str] = []
    forks: list[str] = []
    with ThreadPoolExecutor(1) as somebody:
        writing = somebody.submit(write, writer, started, over)
        try:
            while len(forks) < 4 or (len(started) < 20 and not writing.done()):
                forks.append(created(common, fork=name, clock={"speed": 0})["name"])
        finally:
            over.set()
        writing.result()
    every, *seen = (sessions(common, each) for each in (name, *forks))

    assert [row["id"] for row in every] == started
    assert [some[:-1] == every[: max(0, len(some) - 1)] for some in seen] == [True] * len(seen)
    assert [[row["id"] for row in some] == started[: len(some)] for some in seen] == [True] * len(seen)
    assert len({len(some) for some in seen}) > 1


def test_a_refused_fork_leaves_its_world_alone(common: Sandbox) -> None:
    """Neither a taken name nor a wrong one changes anything in the world."""
    name = created(common)["name"]
    before = world_client(common.client, common.kept, name).everything()
    refused = [create(common, fork=name, name=name), create(common, fork=name, seed=1)]

    assert [answer.status_code for answer in refused] == [409, 400]
    assert world_client(common.client, common.kept, name).everything() == before


def lived(sandbox: Sandbox, world: str) -> None:
    """Somebody ends a session and starts others, a driver unplugs, a card is declined, and time goes on."""
    for row in sandbox.charge(world=world, status="active").json()["data"][:1]:
        assert sandbox.end(row["id"], world).status_code == 200
    started = sandbox.start(world).json()["id"]
    sandbox.advance("PT7M", world)
    simulate(sandbox, world, event="unplug", id=started, at="+PT3M")
    sandbox.advance("PT2H", world)
    card = sandbox.world(world)["sample"]["charge"]["payment_method"]
    sandbox.start(world, session_limit=4_000)
    simulate(sandbox, world, event="card_declined", id=card, at="+PT1H")
    sandbox.advance("PT1M", world)


def story(sandbox: Sandbox, world: str) -> list[Any]:
    """What a few calls are answered with; a refusal without its request's id, which is random."""
    answers = [
        sandbox.advance("PT5H", world),
        sandbox.start(world),
        sandbox.start(world, payment_method="pm_MagicCardFailsAtSettlement000000"),
        sandbox.advance("P1DT3H", world),
        sandbox.start(world, payment_method="pm_MagicCardFailsAtSettlement000000"),
        sandbox.charge(world=world, limit=20),
        sandbox.cariqa(world=world),
    ]
    bodies = [answer.json() for answer in answers]
    return [{name: value for name, value in body.items() if name != "request"} for body in bodies]


def simulate(sandbox: Sandbox, world: str, **event: str) -> None:
    answer = sandbox.client.post(f"{WORLDS}/{world}/simulate", json=event)

    assert answer.status_code == 200, answer.text


def write(writer: WorldClient, started: list[str], over: Event) -> None:
    """Starts sessions and ends them until it is over; their ids are noted."""
    order = writer.start_body()
    while not over.is_set():
        answer = writer.post(SESSIONS, order)
        if answer.status_code == httpx2.codes.OK:
            started.append(answer.json()["id"])
            writer.post(f"{SESSIONS}/{started[-1]}/end")


def sessions(sandbox: Sandbox, name: str) -> list[dict[str, Any]]:
    """The sessions that people have started in a world, as they are kept there, in their order."""
    found = sandbox.kept.dicts(
        "SELECT session.* FROM session JOIN world ON world.n = session.world AND session.n >= first_n"
        " WHERE world.name = :name AND world.state = 'open' ORDER BY session.n",
        name=name,
    )
    return [{column: value for column, value in row.items() if column != "world"} for row in found]


def like(world: dict[str, Any]) -> dict[str, Any]:
    """What of a world two forks share."""
    return {name: world[name] for name in ("scenario", "seed", "clock", "sample")}
