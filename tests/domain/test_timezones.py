"""Time zones are those of the IANA database, and nothing else that a machine has beside them."""

import pytest

from app.domain.timezones import zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Etc/GMT+12", "America/Argentina/Ushuaia"])
def test_zone_is_found_by_its_name(name: str) -> None:
    """A name of the database is that of a zone."""
    assert str(zone(name)) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "localtime", "posixrules", "Factory", "right/UTC", "posix/UTC", "Europe", "../UTC", "Nowhere", "\0"],
)
def test_other_names_are_no_zones(name: str) -> None:
    """What is no name of the database is no zone, also where the machine has a file of that name."""
    assert zone(name) is None
