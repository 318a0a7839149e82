"""Transactions follow from sessions and reservations: each charge is made once, and succeeds when it is settled."""

from itertools import pairwise
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS
from tests.vendors.charge.billing import TRANSACTIONS, finished, transaction
from tests.vendors.charge.pages import LATER, RESERVATIONS, SESSIONS, every, ids, pages, rows

INSTANTS: Final = ("2026-02-20T08:00:00.000Z", "2026-03-04T12:00:00.000Z", "2026-03-05T17:45:30.250Z", LATER)
KEYS: Final = [
    *("id", "object", "amount", "charging_session", "created", "currency", "description", "driver", "fleet"),
    *("payment_method", "status", "type", "vehicle"),
]
Row = dict[str, Any]


def of_sessions(found: list[Row]) -> list[Row]:
    """The charges of sessions among some transactions."""
    return [row for row in found if row["description"].startswith("Charge for charging session")]


@pytest.mark.parametrize("at", INSTANTS)
def test_every_session_that_costs_something_is_charged_at_its_end(sandbox: Sandbox, at: str) -> None:
    """Each ended session with an amount has one charge, of that amount, made at the session's end (CHARGE-101)."""
    sessions = [row for row in every(sandbox, SESSIONS, at=at) if row["session_ended"] and row["amount_due"]]
    expected = {
        row["id"]: (row["amount_due"], row["session_ended"], row["currency"], row["vehicle"]) for row in sessions
    }

    found = of_sessions(every(sandbox, TRANSACTIONS, at=at))

    actual = {
        row["charging_session"]: (row["amount"], row["created"], row["currency"], row["vehicle"]) for row in found
    }
    assert expected == actual
    assert len(found) == len(sessions)


@pytest.mark.parametrize("at", INSTANTS)
def test_charge_succeeds_when_the_session_is_paid(sandbox: Sandbox, at: str) -> None:
    """What a session shows as paid is what its succeeded charge says."""
    sessions = [row for row in every(sandbox, SESSIONS, at=at) if row["amount_paid"]]
    succeeded = [row for row in of_sessions(every(sandbox, TRANSACTIONS, at=at)) if row["status"] == "succeeded"]

    assert {row["id"]: row["amount_paid"] for row in sessions} == {
        row["charging_session"]: row["amount"] for row in succeeded
    }


def test_charge_is_pending_until_it_is_settled(sandbox: Sandbox) -> None:
    """Right after the end of a session its charge is pending; it succeeds a moment later (CHARGE-101)."""
    session = finished(sandbox)

    pending = every(sandbox, f"{TRANSACTIONS}?driver={session['driver']}")[0]
    sandbox.advance("PT2M")

    assert pending["charging_session"] == session["id"]
    assert pending["status"] == "pending"
    assert transaction(sandbox, pending["id"]) == pending | {"status": "succeeded"}


def test_payment_that_fails_shows_as_a_failed_charge(sandbox: Sandbox) -> None:
    """The charge of a session whose payment fails has failed, until the debt is paid (CHARGE-102)."""
    session = sandbox.start().json()["id"]
    sandbox.client.post(f"{WORLDS}/default/simulate", json={"event": "payment_fails", "id": session})
    sandbox.advance("PT30M")
    sandbox.end(session)
    failed = every(sandbox, TRANSACTIONS)[0]
    sandbox.client.post(f"{WORLDS}/default/simulate", json={"event": "debt_paid", "id": session})

    assert (failed["charging_session"], failed["status"]) == (session, "failed")
    assert transaction(sandbox, failed["id"]) == failed | {"status": "succeeded"}


def test_fees_of_reservations_are_charged(sandbox: Sandbox) -> None:
    """A fee is charged when the reservation is completed, expires or is cancelled late (CHARGE-103)."""
    booked = {row["id"]: row for row in every(sandbox, RESERVATIONS, at=LATER)}
    fees = [row for row in every(sandbox, TRANSACTIONS, at=LATER) if "reservation" in row["description"]]
    actual = {row["description"].split()[-1]: row for row in fees}

    due = {each for each, row in booked.items() if row["status"] in {"completed", "expired"} and row["reservation_fee"]}

    assert due
    assert due <= actual.keys()
    assert {booked[each]["status"] for each in actual} <= {"completed", "expired", "cancelled"}
    for each, row in actual.items():
        assert row["amount"] == booked[each]["reservation_fee"]
        assert (row["driver"], row["vehicle"]) == (booked[each]["driver"], booked[each]["vehicle"])


@pytest.mark.parametrize("at", INSTANTS)
def test_fees_name_sessions_that_were_started(sandbox: Sandbox, at: str) -> None:
    """The session of a fee is one that the list of sessions has by then, of the same driver (CHARGE-103)."""
    sessions = {row["id"]: row for row in every(sandbox, SESSIONS, at=at)}
    fees = [row for row in every(sandbox, TRANSACTIONS, at=at) if "reservation" in row["description"]]
    named = [row for row in fees if row["charging_session"]]

    assert fees
    assert all(sessions[row["charging_session"]]["driver"] == row["driver"] for row in named)


@pytest.mark.parametrize("name", ["driver", "fleet"])
def test_each_filter_gives_its_rows(sandbox: Sandbox, name: str) -> None:
    """Each driver, and each fleet, has its own transactions, in the order of the list."""
    found = every(sandbox, TRANSACTIONS)
    values = sorted({row[name] for row in found if row[name] is not None})
    expected = {value: ids(row for row in found if row[name] == value) for value in values}

    actual = {value: ids(every(sandbox, f"{TRANSACTIONS}?{name}={value}")) for value in values}

    assert len(values) > 2
    assert expected == actual


def test_filters_are_combined(sandbox: Sandbox) -> None:
    """A driver's transactions for one fleet are those that meet both filters."""
    found = every(sandbox, TRANSACTIONS)
    one = next(row for row in found if row["fleet"] and row["driver"])

    actual = every(sandbox, f"{TRANSACTIONS}?driver={one['driver']}&fleet={one['fleet']}")

    assert ids(actual) == ids(r for r in found if (r["driver"], r["fleet"]) == (one["driver"], one["fleet"]))


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_hold_every_transaction_once_in_both_directions(sandbox: Sandbox, limit: int) -> None:
    """Forwards and backwards the pages have the same rows, newest first, from all that they come from."""
    expected = every(sandbox, TRANSACTIONS)

    forwards = pages(sandbox, f"{TRANSACTIONS}?limit={limit}")
    backwards = pages(sandbox, forwards[-2]["next_page_url"], "previous_page_url")

    assert rows(forwards) == expected
    assert rows(reversed(backwards)) == expected
    assert all(newer["created"] >= older["created"] for newer, older in pairwise(expected))
    assert len(set(ids(expected))) == len(expected)


def test_a_transaction_is_retrieved_as_it_is_listed(sandbox: Sandbox) -> None:
    """Each row of the list is found by its id, with the same members in the documented order."""
    found = every(sandbox, TRANSACTIONS)

    assert all(transaction(sandbox, row["id"]) == row for row in found)
    assert {tuple(row) for row in found} == {tuple(KEYS)}


@pytest.mark.parametrize("unknown", ["txn_" + "0" * 32, "cs_" + "0" * 32, "txn_", "x"])
def test_an_unknown_transaction_is_not_found(sandbox: Sandbox, unknown: str) -> None:
    """An id that no transaction has is answered with the documented code."""
    answer = sandbox.charge(f"{TRANSACTIONS}/{unknown}")

    assert answer.status_code == 404
    assert (answer.json()["code"], answer.json()["param"]) == ("transaction_not_found", "transaction")


def test_a_charge_that_is_to_come_is_not_found(sandbox: Sandbox) -> None:
    """What is planned is no transaction yet."""
    to_come = set(ids(every(sandbox, TRANSACTIONS, at=LATER))) - set(ids(every(sandbox, TRANSACTIONS)))

    assert to_come
    assert {sandbox.charge(f"{TRANSACTIONS}/{each}").status_code for each in to_come} == {404}
