"""The page of every invoice agrees with the vendor's answer: its lines add up to the total, and each is the same."""

from decimal import Decimal
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import HOUR, instant, millis
from tests.files.reading import InvoicePage
from tests.laws.world_client import WorldClient

NOON: Final = instant("2026-03-04T12:00:00Z")
NAMES: Final = {
    "Energy": "kwh_cost",
    "Time": "time_cost",
    "Session fee": "session_fee_cost",
    "Starting fee": "starting_fee_cost",
    "Blocking fee": "blocking_fee_cost",
}


@settings(max_examples=10, deadline=None)
@given(at=st.integers(NOON - 60 * HOUR, NOON + 60 * HOUR))
def test_page_agrees_with_the_answer(reader: WorldClient, at: int) -> None:
    """At any instant, each invoice that an answer links to is there, and has its costs, VAT, total and energy."""
    for user in reader.user_paths:
        for row in reader.get(f"{user}?page_size=5", millis(at)).json()["results"]:
            cost = row["session_cost"]
            if not cost["invoice_view"]:
                continue
            page = InvoicePage(reader.http.get(cost["invoice_view"], headers={"X-Sandbox-At": millis(at)}))
            lines = {name: Decimal(amount) for name, amount in page.lines.items()}

            assert {name: lines.get(name, 0) for name in NAMES} == {
                name: Decimal(cost[member]) for name, member in NAMES.items()
            }
            assert sum(lines.values()) == Decimal(cost["invoice_summary"])
            assert page.sums["Total, paid"] == f"{cost['invoice_summary']} {cost['currency'].upper()}"
            assert page.sums["VAT"] == cost["invoice_vat"]
            assert page.facts["Energy"] == f"{row['consumed_energy']} kWh"
