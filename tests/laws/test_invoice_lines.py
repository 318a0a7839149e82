"""Cariqa's invoices are the sums of their lines, and the last running price is the final one."""

from decimal import Decimal
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import HOUR, MILLISECOND, instant, micros, millis
from tests.laws.world_client import WorldClient

NOON: Final = instant("2026-03-04T12:00:00Z")
HIGHEST_VAT: Final = 27
LINES: Final = ("kwh_cost", "time_cost", "session_fee_cost", "blocking_fee_cost", "starting_fee_cost")


def test_the_lines_of_an_invoice_add_up(reader: WorldClient) -> None:
    """The summary of an invoice is the exact sum of the session's lines, less credits and discounts."""
    costs = [row["session_cost"] for row in rows(reader) if row["session_cost"]["invoice_summary"]]
    sums = [total(cost) - Decimal(cost["invoice_credits"]) - Decimal(cost["invoice_discount"]) for cost in costs]

    assert len(costs) > 50
    assert sums == [Decimal(cost["invoice_summary"]) for cost in costs]


def test_vat_is_within_the_summary(reader: WorldClient) -> None:
    """The VAT of an invoice is never more than the highest rate in Europe makes of its summary."""
    for row in rows(reader):
        cost = row["session_cost"]
        if cost["invoice_summary"]:
            summary, vat = Decimal(cost["invoice_summary"]), Decimal(cost["invoice_vat"])

            assert Decimal(0) <= vat <= summary * HIGHEST_VAT / (100 + HIGHEST_VAT) + Decimal("0.01")


def test_the_last_running_price_is_the_final_one(reader: WorldClient) -> None:
    """One millisecond before the end a session costs what it costs from the end on, except for that millisecond."""
    for row in rows(reader)[::5]:
        if row["end_time"] is None:
            continue
        ended = instant(row["end_time"])
        last, final = (one(reader, row["id"], at)["session_cost"] for at in (ended - MILLISECOND, ended))

        assert total(last) <= total(final)
        assert [final[name] for name in LINES] == [row["session_cost"][name] for name in LINES]
        assert total(final) - total(last) <= Decimal("0.02") + blocking_minute(row)


@settings(max_examples=10, deadline=None)
@given(at=st.integers(NOON - 60 * HOUR, NOON + 60 * HOUR))
def test_a_session_without_energy_costs_nothing(reader: WorldClient, at: int) -> None:
    """At any instant a session without energy costs nothing, and every line is a whole number of cents."""
    for user in reader.user_paths:
        for row in reader.get(f"{user}?page_size=100", millis(at)).json()["results"]:
            cost = row["session_cost"]

            assert all(cost[name] == f"{Decimal(cost[name]):.2f}" for name in LINES)
            assert Decimal(row["consumed_energy"]) > 0 or total(cost) == 0


def test_the_documented_invoice_is_shown(reader: WorldClient) -> None:
    """In Cariqa's guide 10 kWh at 0.54 cost 5.39 with 0.86 of VAT included, because VAT is added last."""
    found = reader.http.get(
        "/api/v1/users/user_id/charging-sessions/", headers={"Authorization": "Bearer <token>"}
    ).json()["results"]
    cost = next(row["session_cost"] for row in found if row["id"] == "ab7ae756-b663-43b9-a025-40c51dd503d9")

    assert total(cost) == Decimal("5.39")
    assert (cost["invoice_summary"], cost["invoice_vat"]) == ("5.39", "0.86")


def rows(reader: WorldClient) -> list[dict[str, Any]]:
    """Every Cariqa session of the world."""
    return [row for user in reader.user_paths for row in reader.get(f"{user}?page_size=100").json()["results"]]


def one(reader: WorldClient, session: str, at: int) -> dict[str, Any]:
    """A Cariqa session at an instant, found among its user's."""
    lists = (reader.get(f"{user}?page_size=100", micros(at)).json()["results"] for user in reader.user_paths)
    found: dict[str, Any] = next(row for each in lists for row in each if row["id"] == session)
    return found


def total(cost: dict[str, Any]) -> Decimal:
    return sum((Decimal(cost[name]) for name in LINES), Decimal(0))


def blocking_minute(row: dict[str, Any]) -> Decimal:
    """The price of one more started minute of blocking."""
    return Decimal(row["user_facing_session_prices"]["blocking_fee"] or 0) + Decimal("0.01")
