"""The calls of test_clients.py, with clients that openapi-python-client has generated. Prints what they decoded."""

import json
import sys
from base64 import b64encode
from datetime import date, datetime
from uuid import UUID

from cariqa_client.api.charging_sessions import list_charging_sessions as list_cariqa_sessions
from cariqa_client.client import AuthenticatedClient as Cariqa
from cariqa_client.models import ChargingSessionPage as CariqaPage
from charge_client.api.charging_sessions import (
    create_charging_session,
    end_charging_session,
    get_charging_session,
    list_charging_sessions,
)
from charge_client.api.reservations import list_reservations
from charge_client.client import AuthenticatedClient as Charge
from charge_client.models import ChargingSession, ChargingSessionCreate, ChargingSessionPage, Error, ReservationPage
from charge_client.types import Response
from podero_client.api.authentication import create_access_token
from podero_client.api.electric_vehicle_sessions import list_electric_vehicle_sessions
from podero_client.client import AuthenticatedClient as Podero
from podero_client.models import SessionPage, Token, TokenRefusal, TokenRequest, ValidationFaults
from sandbox_client.api.clock import advance_clock
from sandbox_client.api.worlds import create_world, delete_world
from sandbox_client.client import Client as Sandbox
from sandbox_client.models import AdvanceUntil, Fork, NewWorld, Problem, SessionAwaited, SessionStatus, World

URL, NAME, AT = sys.argv[1:]


def main() -> None:
    sandbox = Sandbox(base_url=URL)
    world = create_world.sync(client=sandbox, body=Fork(fork="documented", name=NAME))
    village = create_world.sync(client=sandbox, body=NewWorld(name=f"{NAME}-village"))
    assert isinstance(world, World)
    assert isinstance(village, World)
    told = {
        "village": [village.scenario, village.expires_at],
        "charge": charge(world),
        "cariqa": cariqa(world),
        "podero": podero(world),
        "sandbox": never(sandbox),
        "deleted": [delete_world.sync_detailed(name, client=sandbox).status_code for name in (NAME, f"{NAME}-village")],
    }
    json.dump(told, sys.stdout)


def charge(world: World) -> dict[str, object]:
    client = Charge(base_url=URL, token=world.credentials.charge.secret_key)
    page = list_charging_sessions.sync(client=client, limit=1, x_sandbox_at=AT)
    reserved = list_reservations.sync(client=client)
    assert isinstance(page, ChargingSessionPage)
    assert isinstance(reserved, ReservationPage)
    listed, reservation = page.data[0], reserved.data[0]
    ids = world.sample.charge
    order = ChargingSessionCreate(
        charging_station=str(ids.charging_station),
        connector=str(ids.connector),
        driver=str(ids.driver),
        payment_method=str(ids.payment_method),
        vehicle=str(ids.vehicle),
    )
    created = create_charging_session.sync(client=client, body=order)
    assert isinstance(created, ChargingSession)
    ended = end_charging_session.sync(created.id, client=client)
    assert isinstance(ended, ChargingSession)
    stranger = Charge(base_url=URL, token="ch_sk_test_unknown")
    return {
        "listed": [listed.id, listed.status, listed.session_ended, listed.energy_consumed, page.previous_page_url],
        "reserved": [
            reservation.id,
            reservation.failed_reason,
            reservation.location.radius,
            reservation.cancellation_policy.type_,
            list(reservation.connector_type),
            reservation.earliest_start,
        ],
        "created": [created.id, created.status, created.session_limit, created.session_ended],
        "ended": [ended.id, ended.status, ended.session_limit, milliseconds(ended.session_ended), ended.amount_due],
        "busy": refusal(create_charging_session.sync_detailed(client=client, body=changed(order))),
        "twice": refusal(end_charging_session.sync_detailed(created.id, client=client)),
        "unknown": refusal(get_charging_session.sync_detailed("cs_unknown", client=client)),
        "stranger": refusal(list_charging_sessions.sync_detailed(client=stranger)),
    }


def changed(order: ChargingSessionCreate) -> ChargingSessionCreate:
    return ChargingSessionCreate.from_dict(order.to_dict() | {"vehicle": "veh_unknown"})


def refusal(answer: Response[Error | ChargingSession] | Response[Error | ChargingSessionPage]) -> list[object]:
    assert isinstance(answer.parsed, Error)
    return [answer.status_code, answer.parsed.code, answer.parsed.param]


def cariqa(world: World) -> list[object]:
    keys = world.credentials.cariqa
    client = Cariqa(base_url=URL, token=keys.token)
    page = list_cariqa_sessions.sync(str(keys.user_id), client=client)
    assert isinstance(page, CariqaPage)
    session = page.results[0]
    return [
        page.count,
        page.next_,
        str(session.id),
        session.station_info.station_name,
        session.user_facing_session_prices.time_price,
        session.session_cost.invoice_view,
        session.rates,
    ]


def podero(world: World) -> dict[str, object]:
    keys, days = world.credentials.podero, world.sample.podero
    client_of = Podero(base_url=URL, prefix="Basic", token=basic(keys.client_id, keys.client_secret))
    stranger = Podero(base_url=URL, prefix="Basic", token=basic("unknown", "unknown"))
    asked = TokenRequest(grant_type="client_credentials")
    token = create_access_token.sync(client=client_of, body=asked)
    refused = create_access_token.sync_detailed(client=stranger, body=asked)
    assert isinstance(token, Token)
    assert isinstance(refused.parsed, TokenRefusal)
    client = Podero(base_url=URL, token=token.access_token)
    assert isinstance(keys.org_id, UUID)
    assert isinstance(keys.user_id, UUID)
    assert isinstance(keys.electric_vehicle_id, UUID)
    assert isinstance(days.from_, date)
    assert isinstance(days.to, date)
    ids = (keys.org_id, keys.user_id, keys.electric_vehicle_id)
    page = list_electric_vehicle_sessions.sync(*ids, client=client, from_=days.from_, to=days.to)
    faulty = list_electric_vehicle_sessions.sync_detailed(*ids, client=client, from_=days.to, to=days.from_)
    assert isinstance(page, SessionPage)
    assert isinstance(faulty.parsed, ValidationFaults)
    session, fault = page.items[0], faulty.parsed.detail[0]
    return {
        "token": [token.token_type, token.expires_in, token.scope],
        "refused": [refused.status_code, refused.parsed.error],
        "listed": [page.total, str(session.id), session.is_at_home, session.session_outcome, session.final_soc_pct],
        "faulty": [faulty.status_code, fault.loc, fault.type_],
    }


def basic(client: str, secret: str) -> str:
    return b64encode(f"{client}:{secret}".encode()).decode()


def never(sandbox: Sandbox) -> list[object]:
    awaited = SessionAwaited(id="cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", status=SessionStatus.FAILED)
    answer = advance_clock.sync_detailed(NAME, client=sandbox, body=AdvanceUntil(until=awaited))
    assert isinstance(answer.parsed, Problem)
    assert isinstance(answer.parsed.at, datetime)
    return [answer.status_code, answer.parsed.will_be, milliseconds(answer.parsed.at)]


def milliseconds(at: datetime | None) -> int:
    assert at is not None
    return round(at.timestamp() * 1000)


main()
