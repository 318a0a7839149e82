"""The lanes: `make test` runs the fast one, `make test-all` every test, `make soak` some tests for minutes each.

A test is slow if it needs PostgreSQL or has the marker `slow`: it starts servers as processes, kills them, or sends
many generated requests. Every other test is in the fast lane. A test that asks for the fixture `length` and is not slow
runs in both lanes, and does more in the slow one.
"""

from collections.abc import Iterator
from enum import Enum
from time import monotonic
from typing import Final

import pytest

SOAK_MINUTES: Final = 35
"""How long `make soak` takes on two cores, unless it is told otherwise."""
SLOW_MARKER: Final = "slow: takes seconds, and is therefore not in the lane that `make test` runs"
ONE_DATABASE_MARKER: Final = "one_database: about requests and their answers alone, and therefore on SQLite only"


class Length(Enum):
    """How long a test that can be made longer takes."""

    SHORT = "seconds, in `make test`"
    MEDIUM = "tens of seconds, in `make test-all`"
    LONG = "minutes, in `make soak`"


def add_options(parser: pytest.Parser) -> None:
    parser.addoption(
        "--lane",
        choices=["fast", "slow", "all"],
        default="fast",
        help="fast: without PostgreSQL and tests marked slow; slow: what fast leaves out or cuts short; all: both",
    )
    parser.addoption("--long", action="store_true", help="every lane, with the longest form of each test")
    parser.addoption(
        "--minutes",
        type=float,
        default=SOAK_MINUTES,
        help=f"with --long: about how long `make soak` takes; each part gets its share [default: {SOAK_MINUTES}]",
    )


def lane_of(config: pytest.Config) -> str:
    """The lane that the options choose: fast, slow or all."""
    return "all" if config.getoption("long") else str(config.getoption("lane"))


def deselect_others(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests that are not in the chosen lane."""
    lane = lane_of(config)
    others = [item for item in items if not is_in_lane(item, lane)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if is_in_lane(item, lane)]


def length_of(config: pytest.Config) -> Length:
    """The length that the options choose."""
    if config.getoption("long"):
        return Length.LONG
    return Length.SHORT if lane_of(config) == "fast" else Length.MEDIUM


def share_of(config: pytest.Config, usual: float) -> float:
    """How much a part of the soak does, in any unit; `usual` is how much it does in a soak of the usual length."""
    return usual * float(config.getoption("minutes")) / SOAK_MINUTES


def turns(config: pytest.Config, seconds: float, medium: int) -> Iterator[int]:
    """The numbers of a test's turns: one in its short form, `medium` in its medium one, and a share of the soak's time.

    `seconds` is how long the turns go on in a soak of the usual length.
    """
    length = length_of(config)
    until = monotonic() + (share_of(config, seconds) if length is Length.LONG else 0)
    least = medium if length is Length.MEDIUM else 1
    turn = 0
    while turn < least or monotonic() < until:
        yield turn
        turn += 1


def is_in_lane(item: pytest.Item, lane: str) -> bool:
    if lane == "slow":
        return is_slow(item) or "length" in _fixtures(item)
    return lane == "all" or not is_slow(item)


def is_slow(item: pytest.Item) -> bool:
    """Whether the test needs PostgreSQL or is marked slow."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return (
        parameters.get("databases") == "postgresql"
        or "postgres_databases" in _fixtures(item)
        or item.get_closest_marker("slow") is not None
    )


def _fixtures(item: pytest.Item) -> list[str]:
    return list(getattr(item, "fixturenames", ()))
