"""A session that blocks its connector costs a fee for each started minute beyond the grace period, up to the cap."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Sandbox, started
from tests.databases import Databases
from tests.vendors.cariqa.users import every

OVERSTAY: Final = str(Path(__file__).parent / "overstay.yaml")


@pytest.fixture
def overstay(databases: Databases) -> Iterator[Sandbox]:
    """A sandbox in which a vehicle has stayed for ten hours: 60 minutes are free, then 0.119 a minute, at most 3.00."""
    kept = databases.new()
    with started(kept, scenario=OVERSTAY) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)


def test_cariqa_011_fee_grows_from_the_grace_period_to_the_cap(overstay: Sandbox) -> None:
    """The fee is zero in the grace period, then grows by the minute up to the cap."""
    expected = {
        "12:30:00": "0.00",
        "13:00:00": "0.00",
        "13:00:01": "0.12",
        "13:01:00": "0.12",
        "13:01:01": "0.24",
        "13:10:00": "1.19",
        "13:25:00": "2.98",
        "13:25:01": "3.00",
        "21:59:59": "3.00",
        "22:00:00": "3.00",
        "22:59:59": "3.00",
    }

    actual = {clock: _fee(overstay, f"2026-03-04T{clock}Z") for clock in expected}

    assert expected == actual


def test_fee_is_shown_with_its_terms(overstay: Sandbox) -> None:
    """The prices have the fee with VAT, the grace period and the cap."""
    prices = every(overstay)[0]["user_facing_session_prices"]

    assert (prices["blocking_fee"], prices["grace_period_minutes"], prices["blocking_cap"]) == ("0.12", 60, "3.00")


def test_fee_is_on_the_invoice(overstay: Sandbox) -> None:
    """20 kWh at 0.595 and the capped fee come to 14.90, including 2.38 VAT."""
    cost = every(overstay)[0]["session_cost"]

    assert (cost["kwh_cost"], cost["blocking_fee_cost"]) == ("11.90", "3.00")
    assert (cost["invoice_summary"], cost["invoice_vat"]) == ("14.90", "2.38")


def test_cariqa_011_the_documented_fee_counts_started_minutes(sandbox: Sandbox) -> None:
    """The documented session is 28 started minutes over its 240, exact to the second."""
    expected = {"12:12:31.500": "0.00", "12:12:32.500": "0.10", "12:13:31.500": "0.10", "12:13:32.500": "0.20"}
    expected |= {"12:40:02.999": "2.80", "12:40:03.000": "2.80"}

    actual = {
        clock: every(sandbox, world="documented", at=f"2026-03-31T{clock}Z")[0]["session_cost"]["blocking_fee_cost"]
        for clock in expected
    }

    assert expected == actual


def _fee(sandbox: Sandbox, at: str) -> str:
    fee: str = every(sandbox, at=at)[0]["session_cost"]["blocking_fee_cost"]
    return fee
