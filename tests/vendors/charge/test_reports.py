"""Reports are asked for, succeed by the clock, and are listed, newest first."""

from collections.abc import Mapping
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox

REPORTS: Final = "/v1/reports"
NOW: Final = "2026-03-04T12:00:00.000Z"
PERIOD: Final = {"period_start": "2026-02-01T00:00:00.000Z", "period_end": "2026-03-01T00:00:00.000Z"}
KEYS: Final = [
    *("id", "object", "account", "created", "fleet", "parameters", "size", "status", "succeeded_at", "type", "url"),
]
UNREADY: Final = {"size": 0, "succeeded_at": None, "url": None}


def ask(sandbox: Sandbox, parameters: Mapping[str, object] | None = None, **body: object) -> httpx2.Response:
    """A POST that asks for a report on February; members of `parameters` may be changed or added."""
    whole = {"type": "charging_summary", **PERIOD, **(parameters or {})}
    return sandbox.client.post(REPORTS, json={"parameters": whole, **body}, headers=sandbox.charge_key())


def test_report_shows_what_was_asked_for(sandbox: Sandbox) -> None:
    """CHARGE-115: without a fleet, a group and a filter it is about all vehicles of the account."""
    made = ask(sandbox).json()

    assert list(made) == KEYS
    assert list(made["parameters"]) == ["filters", "group_by", "period_end", "period_start", "type"]
    assert made["parameters"] == {
        "filters": {"vehicle": []},
        "group_by": "vehicle",
        "type": "charging_summary",
        **PERIOD,
    }
    assert (made["object"], made["created"], made["fleet"], made["type"]) == ("report", NOW, None, "csv")


def test_report_of_a_fleet_names_it(sandbox: Sandbox) -> None:
    """Fleet, group and vehicles are those of the body; a vehicle that is named twice is shown once."""
    sample = sandbox.world()["sample"]["charge"]
    parameters = {"group_by": "driver", "filters": {"vehicle": [sample["vehicle"]] * 2}}
    made = ask(sandbox, fleet=sample["fleet"], parameters=parameters, type="csv").json()

    assert made["fleet"] == sample["fleet"]
    assert made["parameters"]["group_by"] == "driver"
    assert made["parameters"]["filters"] == {"vehicle": [sample["vehicle"]]}


@pytest.mark.own_server
def test_reports_of_one_instant_are_imported(sandbox: Sandbox) -> None:
    """An export with two reports that were asked for at the same instant can be imported."""
    made = [ask(sandbox).json()["id"], ask(sandbox).json()["id"]]
    exported = sandbox.client.get("/_sandbox/v1/worlds/default/export").content
    header = {"Content-Type": "application/json"}

    answer = sandbox.client.post("/_sandbox/v1/worlds/import?name=read", content=exported, headers=header)

    assert answer.status_code == 201, answer.text
    assert [row["id"] for row in sandbox.charge(REPORTS, world="read").json()["data"]] == made[::-1]


def test_instants_are_shown_in_milliseconds_of_utc(sandbox: Sandbox) -> None:
    """The period may be written with any offset and precision."""
    period = {"period_start": "2026-02-01T01:00:00.1239999+01:00", "period_end": "2026-02-01T00:00:00.124Z"}
    shown = ask(sandbox, parameters=period).json()["parameters"]

    assert shown["period_start"] == "2026-02-01T00:00:00.123Z"
    assert shown["period_end"] == "2026-02-01T00:00:00.124Z"


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (NOW, "pending"),
        ("2026-03-04T12:00:04.999Z", "pending"),
        ("2026-03-04T12:00:05.000Z", "processing"),
        ("2026-03-04T12:04:59.999Z", "processing"),
        ("2026-03-04T12:05:00.000Z", "succeeded"),
        ("2027-03-04T12:05:00.000Z", "succeeded"),
    ],
)
def test_status_follows_the_clock(sandbox: Sandbox, at: str, status: str) -> None:
    """CHARGE-113: pending for five seconds, processing, and succeeded after five minutes, with size and link then."""
    made = ask(sandbox).json()
    shown = sandbox.charge(f"{REPORTS}/{made['id']}", at=at).json()

    assert list(shown) == KEYS
    assert shown["status"] == status
    if status == "succeeded":
        assert shown["size"] > 0
        assert shown["succeeded_at"] == "2026-03-04T12:05:00.000Z"
        assert shown["url"].endswith(f"/reports/{made['id']}.csv")
    else:
        assert {name: shown[name] for name in UNREADY} == UNREADY
    assert {name: shown[name] for name in KEYS if name not in {*UNREADY, "status"}} == {
        name: made[name] for name in KEYS if name not in {*UNREADY, "status"}
    }


def test_list_is_narrowed_by_the_status_of_the_instant(sandbox: Sandbox) -> None:
    """A report is in the list of the status that it has at that instant, and in no other."""
    made = ask(sandbox).json()["id"]
    instants = {"pending": NOW, "processing": "2026-03-04T12:01:00Z", "succeeded": "2026-03-05T12:00:00Z"}

    for has, at in instants.items():
        for asked in (*instants, "failed"):
            rows = sandbox.charge(REPORTS, at=at, status=asked).json()["data"]
            assert [row["id"] for row in rows] == ([made] if asked == has else [])


def test_pages_lead_both_ways(sandbox: Sandbox) -> None:
    """Newest first; the second page leads back to the first, and the status is repeated in the links."""
    made = [ask(sandbox).json()["id"] for _ in range(3)]
    first = sandbox.charge(REPORTS, status="pending", limit=2).json()
    second = sandbox.client.get(first["next_page_url"], headers=sandbox.charge_key()).json()
    back = sandbox.client.get(second["previous_page_url"], headers=sandbox.charge_key()).json()

    assert [row["id"] for row in first["data"] + second["data"]] == made[::-1]
    assert (first["previous_page_url"], second["next_page_url"]) == (None, None)
    assert "&status=pending&limit=2" in first["next_page_url"]
    assert back["data"] == first["data"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "parameters"),
        ({"parameters": []}, "parameters"),
        ({"parameters": {**PERIOD}}, "parameters.type"),
        ({"parameters": {"type": "idle_time", **PERIOD}}, "parameters.type"),
        ({"parameters": {"type": "charging_summary"}}, "parameters.period_start"),
        ({"parameters": {"type": "charging_summary", **PERIOD, "period_end": "2026-03-01"}}, "parameters.period_end"),
        ({"parameters": {"type": "charging_summary", **PERIOD, "period_end": 5}}, "parameters.period_end"),
        (
            {"parameters": {"type": "charging_summary", **PERIOD, "period_end": PERIOD["period_start"]}},
            "parameters.period_end",
        ),
        ({"parameters": {"type": "charging_summary", **PERIOD, "group_by": "station"}}, "parameters.group_by"),
        ({"parameters": {"type": "charging_summary", **PERIOD, "columns": []}}, "parameters.columns"),
        (
            {"parameters": {"type": "charging_summary", **PERIOD, "filters": {"driver": []}}},
            "parameters.filters.driver",
        ),
        (
            {"parameters": {"type": "charging_summary", **PERIOD, "filters": {"vehicle": ["veh_x"] * 101}}},
            "parameters.filters.vehicle",
        ),
        (
            {"parameters": {"type": "charging_summary", **PERIOD, "filters": {"vehicle": ["a b"]}}},
            "parameters.filters.vehicle.0",
        ),
        ({"parameters": {"type": "charging_summary", **PERIOD}, "type": "pdf"}, "type"),
        ({"parameters": {"type": "charging_summary", **PERIOD}, "name": "x"}, "name"),
        ({"parameters": {"type": "charging_summary", **PERIOD}, "fleet": ""}, "fleet"),
    ],
)
def test_body_that_is_not_valid_is_refused(untouched: Sandbox, body: object, param: str) -> None:
    """CHARGE-114: 400 with the code for reports and the name of the parameter."""
    answer = untouched.client.post(REPORTS, json=body, headers=untouched.charge_key())
    error = answer.json()

    assert (answer.status_code, error["code"], error["param"]) == (400, "report_validation_error", param)
    assert error["doc_url"].endswith("#report_validation_error")


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"fleet": "flt_unknown"}, "fleet_not_found", "fleet"),
        (
            {"parameters": {"filters": {"vehicle": ["veh_unknown"]}}},
            "vehicle_not_found",
            "parameters.filters.vehicle",
        ),
    ],
)
def test_unknown_fleet_or_vehicle_is_not_found(untouched: Sandbox, body: dict[str, Any], code: str, param: str) -> None:
    """CHARGE-118: 404, and no report is made."""
    answer = ask(untouched, **body)

    assert (answer.status_code, answer.json()["code"], answer.json()["param"]) == (404, code, param)
    assert untouched.charge(REPORTS).json()["data"] == []


def test_fleet_of_another_world_is_not_found(sandbox: Sandbox) -> None:
    """A fleet of `documented` is no fleet of `default`, and a report belongs to one world."""
    foreign = sandbox.world("documented")["sample"]["charge"]["fleet"]
    made = ask(sandbox).json()["id"]

    assert ask(sandbox, fleet=foreign).json()["code"] == "fleet_not_found"
    assert sandbox.charge(f"{REPORTS}/{made}", world="documented").json()["code"] == "report_not_found"


@pytest.mark.parametrize("unknown", ["rpt_00000000000000000000000000000000", "rpt_%20", "x" * 300])
def test_unknown_report_is_not_found(untouched: Sandbox, unknown: str) -> None:
    """404 with the code for reports."""
    answer = untouched.charge(f"{REPORTS}/{unknown}")

    assert (answer.status_code, answer.json()["code"], answer.json()["param"]) == (404, "report_not_found", "report")


def test_fleet_is_expanded(sandbox: Sandbox) -> None:
    """`expand=fleet` shows the fleet itself, in a report and in a row of the list."""
    fleet = sandbox.world()["sample"]["charge"]["fleet"]
    made = ask(sandbox, fleet=fleet).json()["id"]
    whole = sandbox.charge(f"/v1/fleets/{fleet}").json()

    assert sandbox.charge(f"{REPORTS}/{made}", expand="fleet").json()["fleet"] == whole
    assert sandbox.charge(REPORTS, expand="fleet").json()["data"][0]["fleet"] == whole
    assert sandbox.charge(f"{REPORTS}/{made}", expand="driver").json()["code"] == "unsupported_expand_value"
