"""Names in any script, and names that look like markup, stand on invoices as they are written in the scenario."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Sandbox, started
from tests.databases import Databases
from tests.files.reading import InvoicePage, Row, pdf_text
from tests.vendors.cariqa.test_blocking_fee import OVERSTAY

pytestmark = pytest.mark.slow

LINKS: Final = ("invoice_view", "invoice_download")
AT: Final = {"X-Sandbox-At": "2026-03-05T12:00:00Z"}
MARKUP: Final = "<script>alert(1)</script> & \"Söhne' <b>"


@pytest.mark.parametrize("name", ["Punkt Jaskółka", "Dobíjení Sýkora", "Töltő Gólya", "Łódź", "Ластівка", MARKUP])
def test_name_is_shown_as_it_is_written(databases: Databases, tmp_path: Path, name: str) -> None:
    """The operator's and the customer's name stand on the page and in the PDF file, and are no tags there."""
    with named(databases, tmp_path, operator=name, user=name) as (sandbox, row):
        answer = sandbox.client.get(row["session_cost"]["invoice_view"], headers=AT)
        page = InvoicePage(answer)
        text = pdf_text(sandbox.client.get(row["session_cost"]["invoice_download"], headers=AT))

    assert (page.facts["From"].splitlines()[0], page.facts["To"]) == (name, name)
    assert text.count(name) >= 3
    assert not {"script", "b"}.intersection(page.tags)


def test_logo_of_a_name_like_markup_is_an_image(databases: Databases, tmp_path: Path) -> None:
    """Its link has letters and hyphens only, and leads to an image without a script."""
    with named(databases, tmp_path, operator=MARKUP, user="A") as (sandbox, row):
        logo = sandbox.client.get(row["logo_url"])

    assert row["logo_url"].endswith("/logos/script-alert-1-script-S%C3%B6hne-b.svg")
    assert (logo.status_code, "<script" in logo.text) == (200, False)


@pytest.mark.parametrize(
    "name", ["W" * 5000, "充電 ツバメ", "🐦 Vogel", "a\u0301\u200f\u202eb", "-" * 300, "%s $name {0}"]
)
def test_odd_name_makes_a_file(databases: Databases, tmp_path: Path, name: str) -> None:
    """A name of any length and script makes a page, and a PDF file of one page that can be read."""
    with named(databases, tmp_path, operator=name, user=name) as (sandbox, row):
        answers = [sandbox.client.get(row["session_cost"][link], headers=AT) for link in LINKS]
        logo = sandbox.client.get(row["logo_url"])

    assert [answer.status_code for answer in (*answers, logo)] == [200, 200, 200]
    assert "Total, paid" in pdf_text(answers[1])


@pytest.mark.parametrize(
    ("tariff", "price", "amount"),
    [
        ("isk vat=24 kwh=45", "55.80 per kWh", "1116"),
        ("kwd vat=5 kwh=0.1205", "0.127 per kWh", "2.531"),
        ("huf vat=27 kwh=180", "228.60 per kWh", "4572.00"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    databases: Databases, tmp_path: Path, tariff: str, price: str, amount: str
) -> None:
    """Amounts have the minor units of their currency; prices have two decimals at least."""
    with named(databases, tmp_path, operator="A", user="B", tariff=tariff) as (sandbox, row):
        page = InvoicePage(sandbox.client.get(row["session_cost"]["invoice_view"], headers=AT))
        text = pdf_text(sandbox.client.get(row["session_cost"]["invoice_download"], headers=AT))

    assert page.rows[1] == ["Energy", "20.000 kWh", price, amount]
    assert page.sums["Total, paid"] == f"{amount} {tariff[:3].upper()}"
    assert page.sums["Total, paid"] in text


@contextmanager
def named(
    databases: Databases, folder: Path, *, operator: str, user: str, tariff: str | None = None
) -> Iterator[tuple[Sandbox, Row]]:
    """A sandbox whose one user has one session, which is settled at `AT`, with an operator of that name."""
    text = Path(OVERSTAY).read_text("utf-8")
    for member, value in (("      operator: ", operator), ("overstayer, name: ", user)):
        before, found, after = text.partition(member)
        end = min(after.find(mark) for mark in ",\n" if mark in after)
        text = f"{before}{found}{json.dumps(value, ensure_ascii=False)}{after[end:]}"
    if tariff is not None:
        text = text.replace("eur vat=19 kwh=0.5 blocking=0.1 grace=60 cap=3.00", tariff)
    scenario = folder / "named.yaml"
    scenario.write_text(text, "utf-8")
    kept = databases.new()
    with started(kept, scenario=str(scenario)) as client:
        sandbox = Sandbox(client, kept)
        [row] = sandbox.cariqa(at=AT["X-Sandbox-At"]).json()["results"]
        yield sandbox, row
    databases.drop(kept)
