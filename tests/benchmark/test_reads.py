"""The benchmark has a row for each list and read of Cariqa and of Podero."""

import pytest

from app.web import openapi
from bench.reads import CARIQA, OF_HOME, PODERO, Read

_ON_THE_MAP = {"/api/v1/stations/around/", "/api/v1/stations/tile/"}
"""Measured with the number of stations that their bars are about, in `bench/maps.py`."""


@pytest.mark.parametrize(("vendor", "reads"), [("cariqa", CARIQA), ("podero", (*OF_HOME, *PODERO))])
def test_every_read_is_measured(vendor: str, reads: tuple[Read, ...]) -> None:
    """A GET that a contract gains needs a row."""
    paths = {path for path, item in openapi.contract(vendor)["paths"].items() if "get" in item}

    assert {read.path for read in reads} == paths - _ON_THE_MAP
