"""The charging sessions of a user: listed."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain import currencies, pricing, settlement
from ....domain.clock import SECOND, micros
from ....domain.models import Session
from ....domain.sessions import view
from ....store.user_sessions import SessionSite, UserSession, user_sessions
from ....web.app_context import context_of
from ....web.routing import OperationRoute
from ..auth import CariqaWorld
from ..file_links import FileLinks
from ..pagination import PageQuery, answer_page
from ..users import CariqaUser

_FAST_KW, _TURBO_KW = 22, 150
_PLACES: Final = 2
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


@router.get("/users/{user_id}/charging-sessions/")  # noqa: FAST003 - CariqaUser takes the id
async def list_sessions(
    request: Request, world: CariqaWorld, user: CariqaUser, query: Annotated[PageQuery, Query()]
) -> Response:
    """A user's sessions, newest first; the user's UUID may be in capitals (CARIQA-017)."""
    links = FileLinks.of(world.world, context_of(request).links.origin(request))
    return await answer_page(request, world, query, partial(user_sessions, user=user), partial(show, links=links))


def show(it: UserSession, now: int, links: FileLinks) -> dict[str, Any]:
    """A session as Cariqa shows it at `now`: decimal strings, microseconds, and every nested object."""
    facts = it.session
    has_started, has_ended = now >= facts.started_at, now >= facts.ended_at
    duration_s = (min(now, facts.ended_at) - facts.started_at) // SECOND if has_started else None
    return {
        "id": facts.uuid,
        "start_time": micros(facts.started_at) if has_started else None,
        "end_time": micros(facts.ended_at) if has_ended else None,
        "duration": duration_s,
        "consumed_energy": _thousandths(view.energy_wh(facts, now)),
        "is_active": not has_ended,
        "evse_id": it.site.evse_id,
        "station_info": _station(it.site),
        "is_partner": it.site.is_partner,
        "logo_url": links.logo(it.site.operator),
        "user_facing_session_prices": _prices(facts.tariff),
        "session_cost": _cost(facts, now, links),
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
        "station_speed": "slow" if power <= _FAST_KW else "fast" if power < _TURBO_KW else "turbo",
        "connector_standard": site.standard,
        "connector_power": int(power) if power.is_integer() else power,
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
        "kwh_price": _price(gross.kwh, digits),
        "time_price": _price(gross.minute, digits),
        "session_fee": _price(gross.session, digits),
        "blocking_fee": _price(gross.blocking, digits),
        "starting_fee": _price(gross.starting, digits),
        "grace_period_minutes": gross.grace,
        "blocking_cap": _price(gross.cap, digits),
        "currency": tariff.currency,
    }
    return orjson.Fragment(orjson.dumps(shown))


def _cost(facts: Session, now: int, links: FileLinks) -> dict[str, Any] | orjson.Fragment:
    """The bill so far. The fields of the invoice are empty until there is one (CARIQA-006)."""
    bill, currency = view.bill_at(facts, now), pricing.currency(facts.tariff)
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
        "invoice_vat": _amount(invoice.vat, digits),
        "invoice_summary": _amount(invoice.total, digits),
        "invoice_credits": _amount(0, digits),
        "invoice_discount": _amount(0, digits),
    }
    return orjson.dumps(_lines(bill, currency, shown)).split(_HERE.encode())


def _lines(bill: pricing.Bill, currency: str, invoice: Mapping[str, str | None]) -> dict[str, Any]:
    digits = currencies.decimals(currency)
    return {
        "kwh_cost": _amount(bill.kwh, digits),
        "time_cost": _amount(bill.time, digits),
        "session_fee_cost": _amount(bill.session, digits),
        "blocking_fee_cost": _amount(bill.blocking, digits),
        "starting_fee_cost": _amount(bill.starting, digits),
        **invoice,
        "currency": currency,
    }


def _price(price: Decimal | None, digits: int) -> str | None:
    return None if price is None else f"{price:.{max(_PLACES, digits)}f}"


def _amount(minor: int, digits: int) -> str:
    """An amount in minor units of a currency with that many decimals: with two, or with more it has (CARIQA-021)."""
    if digits == _PLACES:
        return f"{minor // 100}.{minor % 100:02d}"
    return f"{Decimal(minor).scaleb(-digits):.{max(_PLACES, digits)}f}"


def _thousandths(energy_wh: int) -> str:
    return f"{energy_wh // 1000}.{energy_wh % 1000:03d}"
