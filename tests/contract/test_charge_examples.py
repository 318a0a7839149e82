"""The world `documented` gives the 59 answers that Charge's pages show, in the ways that the pages leave open.

`charge_examples.json` has them by the names of their pages, and the requests of 44. Where an answer has to differ from
what is printed, `DEVIATIONS` names the member and the quirk.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from app.domain.clock import instant
from app.vendors.charge.auth import VERSION
from tests.conftest import Sandbox
from tests.contract.charge_examples import EXAMPLES, KEY, NOW
from tests.contract.printed import deviations, shape
from tests.vendors.charge.refusals import KEYS

DEVIATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    # Accounts
    # Drivers
    "drivers/list": {"fleets": "CHARGE-038"},
    # Estimations
    # Events
    # Fleets
    # Invoices
    "invoices/create": {"fleet": "CHARGE-112", "line_items": "CHARGE-112"},
    # Payment methods
    "payment_methods/create": {"card.fingerprint": "CHARGE-066"},
    # Policies
    "policies/create": {
        "name": "CHARGE-085",
        "rules.allowed_operators": "CHARGE-085",
        "rules.geofences": "CHARGE-085",
        "rules.time_windows": "CHARGE-085",
    },
    # Reports
    "reports/create": {"fleet": "CHARGE-115", "parameters.filters.vehicle": "CHARGE-115"},
    # Reservations
    # Stations
    # Transactions
    # Vehicles
    # Webhook endpoints
    "webhook_endpoints/create": {"enabled_events": "CHARGE-124"},
    "webhook_endpoints/update": {"description": "CHARGE-124"},
}
"""For each page, the members in which Wattif's answer differs, with the quirk that says why."""
AT: Final[Mapping[str, str]] = {
    "estimations/retrieve": "2026-04-01T00:37:10.811Z",
    "vehicle_telemetries/object": "2026-04-01T01:34:40.112Z",
}
"""The instants at which objects are as printed, where it is neither the world's own nor that of their latest change."""
DECIDED: Final[Mapping[str, tuple[str, ...]]] = {
    "charging_sessions/create": ("object", "energy_consumed", "status"),
    "drivers/attach": ("fleets",),
    "drivers/detach": ("fleets",),
    "fleets/create": ("total_drivers", "total_sessions", "total_vehicles", "wallet_balance"),
    "invoices/create": ("status", "amount_paid", "paid_at"),
    "reports/create": ("status", "size", "succeeded_at", "url"),
    "reservations/create": ("status", "charging_station", "confirmed_at", "reserved_start", "reserved_end"),
    "reservations/confirm": ("status",),
    "reservations/cancel": ("status",),
    "policies/delete": ("deleted",),
}
"""What a write decides without naming it in its body."""
_CHANGES: Final = {"created", "updated", "confirmed_at", "succeeded_at", "paid_at"}
"""The members that show when something has happened."""
_REQUEST: Final = {page: example["request"] for page, example in EXAMPLES.items() if "request" in example}
_LISTS: Final = [page for page in _REQUEST if "data" in EXAMPLES[page]["answer"]]
_WRITES: Final = [page for page, request in _REQUEST.items() if request["method"] != "GET"]
_RETRIEVES: Final = [page for page in EXAMPLES if page not in {*_LISTS, *_WRITES, "errors", "events/object"}]


def test_every_example_is_held() -> None:
    """There are 59 examples, of which 44 have a request, and the tables name no other page."""
    assert (len(EXAMPLES), len(_REQUEST)) == (59, 44)
    assert (len(_LISTS), len(_WRITES), len(_RETRIEVES)) == (12, 22, 23)
    assert {*DEVIATIONS, *AT, *DECIDED} <= set(EXAMPLES)


@pytest.mark.parametrize("page", _RETRIEVES)
def test_documented_object_is_retrieved(page: str, sandbox: Sandbox) -> None:
    """The object has the printed members, in their order and with their values."""
    printed = EXAMPLES[page]["answer"]
    path = _REQUEST.get(page, {"path": _path(page, printed)})["path"]

    assert deviations(printed, _answer(sandbox, "GET", path, at=_instant_of(page, printed))) == _known(page)


@pytest.mark.parametrize("page", _LISTS)
def test_documented_row_is_listed(page: str, sandbox: Sandbox) -> None:
    """The page has the printed envelope, and the printed row is among its rows."""
    printed, request = EXAMPLES[page]["answer"], _REQUEST[page]
    (row,) = printed["data"]
    shown = _answer(sandbox, "GET", request["path"], query=request["query"], at=_instant_of(page, row))
    ours = [each for each in shown["data"] if each["id"] == row["id"]]

    assert list(shown) == list(printed)
    assert len(ours) == 1
    assert deviations(row, ours[0]) == _known(page)


@pytest.mark.parametrize("page", _WRITES)
def test_documented_write_is_answered(page: str, sandbox: Sandbox) -> None:
    """The answer has the printed members in their order, of the printed types, and the values that the call decides."""
    printed, request = EXAMPLES[page]["answer"], _REQUEST[page]
    body = request.get("body")
    ours = _answer(sandbox, request["method"], request["path"], body=body)
    decided = {*DECIDED.get(page, ()), *(body or {})} & set(printed)
    if printed["id"] in request["path"]:
        decided.add("id")
    shapes = {*deviations(shape(printed), shape(ours))}
    values = {*deviations({it: printed[it] for it in decided}, {it: ours.get(it) for it in decided})}

    assert re.fullmatch(re.sub("_.*", "_[A-Za-z0-9]{32}", printed["id"]), ours["id"])
    assert sorted(shapes | values) == _known(page)


def test_documented_error_is_answered(sandbox: Sandbox) -> None:
    """The fleet of the page on errors does not exist; the refusal differs in the id of the request only."""
    printed = EXAMPLES["errors"]["answer"]
    answer = sandbox.client.get(_REQUEST["errors"]["path"], headers=KEY)

    assert answer.status_code == printed["status"]
    assert list(answer.json()) == KEYS
    assert answer.json() | {"request": printed["request"]} == printed


def test_documented_event_is_about_a_report_of_the_world(sandbox: Sandbox) -> None:
    """No operation shows an event; the report in the printed one is a report of the world, in the printed version."""
    printed = EXAMPLES["events/object"]["answer"]
    report = printed["data"]["object"]
    answer = _answer(sandbox, "GET", f"/v1/reports/{report['id']}", at=report["succeeded_at"])

    assert deviations(report, answer) == _known("events/object")
    assert printed["api_version"] == VERSION


def _path(page: str, printed: dict[str, Any]) -> str:
    """The path of an object whose page shows no request."""
    if page.startswith("vehicle_telemetries/"):
        return f"/v1/vehicles/{printed['vehicle']}/telemetry"
    return f"/v1/{page.split('/', maxsplit=1)[0]}/{printed['id']}"


def _instant_of(page: str, printed: object) -> str | None:
    """The instant at which an object is as printed; None for the world's own."""
    latest = max(_instants(printed), key=instant, default=NOW)
    return AT.get(page) or (latest if instant(latest) > instant(NOW) else None)


def _instants(shown: object) -> Iterator[str]:
    if isinstance(shown, dict):
        for name, value in shown.items():
            if name in _CHANGES and value is not None:
                yield value
            yield from _instants(value)


def _answer(
    sandbox: Sandbox,
    method: str,
    path: str,
    *,
    query: dict[str, Any] | None = None,
    body: object = None,
    at: str | None = None,
) -> dict[str, Any]:
    headers = KEY | ({} if at is None else {"X-Sandbox-At": at})
    answer = sandbox.client.request(method, path, params=query, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def _known(page: str) -> list[str]:
    return sorted(DEVIATIONS.get(page, ()))
