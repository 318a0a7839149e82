"""Wattif has the quirks of Podero that `app/vendors/podero/quirks.md` lists: one test per entry."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox, podero_path

_TOKEN: Final = "/oauth2/token/"
_WANTED: Final = {"grant_type": "client_credentials"}
_CLIENT: Final = ("client_id", "client_secret")
_AWAY: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
_HOME: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052b"
_CAPACITY_KWH: Final = 52
_STRANGER: Final = "00000000-0000-4000-8000-000000000000"


def test_day_is_the_utc_day_of_plugging_in(sandbox: Sandbox) -> None:
    """PODERO-001: both days are included; the wrong way round is 422."""
    plugged_in_on = {
        day: [row["id"] for row in _items(sandbox, from_=day, to=day)] for day in ("2026-03-30", "2026-03-31")
    }
    backwards = sandbox.podero(world="documented", from_="2026-03-31", to="2026-03-30")

    assert plugged_in_on == {"2026-03-30": [_HOME], "2026-03-31": [_AWAY]}
    assert (backwards.status_code, backwards.json()["detail"][0]["loc"]) == (422, ["query", "to"])


def test_only_one_outcome_is_known(sandbox: Sandbox) -> None:
    """PODERO-002: `not_at_home` away from home, null otherwise."""
    rows = [*_items(sandbox), *_items(sandbox, "default", from_="2026-01-01", to="2026-12-31")]

    assert {(row["is_at_home"], row["session_outcome"]) for row in rows} == {(True, None), (False, "not_at_home")}


def test_tokens_last_ten_simulated_hours(sandbox: Sandbox) -> None:
    """PODERO-003: several tokens may be valid together; refusals are those of an OAuth library."""
    tokens = [_token(sandbox).json()["access_token"] for _ in range(2)]
    sandbox.advance("PT9H59M59S", "documented")
    in_time = [_status_with(sandbox, token) for token in tokens]
    sandbox.advance("PT1S", "documented")
    refused = sandbox.client.post(_TOKEN, json=_WANTED, auth=("client_id", "wrong"))

    assert len(set(tokens)) == 2
    assert (in_time, [_status_with(sandbox, token) for token in (*tokens, "<token>")]) == ([200, 200], [401, 401, 200])
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_client"'


def test_token_is_asked_for_in_json_or_a_form(sandbox: Sandbox) -> None:
    """PODERO-004: JSON as documented, a form as OAuth has it; nothing else."""
    form = sandbox.client.post(_TOKEN, data=_WANTED, auth=_CLIENT)
    text = sandbox.client.post(_TOKEN, content=b"grant_type=client_credentials", auth=_CLIENT)

    assert (_token(sandbox).status_code, form.status_code) == (200, 200)
    assert (text.status_code, text.json()) == (400, {"error": "invalid_request"})


def test_client_may_stand_in_the_body(sandbox: Sandbox) -> None:
    """PODERO-005: where no Authorization header is sent."""
    body = _WANTED | {"client_id": "client_id", "client_secret": "client_secret"}

    assert sandbox.client.post(_TOKEN, json=body).status_code == 200


def test_savings_are_against_charging_at_once(sandbox: Sandbox) -> None:
    """PODERO-006: at home the plan waits for cheap hours and saves; away from home there is no plan and no saving."""
    away, home = _items(sandbox)

    assert home["plug_in_time"] < home["desired_charging_start_time"] < home["charge_deadline"]
    assert home["actual_savings_eur"] == home["expected_savings_eur"] > 0
    assert (away["expected_savings_eur"], away["actual_savings_eur"]) == (0, 0)
    assert away["actual_cost_eur"] > 0


def test_inferred_end_is_when_charging_ended(sandbox: Sandbox) -> None:
    """PODERO-007: or when the stay did, where the unplugging was not seen and `unplug_time` is null."""
    rows = [*_items(sandbox), *_items(sandbox, "default", from_="2026-01-01", to="2026-12-31")]
    seen = [row for row in rows if row["unplug_time"] is not None]

    assert all(row["plug_in_time"] < row["inferred_session_end"] <= row["unplug_time"] for row in seen)
    assert all(row["inferred_session_end"] for row in rows)


def test_latest_plug_in_comes_first(sandbox: Sandbox) -> None:
    """PODERO-008: `total` counts every match, and an offset past the end gives none."""
    rows = _items(sandbox, "default", from_="2026-01-01", to="2026-12-31")
    past = sandbox.podero(from_="2026-01-01", to="2026-12-31", offset=10_000).json()

    assert [row["plug_in_time"] for row in rows] == sorted((row["plug_in_time"] for row in rows), reverse=True)
    assert past == {"total": len(rows), "items": []}


def test_sessions_away_are_listed_once_unplugged(sandbox: Sandbox) -> None:
    """PODERO-009: a session that another vendor sold is the vehicle's too, completed when it is unplugged."""
    vehicle = "veh_DocumentedPoderoVehicle000000000"
    made = sandbox.start("documented", vehicle=vehicle, session_limit=1000).json()["id"]
    ended = sandbox.charge(f"/v1/charging_sessions/{made}", world="documented", at="2026-04-02T00:00:00Z").json()
    during = len(_items(sandbox, at=ended["session_ended"]))
    sandbox.advance("PT2H", "documented")

    assert during == 2
    assert [row["is_at_home"] for row in _items(sandbox)] == [False, False, True]


def test_foreign_ids_are_not_found(sandbox: Sandbox) -> None:
    """PODERO-010: 404 for each of the three; the token is looked at before anything else."""
    keys = sandbox.world("documented")["credentials"]["podero"]
    paths = [podero_path(keys | {name: _STRANGER}) for name in ("org_id", "user_id", "electric_vehicle_id")]
    answers = [_read(sandbox, path, "<token>") for path in paths]
    malformed = podero_path(keys | {"org_id": "none"})

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"detail": "Not Found"})] * 3
    assert (_read(sandbox, malformed, "unknown").status_code, _read(sandbox, malformed, "<token>").status_code) == (
        401,
        422,
    )


def test_numbers_are_rounded(sandbox: Sandbox) -> None:
    """PODERO-011: kWh and kW to three decimals, EUR to four, percentages to one; all are JSON numbers."""
    for row in _items(sandbox, "default", from_="2026-01-01", to="2026-12-31"):
        for name, value in row.items():
            places = {"kwh": 3, "kw": 3, "eur": 4, "pct": 1}.get(name.rpartition("_")[2])
            assert places is None or (isinstance(value, float) and round(value, places) == value), name


def test_faults_are_all_named(sandbox: Sandbox) -> None:
    """PODERO-012: one answer has all faults, in the words of its framework; an instant at midnight is a day."""
    answer = sandbox.podero(world="documented", from_="1", limit=201, offset=-1)
    midnight = sandbox.podero(world="documented", from_="2026-03-30T00:00:00Z", to="2026-03-31")

    assert [(fault["loc"], fault["type"]) for fault in answer.json()["detail"]] == [
        (["query", "from"], "date_from_datetime_parsing"),
        (["query", "to"], "missing"),
        (["query", "limit"], "less_than_equal"),
        (["query", "offset"], "greater_than_equal"),
    ]
    assert midnight.json()["total"] == 2


def test_energy_is_what_the_battery_got(sandbox: Sandbox) -> None:
    """PODERO-013: energy and power are those of the battery, which are less than those of a meter."""
    for row in _items(sandbox):
        gained = (row["final_soc_pct"] - row["initial_soc_pct"]) / 100 * _CAPACITY_KWH
        assert abs(row["energy_charged_kwh"] - gained) < 0.001 * _CAPACITY_KWH
        assert row["avg_charge_power_kw"] <= row["peak_charge_power_kw"]
    assert _items(sandbox)[0]["energy_charged_kwh"] < 20.4


def test_cars_are_to_be_ready_at_seven(sandbox: Sandbox) -> None:
    """PODERO-014: the deadline is the next seven o'clock of the place, home or away."""
    assert [row["charge_deadline"] for row in _items(sandbox)] == ["2026-04-01T06:00:00Z", "2026-03-31T06:00:00Z"]


def test_unknown_parameters_are_ignored(sandbox: Sandbox) -> None:
    """PODERO-015: and of one that is sent twice the last counts."""
    path = podero_path(sandbox.world("documented")["credentials"]["podero"])
    headers = {"Authorization": "Bearer <token>"}
    answer = sandbox.client.get(f"{path}?from=x&to=2026-03-31&from=2026-03-31&colour=red", headers=headers)

    assert answer.json()["total"] == 1


def test_unplugging_at_a_silent_station_is_not_seen(sandbox: Sandbox) -> None:
    """PODERO-016: it is listed when the station is heard again, which is then taken for the end."""
    silent = {"charging_station": "chst_MagicStationSilent00000000000000", "connector": "connector_a1"}
    sandbox.start("documented", vehicle="veh_DocumentedPoderoVehicle000000000", session_limit=10_000, **silent)
    sandbox.advance("PT39M59.999S", "documented")
    during = len(_items(sandbox))
    sandbox.advance("PT0.001S", "documented")
    row, *others = _items(sandbox)

    assert (during, len(others)) == (2, 2)
    assert (row["unplug_time"], row["inferred_session_end"]) == (None, sandbox.now("documented"))


def _items(
    sandbox: Sandbox,
    world: str = "documented",
    *,
    from_: str = "2026-03-01",
    to: str = "2026-04-30",
    at: str | None = None,
) -> list[dict[str, Any]]:
    answer = sandbox.podero(world=world, at=at, from_=from_, to=to, limit=200)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return found


def _token(sandbox: Sandbox) -> httpx2.Response:
    return sandbox.client.post(_TOKEN, json=_WANTED, auth=_CLIENT)


def _status_with(sandbox: Sandbox, token: str) -> int:
    return _read(sandbox, podero_path(sandbox.world("documented")["credentials"]["podero"]), token).status_code


def _read(sandbox: Sandbox, path: str, token: str) -> httpx2.Response:
    days = {"from": "2026-03-01", "to": "2026-04-01"}
    return sandbox.client.get(path, params=days, headers={"Authorization": f"Bearer {token}"})
