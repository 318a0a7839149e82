"""The invoice of a session is there as a page and as a PDF file once the session is settled, with its figures."""

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Final

import pytest

from app.domain.clock import MILLISECOND, SECOND, instant, micros, millis
from app.worlds.turns import Turns
from tests.conftest import Sandbox
from tests.files.reading import InvoicePage, Row, active, pdf_text, settled

pytestmark = pytest.mark.slow

COSTS: Final = {
    "Energy": "kwh_cost",
    "Time": "time_cost",
    "Session fee": "session_fee_cost",
    "Starting fee": "starting_fee_cost",
    "Blocking fee": "blocking_fee_cost",
}


def test_page_shows_the_figures_of_the_session(sandbox: Sandbox) -> None:
    """Lines, VAT, total, energy, duration, EVSE, session and instants are those of the vendor's answer."""
    rows = settled(sandbox)
    for row in rows:
        page, cost = InvoicePage(sandbox.client.get(row["session_cost"]["invoice_view"])), row["session_cost"]
        seconds = row["duration"]

        assert page.lines == {name: cost[COSTS[name]] for name in page.lines}
        assert sum(map(Decimal, page.lines.values())) == Decimal(cost["invoice_summary"])
        assert page.sums["VAT"] == cost["invoice_vat"]
        assert page.sums["Total, paid"] == f"{cost['invoice_summary']} {cost['currency'].upper()}"
        assert Decimal(page.sums["Without VAT"]) + Decimal(page.sums["VAT"]) == Decimal(cost["invoice_summary"])
        assert page.facts["Energy"] == f"{row['consumed_energy']} kWh"
        assert page.facts["Duration"] == f"{seconds // 3600} h {seconds // 60 % 60:02} min {seconds % 60:02} s"
        assert (page.facts["Session"], page.facts["EVSE"]) == (row["id"], row["evse_id"])
        assert page.facts["From"].splitlines()[1:] == [
            row["station_info"]["station_name"],
            row["station_info"]["station_address"],
        ]
        for label, name in (("Begin", "start_time"), ("End", "end_time")):
            assert page.facts[label].splitlines()[1] == f"{row[name][:19].replace('T', ' ')} UTC"
    assert rows


def test_page_shows_the_time_at_the_station(sandbox: Sandbox) -> None:
    """The first of the two times of an instant is later than UTC by the offset of the place."""
    row = settled(sandbox)[0]
    there, utc = InvoicePage(sandbox.client.get(row["session_cost"]["invoice_view"])).facts["End"].splitlines()
    found = re.fullmatch(r"(\S+) (\S+) \(UTC([+-])(\d\d):(\d\d)\)", there)

    assert found is not None
    offset = int(found[3] + "1") * (int(found[4]) * 3600 + int(found[5]) * 60) * SECOND
    assert instant(f"{found[1]}T{found[2]}Z") - offset == instant(f"{utc[:10]}T{utc[11:19]}Z")


def test_pdf_says_what_the_page_says(sandbox: Sandbox) -> None:
    """Each text of the page stands in the PDF file, in the letters of its language."""
    for row in settled(sandbox)[:5]:
        page = InvoicePage(sandbox.client.get(row["session_cost"]["invoice_view"]))
        text = pdf_text(sandbox.client.get(row["session_cost"]["invoice_download"]))
        words = [*page.facts.values(), *(cell for cells in page.rows for cell in cells)]

        assert [word for word in words if " ".join(word.split()) not in text] == []


def test_pdf_is_the_same_file_each_time(sandbox: Sandbox) -> None:
    """Two downloads have the same bytes."""
    link = settled(sandbox)[0]["session_cost"]["invoice_download"]

    assert sandbox.client.get(link).content == sandbox.client.get(link).content


def test_page_leads_to_the_pdf(sandbox: Sandbox) -> None:
    """The only link on the page is the one to the PDF file, relative to the page."""
    cost = settled(sandbox)[0]["session_cost"]
    [link] = InvoicePage(sandbox.client.get(cost["invoice_view"])).links

    assert cost["invoice_view"].rsplit("/", 1)[0] + "/" + link == cost["invoice_download"]


def test_invoice_is_not_there_before_the_settlement(sandbox: Sandbox) -> None:
    """A millisecond before, and while the session goes on, page and PDF file are 404 and say why."""
    row = settled(sandbox)[0]
    links = [row["session_cost"][name] for name in ("invoice_view", "invoice_download")]
    ended = instant(row["end_time"])
    at = next(
        at for at in range(ended, ended + 100 * SECOND, MILLISECOND * 500) if row in settled(sandbox, at=micros(at))
    )
    for when, says in ((ended, "is not settled"), (ended - SECOND, "the session goes on")):
        answers = [sandbox.client.get(link, headers={"X-Sandbox-At": millis(when)}) for link in links]

        assert {answer.status_code for answer in answers} == {404}
        assert all(says in answer.text for answer in answers)
    assert sandbox.client.get(links[0], headers={"X-Sandbox-At": millis(at)}).status_code == 200


def test_invoice_of_a_session_to_come_is_unknown(sandbox: Sandbox) -> None:
    """The invoice of a session that a list does not show yet is 404; its existence is not told."""
    row = settled(sandbox)[-1]
    early = sandbox.client.get(row["session_cost"]["invoice_view"], headers={"X-Sandbox-At": "2020-01-01T00:00:00Z"})

    assert (early.status_code, "There is no such invoice." in early.text) == (404, True)


def test_invoice_follows_the_clock(sandbox: Sandbox) -> None:
    """The link to the invoice of an active session is 404 until the clock has passed its settlement."""
    user, session = active(sandbox)
    link = link_to_come(sandbox, user, session)
    before = sandbox.client.get(link)
    sandbox.advance("P2D")

    assert (before.status_code, sandbox.client.get(link).status_code) == (404, 200)


def test_debt_has_no_invoice(sandbox: Sandbox) -> None:
    """A session whose payment failed has an invoice when the debt is paid, and not before."""
    user, session = active(sandbox)
    link = link_to_come(sandbox, user, session)
    simulate = "/_sandbox/v1/worlds/default/simulate"
    failed = sandbox.client.post(simulate, json={"event": "payment_fails", "id": session["id"]})
    sandbox.advance("P2D")
    unpaid = sandbox.client.get(link)
    paid = sandbox.client.post(simulate, json={"event": "debt_paid", "id": session["id"]})

    assert (failed.status_code, paid.status_code) == (200, 200)
    assert (unpaid.status_code, "is unpaid" in unpaid.text) == (404, True)
    assert sandbox.client.get(link).status_code == 200


def link_to_come(sandbox: Sandbox, user: str, session: Row) -> str:
    """The link that a session will have when it is settled."""
    rows = sandbox.cariqa(user, at="2026-03-07T12:00:00Z", page_size=100).json()["results"]
    return str(next(row["session_cost"]["invoice_view"] for row in rows if row["id"] == session["id"]))


@pytest.mark.own_server
def test_session_has_an_invoice_by_the_id_of_its_vendor(sandbox: Sandbox) -> None:
    """A session that a vendor shows by another id than a UUID has an invoice by that id, for its driver."""
    row = next(each for each in sandbox.charge(status="completed", limit=100).json()["data"] if each["amount_paid"])
    mount = settled(sandbox)[0]["session_cost"]["invoice_view"].rpartition("/")[0]
    page = InvoicePage(sandbox.client.get(f"{mount}/{row['id']}"))
    [driver] = sandbox.kept.rows("SELECT name FROM driver WHERE id = :id", id=row["driver"])[:1]

    assert Decimal(page.sums["Total, paid"].split()[0]).scaleb(2) == row["amount_paid"]
    assert (page.facts["Session"], page.facts["To"]) == (row["id"], driver.name)


@pytest.mark.own_server
def test_session_at_home_has_no_invoice(sandbox: Sandbox) -> None:
    """A session at a station that no operator runs is sold by none."""
    [key] = sandbox.kept.rows("SELECT link_key FROM world WHERE name = 'default' AND state = 'open'")
    rows = sandbox.kept.rows(
        "SELECT session.uuid FROM session JOIN station ON station.world = session.world AND station.id = station"
        " WHERE operator = '' AND session.world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"
    )

    assert rows
    for row in rows[:3]:
        assert sandbox.client.get(f"/_sandbox/files/{key.link_key}/invoices/{row.uuid}").status_code == 404


def test_pdfs_are_drawn_one_after_the_other(sandbox: Sandbox) -> None:
    """Callers who ask at the same time all get their own file."""
    links = [row["session_cost"]["invoice_download"] for row in settled(sandbox)] * 3
    alone = [sandbox.client.get(link).content for link in links]
    with ThreadPoolExecutor(8) as threads:
        together = [answer.content for answer in threads.map(sandbox.client.get, links)]

    assert together == alone


def test_too_many_pdfs_are_refused(open_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> None:
    """When as many wait as may, a further caller gets 429 and a time to wait; the page is there."""
    monkeypatch.setattr("app.files.invoices.pdf_turns", lambda: Turns("PDF files", 0, 0))
    sandbox = open_sandbox()
    cost = settled(sandbox)[0]["session_cost"]
    refused = sandbox.client.get(cost["invoice_download"])

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert sandbox.client.get(cost["invoice_view"]).status_code == 200


def test_start_does_not_load_the_library() -> None:
    """ReportLab and Pillow are imported by the first PDF file, and not by the server."""
    line = "import sys, app.main; sys.exit(bool({'reportlab', 'PIL'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", line], check=False).returncode == 0  # noqa: S603 - this very interpreter
