"""The documented stations are shown as they are printed, and by the rules of all others once that is over."""

from typing import Final

from tests.conftest import Sandbox
from tests.vendors.charge.pages import Row, page

RETRIEVED: Final = "/v1/charging_stations/chst_7YLjJnEZhLmErrgYaTze9lFzdwjjHJl8"
PRINTED: Final = [{"from": "2026-04-01T01:17:07.327Z", "until": "2026-04-01T02:17:45.561Z"}]


def station(sandbox: Sandbox, at: str) -> Row:
    return page(sandbox, RETRIEVED, world="documented", at=at)


def test_documented_station_counts_more_connectors(untouched: Sandbox) -> None:
    """Two of six connectors that are not listed are free, beside those of the list (CHARGE-076)."""
    printed = station(untouched, "2026-04-01T01:17:30.640Z")
    later = station(untouched, "2026-04-03T12:00:00.000Z")

    counted = [
        (it["availability"]["connectors_available"], it["availability"]["connectors_total"]) for it in (printed, later)
    ]
    assert counted == [(3, 8), (4, 8)]
    assert [[each["status"] for each in it["connectors"]] for it in (printed, later)] == [
        ["available", "occupied"],
        ["available", "available"],
    ]


def test_printed_range_is_shown_until_it_is_over(untouched: Sandbox) -> None:
    """After its end the forecast begins now (CHARGE-078)."""
    assert station(untouched, "2026-04-01T02:17:45.560Z")["availability"]["range"] == PRINTED
    assert station(untouched, "2026-04-01T02:17:45.561Z")["availability"]["range"] == [
        {"from": "2026-04-01T02:17:45.561Z", "until": "2026-04-01T03:17:45.561Z"}
    ]
