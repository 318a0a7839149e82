"""The benchmark has a row for each list of Charge, and expands what the list can expand."""

from app.web import openapi
from bench.operations import FIRST, LAST
from bench.resources import LISTS

_OF_OWN_WORLD = {"fleets"}
"""Measured with the number of sessions that the bar is about, in `bench/crowd.py`."""


def test_every_list_is_measured() -> None:
    """A list that the contract gains needs a row."""
    paths = openapi.contract("charge")["paths"]
    lists = {path.removeprefix("/v1/") for path, item in paths.items() if "get" in item and "{" not in path}

    assert {listed.name for listed in LISTS} | _OF_OWN_WORLD == lists


def test_first_and_last_operations_are_documented() -> None:
    """The paths that are compared are paths of the contract."""
    assert {FIRST, LAST} <= openapi.contract("charge")["paths"].keys()
