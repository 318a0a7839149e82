"""A session is retrieved by its id, and has the values of its row in the list, and its limit."""

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, SESSIONS, every, retrieve
from tests.vendors.charge.refusals import refusal

KEYS = [
    "id",
    "object",
    "amount_due",
    "amount_paid",
    "charging_station",
    "connector",
    "country",
    "created",
    "currency",
    "driver",
    "energy_consumed",
    "fleet",
    "payment_method",
    "session_ended",
    "session_limit",
    "session_started",
    "status",
    "updated",
    "vehicle",
]


def test_session_is_the_same_as_its_row(sandbox: Sandbox) -> None:
    """A session and its row in the list have the same values."""
    listed = every(sandbox)[::9]

    alone = [retrieve(sandbox, row["id"]) for row in listed]

    assert listed == [{name: one[name] for name in row} for one, row in zip(alone, listed, strict=True)]
    assert all(list(one) == KEYS for one in alone)


def test_charge_002_a_row_shows_a_limit_only_where_one_was_set(sandbox: Sandbox) -> None:
    """A retrieved session always has `session_limit`, a row of a list only if a limit was set."""
    listed = every(sandbox)
    limited = [row for row in listed if "session_limit" in row]
    free = [row for row in listed if "session_limit" not in row]

    assert all(list(row) == KEYS for row in limited)
    assert all(list(row) == [key for key in KEYS if key != "session_limit"] for row in free)
    assert all(isinstance(row["session_limit"], int) and row["session_limit"] >= 1 for row in limited)
    assert [retrieve(sandbox, row["id"])["session_limit"] for row in free[::20]] == [None] * len(free[::20])
    assert [retrieve(sandbox, row["id"])["session_limit"] for row in limited] == [it["session_limit"] for it in limited]
    assert limited
    assert free


def test_charge_021_instants_and_money_of_a_session_agree(sandbox: Sandbox) -> None:
    """In every status a session's instants are in order, and it costs nothing unless energy was delivered."""
    for row in every(sandbox, at=LATER):
        over = row["status"] != "active"
        started = row["session_started"]
        assert row["status"] == "active" if started is None else row["created"] <= started <= row["updated"]
        assert over == (row["session_ended"] is not None)
        assert row["session_ended"] is None or started <= row["session_ended"] <= row["updated"]
        assert row["created"] <= row["updated"] <= LATER
        assert row["energy_consumed"] > 0 or row["amount_due"] == 0
        assert row["amount_paid"] in {0, row["amount_due"]}
        assert row["energy_consumed"] <= row.get("session_limit", 200_000)


def test_charge_010_an_unknown_session_is_not_found(sandbox: Sandbox) -> None:
    """An unknown session, one of another world, an id of another kind and a session in the future are 404."""
    planned = every(sandbox, at=LATER)[0]["id"]
    foreign = every(sandbox, world="documented")[0]["id"]
    reserved = every(sandbox, "/v1/reservations")[0]["id"]
    others = [planned, foreign, reserved, "cs_Unknown0000000000000000000000000", "x", "%00", "%FF", "a b", "é"]
    expected = (404, "charging_session_not_found", "charging_session")

    actual = {each: refusal(sandbox.charge(f"{SESSIONS}/{each}")) for each in others}

    assert dict.fromkeys(actual, expected) == actual


def test_a_planned_session_can_be_seen_in_the_future(sandbox: Sandbox) -> None:
    """X-Sandbox-At shows a planned session at an instant after its creation."""
    planned = every(sandbox, at=LATER)[0]

    assert planned["id"] == retrieve(sandbox, planned["id"], at=planned["created"])["id"]


def test_connector_of_a_session_cannot_be_expanded(sandbox: Sandbox) -> None:
    """CHARGE-035: a connector has an id of its station only, and a list has the members of its rows."""
    session = sandbox.start().json()["id"]

    actual = [
        refusal(sandbox.charge(f"{SESSIONS}/{session}", expand="connector")),
        refusal(sandbox.charge(expand="data.vehicle")),
        refusal(sandbox.charge("/v1/reservations", expand="")),
    ]
    assert actual == [(400, "unsupported_expand_value", "expand")] * 3
