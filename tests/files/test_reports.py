"""The file of a report is there once the report has succeeded, and has the sums of its period's transactions."""

import csv
import io
from collections import defaultdict
from typing import Any, Final

import pytest

from app.operations import reports
from tests.conftest import Sandbox

REPORTS: Final = "/v1/reports"
WORLDS: Final = "/_sandbox/v1/worlds"
SUMS: Final = ("transactions", "amount_charged", "amount_refunded", "amount_adjusted", "amount")
HEADER: Final = [
    "currency",
    "transactions",
    "energy_consumed",
    "amount_charged",
    "amount_refunded",
    "amount_adjusted",
    "amount",
]
SINCE, UNTIL = "2026-02-16T00:00:00.000Z", "2026-03-02T00:00:00.000Z"


def made(
    sandbox: Sandbox, since: str = SINCE, until: str = UNTIL, fleet: str | None = None, **parameters: object
) -> str:
    """The id of a report."""
    parameters |= {"type": "charging_summary", "period_start": since, "period_end": until}
    body = {"parameters": parameters, "fleet": fleet}
    answer = sandbox.client.post(REPORTS, json=body, headers=sandbox.charge_key())
    return str(answer.raise_for_status().json()["id"])


def link_of(sandbox: Sandbox, report: str) -> str:
    """The link to the file of a report, after the five minutes that it takes."""
    sandbox.advance("PT5M")
    return str(sandbox.charge(f"{REPORTS}/{report}").json()["url"])


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def transactions(sandbox: Sandbox, **filters: str) -> list[dict[str, Any]]:
    """All transactions of the world that are made by now."""
    page = sandbox.charge("/v1/transactions", limit=100, **filters).json()
    rows: list[dict[str, Any]] = page["data"]
    while page["next_page_url"]:
        page = sandbox.client.get(page["next_page_url"], headers=sandbox.charge_key()).json()
        rows += page["data"]
    return rows


@pytest.mark.parametrize("group_by", ["vehicle", "driver", "fleet"])
def test_sums_are_those_of_the_transactions(sandbox: Sandbox, group_by: str) -> None:
    """CHARGE-119: a row a group and currency, whose sums are those of the period's transactions, as they are listed."""
    report = made(sandbox, group_by=group_by)
    expected: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    for each in transactions(sandbox):
        if SINCE <= each["created"] < UNTIL and each["status"] == "succeeded":
            sums = expected[each[group_by] or "", each["currency"]]
            kind = {"charge": "charged", "refund": "refunded", "adjustment": "adjusted"}[each["type"]]
            sums["transactions"] += 1
            sums["amount"] += each["amount"]
            sums[f"amount_{kind}"] += each["amount"]
    file = sandbox.client.get(link_of(sandbox, report))
    rows = rows_of(file.text)

    assert file.text.splitlines()[0].split(",") == [group_by, *HEADER]
    assert [(row[group_by], row["currency"]) for row in rows] == sorted(expected)
    assert len(rows) > 1
    for row in rows:
        assert {name: int(row[name]) for name in SUMS} == expected[row[group_by], row["currency"]]


def test_energy_is_that_of_the_charged_sessions(sandbox: Sandbox) -> None:
    """Together the rows have the energy of all sessions that the period's transactions charge."""
    report = made(sandbox)
    charged = {
        each["charging_session"]
        for each in transactions(sandbox)
        if SINCE <= each["created"] < UNTIL
        and each["status"] == "succeeded"
        and "reservation" not in each["description"]
    }
    energy = sum(sandbox.charge(f"/v1/charging_sessions/{it}").json()["energy_consumed"] for it in sorted(charged))
    rows = rows_of(sandbox.client.get(link_of(sandbox, report)).text)

    assert sum(int(row["energy_consumed"]) for row in rows) == energy > 0


def test_file_is_narrowed_to_a_fleet_and_to_vehicles(sandbox: Sandbox) -> None:
    """A report of a fleet has the fleet's transactions only, and one of a vehicle only this vehicle's."""
    fleet = sandbox.world()["sample"]["charge"]["fleet"]
    own = {
        (each["vehicle"], each["currency"])
        for each in transactions(sandbox, fleet=fleet)
        if SINCE <= each["created"] < UNTIL and each["status"] == "succeeded"
    }
    vehicle = min(own)[0]
    of_fleet, of_vehicle = made(sandbox, fleet=fleet), made(sandbox, filters={"vehicle": [vehicle]})
    fleets = rows_of(sandbox.client.get(link_of(sandbox, of_fleet)).text)
    vehicles = rows_of(sandbox.client.get(link_of(sandbox, of_vehicle)).text)

    assert {(row["vehicle"], row["currency"]) for row in fleets} == own
    assert {row["vehicle"] for row in vehicles} == {vehicle}


def test_file_has_as_many_bytes_as_the_report_says(sandbox: Sandbox) -> None:
    """`size` is the length of the file; both stay the same in the days after."""
    report = made(sandbox, group_by="driver")
    link = link_of(sandbox, report)
    shown = sandbox.charge(f"{REPORTS}/{report}").json()
    file = sandbox.client.get(link)
    sandbox.advance("P3D")

    assert len(file.content) == shown["size"] > 0
    assert sandbox.client.get(link).content == file.content
    assert sandbox.charge(f"{REPORTS}/{report}").json() == shown


@pytest.mark.own_server
def test_long_file_is_kept_whole(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is kept in many pieces is the same as one that is kept in one."""
    short = made(sandbox)
    monkeypatch.setattr(reports, "_LONGEST", 7)
    long = made(sandbox)
    files = [sandbox.client.get(link_of(sandbox, report)).content for report in (short, long)]

    assert files[0] == files[1]
    assert len(files[0]) > 1000


def test_file_is_there_once_the_report_has_succeeded(sandbox: Sandbox) -> None:
    """CHARGE-116: without a key; a millisecond before it is 404 and says when it is due, now and at other instants."""
    report = made(sandbox)
    at = "2026-03-04T12:05:00.000Z"
    link = sandbox.charge(f"{REPORTS}/{report}", at=at).json()["url"]
    early = sandbox.client.get(link, headers={"X-Sandbox-At": "2026-03-04T12:04:59.999Z"})

    assert link.startswith("http://localhost:8000/_sandbox/files/")
    assert (sandbox.client.get(link).status_code, early.status_code) == (404, 404)
    assert f"it is due at {at}" in early.text
    assert sandbox.client.get(link, headers={"X-Sandbox-At": at}).status_code == 200
    sandbox.advance("PT5M")
    assert sandbox.client.get(link).status_code == 200


def test_file_has_what_the_period_held_at_the_creation(sandbox: Sandbox) -> None:
    """CHARGE-117: of a period that goes on, what has succeeded when the report is asked for, and nothing later."""
    until = "2026-03-10T00:00:00.000Z"
    early = made(sandbox, until=until, group_by="fleet")
    succeeded = [it for it in transactions(sandbox) if it["created"] >= SINCE and it["status"] == "succeeded"]
    first = rows_of(sandbox.client.get(link_of(sandbox, early)).text)
    sandbox.advance("P1D")
    late = made(sandbox, until=until, group_by="fleet")
    second = rows_of(sandbox.client.get(link_of(sandbox, late)).text)

    counts = [sum(int(row["transactions"]) for row in rows) for rows in (first, second)]
    assert counts[0] == len(succeeded) < counts[1]


def test_period_without_transactions_has_a_header_only(sandbox: Sandbox) -> None:
    """The file of an empty period is its header and a line break."""
    report = made(sandbox, "2019-01-01T00:00:00Z", "2019-02-01T00:00:00Z")

    assert sandbox.client.get(link_of(sandbox, report)).content == f"vehicle,{','.join(HEADER)}\r\n".encode()


def test_file_is_downloaded_as_csv(sandbox: Sandbox) -> None:
    """It has the media type of CSV and the report's name, is not kept, and any page may read it."""
    report = made(sandbox)
    answer = sandbox.client.get(link_of(sandbox, report), headers={"Origin": "https://app.example"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == f'attachment; filename="{report}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("odd", ["rpt_unknown", "%00", "x" * 5000, "..", "'"])
def test_other_links_are_not_found(sandbox: Sandbox, odd: str) -> None:
    """Another report, another vendor, and the key of another world lead to no file."""
    report = made(sandbox)
    link = link_of(sandbox, report)
    sandbox.client.post(WORLDS, json={"name": "other", "scenario": "village"}).raise_for_status()
    there = sandbox.client.get(f"{WORLDS}/other").json()["credentials"]["charge"]["secret_key"]
    named = sandbox.client.post(
        REPORTS,
        json={"parameters": {"type": "charging_summary", "period_start": SINCE, "period_end": UNTIL}},
        headers={"Authorization": f"Bearer {there}"},
    ).json()["id"]

    for wrong in (link.replace(report, odd), link.replace(report, named), link.replace("/charge/", f"/{odd}/")):
        assert sandbox.client.get(wrong).status_code == 404


def test_fork_and_import_have_the_same_file(sandbox: Sandbox) -> None:
    """Each copy of a world has the report under a link of its own, with the same bytes."""
    report = made(sandbox)
    file = sandbox.client.get(link_of(sandbox, report)).content
    sandbox.client.post(WORLDS, json={"name": "forked", "fork": "default"}).raise_for_status()
    export = sandbox.client.get(f"{WORLDS}/default/export").content
    json_type = {"Content-Type": "application/json"}
    sandbox.client.post(f"{WORLDS}/import?name=imported", content=export, headers=json_type).raise_for_status()

    for world in ("forked", "imported"):
        link = sandbox.charge(f"{REPORTS}/{report}", world=world).json()["url"]
        assert link != link_of(sandbox, report)
        assert sandbox.client.get(link).content == file
