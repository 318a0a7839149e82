"""A world is made in one call: named, seeded, timed and paced as asked, or as its scenario says."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from app.domain.clock import MINUTE, instant, millis
from app.wall_clock import wall_now
from tests.conftest import HAMLET, Sandbox
from tests.control.making import WORLDS, created, names, token
from tests.control.test_worlds import schema

JSON: Final = {"Content-Type": "application/json"}
MADE_UP: Final = "village-[a-z0-9]{8}"
NOON: Final = "2026-03-04T12:15:00.000Z"


@pytest.mark.parametrize(
    "request_",
    [{}, {"json": {}}, {"json": {"scenario": "village"}}, {"headers": JSON}, {"json": {"clock": {}}}],
    ids=repr,
)
def test_who_says_nothing_gets_a_village(common: Sandbox, request_: dict[str, Any]) -> None:
    """Without a body, or with an empty one, it is a village as its scenario says, under a name that is made up."""
    answer = common.client.post(WORLDS, **request_)
    world = answer.json()

    assert answer.status_code == 201
    assert re.fullmatch(MADE_UP, world["name"])
    assert (world["scenario"], world["seed"], world["expires_at"]) == ("village", 30, None)
    assert world["clock"] == {"now": NOON, "speed": 0, "horizon": "2026-03-12T00:00:00.000Z"}
    assert list(schema("World").iter_errors(world)) == []


def test_the_answer_says_where_it_is(common: Sandbox) -> None:
    """`Location` leads to the world, which is shown there and in the list as it was in the answer."""
    answer = common.client.post(WORLDS)
    shown = common.client.get(answer.headers["Location"])
    listed = {world["name"]: world for world in common.client.get(WORLDS).json()["worlds"]}

    assert answer.headers["Location"] == f"{WORLDS}/{answer.json()['name']}"
    assert shown.json() == answer.json() == listed[answer.json()["name"]]


def test_names_that_are_made_up_differ(common: Sandbox) -> None:
    """Eight at one time get eight names."""
    with ThreadPoolExecutor(8) as crowd:
        made = list(crowd.map(lambda _: created(common)["name"], range(8)))

    assert len(set(made)) == 8
    assert set(made) <= names(common)


@pytest.mark.parametrize("name", ["x", "0", "a--b-", "import", "town-of-2026", "z" * 63])
def test_it_is_called_as_asked(common: Sandbox, name: str) -> None:
    """Small letters, digits and hyphens, up to 63 of them, are a name under which it is found and entered."""
    world = created(common, name=name)

    assert world["name"] == name
    assert common.world(name) == world
    assert common.charge(world=name).headers["X-Sandbox-World"] == name


@pytest.mark.parametrize("seed", [0, 30, (1 << 53) - 1])
def test_it_has_the_seed_that_is_asked_for(common: Sandbox, seed: int) -> None:
    """Another seed is another world: other ids, the same scenario."""
    world, usual = created(common, seed=seed), created(common)
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
def test_it_begins_when_it_is_asked_to(common: Sandbox, at: str, shown: str) -> None:
    """Its clock shows that instant, in whichever offset it was written, and every vendor answers."""
    world = created(common, clock={"at": at})
    name = world["name"]

    assert world["clock"]["now"] == shown
    assert [common.charge(world=name).status_code, common.cariqa(world=name).status_code] == [200, 200]
    assert common.podero(world=name, from_=shown[:10], to=shown[:10]).status_code == 200
    assert common.start(name).json()["created"] == shown


def test_it_begins_now(common: Sandbox) -> None:
    """`now` is the instant at which it is made, and it stands still there if nobody says that it runs."""
    before = wall_now()
    world = created(common, clock={"at": "now"})

    assert before - 1_000 <= instant(world["clock"]["now"]) <= wall_now()
    assert common.now(world["name"]) == world["clock"]["now"]


@pytest.mark.parametrize(("speed", "shown"), [(0, 0), (1, 1), (0.5, 0.5), (3600, 3600), (1_000_000.0, 1_000_000)])
def test_it_runs_as_fast_as_asked(common: Sandbox, speed: float, shown: float) -> None:
    """From the instant at which it begins, it runs so many times as fast as real time."""
    world = created(common, clock={"speed": speed})
    now = common.now(world["name"])

    assert world["clock"]["speed"] == shown
    assert (now > NOON) is (speed > 0)
    assert now < "2026-12-31"


def test_its_keys_and_samples_work_at_once(common: Sandbox) -> None:
    """Each vendor takes its keys: a start succeeds, somebody charges, and a user and a car have a past to show."""
    world = created(common)
    name, sample = world["name"], world["sample"]
    days = {"from_": sample["podero"]["from"], "to": sample["podero"]["to"]}

    assert common.start(name).json()["status"] == "active"
    assert common.cariqa(world=name).json()["count"] > 0
    assert "ACTIVE" in common.cariqa(sample["cariqa"]["active_user_id"], world=name).text.upper()
    assert common.podero(world=name, **days).json()["total"] > 0
    assert token(common, world).status_code == 200


def test_two_hundred_sessions_stand_in_a_village(common: Sandbox) -> None:
    """That is what there is of it before anybody does something."""
    [[count]] = common.kept.rows(
        "SELECT count(*) FROM session WHERE world = (SELECT n FROM world WHERE name = :name)",
        name=created(common)["name"],
    )

    assert count == 200


def test_its_horizon_is_that_of_its_week(common: Sandbox) -> None:
    """Whatever the weekday and hour, days are planned to the end of its week and a few more."""
    horizons = {
        at: created(common, clock={"at": at})["clock"]["horizon"]
        for at in ("2026-05-04T00:00:00Z", "2026-05-07T11:11:11Z", "2026-05-10T23:59:59.999Z", "2026-05-11T00:00:00Z")
    }

    assert list(horizons.values()) == [*["2026-05-14T00:00:00.000Z"] * 3, "2026-05-21T00:00:00.000Z"]


def test_a_file_of_ones_own(common: Sandbox, tmp_path: Path) -> None:
    """A scenario is named by its file on the server as well, and is then called as its file is."""
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\nabout: Mine.\nclock: {start: '2026-04-01T08:00:00Z', speed: 60}\n", "utf-8")
    world, hamlet = created(common, scenario=str(mine)), created(common, scenario=HAMLET)

    assert re.fullmatch("mine-[a-z0-9]{8}", world["name"])
    assert (world["scenario"], world["clock"]["speed"]) == ("mine", 60)
    assert world["clock"]["now"] >= "2026-04-01T08:00:00.000Z"
    assert world["clock"]["horizon"] == "2026-04-01T08:00:00.000Z"
    assert hamlet["sample"] == common.world()["sample"]


def test_a_clock_that_nobody_sets_starts_now(common: Sandbox, tmp_path: Path) -> None:
    """A scenario that says nothing of its clock begins at the instant at which a world is made of it, and runs."""
    mine = tmp_path / "running.yaml"
    mine.write_text("name: running\nabout: Running.\n", "utf-8")
    clock = created(common, scenario=str(mine))["clock"]

    assert clock["speed"] == 1
    assert abs(instant(clock["now"]) - wall_now()) < MINUTE


def test_a_world_that_grows_beyond_its_days_is_still_answered(common: Sandbox) -> None:
    """A world of long ago whose clock is moved to today shows its past, and nobody plugs in any more."""
    name = created(common, clock={"at": "1999-12-31T23:59:00Z"})["name"]
    moved = common.client.post(f"{WORLDS}/{name}/clock/advance", json={"to": millis(wall_now())})

    assert moved.status_code == 200
    assert common.charge(world=name, status="active").json()["data"] == []
    assert common.charge(world=name).json()["data"][0]["created"] < "2000-02-01"
    assert common.start(name).status_code == 200


def test_one_is_made_for_whoever_is_first(common: Sandbox) -> None:
    """Of four who want the same name at one time one gets it, the others are told; it is whole, and nobody's else."""
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: common.client.post(WORLDS, json={"name": "wanted"}), range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    [mine] = [answer.json() for answer in answers if answer.status_code == httpx2.codes.CREATED]

    assert statuses == [201, 409, 409, 409]
    assert common.world("wanted") == mine
    assert common.start("wanted").status_code == 200
