"""Users have what their vendors list and show after a database is taken over, and owners of vehicles are users."""

from typing import Any, Final

import pytest

from app.domain.clock import DAY, MILLISECOND
from tests.databases import Databases, Kept
from tests.store.test_takeover import RELEASES, restored, take_over

pytestmark = pytest.mark.slow

EVERY: Final = "SELECT * FROM end_user"


@pytest.fixture(params=[release for release in RELEASES if release.name < "0.6.0"], ids=lambda release: release.name)
def old(databases: Databases, empty: Kept, request: pytest.FixtureRequest) -> Kept:
    """A database of an earlier release."""
    return restored(databases, empty, request.param)


def test_owners_of_vehicles_become_users(old: Kept) -> None:
    """There is a user for each organisation and owner of a vehicle, who is the vehicle's driver, or named by the id."""
    owned = {(row["world"], row["org"], row["owner"]) for row in old.dicts("SELECT * FROM vehicle") if row["org"]}
    before = len(old.rows("SELECT name FROM end_user")) if "end_user" in old.tables() else None
    take_over(old)
    users = old.dicts(EVERY)
    owners = [user for user in users if user["org"] is not None]
    names = {(row["world"], row["id"]): (row["name"], row["email"]) for row in old.dicts("SELECT * FROM driver")}

    assert owned
    assert before is None or len(users) == before + len(owners)
    assert {(user["world"], user["org"], user["id"]) for user in owners} == owned
    assert len(owners) == len(owned)
    assert any(user["driver"] for user in owners)
    for user in owners:
        named = (f"Owner {user['id'][:8]}", f"{user['id'][:8]}@owner.example")
        assert (user["name"], user["email"]) == names.get((user["world"], user["driver"]), named)


def test_users_get_places_by_their_ids(old: Kept) -> None:
    """Those without an organisation come first; all were created a year before the Monday, a millisecond apart."""
    mondays = {row["n"]: row["monday"] for row in old.dicts("SELECT n, monday FROM world")}
    take_over(old)
    of_world: dict[int, list[dict[str, Any]]] = {}
    for user in old.dicts(EVERY):
        of_world.setdefault(user["world"], []).append(user)

    assert of_world
    for world, users in of_world.items():
        ordered = sorted(users, key=lambda user: (user["org"] is not None, user["id"]))
        assert [user["n"] for user in ordered] == list(range(len(users)))
        begin = mondays[world] - 365 * DAY
        assert [user["created_at"] for user in ordered] == [begin + n * MILLISECOND for n, _ in enumerate(users)]
        assert all(user["touched_at"] == user["created_at"] for user in users)
        assert {(user["status"], user["details"]) for user in users} == {("active", "{}")}


def test_users_drive_the_vehicle_of_their_last_session(old: Kept) -> None:
    """A user without an organisation drives what the last session charged, and nothing without a session."""
    take_over(old)
    last = {
        (row["world"], row["user"]): row["vehicle"]
        for row in old.dicts('SELECT * FROM session WHERE "user" IS NOT NULL ORDER BY created_at, n')
    }

    assert last
    for user in old.dicts(EVERY):
        driven = last.get((user["world"], user["id"])) if user["org"] is None else None
        assert user["vehicle"] == driven
