"""A world's clock is read, and its speed is set; setting the speed does not move it."""

from time import sleep
from typing import Final

import httpx2
import pytest

from app.domain.clock import MINUTE, SECOND, instant
from tests.conftest import Sandbox

CLOCK: Final = "/_sandbox/v1/worlds/default/clock"


def test_a_frozen_clock_stands_still(untouched: Sandbox) -> None:
    """At speed 0 the clock always shows the same instant."""
    shown = {untouched.now() for _ in range(5)}

    assert shown == {"2026-03-04T12:00:00.000Z"}


@pytest.mark.parametrize(
    ("speed", "shown"), [(0, 0), (1, 1), (1.0, 1), (0.5, 0.5), (60, 60), (3600, 3600), (1e6, 1_000_000)]
)
def test_the_speed_is_set(sandbox: Sandbox, speed: float, shown: float) -> None:
    """Answer and clock show the new speed, as a whole number where it is one."""
    answer = pace(sandbox, speed)

    assert answer.status_code == 200
    assert answer.json()["speed"] == shown
    assert type(answer.json()["speed"]) is type(shown)
    assert sandbox.client.get(CLOCK).json()["speed"] == shown
    assert set(answer.json()) == {"now", "speed", "horizon", "goes_on"}


def test_a_change_of_speed_does_not_move_the_clock(sandbox: Sandbox) -> None:
    """At the instant of the change the clock shows what it showed before."""
    assert pace(sandbox, 3600).json()["now"] == "2026-03-04T12:00:00.000Z"


def test_freezing_a_clock_shows_where_it_stopped(sandbox: Sandbox) -> None:
    """The answer has the instant at which the clock stands from then on."""
    pace(sandbox, 1_000_000)
    told = pace(sandbox, 0).json()["now"]

    assert told == sandbox.now()


def test_a_fast_clock_runs_fast(sandbox: Sandbox) -> None:
    """At 3,600 times real time at least a quarter of an hour passes in a quarter of a second."""
    pace(sandbox, 3600)
    begin = instant(sandbox.now())
    sleep(0.26)
    elapsed = instant(sandbox.now()) - begin

    assert 15 * MINUTE < elapsed < 5 * 60 * MINUTE


def test_a_slow_clock_runs_slowly(sandbox: Sandbox) -> None:
    """At half of real time, half a second takes a second."""
    pace(sandbox, 1_000_000)
    pace(sandbox, 0.5)
    begin = instant(sandbox.now())
    sleep(0.2)
    elapsed = instant(sandbox.now()) - begin

    assert 0.1 * SECOND <= elapsed < 5 * SECOND


def test_a_running_clock_never_goes_back(sandbox: Sandbox) -> None:
    """Reads, pauses and changes of speed show ever later instants."""
    shown = []
    for speed in (1, 60, 0, 0.5, 3600, 0, 1):
        shown.append(pace(sandbox, speed).json()["now"])
        shown += [sandbox.now() for _ in range(3)]

    assert shown == sorted(shown)


@pytest.mark.parametrize(
    "body",
    [
        {"speed": -1},
        {"speed": -0.001},
        {"speed": 1_000_001},
        {"speed": 1e400},
        {"speed": "60"},
        {"speed": True},
        {"speed": None},
        {"speed": [1]},
        {},
        {"speed": 1, "now": "2026-03-05T00:00:00Z"},
        [],
        [{"speed": 1}],
        "1",
        1,
        None,
    ],
    ids=repr,
)
def test_an_invalid_speed_is_refused(untouched: Sandbox, body: object) -> None:
    """A value that is not a number from 0 to 1,000,000 is a problem body, and the clock stays."""
    answer = untouched.client.patch(
        CLOCK, content=hand_written_json(body), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert untouched.client.get(CLOCK).json()["speed"] == 0


@pytest.mark.parametrize("text", ['{"speed": NaN}', '{"speed": Infinity}', '{"speed": 1', "speed=1", "", "\xff"])
def test_a_clock_body_that_is_not_json_is_refused(untouched: Sandbox, text: str) -> None:
    """It is 400, and the clock stays."""
    answer = untouched.client.patch(CLOCK, content=text.encode("latin-1"), headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["status"] == 400
    assert untouched.client.get(CLOCK).json()["speed"] == 0


def test_the_horizon_does_not_depend_on_the_clock(sandbox: Sandbox) -> None:
    """The instant up to which sessions are planned stays when the clock moves."""
    first = sandbox.world()["clock"]["horizon"]
    sandbox.advance("P30D")

    assert sandbox.world()["clock"]["horizon"] == first


def pace(sandbox: Sandbox, speed: float) -> httpx2.Response:
    return sandbox.client.patch(CLOCK, json={"speed": speed})


def hand_written_json(body: object) -> str:
    """JSON with numbers as they are given; 1e400 exceeds a float."""
    return repr(body).replace("'", '"').replace("inf", "1e400").replace("True", "true").replace("None", "null")
