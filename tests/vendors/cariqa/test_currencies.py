"""Amounts are rounded and written in the minor unit of their currency."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sandbox, started
from tests.databases import Databases
from tests.vendors.cariqa.test_blocking_fee import OVERSTAY
from tests.vendors.cariqa.users import every


@pytest.mark.parametrize(
    ("tariff", "price", "cost"),
    [
        ("isk vat=24 kwh=45", "55.80", "1116.00"),
        ("jpy vat=10 kwh=35", "38.50", "770.00"),
        ("kwd vat=5 kwh=0.1205", "0.127", "2.531"),
        ("huf vat=27 kwh=180", "228.60", "4572.00"),
    ],
)
def test_cariqa_021_amounts_have_the_decimals_of_their_currency(
    databases: Databases, tmp_path: Path, tariff: str, price: str, cost: str
) -> None:
    """CARIQA-021: two decimals, or the three of a KWD; an ISK has none that are not zero, but in prices."""
    session = ended_session(databases, tmp_path, tariff)

    assert session["consumed_energy"] == "20.000"
    assert session["user_facing_session_prices"]["kwh_price"] == price
    assert session["session_cost"]["kwh_cost"] == cost
    assert session["session_cost"]["invoice_summary"] == cost


def ended_session(databases: Databases, folder: Path, tariff: str) -> dict[str, Any]:
    """The session of a world whose one connector has that tariff, after its payment."""
    text = Path(OVERSTAY).read_text("utf-8")
    [line] = (line for line in text.splitlines() if "tariff:" in line)
    changed = f"{line[: line.index('tariff:')]}tariff: {tariff}" + ("}" if line.endswith("}") else "")
    scenario = folder / "abroad.yaml"
    scenario.write_text(text.replace(line, changed), "utf-8")
    kept = databases.new()
    with started(kept, scenario=str(scenario)) as client:
        [found] = every(Sandbox(client, kept), at="2026-03-05T12:00:00Z")
    databases.drop(kept)
    return found
