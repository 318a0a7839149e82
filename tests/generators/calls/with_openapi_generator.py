"""The calls of test_clients.py, with Python clients that openapi-generator has made. Prints what they decoded."""

import json
import sys
from datetime import date, datetime

import cariqa_client
import charge_client
import podero_client
import sandbox_client

URL, NAME, AT = sys.argv[1:]


def main() -> None:
    api = sandbox_client.ApiClient(sandbox_client.Configuration(host=URL))
    worlds = sandbox_client.WorldsApi(api)
    wanted = sandbox_client.Fork(fork="documented", name=NAME)
    world = worlds.create_world(sandbox_client.CreateWorldRequest(wanted))
    village = worlds.create_world(sandbox_client.CreateWorldRequest(sandbox_client.NewWorld(name=f"{NAME}-village")))
    told = {
        "village": [village.scenario, village.expires_at],
        "charge": charge(world),
        "cariqa": cariqa(world),
        "podero": podero(world),
        "sandbox": never(sandbox_client.ClockApi(api)),
        "deleted": [worlds.delete_world_with_http_info(name).status_code for name in (NAME, f"{NAME}-village")],
    }
    json.dump(told, sys.stdout)


def charge(world: sandbox_client.World) -> dict[str, object]:
    api = charge_api(world.credentials.charge.secret_key)
    sessions = charge_client.ChargingSessionsApi(api)
    page = sessions.list_charging_sessions(limit=1, x_sandbox_at=AT)
    reservation = charge_client.ReservationsApi(api).list_reservations().data[0]
    listed = page.data[0]
    order = world.sample.charge.to_dict()
    del order["fleet"], order["account"]
    created = sessions.create_charging_session(charge_client.ChargingSessionCreate.from_dict(order))
    ended = sessions.end_charging_session(created.id)
    stranger = charge_client.ChargingSessionsApi(charge_api("ch_sk_test_unknown"))
    unknown = charge_client.ChargingSessionCreate.from_dict(order | {"vehicle": "veh_unknown"})
    return {
        "listed": [listed.id, listed.status, listed.session_ended, listed.energy_consumed, page.previous_page_url],
        "reserved": [
            reservation.id,
            reservation.failed_reason,
            reservation.location.radius,
            reservation.cancellation_policy.type,
            reservation.connector_type,
            reservation.earliest_start,
        ],
        "created": [created.id, created.status, created.session_limit, created.session_ended],
        "ended": [ended.id, ended.status, ended.session_limit, milliseconds(ended.session_ended), ended.amount_due],
        "busy": refusal(lambda: sessions.create_charging_session(unknown)),
        "twice": refusal(lambda: sessions.end_charging_session(created.id)),
        "unknown": refusal(lambda: sessions.get_charging_session("cs_00000000000000000000000000000000")),
        "stranger": refusal(stranger.list_charging_sessions),
    }


def charge_api(key):
    return charge_client.ApiClient(charge_client.Configuration(host=URL, access_token=key))


def refusal(call) -> list[object]:
    try:
        call()
    except charge_client.ApiException as refused:
        return [refused.status, refused.data.code, refused.data.param]
    raise AssertionError("nothing was refused")


def cariqa(world: sandbox_client.World) -> list[object]:
    keys = world.credentials.cariqa
    api = cariqa_client.ApiClient(cariqa_client.Configuration(host=URL, access_token=keys.token))
    page = cariqa_client.ChargingSessionsApi(api).list_charging_sessions(keys.user_id)
    session = page.results[0]
    return [
        page.count,
        page.next,
        str(session.id),
        session.station_info.station_name,
        session.user_facing_session_prices.time_price,
        session.session_cost.invoice_view,
        session.rates,
    ]


def podero(world: sandbox_client.World) -> dict[str, object]:
    keys, days = world.credentials.podero, world.sample.podero
    asked = podero_client.TokenRequest(grant_type="client_credentials")
    token = guest(keys.client_id, keys.client_secret).create_access_token(asked)
    try:
        guest("unknown", "unknown").create_access_token(asked)
    except podero_client.ApiException as error:
        refused = error
    api = podero_client.ApiClient(podero_client.Configuration(host=URL, access_token=token.access_token))
    sessions = podero_client.ElectricVehicleSessionsApi(api)
    ids = (keys.org_id, keys.user_id, keys.electric_vehicle_id)
    assert isinstance(days.var_from, date)
    page = sessions.list_electric_vehicle_sessions(*ids, days.var_from, days.to)
    try:
        sessions.list_electric_vehicle_sessions(*ids, days.to, days.var_from)
    except podero_client.ApiException as error:
        faulty = error
    session, fault = page.items[0], faulty.data.detail[0]
    return {
        "token": [token.token_type, token.expires_in, token.scope],
        "refused": [refused.status, refused.data.error],
        "listed": [page.total, str(session.id), session.is_at_home, session.session_outcome, session.final_soc_pct],
        "faulty": [faulty.status, [part.actual_instance for part in fault.loc], fault.type],
    }


def guest(client: str, secret: str) -> podero_client.AuthenticationApi:
    configuration = podero_client.Configuration(host=URL, username=client, password=secret)
    return podero_client.AuthenticationApi(podero_client.ApiClient(configuration))


def never(clock: sandbox_client.ClockApi) -> list[object]:
    awaited = sandbox_client.SessionAwaited(id="cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", status="failed")
    until = sandbox_client.AdvanceUntil(until=sandbox_client.AdvanceUntilUntil(awaited))
    try:
        clock.advance_clock(NAME, sandbox_client.AdvanceClockRequest(until))
    except sandbox_client.ApiException as refused:
        return [refused.status, refused.data.will_be, milliseconds(refused.data.at)]
    raise AssertionError("it was reached")


def milliseconds(at: datetime | None) -> int:
    assert at is not None
    return round(at.timestamp() * 1000)


main()
