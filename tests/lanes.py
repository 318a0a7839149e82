"""The lanes: `make test` runs the fast one, `make test-all` every test, `make soak` some tests for hours.

A test is slow if it needs PostgreSQL or has the marker `slow`: it starts servers as processes, kills them, or sends
many generated requests. Every other test is in the fast lane. A test that asks for the fixture `length` and is not slow
runs in both lanes, and does more in the slow one.
"""

from enum import Enum
from typing import Final

import pytest

SLOW_MARKER: Final = "slow: takes seconds, and is therefore not in the lane that `make test` runs"


class Length(Enum):
    """How long a test that can be made longer takes."""

    SHORT = "seconds, in `make test`"
    MEDIUM = "tens of seconds, in `make test-all`"
    LONG = "minutes to hours, in `make soak`"


def add_options(parser: pytest.Parser) -> None:
    parser.addoption(
        "--lane",
        choices=["fast", "slow", "all"],
        default="fast",
        help="fast: without PostgreSQL and tests marked slow; slow: what fast leaves out or cuts short; all: both",
    )
    parser.addoption("--long", action="store_true", help="every lane, with the longest form of each test: hours")


def lane_of(config: pytest.Config) -> str:
    """The lane that the options choose: fast, slow or all."""
    return "all" if config.getoption("long") else str(config.getoption("lane"))


def length_of(config: pytest.Config) -> Length:
    """The length that the options choose."""
    if config.getoption("long"):
        return Length.LONG
    return Length.SHORT if lane_of(config) == "fast" else Length.MEDIUM


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
