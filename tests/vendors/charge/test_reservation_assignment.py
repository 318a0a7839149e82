"""A reservation gets the nearest connector that suits it and is free in its window, or fails with the reason."""

from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.charge.reserving import (
    AT_FAULTY,
    AT_GOOD,
    FAULTY,
    GOOD,
    after,
    others,
    post,
    reserved,
    seen,
)

AROUND: Final = {**AT_GOOD, "radius": 60}
"""The place of all magic stations."""
SILENT: Final = "chst_MagicStationSilent00000000000000"


def _then(sandbox: Sandbox, made: dict[str, Any]) -> tuple[str, str | None]:
    """The status and the station at the ideal start."""
    shown = seen(sandbox, made, made["ideal_start"])
    return shown["status"], shown["charging_station"]


def test_station_has_as_many_reservations_as_connectors(sandbox: Sandbox) -> None:
    """Two of three reservations for one window get the two connectors; the third fails when it would be confirmed."""
    made = [reserved(sandbox, **who) for who in others(sandbox, 3)]

    assert [_then(sandbox, each) for each in made] == [("confirmed", GOOD), ("confirmed", GOOD), ("failed", None)]
    failed = seen(sandbox, made[2], after(made[2]["ideal_start"], -30))
    assert (failed["status"], failed["failed_reason"]) == ("failed", "no_available_connectors")
    assert seen(sandbox, made[2], after(made[2]["ideal_start"], -31))["status"] == "pending"


def test_windows_that_do_not_touch_share_a_connector(sandbox: Sandbox) -> None:
    """A connector takes one reservation after another, with a quarter of an hour before each (CHARGE-093)."""
    at_faulty = {"connector_type": ["CCS"], "location": AT_FAULTY}
    first = reserved(sandbox, 60, 60, **at_faulty)
    near, later = (reserved(sandbox, start, 60, **at_faulty) for start in (134, 195))
    exact = reserved(sandbox, 270, 60, **at_faulty)

    statuses = [_then(sandbox, each)[0] for each in (first, near, later, exact)]

    assert statuses == ["confirmed", "failed", "confirmed", "confirmed"]


def test_nearest_station_is_assigned_first(sandbox: Sandbox) -> None:
    """The nearest of several stations is assigned, and the next one when it is taken."""
    wanted: dict[str, Any] = {"connector_type": ["CCS"], "location": AROUND}

    made = [reserved(sandbox, **wanted, **who) for who in others(sandbox, 3)]

    assert [_then(sandbox, each)[1] for each in made] == [SILENT, FAULTY, None]


def test_only_wanted_types_are_assigned(sandbox: Sandbox) -> None:
    """A connector of another type than the wanted ones is not assigned, and the offline station neither."""
    made = [
        reserved(sandbox, connector_type=types, location=AROUND)
        for types in (["CCS"], ["Type2"], ["CHAdeMO"], ["CHAdeMO", "Type2"])
    ]

    stations = [_then(sandbox, each)[1] for each in made]

    assert stations == [SILENT, GOOD, None, GOOD]


def test_connector_has_to_fit_the_vehicle(sandbox: Sandbox) -> None:
    """A connector of a wanted type that does not fit the vehicle's inlet is not assigned."""
    made = reserved(sandbox, connector_type=["CHAdeMO"], location={**AT_GOOD, "radius": 100_000})

    assert _then(sandbox, made) == ("failed", None)


def test_running_session_takes_its_connector(sandbox: Sandbox) -> None:
    """A connector at which a session will still be running is not assigned."""
    who = others(sandbox)[0]
    assert sandbox.start(charging_station=FAULTY, connector="connector_a1", **who).status_code == 200

    made = reserved(sandbox, starts_in=5, connector_type=["CCS"], location=AT_FAULTY)

    assert _then(sandbox, made) == ("failed", None)


def test_window_moves_as_far_as_it_may(sandbox: Sandbox) -> None:
    """Where the ideal window is taken, the nearest one between `earliest_start` and `latest_end` is reserved."""
    at_faulty: dict[str, Any] = {"connector_type": ["CCS"], "location": AT_FAULTY}
    taken = reserved(sandbox, 120, 60, **at_faulty)
    now = sandbox.now()

    later = reserved(sandbox, 150, 60, latest_end=after(now, 300), **at_faulty)
    stuck = reserved(sandbox, 100, 60, latest_end=after(now, 170), **at_faulty)

    then = seen(sandbox, later, later["ideal_start"])
    assert then["reserved_start"] == after(taken["ideal_end"], 15)
    assert then["reserved_end"] == after(taken["ideal_end"], 75)
    assert _then(sandbox, stuck) == ("failed", None)


def test_window_moves_to_an_earlier_time(sandbox: Sandbox) -> None:
    """It moves to an earlier time where that is nearer than a later one, and is confirmed half an hour before that."""
    at_faulty: dict[str, Any] = {"connector_type": ["CCS"], "location": AT_FAULTY}
    taken = reserved(sandbox, 240, 60, **at_faulty)
    now = sandbox.now()

    made = reserved(sandbox, 200, 60, earliest_start=after(now, 60), latest_end=after(now, 500), **at_faulty)

    then = seen(sandbox, made, made["ideal_start"])
    assert then["confirmed_at"] == after(then["reserved_start"], -30)
    assert then["reserved_end"] == after(taken["ideal_start"], -15)
    assert then["reserved_start"] == after(taken["ideal_start"], -75)


def test_declined_card_fails_at_confirmation(sandbox: Sandbox) -> None:
    """With a card that is declined the reservation is made, and fails when it would be confirmed."""
    made = reserved(sandbox, payment_method="pm_MagicCardDeclined000000000000000")

    then = seen(sandbox, made, made["ideal_start"])

    assert (made["status"], then["status"], then["failed_reason"]) == ("pending", "failed", "payment_failed")


def test_cancelled_reservation_gives_its_connector_back(sandbox: Sandbox) -> None:
    """The connector of a cancelled reservation is assigned to the next one."""
    at_faulty: dict[str, Any] = {"connector_type": ["CCS"], "location": AT_FAULTY}
    first = reserved(sandbox, **at_faulty)
    assert post(sandbox, f"/v1/reservations/{first['id']}/cancel").status_code == 200

    assert _then(sandbox, reserved(sandbox, **at_faulty)) == ("confirmed", FAULTY)
