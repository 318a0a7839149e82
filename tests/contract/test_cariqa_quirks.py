"""Wattif has the quirks of Cariqa that `app/vendors/cariqa/quirks.md` lists: one test per entry."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from tests.conftest import Sandbox

_PATH: Final = "/api/v1/users/user_id/charging-sessions/"
_BLOCKED: Final = "0f5b0f3e-5d0a-4a53-8d2c-0f3f6f1c9a01"
_GUIDE: Final = "ab7ae756-b663-43b9-a025-40c51dd503d9"
_DEBTOR: Final = "00000000-0000-4000-8000-0000000000d1"
_INVOICE: Final = (
    "invoice_view",
    "invoice_download",
    "invoice_vat",
    "invoice_summary",
    "invoice_credits",
    "invoice_discount",
)
_NO_INVOICE: Final = ["", None, "", "", "", ""]


def test_invoices_can_be_looked_at(sandbox: Sandbox) -> None:
    """CARIQA-001: `invoice_view` is there, as on the page, though the later contract has dropped it."""
    assert _documented(sandbox, _GUIDE)["session_cost"]["invoice_view"].endswith(_GUIDE)


def test_page_sizes_are_mended(sandbox: Sandbox) -> None:
    """CARIQA-002: 20 rows where the size makes no sense, 100 at most; a page that is not there is 404."""
    count = sandbox.cariqa().json()["count"]
    sizes = {size: len(sandbox.cariqa(page_size=size).json()["results"]) for size in ("x", "0", "-3", "", "3", "1000")}
    pages = {page: sandbox.cariqa(page=page, page_size=3).status_code for page in ("1", "last", "0", "x", "", "9999")}

    assert 20 < count <= 100
    assert sizes == {"x": 20, "0": 20, "-3": 20, "": 20, "3": 3, "1000": count}
    assert pages == {"1": 200, "last": 200, "0": 404, "x": 404, "": 200, "9999": 404}


def test_missing_token_is_401_and_unknown_403(sandbox: Sandbox) -> None:
    """CARIQA-003: and only the former says how to authenticate."""
    headers: tuple[dict[str, str], ...] = ({}, {"Authorization": "Token <token>"}, {"Authorization": "Bearer unknown"})
    answers = [sandbox.client.get(_PATH, headers=each) for each in headers]

    assert [answer.status_code for answer in answers] == [401, 401, 403]
    assert [answer.headers.get("WWW-Authenticate") for answer in answers] == ['Bearer realm="api"'] * 2 + [None]


def test_missing_slash_is_a_redirect(sandbox: Sandbox) -> None:
    """CARIQA-004: a path without its slash moves to the one with it, query included; what is not there is a page."""
    moved = sandbox.client.get(f"{_PATH[:-1]}?page_size=3", follow_redirects=False)
    nothing = sandbox.client.get("/api/v1/nothing/")

    assert (moved.status_code, moved.headers["Location"]) == (301, f"{_PATH}?page_size=3")
    assert (nothing.status_code, nothing.headers["Content-Type"].split(";")[0]) == (404, "text/html")


def test_sessions_come_newest_first(sandbox: Sandbox) -> None:
    """CARIQA-005: active ones included."""
    rows = sandbox.cariqa(_active_user(sandbox), page_size=100).json()["results"]
    begun = [row["start_time"] for row in rows]

    assert begun == sorted(begun, reverse=True)
    assert rows[0]["is_active"]


def test_invoice_is_empty_until_there_is_one(sandbox: Sandbox) -> None:
    """CARIQA-006: strings that may not be null are empty, the download is null."""
    active = sandbox.cariqa(_active_user(sandbox)).json()["results"][0]["session_cost"]

    assert [active[name] for name in _INVOICE] == _NO_INVOICE


def test_invoices_and_logos_lead_to_the_sandbox(sandbox: Sandbox) -> None:
    """CARIQA-007: their links are there without a key, on the host that was called."""
    rows = sandbox.cariqa(page_size=100).json()["results"]
    costs = [row["session_cost"] for row in rows if row["session_cost"]["invoice_view"]]
    links = [*(row["logo_url"] for row in rows), *(cost["invoice_view"] for cost in costs)]
    answers = [sandbox.client.get(link) for link in (*links, *(cost["invoice_download"] for cost in costs))]

    assert costs
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.url.netloc for answer in answers} == {sandbox.client.base_url.netloc}


def test_documented_links_lead_to_hosts_that_do_not_answer(sandbox: Sandbox) -> None:
    """CARIQA-007: in the scenario of the documentation their hosts are reserved names."""
    row = _documented(sandbox, _GUIDE)

    assert row["session_cost"]["invoice_download"] == f"https://invoices.wattif.example/{_GUIDE}.pdf"
    assert row["logo_url"] == "https://logos.wattif.example/amsel-ladenetz.png"


def test_session_has_no_start_before_power_flows(sandbox: Sandbox) -> None:
    """CARIQA-008: plugged in and waiting, it is active, and start and duration are null."""
    row = _with_start(sandbox)
    waiting = _row_at(sandbox, row["id"], _shifted(row["start_time"], seconds=-1))

    assert (waiting["start_time"], waiting["duration"], waiting["end_time"]) == (None, None, None)
    assert (waiting["is_active"], waiting["consumed_energy"]) == (True, "0.000")


def test_active_session_grows(sandbox: Sandbox) -> None:
    """CARIQA-009: duration, energy and costs are those so far."""
    row = _with_start(sandbox)
    after = [_row_at(sandbox, row["id"], _shifted(row["start_time"], seconds=n)) for n in (60.5, 120.9)]

    assert [it["duration"] for it in after] == [60, 120]
    assert 0 < float(after[0]["consumed_energy"]) < float(after[1]["consumed_energy"])
    assert [it["session_cost"]["invoice_summary"] for it in after] == ["", ""]


def test_cost_is_not_the_shown_price_times_energy(sandbox: Sandbox) -> None:
    """CARIQA-010: 10.000 kWh shown at 0.54 cost 5.39, because only the product is rounded; VAT is inside the total."""
    row = _documented(sandbox, _GUIDE)
    cost = row["session_cost"]

    assert (row["consumed_energy"], row["user_facing_session_prices"]["kwh_price"], cost["kwh_cost"]) == (
        "10.000",
        "0.54",
        "5.39",
    )
    assert (cost["invoice_summary"], cost["invoice_vat"]) == ("5.39", "0.86")
    assert (row["user_facing_session_prices"]["time_price"], cost["time_cost"]) == (None, "0.00")


def test_grace_runs_from_the_start(sandbox: Sandbox) -> None:
    """CARIQA-011: blocking counts by started minutes after the grace period, though charging was over before."""
    row = _documented(sandbox, _BLOCKED)
    prices = row["user_facing_session_prices"]
    over = -(-(row["duration"] - 60 * prices["grace_period_minutes"]) // 60)

    assert (prices["grace_period_minutes"], prices["blocking_fee"], prices["blocking_cap"]) == (240, "0.10", "12.00")
    assert (over, row["session_cost"]["blocking_fee_cost"]) == (28, "2.80")


def test_session_lasts_until_unplugged(sandbox: Sandbox) -> None:
    """CARIQA-012: a vehicle that is full and still at the cable has an active session that costs time."""
    full, later = (
        _row_at(sandbox, _BLOCKED, at, "documented") for at in ("2026-03-31T11:30:00Z", "2026-03-31T12:30:00Z")
    )

    assert [(it["is_active"], it["consumed_energy"]) for it in (full, later)] == [(True, "31.500")] * 2
    assert float(full["session_cost"]["time_cost"]) < float(later["session_cost"]["time_cost"])


def test_invoice_comes_a_little_after_the_end(sandbox: Sandbox) -> None:
    """CARIQA-013: 67 seconds after it in the guide, five to ninety elsewhere; between the two nothing is active."""
    guide = [_row_at(sandbox, _GUIDE, f"2026-03-30T13:52:{at}Z", "documented") for at in ("35.754", "35.755")]
    row = _with_start(sandbox)
    invoiced = _row_at(sandbox, row["id"], _shifted(row["end_time"], seconds=90))

    assert [it["is_active"] for it in guide] == [False, False]
    assert [it["session_cost"]["invoice_summary"] for it in guide] == ["", "5.39"]
    assert invoiced["session_cost"]["invoice_summary"] != ""


def test_session_costs_nothing_before_any_energy(sandbox: Sandbox) -> None:
    """CARIQA-014: no fee is charged while nothing was delivered, though it is shown among the prices."""
    row = _row_at(sandbox, _BLOCKED, "2026-03-31T08:12:31.500Z", "documented")
    costs = [cost for name, cost in row["session_cost"].items() if name.endswith("_cost")]

    assert (row["start_time"] is not None, row["consumed_energy"]) == (True, "0.000")
    assert row["user_facing_session_prices"]["session_fee"] == "1.00"
    assert costs == ["0.00"] * 5


def test_speed_follows_from_power(sandbox: Sandbox) -> None:
    """CARIQA-015: slow below 43 kW, turbo from 150 kW, fast between."""
    rows = [row for user in (None, _active_user(sandbox)) for row in _all(sandbox, user)]
    speeds = {row["station_info"]["connector_power"]: row["station_info"]["station_speed"] for row in rows}

    assert speeds == {power: "slow" if power < 43 else "fast" if power < 150 else "turbo" for power in speeds}
    assert len(set(speeds.values())) > 1


def test_unknown_parameters_are_kept_in_links(sandbox: Sandbox) -> None:
    """CARIQA-016: they change nothing; the first page's link is without `page`."""
    answer = sandbox.cariqa(page=2, page_size=3, colour="red").json()

    assert len(answer["results"]) == 3
    assert answer["previous"].endswith("/?colour=red&page_size=3")
    assert answer["next"].endswith("/?colour=red&page=3&page_size=3")


@pytest.mark.parametrize("user", ["unknown", "a%00b", "%C3%A9", "user_id"])
def test_user_of_no_or_another_world_is_not_found(sandbox: Sandbox, user: str) -> None:
    """CARIQA-017: 404, as is an id of no possible form."""
    answer = sandbox.cariqa(user)

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_stars_are_given_after_the_end(sandbox: Sandbox) -> None:
    """CARIQA-018: the rating that a session will get is null while it is active."""
    assert _documented(sandbox, _BLOCKED)["rates"] == 5
    assert _row_at(sandbox, _BLOCKED, "2026-03-31T12:40:02.999Z", "documented")["rates"] is None


def test_invoice_waits_for_a_late_record(sandbox: Sandbox) -> None:
    """CARIQA-019: an hour after the end, if it is told so; until then costs are final and the invoice is empty."""
    user = _active_user(sandbox)
    active = sandbox.cariqa(user).json()["results"][0]["id"]
    happened = _simulate(sandbox, event="charge_record_late", id=active, **{"for": "PT1H"})
    ends, arrives = happened["transitions"][0]["at"], happened["transitions"][-1]["at"]
    over, late, there = (
        _row_at(sandbox, active, at, user=user) for at in (ends, _shifted(arrives, seconds=-0.001), arrives)
    )

    assert datetime.fromisoformat(arrives) - datetime.fromisoformat(ends) == timedelta(hours=1)
    assert [it["is_active"] for it in (over, late, there)] == [False] * 3
    assert over == late
    assert [late["session_cost"][name] for name in _INVOICE] == _NO_INVOICE
    assert there["session_cost"]["kwh_cost"] == late["session_cost"]["kwh_cost"]
    assert there["session_cost"]["invoice_summary"] != ""


def test_debt_has_no_invoice_until_it_is_paid(sandbox: Sandbox) -> None:
    """CARIQA-020: neither the magic one nor one that is made; paying it brings the invoice."""
    user = _active_user(sandbox)
    active = sandbox.cariqa(user).json()["results"][0]["id"]
    _simulate(sandbox, event="payment_fails", id=active)
    made = _row_at(sandbox, active, "2026-04-04T12:00:00Z", user=user)["session_cost"]
    owed = sandbox.cariqa(_DEBTOR).json()["results"][0]
    _simulate(sandbox, event="debt_paid", id=owed["id"])
    paid = sandbox.cariqa(_DEBTOR).json()["results"][0]

    assert [[costs[name] for name in _INVOICE] for costs in (made, owed["session_cost"])] == [_NO_INVOICE] * 2
    assert (owed["is_active"], owed["session_cost"]["kwh_cost"]) == (False, paid["session_cost"]["kwh_cost"])
    assert paid["session_cost"]["invoice_summary"] == paid["session_cost"]["kwh_cost"]


def _simulate(sandbox: Sandbox, **happening: str) -> dict[str, Any]:
    answer = sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=happening)
    happened: dict[str, Any] = answer.raise_for_status().json()
    return happened


def _all(sandbox: Sandbox, user: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.cariqa(user, page_size=100).json()["results"]
    return found


def _active_user(sandbox: Sandbox) -> str:
    return str(sandbox.world()["sample"]["cariqa"]["active_user_id"])


def _documented(sandbox: Sandbox, session: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = sandbox.cariqa(world="documented").json()["results"]
    return next(row for row in rows if row["id"] == session)


def _with_start(sandbox: Sandbox) -> dict[str, Any]:
    """A settled session of the sample user that took at least a quarter of an hour and some energy."""
    return next(
        row
        for row in _all(sandbox)
        if (row["duration"] or 0) > 900 and row["consumed_energy"] != "0.000" and row["session_cost"]["invoice_summary"]
    )


def _row_at(sandbox: Sandbox, session: str, at: str, world: str = "default", user: str | None = None) -> dict[str, Any]:
    rows: list[dict[str, Any]] = sandbox.cariqa(user, world=world, at=at, page_size=100).json()["results"]
    return next(row for row in rows if row["id"] == session)


def _shifted(instant: str, *, seconds: float) -> str:
    return (datetime.fromisoformat(instant) + timedelta(seconds=seconds)).isoformat()
