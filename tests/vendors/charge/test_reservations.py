"""A reservation changes its status with the clock, and shows station and window once they are assigned."""

from typing import Final

import pytest

from app.domain.clock import MINUTE, SECOND, instant
from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, RESERVATIONS, every, ids

STATUSES: Final = ("pending", "confirmed", "completed", "cancelled", "failed", "expired")
LAST: Final = frozenset({"completed", "cancelled", "failed", "expired"})
INSTANTS: Final = ("2026-02-20T09:10:00.000Z", "2026-03-04T12:00:00.000Z", "2026-03-06T21:45:30.250Z", LATER)
ASSIGNED: Final = ("charging_station", "confirmed_at", "reserved_start", "reserved_end")
DOCUMENTED: Final = "res_c4PukAee4b57fNPiS72AQjlnUq7lOzpx"
KEYS: Final = [
    "id",
    "object",
    "cancellation_policy",
    "charging_station",
    "confirmed_at",
    "connector_type",
    "created",
    "currency",
    "driver",
    "earliest_start",
    "failed_reason",
    "ideal_end",
    "ideal_start",
    "latest_end",
    "location",
    "metadata",
    "payment_method",
    "reservation_fee",
    "reserved_end",
    "reserved_start",
    "status",
    "updated",
    "vehicle",
]


def test_every_status_occurs(sandbox: Sandbox) -> None:
    """At any time a town has reservations of all six statuses."""
    actual = {status: bool(every(sandbox, f"{RESERVATIONS}?status={status}")) for status in STATUSES}

    assert dict.fromkeys(STATUSES, True) == actual


@pytest.mark.parametrize("at", INSTANTS)
def test_the_status_filter_agrees_with_the_rows(sandbox: Sandbox, at: str) -> None:
    """At each instant a row is found under the status that it shows, and under no other."""
    found = every(sandbox, RESERVATIONS, at=at)
    expected = {status: ids(row for row in found if row["status"] == status) for status in STATUSES}

    actual = {status: ids(every(sandbox, f"{RESERVATIONS}?status={status}", at=at)) for status in STATUSES}

    assert expected == actual
    assert sum(map(len, actual.values())) == len(found)


@pytest.mark.parametrize("at", INSTANTS[1:3])
def test_the_station_filter_agrees_with_the_rows(sandbox: Sandbox, at: str) -> None:
    """A reservation is found under its station from the instant at which it shows it."""
    found = every(sandbox, RESERVATIONS, at=at)
    stations = sorted({row["charging_station"] for row in every(sandbox, RESERVATIONS, at=LATER)[:80]} - {None})
    expected = {station: ids(row for row in found if row["charging_station"] == station) for station in stations}

    actual = {station: ids(every(sandbox, f"{RESERVATIONS}?charging_station={station}", at=at)) for station in stations}

    assert len(stations) > 3
    assert expected == actual


@pytest.mark.parametrize("name", ["driver", "vehicle"])
def test_each_filter_gives_its_rows(sandbox: Sandbox, name: str) -> None:
    """Each driver, and each vehicle, has its own reservations."""
    found = every(sandbox, RESERVATIONS)
    values = sorted({row[name] for row in found})
    expected = {value: ids(row for row in found if row[name] == value) for value in values}

    actual = {value: ids(every(sandbox, f"{RESERVATIONS}?{name}={value}")) for value in values}

    assert expected == actual


def test_filters_are_combined(sandbox: Sandbox) -> None:
    """Status, driver, vehicle and station together give the rows that meet all of them."""
    found = every(sandbox, RESERVATIONS)
    names = ("status", "driver", "vehicle", "charging_station")
    chosen = [row for row in found if row["charging_station"]][::12]
    expected = [ids(row for row in found if all(row[name] == one[name] for name in names)) for one in chosen]

    actual = [
        ids(every(sandbox, RESERVATIONS + "?" + "&".join(f"{name}={one[name]}" for name in names))) for one in chosen
    ]

    assert expected == actual


def test_charge_007_an_unknown_id_matches_no_reservation(sandbox: Sandbox) -> None:
    """An unknown id gives an empty page, not an error."""
    actual = [every(sandbox, f"{RESERVATIONS}?{name}=unknown") for name in ("charging_station", "driver", "vehicle")]

    assert actual == [[], [], []]


def test_station_and_window_are_null_until_assigned(sandbox: Sandbox) -> None:
    """Both are null while a reservation is pending or if it failed, and set from its confirmation on."""
    for row in (row for at in INSTANTS for row in every(sandbox, RESERVATIONS, at=at)):
        shown = {row[name] is not None for name in ASSIGNED}
        assert len(shown) == 1
        assert shown == {False} or row["status"] not in {"pending", "failed"}
        assert shown == {True} or row["status"] not in {"confirmed", "completed", "expired"}


def test_failed_reservations_have_a_reason(sandbox: Sandbox) -> None:
    """`failed_reason` has one of the three documented values on failed reservations, and is null on others."""
    for row in (row for at in INSTANTS for row in every(sandbox, RESERVATIONS, at=at)):
        reasons = {"no_available_connectors", "payment_failed", "other"} if row["status"] == "failed" else {None}
        assert row["failed_reason"] in reasons


def test_reservation_has_the_documented_keys(sandbox: Sandbox) -> None:
    """Every reservation has the documented keys in their order, with values of the documented types."""
    for row in every(sandbox, RESERVATIONS):
        assert list(row) == KEYS
        assert row["object"] == "reservation"
        assert row["cancellation_policy"] == {"free_until_before": 1800, "type": "free_cancellation"}
        assert row["metadata"] == {}
        assert [type(value) for value in row["location"].values()] == [float, float, int]
        assert set(row["connector_type"]) <= {"CCS", "CHAdeMO", "Type2"}
        assert isinstance(row["reservation_fee"], int)


def test_charge_019_instants_of_a_reservation_are_in_order(sandbox: Sandbox) -> None:
    """A reservation is confirmed about half an hour before its window, which is close to the requested one."""
    for row in every(sandbox, RESERVATIONS, at=LATER):
        assert row["created"] <= row["updated"] <= LATER
        assert row["created"] < row["ideal_start"] < row["ideal_end"]
        assert row["earliest_start"] is None or row["earliest_start"] <= row["ideal_start"]
        assert row["latest_end"] is None or row["latest_end"] >= row["ideal_end"]
        if row["confirmed_at"] is not None:
            ahead = instant(row["ideal_start"]) - instant(row["confirmed_at"])
            assert 30 * MINUTE <= ahead <= 33 * MINUTE
            assert abs(instant(row["reserved_start"]) - instant(row["ideal_start"])) <= 30 * SECOND
            assert row["reserved_start"] < row["reserved_end"]


def test_charge_019_status_of_a_reservation_goes_one_way(sandbox: Sandbox) -> None:
    """The status goes from pending to confirmed to a final one, may skip steps, and never goes back."""
    steps = {"pending": 0, "confirmed": 1} | dict.fromkeys(LAST, 2)
    reached: dict[str, str] = {}
    for hour in range(0, 48, 2):
        for row in every(sandbox, RESERVATIONS, at=f"2026-03-{4 + hour // 24:02}T{hour % 24:02}:00:00Z"):
            before = reached.get(row["id"], "pending")
            assert steps[before] <= steps[row["status"]]
            assert before == row["status"] or before not in LAST
            reached[row["id"]] = row["status"]

    assert set(reached.values()) == set(STATUSES)


def test_charge_005_documented_reservation_is_pending_and_shows_a_station(sandbox: Sandbox) -> None:
    """The documented reservation shows its station while it is pending; its status changes later by itself."""
    hours = ["01:53:58.446", "02:15:20.857", "02:15:20.858", "03:15:42.122", "03:15:42.123"]

    shown = [every(sandbox, RESERVATIONS, world="documented", at=f"2026-04-01T{hour}Z")[0] for hour in hours]

    assert {row["id"] for row in shown} == {DOCUMENTED}
    assert [row["status"] for row in shown] == ["pending", "pending", "confirmed", "confirmed", "expired"]
    assert len({tuple(row[name] for name in ASSIGNED) for row in shown}) == 1
    assert None not in [shown[0][name] for name in ASSIGNED]
