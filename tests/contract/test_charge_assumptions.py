"""Wattif has the assumptions that `app/vendors/charge/quirks.md` lists from CHARGE-013 on: one test per entry."""

from typing import Any, Final

from tests.conftest import Sandbox

_SESSIONS: Final = "/v1/charging_sessions"
_RESERVATIONS: Final = "/v1/reservations"
_FAULTY: Final = {"charging_station": "chst_MagicStationFaulty00000000000000", "connector": "connector_a1"}
_FLEETLESS: Final = {
    "vehicle": "veh_YzV09s3YRRpsV5anQzAlA6ZPwRi6KpiU",
    "driver": "drv_dQGu6UkRHzJjKB4vhFA4jtRSsbbbg0vJ",
}
_OTHERS_CARD: Final = "pm_siAYwdA3MAc9Hs0oMtgWhDXSbA3xfqiU"
_FLEETLESS_CARD: Final = "pm_m2NiRW0OqC9JUkocJUDcQGy27CAERWKi"
_DRIVER: Final = {"driver": "drv_AxAS7yPHekpPhbGMcO4wAAZrt3OA9mEc"}
_RESERVATION: Final = "res_c4PukAee4b57fNPiS72AQjlnUq7lOzpx"


def test_driver_and_vehicle_need_not_belong_together(sandbox: Sandbox) -> None:
    """CHARGE-013: any driver may charge any free vehicle, and two at the same time, but with no other driver's card."""
    others = sandbox.start("documented", payment_method=_OTHERS_CARD)
    mixed = sandbox.start("documented", vehicle=_FLEETLESS["vehicle"])
    again = sandbox.start("documented", connector="connector_a2")

    assert (mixed.status_code, again.status_code) == (200, 200)
    assert mixed.json()["driver"] == again.json()["driver"]
    refused = others.json()
    assert (refused["status"], refused["code"], refused["param"]) == (
        404,
        "payment_method_scope_not_found",
        "payment_method",
    )


def test_refusals_of_a_create(sandbox: Sandbox) -> None:
    """CHARGE-014: an unknown id is 404, before a busy or broken object (409), before a refused card (402)."""
    declined = {"payment_method": "pm_MagicCardDeclined000000000000000"}
    card = sandbox.start(**declined)
    offline = sandbox.start(
        charging_station="chst_MagicStationOffline0000000000000", connector="connector_a1", **declined
    )
    sandbox.start()
    busy = sandbox.start(**declined)
    elsewhere = sandbox.start(**_FAULTY)
    unknown = sandbox.start(vehicle="unknown", **declined)

    assert [
        (it.status_code, it.json()["code"], it.json()["param"]) for it in (unknown, offline, busy, elsewhere, card)
    ] == [
        (404, "charging_session_dependency_not_found", "vehicle"),
        (409, "charging_session_conflict", "charging_station"),
        (409, "charging_session_conflict", "connector"),
        (409, "charging_session_conflict", "vehicle"),
        (402, "payment_authorization_failed", "payment_method"),
    ]


def test_fleet_is_the_vehicles_or_else_the_drivers(sandbox: Sandbox) -> None:
    """CHARGE-015: a session is billed under the vehicle's fleet, else under the driver's, else under none."""
    sandbox.advance("P1D", "documented")
    both = sandbox.start("documented", vehicle="veh_CAfwCp0gh3fVUUqhbaPupXynUVgbdQxr").json()
    drivers = sandbox.start("documented", connector="connector_a2", **_DRIVER, vehicle=_FLEETLESS["vehicle"]).json()
    sandbox.advance("P1D", "documented")
    fleetless = sandbox.start("documented", **_FLEETLESS, payment_method=_FLEETLESS_CARD).json()

    assert both["fleet"] == "flt_OA3cCKUR7yRYIp0WX0pVUZ4Uw6OoBWJk"
    assert drivers["fleet"] == "flt_VPncsNUF64r6IMozGsQXGXBrA3USpxxb"
    assert fleetless["fleet"] is None


def test_session_is_paid_in_full_soon_after_its_end(sandbox: Sandbox) -> None:
    """CHARGE-016: nothing for five seconds, everything after ninety, never with a card that fails then."""
    made = sandbox.start(payment_method="pm_MagicCardFailsAtSettlement000000").json()["id"]
    sandbox.advance("PT10M")
    unpaid = sandbox.end(made).json()
    sandbox.advance("PT2M")
    paid = sandbox.start().json()["id"]
    sandbox.advance("PT10M")
    due = sandbox.end(paid).json()["amount_due"]

    assert unpaid["amount_due"] > 0
    assert sandbox.charge(f"{_SESSIONS}/{made}", at="2026-04-04T12:00:00Z").json()["amount_paid"] == 0
    assert [_paid_at(sandbox, paid, at) for at in ("12:22:04.9", "12:23:30")] == [0, due]


def test_end_takes_no_fields(sandbox: Sandbox) -> None:
    """CHARGE-017: the call ends in `/end`, and takes no body or an empty object."""
    made = sandbox.start().json()["id"]
    path, key = f"{_SESSIONS}/{made}/end", sandbox.charge_key()

    assert sandbox.client.post(path, json={"reason": "done"}, headers=key).json()["param"] == "reason"
    assert sandbox.client.post(path, json={}, headers=key).json()["status"] == "completed"


def test_create_answers_200(sandbox: Sandbox) -> None:
    """CHARGE-018: a create is answered like everything else that succeeds."""
    assert sandbox.start().status_code == 200


def test_reservation_moves_by_itself(sandbox: Sandbox) -> None:
    """CHARGE-019: it is confirmed half an hour before its window, when a station is assigned, and over with it."""
    row = next(
        row
        for row in sandbox.charge(_RESERVATIONS, status="completed", limit=100).json()["data"]
        if not any(row["id"] == hit["id"] for hit in _reserved(sandbox, row, row["created"]))
    )
    sessions = sandbox.charge(driver=row["driver"], **{"created[gte]": row["reserved_start"]}).json()["data"]
    later = {
        at: _status_at(sandbox, at) for at in ("2026-04-01T02:15:20Z", "2026-04-01T02:15:21Z", "2026-04-01T03:15:43Z")
    }

    assert row["id"] in [hit["id"] for hit in _reserved(sandbox, row, row["confirmed_at"])]
    assert any(it["vehicle"] == row["vehicle"] and it["created"] < row["reserved_end"] for it in sessions)
    assert list(later.values()) == ["pending", "confirmed", "expired"]


def test_session_ends_by_itself_and_unplugs_a_minute_later(sandbox: Sandbox) -> None:
    """CHARGE-020: at its limit, or when the vehicle is as full as its owner lets it be; then the connector is free."""
    made = sandbox.start(session_limit=500).json()["id"]
    ended = sandbox.charge(f"{_SESSIONS}/{made}", at="2026-03-05T12:00:00Z").json()
    _advance_to(sandbox, ended["session_ended"])
    sandbox.advance("PT59S")
    too_soon = sandbox.start()
    sandbox.advance("PT1S")
    full = sandbox.start().json()["id"]
    charged = sandbox.charge(f"{_SESSIONS}/{full}", at="2026-03-08T12:00:00Z").json()

    assert (ended["status"], ended["energy_consumed"]) == ("completed", 500)
    assert (too_soon.status_code, too_soon.json()["param"]) == (409, "connector")
    assert (charged["status"], charged["energy_consumed"] > 500) == ("completed", True)


def test_session_without_energy_costs_nothing(sandbox: Sandbox) -> None:
    """CHARGE-021: a session without energy costs neither time nor fees."""
    ended = sandbox.end(sandbox.start("documented").json()["id"], "documented").json()

    assert (ended["status"], ended["energy_consumed"], ended["amount_due"]) == ("completed", 0, 0)


def test_updated_is_now_while_energy_flows(sandbox: Sandbox) -> None:
    """CHARGE-022: afterwards it is the last thing that happened: the end, and then the settlement."""
    made = sandbox.start().json()["id"]
    flowing = sandbox.charge(f"{_SESSIONS}/{made}", at="2026-03-04T12:01:00Z").json()
    sandbox.advance("PT5M")
    ended = sandbox.end(made).json()
    settled = sandbox.charge(f"{_SESSIONS}/{made}", at="2026-03-05T12:00:00Z").json()

    assert flowing["updated"] == "2026-03-04T12:01:00.000Z"
    assert ended["updated"] == ended["session_ended"] == "2026-03-04T12:05:00.000Z"
    assert ended["updated"] < settled["updated"] <= "2026-03-04T12:06:30.000Z"


def test_sessions_fail_by_what_happens_in_the_world(sandbox: Sandbox) -> None:
    """CHARGE-023: a fault of the connector makes a session fail; no call of Charge's does."""
    made = sandbox.start(**_FAULTY).json()
    failed = sandbox.charge(f"{_SESSIONS}/{made['id']}", at="2026-03-04T12:10:00Z").json()

    assert (failed["status"], failed["session_ended"]) == ("failed", "2026-03-04T12:10:00.000Z")
    assert failed["amount_due"] > 0


def test_another_version_is_refused(sandbox: Sandbox) -> None:
    """CHARGE-024: 2026-03-01 is what an answer has without the header, and any other version is 400."""
    versions = ("2026-03-01", "1999-01-01", "")
    answers = [
        sandbox.client.get(_SESSIONS, headers=sandbox.charge_key() | {"Charge-Version": each}) for each in versions
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert answers[0].json() == sandbox.charge().json()
    assert {answer.json()["param"] for answer in answers[1:]} == {"Charge-Version"}


def test_limit_out_of_range_is_refused(sandbox: Sandbox) -> None:
    """CHARGE-025: 1 to 100, and plain digits; ten where nothing is said."""
    for limit in ("0", "101", "-1", "1.0", "1e1", "٣", ""):
        answer = sandbox.charge(limit=limit)
        assert (answer.status_code, answer.json()["param"]) == (400, "limit")
    assert len(sandbox.charge().json()["data"]) == 10
    assert len(sandbox.charge(limit=100).json()["data"]) == 100


def test_ids_are_printable_ascii(sandbox: Sandbox) -> None:
    """CHARGE-026: blanks, NULs and what is longer than 255 characters are malformed, not unknown."""
    for wrong in ("", "a b", "a\0b", "é", "x" * 256):
        assert sandbox.charge(driver=wrong).json()["param"] == "driver"
        assert sandbox.start(driver=wrong).json()["param"] == "driver"
    assert sandbox.start(driver="x" * 255).status_code == 404


def test_pages_do_not_shift_when_sessions_are_added(sandbox: Sandbox) -> None:
    """CHARGE-027: newest first, by creation and then by number; a page goes on where the one before ended."""
    whole = [row["id"] for row in sandbox.charge(limit=6).json()["data"]]
    first = sandbox.charge(limit=3).json()
    made = sandbox.start().json()["id"]
    following = sandbox.client.get(first["next_page_url"], headers=sandbox.charge_key()).json()
    before = sandbox.client.get(following["previous_page_url"], headers=sandbox.charge_key()).json()

    assert [row["id"] for row in first["data"] + following["data"]] == whole
    assert before["data"] == first["data"]
    assert sandbox.charge(limit=1).json()["data"][0]["id"] == made


def _paid_at(sandbox: Sandbox, session: str, time_of_day: str) -> int:
    row = sandbox.charge(f"{_SESSIONS}/{session}", at=f"2026-03-04T{time_of_day}Z").json()
    return int(row["amount_paid"])


def _reserved(sandbox: Sandbox, row: dict[str, Any], at: str) -> list[dict[str, Any]]:
    """The reservations of the row's station and driver as they were at an instant."""
    query = {"charging_station": row["charging_station"], "driver": row["driver"]}
    found: list[dict[str, Any]] = sandbox.charge(_RESERVATIONS, at=at, limit=100, **query).json()["data"]
    return found


def _status_at(sandbox: Sandbox, at: str) -> str:
    rows = sandbox.charge(_RESERVATIONS, world="documented", at=at, limit=100).json()["data"]
    return next(str(row["status"]) for row in rows if row["id"] == _RESERVATION)


def _advance_to(sandbox: Sandbox, to: str) -> None:
    sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"to": to}).raise_for_status()
