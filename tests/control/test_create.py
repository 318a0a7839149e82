"""One call creates a world with a name, seed, start and speed of its own, or with those of its scenario."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from app.domain.clock import MINUTE, instant, millis
from app.wall_clock import wall_now
from tests.conftest import Sandbox
from tests.control.test_worlds import schema
from tests.control.worlds import WORLDS, create_world, names, request_token

JSON: Final = {"Content-Type": "application/json"}
MADE_UP: Final = "village-[a-z0-9]{8}"
NOON: Final = "2026-03-04T12:15:00.000Z"


@pytest.mark.parametrize(
    "request_",
    [{}, {"json": {}}, {"json": {"scenario": "village"}}, {"headers": JSON}, {"json": {"clock": {}}}],
    ids=repr,
)
def test_an_empty_request_creates_a_village(common: Sandbox, request_: dict[str, Any]) -> None:
    """Without a body, or with an empty one, the world is a village with a name that the server chose."""
    answer = common.client.post(WORLDS, **request_)
    world = answer.json()

    assert answer.status_code == 201
    assert re.fullmatch(MADE_UP, world["name"])
    assert (world["scenario"], world["seed"], world["expires_at"]) == ("village", 30, None)
    assert world["clock"] == {"now": NOON, "speed": 0, "horizon": "2026-03-12T00:00:00.000Z", "goes_on": False}
    assert list(schema("World").iter_errors(world)) == []


def test_the_answer_has_the_worlds_location(common: Sandbox) -> None:
    """`Location` leads to the world, which is shown there and in the list as in the answer."""
    answer = common.client.post(WORLDS)
    shown = common.client.get(answer.headers["Location"])
    listed = {world["name"]: world for world in common.client.get(WORLDS).json()["worlds"]}

    assert answer.headers["Location"] == f"{WORLDS}/{answer.json()['name']}"
    assert shown.json() == answer.json() == listed[answer.json()["name"]]


def test_chosen_names_differ(common: Sandbox) -> None:
    """Eight concurrent requests without a name get eight names."""
    with ThreadPoolExecutor(8) as crowd:
        made = list(crowd.map(lambda _: create_world(common)["name"], range(8)))

    assert len(set(made)) == 8
    assert set(made) <= names(common)


@pytest.mark.parametrize("name", ["x", "0", "a--b-", "import", "town-of-2026", "z" * 63])
def test_a_world_has_the_name_it_was_given(common: Sandbox, name: str) -> None:
    """1 to 63 lower-case letters, digits and hyphens are a name under which the world is found."""
    world = create_world(common, name=name)

    assert world["name"] == name
    assert common.world(name) == world
    assert common.charge(world=name).headers["X-Sandbox-World"] == name


@pytest.mark.parametrize("seed", [0, 30, (1 << 53) - 1])
def test_a_world_has_the_seed_it_was_given(common: Sandbox, seed: int) -> None:
    """Another seed gives other ids in the same scenario."""
    world, usual = create_world(common, seed=seed), create_world(common)
    drivers = {each["sample"]["charge"]["driver"] for each in (world, usual)}

    assert world["seed"] == seed
    assert (len(drivers) == 1) is (seed == usual["seed"])


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOON, NOON),
        ("2026-03-04T12:15:00.4469Z", "2026-03-04T12:15:00.446Z"),
        ("2026-03-04t13:15:00+01:00", NOON),
        ("2027-02-14T23:59:59.999Z", "2027-02-14T23:59:59.999Z"),
        ("1000-01-01T00:00:00Z", "1000-01-01T00:00:00.000Z"),
        ("9998-12-31T23:59:59.999Z", "9998-12-31T23:59:59.999Z"),
    ],
)
def test_a_world_begins_at_the_instant_it_was_given(common: Sandbox, at: str, shown: str) -> None:
    """Its clock shows that instant, written in any UTC offset, and every vendor answers."""
    world = create_world(common, clock={"at": at})
    name = world["name"]

    assert world["clock"]["now"] == shown
    assert [common.charge(world=name).status_code, common.cariqa(world=name).status_code] == [200, 200]
    assert common.podero(world=name, from_=shown[:10], to=shown[:10]).status_code == 200
    assert common.start(name).json()["created"] == shown


def test_a_world_can_begin_now(common: Sandbox) -> None:
    """`now` is the instant of its creation; the clock stands there unless a speed is given."""
    before = wall_now()
    world = create_world(common, clock={"at": "now"})

    assert before - 1_000 <= instant(world["clock"]["now"]) <= wall_now()
    assert common.now(world["name"]) == world["clock"]["now"]


@pytest.mark.parametrize(("speed", "shown"), [(0, 0), (1, 1), (0.5, 0.5), (3600, 3600), (1_000_000.0, 1_000_000)])
def test_a_world_has_the_speed_it_was_given(common: Sandbox, speed: float, shown: float) -> None:
    """The clock runs from its first instant at that multiple of real time."""
    world = create_world(common, clock={"speed": speed})
    now = common.now(world["name"])

    assert world["clock"]["speed"] == shown
    assert (now > NOON) is (speed > 0)
    assert now < "2026-12-31"


def test_credentials_and_sample_ids_of_a_new_world_work(common: Sandbox) -> None:
    """A start succeeds, a user is charging, and the sample user and vehicle have past sessions."""
    world = create_world(common)
    name, sample = world["name"], world["sample"]
    days = {"from_": sample["podero"]["from"], "to": sample["podero"]["to"]}

    assert common.start(name).json()["status"] == "active"
    assert common.cariqa(world=name).json()["count"] > 0
    assert "ACTIVE" in common.cariqa(sample["cariqa"]["active_user_id"], world=name).text.upper()
    assert common.podero(world=name, **days).json()["total"] > 0
    assert request_token(common, world).status_code == 200


def test_a_village_has_two_hundred_sessions(common: Sandbox) -> None:
    """That is the number before any call is made in it."""
    [[count]] = common.kept.rows(
        "SELECT count(*) FROM session WHERE world = (SELECT n FROM world WHERE name = :name)",
        name=create_world(common)["name"],
    )

    assert count == 200


def test_a_world_is_planned_to_the_end_of_its_week_and_longer(common: Sandbox) -> None:
    """The horizon depends on the week in which the world begins, not on weekday and hour."""
    horizons = {
        at: create_world(common, clock={"at": at})["clock"]["horizon"]
        for at in ("2026-05-04T00:00:00Z", "2026-05-07T11:11:11Z", "2026-05-10T23:59:59.999Z", "2026-05-11T00:00:00Z")
    }

    assert list(horizons.values()) == [*["2026-05-14T00:00:00.000Z"] * 3, "2026-05-21T00:00:00.000Z"]


def test_a_scenario_of_the_folder_can_be_used(
    common: Sandbox, open_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """The scenario is given by the name of its file without the ending, and is shown under it."""
    sandbox, mine = open_sandbox(scenarios=tmp_path), tmp_path / "mine.yaml"
    mine.write_text("name: mine\nabout: Mine.\nclock: {start: '2026-04-01T08:00:00Z', speed: 60}\n", "utf-8")
    world, hamlet = create_world(sandbox, scenario="mine"), create_world(common, scenario="hamlet")

    assert re.fullmatch("mine-[a-z0-9]{8}", world["name"])
    assert (world["scenario"], world["clock"]["speed"]) == ("mine", 60)
    assert world["clock"]["now"] >= "2026-04-01T08:00:00.000Z"
    assert world["clock"]["horizon"] == "2026-04-01T08:00:00.000Z"
    assert hamlet["sample"] == common.world()["sample"]


def test_a_scenario_without_a_clock_starts_now(open_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """The world begins at the instant of its creation, and runs in real time."""
    mine = tmp_path / "running.yaml"
    mine.write_text("name: running\nabout: Running.\n", "utf-8")
    clock = create_world(open_sandbox(scenarios=tmp_path), scenario="running")["clock"]

    assert clock["speed"] == 1
    assert abs(instant(clock["now"]) - wall_now()) < MINUTE


def test_a_world_beyond_its_horizon_is_answered(common: Sandbox) -> None:
    """A world whose clock is moved years ahead shows its past, and no active session."""
    name = create_world(common, clock={"at": "1999-12-31T23:59:00Z"})["name"]
    moved = common.client.post(f"{WORLDS}/{name}/clock/advance", json={"to": millis(wall_now())})

    assert moved.status_code == 200
    assert common.charge(world=name, status="active").json()["data"] == []
    assert common.charge(world=name).json()["data"][0]["created"] < "2000-02-01"
    assert common.start(name).status_code == 200


def test_concurrent_requests_for_a_name_create_one_world(common: Sandbox) -> None:
    """Of four requests one gets the name, the others 409; the world is complete."""
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: common.client.post(WORLDS, json={"name": "wanted"}), range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    [mine] = [answer.json() for answer in answers if answer.status_code == httpx2.codes.CREATED]

    assert statuses == [201, 409, 409, 409]
    assert common.world("wanted") == mine
    assert common.start("wanted").status_code == 200
