"""Files open in any page and are taken for nothing else: their types, and what browsers may do with them."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.files.reading import InvoicePage, settled

pytestmark = pytest.mark.one_database

TYPES: Final = {"page": "text/html; charset=utf-8", "pdf": "application/pdf", "logo": "image/svg+xml"}
PAGE: Final = {"Origin": "https://app.example"}


@pytest.mark.parametrize("kind", TYPES)
def test_file_has_its_type(untouched: Sandbox, kind: str) -> None:
    """Each file has its type, and no browser guesses another one."""
    answer = untouched.client.get(link(untouched, kind))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES[kind])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", TYPES)
def test_page_of_any_origin_reads_a_file(untouched: Sandbox, kind: str) -> None:
    """A script of any origin may read the files, an `<img>` or a frame shows logos and PDF files."""
    answer = untouched.client.get(link(untouched, kind), headers=PAGE)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if kind != "page":
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_page_loads_and_runs_nothing(untouched: Sandbox) -> None:
    """The policy forbids all but the page's own style; it has no script, no form and no image of another address."""
    answer = untouched.client.get(link(untouched, "page"))
    page = InvoicePage(answer)
    directives = answer.headers["Content-Security-Policy"].split("; ")

    assert directives[0] == "default-src 'none'"
    assert directives[1].startswith("style-src 'sha256-")
    assert not {"script", "form", "img", "iframe", "link"}.intersection(page.tags)


@pytest.mark.parametrize("kind", ["page", "pdf"])
def test_invoice_is_not_kept_and_its_address_not_told(untouched: Sandbox, kind: str) -> None:
    """An invoice follows the world's clock, and its address is a key."""
    headers = untouched.client.get(link(untouched, kind)).headers

    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["X-Sandbox-World"] == "default"
    assert "X-Sandbox-Now" in headers


def test_logo_may_be_kept(untouched: Sandbox) -> None:
    """A logo belongs to no world, and browsers may keep it for a day."""
    headers = untouched.client.get(link(untouched, "logo")).headers

    assert headers["Cache-Control"] == "public, max-age=86400"
    assert "X-Sandbox-World" not in headers


@pytest.mark.parametrize("kind", TYPES)
def test_methods_are_those_of_a_file(untouched: Sandbox, kind: str) -> None:
    """HEAD is answered as GET, OPTIONS names both, and any other method is 405 with a page."""
    where = link(untouched, kind)
    head, options, post = (untouched.client.request(method, where) for method in ("HEAD", "OPTIONS", "POST"))

    assert (head.status_code, head.headers["Content-Type"]) == (200, TYPES[kind])
    assert {each.strip() for each in options.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert (post.status_code, post.headers["Content-Type"]) == (405, TYPES["page"])
    assert "GET" in post.headers["Allow"]


def test_pdf_has_the_name_of_its_invoice(untouched: Sandbox) -> None:
    """A browser that saves the file calls it after the number of the invoice."""
    page = untouched.client.get(link(untouched, "page")).text
    told = untouched.client.get(link(untouched, "pdf")).headers["Content-Disposition"]
    number = told.removeprefix('inline; filename="').removesuffix('.pdf"')

    assert f"Invoice {number}<" in page


@pytest.mark.parametrize(
    "path", ["", "/", "/logos", "/x", "/x/invoices", "/x/invoices/", "/x/invoices/y/z", "/logos/a"]
)
def test_other_path_is_a_page_that_says_so(untouched: Sandbox, path: str) -> None:
    """A path without a file is 404, as a page."""
    answer = untouched.client.get(f"/_sandbox/files{path}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] in {TYPES["page"], "application/problem+json"}


@pytest.mark.parametrize("at", ["yesterday", "9999-06-01T00:00:00Z"])
def test_bad_instant_is_refused(untouched: Sandbox, at: str) -> None:
    """X-Sandbox-At is read as vendors' APIs read it; one that is not valid is 400, as a page."""
    answer = untouched.client.get(link(untouched, "page"), headers={"X-Sandbox-At": at})

    assert (answer.status_code, "X-Sandbox-At: " in answer.text) == (400, True)


def link(sandbox: Sandbox, kind: str) -> str:
    """The link to a file of that kind."""
    row = settled(sandbox)[0]
    cost = row["session_cost"]
    return str({"page": cost["invoice_view"], "pdf": cost["invoice_download"], "logo": row["logo_url"]}[kind])
