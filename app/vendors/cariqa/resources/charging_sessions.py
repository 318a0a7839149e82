"""The charging sessions of a user: listed, retrieved and rated."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator, ValidationInfo
from starlette.requests import Request
from starlette.responses import Response

from ....domain import currencies, pricing, settlement
from ....domain.clock import NEVER, SECOND, micros
from ....domain.errors import UnknownObjectError
from ....domain.models import Session
from ....domain.sessions import view
from ....domain.station_prices import speed
from ....operations.ratings import rate
from ....operations.users import known_user
from ....store.user_sessions import SessionSite, UserSession, user_session, user_sessions
from ....store.world_transaction import WorldTransaction
from ....web.app_context import context_of
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ....web.world_access import WorldAccess
from ..amounts import amount, number, price
from ..auth import CariqaWorld
from ..changes import answer_change
from ..file_links import FileLinks
from ..inputs import AsWord, Input, body_of, given
from ..pagination import PageQuery, answer_page
from ..users import CariqaSession, CariqaUser

_HERE: Final = "{invoices}"
"""Stands for what the links to invoices begin with, which depends on the request."""
_NO_INVOICE: Final = {
    "invoice_view": "",
    "invoice_download": None,
    "invoice_vat": "",
    "invoice_summary": "",
    "invoice_credits": "",
    "invoice_discount": "",
}

router = APIRouter(route_class=OperationRoute)


def _stars(value: object, info: ValidationInfo) -> object:
    """A form has no null, so that a blank means it there."""
    return None if value == "" and info.context else value


class RateSession(Input):
    """The body of a rating; other members are ignored. The number may be written as a text."""

    rates: Annotated[Literal["1", "2", "3", "4", "5"] | None, AsWord, BeforeValidator(_stars)] = None


@router.get("/users/{user_id}/charging-sessions/")  # noqa: FAST003 - CariqaUser takes the id
async def list_sessions(
    request: Request, world: CariqaWorld, user: CariqaUser, query: Annotated[PageQuery, Query()]
) -> Response:
    """A user's sessions, newest first; the user's UUID may be in capitals (CARIQA-017)."""
    show_row = partial(show, links=_links(request, world))
    return await answer_page(request, world, query, partial(user_sessions, user=user), show_row)


@router.get("/users/{user_id}/charging-sessions/{session_id}/")  # noqa: FAST003 - CariqaUser takes the id
async def retrieve_session(request: Request, world: CariqaWorld, user: CariqaUser, session: CariqaSession) -> Response:
    """One session of a user."""
    found = await world.ask(_session, user, session)
    return json_answer(request, show(found, world.now, _links(request, world)))


@router.patch("/users/{user_id}/charging-sessions/{session_id}/")
async def rate_session(
    request: Request,
    world: CariqaWorld,
    user: CariqaUser,
    session: CariqaSession,
    body: Annotated[RateSession, Depends(body_of(RateSession))],
) -> Response:
    """Gives a session stars, or takes them back with null (CARIQA-056)."""
    return await answer_change(request, world, _rate, user, session, body, _links(request, world))


def show(it: UserSession, now: int, links: FileLinks) -> dict[str, Any]:
    """A session as Cariqa shows it at `now`: decimal strings, microseconds, and every nested object."""
    facts = it.session
    has_started, has_ended = now >= facts.started_at, now >= facts.ended_at
    energy_wh, bill = _reported(it, now)
    duration_s = (min(now, facts.ended_at) - facts.started_at) // SECOND if has_started else None
    return {
        "id": facts.uuid,
        "start_time": micros(facts.started_at) if has_started else None,
        "end_time": micros(facts.ended_at) if has_ended else None,
        "duration": duration_s,
        "consumed_energy": _thousandths(energy_wh),
        "is_active": not has_ended,
        "evse_id": it.site.evse_id,
        "station_info": _station(it.site),
        "is_partner": it.site.is_partner,
        "logo_url": links.logo(it.site.operator),
        "user_facing_session_prices": _prices(facts.tariff),
        "session_cost": _cost(facts, bill, now, links),
        "rates": facts.rating if has_ended else None,
    }


@lru_cache(maxsize=4096)
def _station(site: SessionSite) -> orjson.Fragment:
    """The same for every session at a connector, so its JSON is kept."""
    power = site.power_kw
    shown = {
        "station_name": site.name,
        "station_address": site.address,
        "country": site.country,
        "station_speed": speed(power),
        "connector_standard": site.standard,
        "connector_power": number(power),
        "support_phone": site.phone,
        "latitude": site.latitude,
        "longitude": site.longitude,
    }
    return orjson.Fragment(orjson.dumps(shown))


@lru_cache(maxsize=1024)
def _prices(tariff_line: str) -> orjson.Fragment:
    """The same for every session with that tariff, so its JSON is kept."""
    tariff = pricing.tariff(tariff_line)
    gross, digits = pricing.shown(tariff), currencies.decimals(tariff.currency)
    shown = {
        "kwh_price": price(gross.kwh, digits),
        "time_price": price(gross.minute, digits),
        "session_fee": price(gross.session, digits),
        "blocking_fee": price(gross.blocking, digits),
        "starting_fee": price(gross.starting, digits),
        "grace_period_minutes": gross.grace,
        "blocking_cap": price(gross.cap, digits),
        "currency": tariff.currency,
    }
    return orjson.Fragment(orjson.dumps(shown))


def _reported(it: UserSession, now: int) -> tuple[int, pricing.Bill]:
    """The energy and the bill so far, as the operator has reported them.

    One that sends no messages of progress reports both by the charge record, which comes with the settlement, or with
    the end where the payment fails (CARIQA-054).
    """
    facts, reporting = it.session, it.reporting
    if reporting is not None and not reporting.progress:
        failed = facts.settled_at == NEVER or reporting.was_debt
        if now < (facts.ended_at if failed else facts.settled_at):
            return 0, pricing.NOTHING
    return view.energy_wh(facts, now), view.bill_at(facts, now)


def _cost(facts: Session, bill: pricing.Bill, now: int, links: FileLinks) -> dict[str, Any] | orjson.Fragment:
    """The bill so far. The fields of the invoice are empty until there is one (CARIQA-006)."""
    currency = pricing.currency(facts.tariff)
    invoice = settlement.invoice(facts, now)
    if invoice is None:
        return _lines(bill, currency, _NO_INVOICE)
    return orjson.Fragment(links.invoices.join(_invoiced(facts.uuid, bill, invoice, currency)))


@lru_cache(maxsize=4096)
def _invoiced(uuid: str, bill: pricing.Bill, invoice: settlement.Invoice, currency: str) -> list[bytes]:
    """An invoice does not change, so its JSON is kept: the parts between which the links to it begin."""
    digits = currencies.decimals(currency)
    shown = {
        "invoice_view": f"{_HERE}/{uuid}",
        "invoice_download": f"{_HERE}/{uuid}.pdf",
        "invoice_vat": amount(invoice.vat, digits),
        "invoice_summary": amount(invoice.total, digits),
        "invoice_credits": amount(0, digits),
        "invoice_discount": amount(0, digits),
    }
    return orjson.dumps(_lines(bill, currency, shown)).split(_HERE.encode())


def _lines(bill: pricing.Bill, currency: str, invoice: Mapping[str, str | None]) -> dict[str, Any]:
    digits = currencies.decimals(currency)
    return {
        "kwh_cost": amount(bill.kwh, digits),
        "time_cost": amount(bill.time, digits),
        "session_fee_cost": amount(bill.session, digits),
        "blocking_fee_cost": amount(bill.blocking, digits),
        "starting_fee_cost": amount(bill.starting, digits),
        **invoice,
        "currency": currency,
    }


def _thousandths(energy_wh: int) -> str:
    return f"{energy_wh // 1000}.{energy_wh % 1000:03d}"


def _links(request: Request, world: WorldAccess) -> FileLinks:
    return FileLinks.of(world.world, context_of(request).links.origin(request))


def _session(tx: WorldTransaction, user: str, uuid: str | None) -> UserSession:
    """The session of a user. Raises UnknownObjectError for a user or a session that is not there."""
    known_user(tx, user)
    found = None if uuid is None else user_session(tx, user, uuid)
    if found is None:
        raise UnknownObjectError("session", uuid or "of that id")
    return found


def _rate(tx: WorldTransaction, user: str, uuid: str | None, body: RateSession, links: FileLinks) -> dict[str, Any]:
    rated = _session(tx, user, uuid)
    if "rates" not in given(body):
        return show(rated, tx.now, links)
    stars = None if body.rates is None else int(body.rates)
    rated = rated._replace(session=rate(tx, user, rated.session.uuid, stars))
    return show(rated, tx.now, links) | {"rates": stars}
