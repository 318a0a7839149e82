"""An invoice is written to whom the billing details of a user name."""

import pytest

from tests.conftest import Sandbox
from tests.files.reading import InvoicePage, pdf_text
from tests.vendors.cariqa.customers import answered

_ADDRESS = {"line1": "Karl-Marx-Allee 1", "postal_code": "10243"}
_COMPANY = {"account_type": "business", "company_name": "CompanyName", "vat_id": "DE123456789"}


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (_ADDRESS | {"first_name": "Max", "last_name": "Mustermann"}, ["Max Mustermann"]),
        (_ADDRESS | _COMPANY, ["CompanyName", "VAT number DE123456789"]),
    ],
)
def test_invoice_names_a_person_or_a_company_with_its_vat_number(
    sandbox: Sandbox, body: dict[str, str], lines: list[str]
) -> None:
    """On the page and in the PDF file, as the billing details are now."""
    user = sandbox.opened()["credentials"]["cariqa"]["user_id"]
    answered(sandbox, "PUT", f"{user}/billing-details/", json=body)
    row = next(each for each in sandbox.cariqa().json()["results"] if each["session_cost"]["invoice_view"])
    page = InvoicePage(sandbox.client.get(row["session_cost"]["invoice_view"]))
    text = pdf_text(sandbox.client.get(row["session_cost"]["invoice_download"]))

    assert page.facts["To"].splitlines() == lines
    assert all(line in text for line in lines)
