"""Wattif has the quirks of Charge that `app/vendors/charge/quirks.md` lists: one test per entry."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.written import answer_faults, operations

_SESSIONS: Final = "/v1/charging_sessions"
_RESERVATIONS: Final = "/v1/reservations"
_LISTED: Final = "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"
_SILENT: Final = {"charging_station": "chst_MagicStationSilent00000000000000", "connector": "connector_a1"}
_NOW: Final = "2026-03-04T12:00:00.000Z"


def test_new_session_owes_nothing(sandbox: Sandbox) -> None:
    """CHARGE-001: the answer to a create says that nothing was delivered and that nothing is due."""
    made = sandbox.start("documented").json()

    assert (made["energy_consumed"], made["amount_due"], made["amount_paid"]) == (0, 0, 0)
    assert made["created"] == made["session_started"] == made["updated"]


def test_rows_show_a_limit_only_where_one_was_set(sandbox: Sandbox) -> None:
    """CHARGE-002: a list leaves `session_limit` out, a single session shows it as null."""
    made = sandbox.start().json()
    row = sandbox.charge().json()["data"][0]

    assert row["id"] == made["id"]
    assert "session_limit" not in row
    assert made["session_limit"] is None

    sandbox.end(made["id"])
    sandbox.advance("PT2M")
    limited = sandbox.start(session_limit=900).json()

    assert sandbox.charge().json()["data"][0]["session_limit"] == limited["session_limit"] == 900


def test_page_tokens_belong_to_their_filters(sandbox: Sandbox) -> None:
    """CHARGE-003: a token that was altered, or is used with other filters or for another list, is refused."""
    url = sandbox.charge(status="completed", limit=2).json()["next_page_url"]
    token = url.partition("page=")[2].partition("&")[0]
    altered = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    uses: tuple[tuple[str, dict[str, str]], ...] = (
        (_SESSIONS, {"status": "completed", "page": altered}),
        (_SESSIONS, {"status": "active", "page": token}),
        (_SESSIONS, {"page": token}),
        (_RESERVATIONS, {"status": "completed", "page": token}),
    )

    assert sandbox.charge(status="completed", limit=5, page=token).status_code == 200
    for path, query in uses:
        answer = sandbox.charge(path, **query)
        assert (answer.status_code, answer.json()["param"]) == (400, "page")


def test_documented_page_ends_where_it_is_printed_to_end(sandbox: Sandbox) -> None:
    """CHARGE-004: the page of one row has a next page, which begins before that day."""
    driver = "drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth"
    first = sandbox.charge(world="documented", driver=driver, limit=10).json()
    following = sandbox.client.get(first["next_page_url"], headers=sandbox.charge_key("documented")).json()

    assert [row["id"] for row in first["data"]] == [_LISTED]
    assert [row["created"] < "2026-04-01" for row in following["data"]] == [True]
    assert following["next_page_url"] is None


def test_documented_reservation_is_pending_with_a_station(sandbox: Sandbox) -> None:
    """CHARGE-005: it shows what only confirmed ones should, and every other pending one does not."""
    printed = sandbox.charge(_RESERVATIONS, world="documented", status="pending").json()["data"][0]
    others = sandbox.charge(_RESERVATIONS, status="pending", limit=100).json()["data"]

    assert (printed["status"], bool(printed["charging_station"]), bool(printed["confirmed_at"])) == (
        "pending",
        True,
        True,
    )
    assert others
    assert {(row["charging_station"], row["confirmed_at"], row["reserved_start"]) for row in others} == {
        (None, None, None)
    }


def test_documented_money_adds_up_by_a_tariff_of_ours(sandbox: Sandbox) -> None:
    """CHARGE-006: 12,480 Wh in 1,785 s come to 18.42 EUR, each line rounded half up."""
    row = sandbox.charge(f"{_SESSIONS}/{_LISTED}", world="documented").json()

    assert (row["energy_consumed"], row["amount_due"]) == (12_480, 1_842)
    assert round(0.575 * 12.48 * 120) + round(12.5 * 1785 / 3600 * 120) + round(1.975 * 120) == 1_842


def test_filter_by_an_unknown_id_gives_an_empty_page(sandbox: Sandbox) -> None:
    """CHARGE-007: an unknown id has no sessions, which is not an error; an unknown status is one."""
    for path, names in ((_SESSIONS, ("driver", "fleet", "vehicle")), (_RESERVATIONS, ("driver", "charging_station"))):
        for name in names:
            answer = sandbox.charge(path, **{name: "unknown"})
            assert answer.json() == {"data": [], "next_page_url": None, "previous_page_url": None}
        assert sandbox.charge(path, status="unknown").json()["param"] == "status"


def test_unknown_parameters_are_refused(sandbox: Sandbox) -> None:
    """CHARGE-008: a parameter that is not documented, or is given twice, is 400."""
    made = sandbox.start().json()["id"]
    twice = sandbox.client.get(f"{_SESSIONS}?limit=1&limit=2", headers=sandbox.charge_key())
    refused = [sandbox.charge(colour="red"), sandbox.charge(f"{_SESSIONS}/{made}", colour="red"), twice]

    assert [(answer.status_code, answer.json()["param"]) for answer in refused] == [
        (400, "colour"),
        (400, "colour"),
        (400, "limit"),
    ]


def test_malformed_requests_have_no_code(sandbox: Sandbox) -> None:
    """CHARGE-009: the code is null where Charge has none for it; `param` names the field."""
    missing, wrong = sandbox.start(driver=None), sandbox.start(session_limit="500")
    broken = sandbox.client.post(
        _SESSIONS, content=b"{", headers=sandbox.charge_key() | {"Content-Type": "application/json"}
    )

    assert [
        (answer.status_code, answer.json()["code"], answer.json()["param"]) for answer in (missing, wrong, broken)
    ] == [
        (400, None, "driver"),
        (400, None, "session_limit"),
        (400, None, None),
    ]


@pytest.mark.parametrize("named", ["x", "cs_short", "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj%00", "drv_" + "a" * 32])
def test_path_that_is_no_id_is_an_unknown_session(sandbox: Sandbox, named: str) -> None:
    """CHARGE-010: a malformed id in the path is not found, rather than a bad request."""
    read = sandbox.charge(f"{_SESSIONS}/{named}")
    ended = sandbox.end(named)

    assert [(answer.status_code, answer.json()["code"]) for answer in (read, ended)] == [
        (404, "charging_session_not_found")
    ] * 2


def test_created_is_exact_or_a_range(sandbox: Sandbox) -> None:
    """CHARGE-011: a bare instant is exactly that one; gt, gte, lt and lte are ranges, and all must hold."""
    rows = sandbox.charge(limit=5).json()["data"]
    newest, middle, oldest = (rows[n]["created"] for n in (0, 2, 4))

    assert _ids(sandbox, created=middle) == [rows[2]["id"]]
    assert _ids(sandbox, **{"created[gt]": middle}) == [row["id"] for row in rows[:2]]
    assert _ids(sandbox, **{"created[gte]": middle}) == [row["id"] for row in rows[:3]]
    assert _ids(sandbox, **{"created[gte]": oldest, "created[lt]": newest}) == [row["id"] for row in rows[1:]]
    assert _ids(sandbox, **{"created[gte]": middle, "created[lte]": middle}) == [rows[2]["id"]]


def test_session_ended_before_power_is_cancelled(sandbox: Sandbox) -> None:
    """CHARGE-012: a session that ends between plug-in and power has charged nothing."""
    later = sandbox.charge(at="2026-03-06T12:00:00Z", status="completed", limit=50, **{"created[gt]": _NOW}).json()[
        "data"
    ]
    coming = next(row for row in reversed(later) if row["created"] < row["session_started"])
    _advance_to(sandbox, coming["created"])
    ended = sandbox.end(coming["id"]).json()

    assert (ended["status"], ended["energy_consumed"], ended["amount_due"]) == ("cancelled", 0, 0)
    assert ended["session_started"] == ended["session_ended"] == coming["created"]


def test_session_that_waits_for_power_has_no_start(sandbox: Sandbox) -> None:
    """CHARGE-031: `session_started` is null until power flows, in lists too, and is the end if power never does."""
    later = sandbox.charge(at="2026-03-06T12:00:00Z", limit=50, **{"created[gt]": _NOW}).json()["data"]
    coming = next(row for row in reversed(later) if row["created"] < row["session_started"])
    waiting = {"at": coming["created"]}
    [listed] = sandbox.charge(created=coming["created"], **waiting).json()["data"]
    path = f"/v1/charging_sessions/{coming['id']}"
    flowing = sandbox.charge(path, at=coming["session_started"]).json()

    assert listed["session_started"] is sandbox.charge(path, **waiting).json()["session_started"] is None
    assert flowing["session_started"] == coming["session_started"]

    _advance_to(sandbox, coming["created"])

    assert sandbox.end(coming["id"]).json()["session_started"] == coming["created"]


def test_card_that_needs_authentication_is_refused(sandbox: Sandbox) -> None:
    """CHARGE-028: as a declined one is, but for the message; no session is made."""
    before = sandbox.charge(limit=1).json()["data"]
    refused = sandbox.start(payment_method="pm_MagicCardNeedsAuthentication0000")
    error = refused.json()

    assert (refused.status_code, error["code"]) == (402, "payment_authorization_failed")
    assert (error["param"], "authenticated" in error["message"]) == ("payment_method", True)
    assert sandbox.charge(limit=1).json()["data"] == before


def test_sessions_of_a_silent_station_stand_still(sandbox: Sandbox) -> None:
    """CHARGE-029: ten minutes into a session nothing is heard for half an hour, after which it has long been over."""
    made = sandbox.start(**_SILENT, session_limit=10_000).json()["id"]
    before, during, back = (_at(sandbox, made, f"2026-03-04T12:{at}Z") for at in ("10:00", "39:59.999", "40:00"))
    still = ("status", "energy_consumed", "amount_due", "updated", "session_ended")

    assert 0 < before["energy_consumed"] < 10_000
    assert before["updated"] == "2026-03-04T12:10:00.000Z"
    assert [during[name] for name in still] == [before[name] for name in still]
    assert (back["status"], back["energy_consumed"]) == ("completed", 10_000)
    assert back["updated"] == back["session_ended"] == "2026-03-04T12:40:00.000Z"


def test_silent_station_refuses_new_sessions(sandbox: Sandbox) -> None:
    """CHARGE-029: its sessions stay active and new ones are refused, until it is heard again."""
    station = sandbox.world()["sample"]["charge"]["charging_station"]
    made = sandbox.start(session_limit=1_000).json()["id"]
    _simulate(sandbox, event="station_silent", id=station, **{"for": "PT1H"})
    refused = sandbox.start(connector="connector_a2")
    ended = _at(sandbox, made, "2026-03-04T13:00:00Z")["session_ended"]
    sandbox.advance("PT2H")

    assert (refused.status_code, refused.json()["param"]) == (409, "charging_station")
    assert ended == "2026-03-04T13:00:00.000Z"
    assert sandbox.start().status_code == 200


def test_full_world_takes_no_more_sessions(open_sandbox: Callable[..., Sandbox]) -> None:
    """CHARGE-030: 409 without a code, with the name of the setting; after a reset sessions can be started."""
    sandbox = open_sandbox(max_rows=1)
    taken = sandbox.start("documented")
    refused = sandbox.start("documented", connector="connector_a2")
    sandbox.client.post("/_sandbox/v1/worlds/documented/reset").raise_for_status()
    create = next(it for it in operations() if it.name == "createChargingSession")

    assert (taken.status_code, refused.status_code) == (200, 409)
    assert answer_faults(create, refused) == []
    assert (refused.json()["code"], "WATTIF_MAX_ROWS" in refused.json()["message"]) == (None, True)
    assert sandbox.start("documented").status_code == 200


def test_session_of_a_full_car_is_completed_with_nothing(sandbox: Sandbox) -> None:
    """CHARGE-032: a car that has charged to 100 % can be started, and ten seconds later its session is over."""
    for _ in range(2):
        charging = sandbox.start().json()["id"]
        _advance_to(sandbox, _at(sandbox, charging, "2026-03-08T12:00:00Z")["session_ended"])
        _simulate(sandbox, event="unplug", id=charging)
    full = sandbox.start()
    sandbox.advance("PT10S")
    ended = _at(sandbox, full.json()["id"], sandbox.now())

    assert full.status_code == 200
    assert (ended["status"], ended["energy_consumed"], ended["amount_due"]) == ("completed", 0, 0)


def _simulate(sandbox: Sandbox, **happening: str) -> None:
    sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=happening).raise_for_status()


def _at(sandbox: Sandbox, session: str, at: str) -> dict[str, Any]:
    shown: dict[str, Any] = sandbox.charge(f"{_SESSIONS}/{session}", at=at).json()
    return shown


def _ids(sandbox: Sandbox, **query: str) -> list[str]:
    return [row["id"] for row in sandbox.charge(limit=5, **query).json()["data"]]


def _advance_to(sandbox: Sandbox, to: str) -> None:
    sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"to": to}).raise_for_status()
