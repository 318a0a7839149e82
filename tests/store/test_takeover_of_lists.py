"""What a vendor lists has a place in its list after a database is taken over, and drivers keep fleets and vehicles."""

from typing import Final

import pytest

from app.domain.clock import DAY, MILLISECOND
from tests.conftest import started
from tests.databases import Databases, Kept
from tests.store.test_takeover import FOLDER, RELEASES, restored, take_over

pytestmark = pytest.mark.slow

LISTED: Final = ("fleet", "driver", "payment_method", "vehicle", "station")


@pytest.fixture(params=[release for release in RELEASES if release.name < "0.5.0"], ids=lambda release: release.name)
def old(databases: Databases, empty: Kept, request: pytest.FixtureRequest) -> Kept:
    """A database of an earlier release."""
    return restored(databases, empty, request.param)


def test_drivers_keep_their_fleets_and_vehicles(old: Kept) -> None:
    """Each driver's fleet and each vehicle's driver is an attachment, and nothing else is one."""
    fleets = old.rows("SELECT world, id, 'fleet', fleet FROM driver WHERE fleet IS NOT NULL")
    vehicles = old.rows("SELECT world, driver, 'vehicle', id FROM vehicle WHERE driver IS NOT NULL")
    take_over(old)

    assert fleets
    assert vehicles
    attached = old.rows("SELECT world, driver, kind, target FROM attachment")
    assert sorted(map(tuple, attached)) == sorted(map(tuple, [*fleets, *vehicles]))


@pytest.mark.parametrize("table", LISTED)
def test_rows_get_places_by_their_ids(old: Kept, table: str) -> None:
    """The rows of a world are numbered by id, and were created a year before its Monday, a millisecond apart."""
    mondays = {row["n"]: row["monday"] for row in old.dicts("SELECT n, monday FROM world")}
    before = old.dicts(f"SELECT * FROM {table}")  # noqa: S608 - one of ours
    take_over(old)
    after = old.dicts(f"SELECT * FROM {table}")  # noqa: S608 - one of ours

    assert len(before) == len(after) > 0
    for world, monday in mondays.items():
        rows = sorted((row for row in after if row["world"] == world), key=lambda row: str(row["id"]))
        assert [row["n"] for row in rows] == list(range(len(rows)))
        assert [row["created_at"] for row in rows] == [monday - 365 * DAY + n * MILLISECOND for n, _ in enumerate(rows)]
        assert {row["details"] for row in rows} <= {"{}"}


def test_worlds_get_an_account(old: Kept) -> None:
    """Every open world has the account that new worlds have, and names it among its sample ids."""
    with started(old, scenario="cottage", scenarios=FOLDER) as client:
        worlds = client.get("/_sandbox/v1/worlds").json()["worlds"]
    accounts = {row["world"]: row["id"] for row in old.dicts("SELECT * FROM document WHERE kind = 'account'")}
    numbers = {row["name"]: row["n"] for row in old.dicts("SELECT * FROM world WHERE state = 'open'")}

    assert {"default", "lived-in", "running"} <= numbers.keys()
    for world in worlds:
        assert world["sample"]["charge"]["account"].startswith("acct_")
        assert world["name"] == "documented" or accounts[numbers[world["name"]]] == world["sample"]["charge"]["account"]


def test_templates_are_not_copied_any_more(old: Kept) -> None:
    """A new world is not a copy of what an earlier release has drawn, which has no details."""
    take_over(old)

    assert old.rows("SELECT n FROM world WHERE state IN ('template', 'spare')") == []


def test_columns_that_may_be_null_keep_their_values(old: Kept) -> None:
    """A fleet's address and a reservation's payment method are what they were."""
    queries = ("SELECT world, id, email FROM fleet", "SELECT world, id, payment_method FROM reservation")
    before = [sorted(map(tuple, old.rows(query))) for query in queries]
    take_over(old)

    assert all(before)
    assert [sorted(map(tuple, old.rows(query))) for query in queries] == before


def test_a_world_of_the_first_years_has_rows_within_the_calendar(old: Kept) -> None:
    """A world whose Monday is in the year 2 has rows that were created a week before it."""
    monday = -62_103_974_400_000_000
    old.run("UPDATE world SET monday = :monday WHERE name = 'default'", monday=monday)
    take_over(old)

    [[number]] = old.rows("SELECT n FROM world WHERE name = 'default'")
    [[first]] = old.rows("SELECT min(created_at) FROM driver WHERE world = :number", number=number)

    assert first == monday - 7 * DAY
