"""A fork has everything that happened in a world; from then on the two are independent."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final

import httpx2
import orjson
import pytest

from tests.conftest import Sandbox
from tests.control.worlds import (
    WORLDS,
    create_world,
    look_at_each_vendor,
    number,
    request_delete,
    request_token,
    request_world,
)
from tests.laws.world_client import SESSIONS, WorldClient, world_client
from tests.link_keys import without_link_keys

INSTANTS: Final = (None, "2026-02-20T07:00:00.001Z", "2026-03-04T12:20:00.000Z", "2026-03-07T19:20:21.022Z")


@pytest.mark.own_server
@pytest.mark.parametrize("of", ["village", "default", "documented"])
def test_a_fork_has_everything(sandbox: Sandbox, of: str) -> None:
    """Every vendor shows the same in both at any instant: past, started and planned sessions."""
    name = create_world(sandbox)["name"] if of == "village" else of
    lived(sandbox, name)
    fork = create_world(sandbox, fork=name)["name"]
    mine, forks = (world_client(sandbox.client, sandbox.kept, each) for each in (name, fork))

    assert [forks.everything(at) for at in INSTANTS] == [mine.everything(at) for at in INSTANTS]
    assert like(sandbox.world(fork)) == like(sandbox.world(name))


def test_a_fork_is_a_world_of_its_own(common: Sandbox) -> None:
    """It has a given or chosen name, credentials of its own, and is in the list."""
    named, unnamed = request_world(common, fork="documented", name="a-fork"), request_world(common, fork="a-fork")
    opened = {answer.headers["X-Sandbox-World"] for answer in look_at_each_vendor(common, named.json()).values()}

    assert (named.status_code, unnamed.status_code) == (201, 201)
    assert named.headers["Location"] == f"{WORLDS}/a-fork"
    assert named.json() == common.world("a-fork")
    assert unnamed.json()["name"].startswith("a-fork-")
    assert opened == {"a-fork"}


def test_a_fork_and_its_world_are_independent(common: Sandbox) -> None:
    """Starts, ends, events, clock and deletion of one do not show in the other."""
    one = create_world(common)["name"]
    other = create_world(common, fork=one)["name"]
    mine, forks = (world_client(common.client, common.kept, each) for each in (one, other))
    before = forks.everything()
    lived(common, one)
    after = mine.everything()
    untouched = forks.everything()
    lived(common, other)
    alike = forks.everything()
    request_delete(common, one)

    assert untouched == before != after
    assert alike == after
    assert forks.everything() == alike


def test_the_same_calls_get_the_same_answers_in_a_fork(common: Sandbox) -> None:
    """Ids and chance continue as they would have in the original."""
    one = create_world(common)["name"]
    lived(common, one)
    worlds = [one, create_world(common, fork=one)["name"]]
    told = [story(common, name) for name in worlds]

    assert told[0] == told[1]


@pytest.mark.parametrize("speed", [None, 0, 3600])
def test_the_clock_of_a_fork_continues(common: Sandbox, speed: float | None) -> None:
    """It starts at the original's instant, with the original's speed or the given one."""
    one = create_world(common, clock={"speed": 60})["name"]
    common.advance("P1D", one)
    before = common.now(one)
    clock = create_world(common, fork=one, **({} if speed is None else {"clock": {"speed": speed}}))["clock"]

    assert before <= clock["now"] < "2026-03-05T18"
    assert clock["speed"] == (60 if speed is None else speed)
    assert clock["horizon"] == common.world(one)["clock"]["horizon"]


def test_a_fork_can_be_forked(common: Sandbox) -> None:
    """Nothing is lost on the way, and each can be deleted by itself."""
    name = create_world(common)["name"]
    lived(common, name)
    before = world_client(common.client, common.kept, name).everything()
    for _ in range(3):
        fork = create_world(common, fork=name)["name"]
        request_delete(common, name)
        name = fork

    assert world_client(common.client, common.kept, name).everything() == before


def test_a_reset_fork_is_as_its_scenario_says(common: Sandbox) -> None:
    """A reset goes back to the scenario, not to the moment of the fork, and keeps the fork's credentials."""
    name = create_world(common, seed=30)["name"]
    first = world_client(common.client, common.kept, name).everything()
    lived(common, name)
    fork = create_world(common, fork=name)
    reset = common.client.post(f"{WORLDS}/{fork['name']}/reset").json()

    assert reset["credentials"] == fork["credentials"]
    assert world_client(common.client, common.kept, fork["name"]).everything() == first


def test_issued_tokens_are_not_forked(common: Sandbox) -> None:
    """A token that a world issued opens that world only."""
    world = create_world(common)
    passing = request_token(common, world).json()["access_token"]
    fork = create_world(common, fork=world["name"])
    [[opens]] = common.kept.rows("SELECT world FROM credential WHERE key = :key", key=passing)

    assert opens == number(common, world["name"])
    assert request_token(common, fork).headers["X-Sandbox-World"] == fork["name"]


def test_a_fork_is_one_state_of_a_busy_world(common: Sandbox) -> None:
    """During continuous starts and ends, a fork has the first sessions without a gap, all but the last ended."""
    name = create_world(common, clock={"speed": 1_000_000})["name"]
    writer, over = world_client(common.client, common.kept, name), Event()
    started: list[str] = []
    forks: list[str] = []
    with ThreadPoolExecutor(1) as executor:
        writing = executor.submit(write, writer, started, over)
        try:
            while len(forks) < 4 or (len(started) < 20 and not writing.done()):
                forks.append(create_world(common, fork=name, clock={"speed": 0})["name"])
        finally:
            over.set()
        writing.result()
    every, *seen = (sessions(common, each) for each in (name, *forks))

    assert [row["id"] for row in every] == started
    assert [some[:-1] == every[: max(0, len(some) - 1)] for some in seen] == [True] * len(seen)
    assert [[row["id"] for row in some] == started[: len(some)] for some in seen] == [True] * len(seen)
    assert len({len(some) for some in seen}) > 1


def test_a_refused_fork_changes_nothing(common: Sandbox) -> None:
    """Neither a taken name nor an invalid one changes the original."""
    name = create_world(common)["name"]
    before = world_client(common.client, common.kept, name).everything()
    refused = [request_world(common, fork=name, name=name), request_world(common, fork=name, seed=1)]

    assert [answer.status_code for answer in refused] == [409, 400]
    assert world_client(common.client, common.kept, name).everything() == before


def lived(sandbox: Sandbox, world: str) -> None:
    """A world in which sessions were ended and started, a driver unplugged, a card was declined, and time passed."""
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
    """The answers to a few calls, without link keys and without the request id of a refusal, which are random."""
    answers = [
        sandbox.advance("PT5H", world),
        sandbox.start(world),
        sandbox.start(world, payment_method="pm_MagicCardFailsAtSettlement000000"),
        sandbox.advance("P1DT3H", world),
        sandbox.start(world, payment_method="pm_MagicCardFailsAtSettlement000000"),
        sandbox.charge(world=world, limit=20),
        sandbox.cariqa(world=world),
    ]
    bodies = [orjson.loads(without_link_keys(answer.content)) for answer in answers]
    return [{name: value for name, value in body.items() if name != "request"} for body in bodies]


def simulate(sandbox: Sandbox, world: str, **event: str) -> None:
    answer = sandbox.client.post(f"{WORLDS}/{world}/simulate", json=event)

    assert answer.status_code == 200, answer.text


def write(writer: WorldClient, started: list[str], over: Event) -> None:
    """Starts and ends sessions until told to stop, and records their ids."""
    order = writer.start_body()
    while not over.is_set():
        answer = writer.post(SESSIONS, order)
        if answer.status_code == httpx2.codes.OK:
            started.append(answer.json()["id"])
            writer.post(f"{SESSIONS}/{started[-1]}/end")


def sessions(sandbox: Sandbox, name: str) -> list[dict[str, Any]]:
    """The rows of the sessions that callers started in a world, in their order."""
    found = sandbox.kept.dicts(
        "SELECT session.* FROM session JOIN world ON world.n = session.world AND session.n >= first_n"
        " WHERE world.name = :name AND world.state = 'open' ORDER BY session.n",
        name=name,
    )
    return [{column: value for column, value in row.items() if column != "world"} for row in found]


def like(world: dict[str, Any]) -> dict[str, Any]:
    """The columns of a session that two forks have in common."""
    return {name: world[name] for name in ("scenario", "seed", "clock", "sample")}
