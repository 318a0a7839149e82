"""The world in Cariqa's words: decimal strings, microseconds, and nested objects that are never missing."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import orjson

from ...domain import pricing, settlement
from ...domain.clock import SECOND, micros
from ...domain.models import Session
from ...domain.sessions import view
from ...store.user_sessions import SessionSite, UserSession

_FAST_KW, _TURBO_KW = 22, 150
_INVOICES: Final = "https://invoices.wattif.example"
_LOGOS: Final = "https://logos.wattif.example"
"""Cariqa's invoices and logos lie elsewhere; these hosts are reserved and answer nobody (CARIQA-007)."""
_NO_INVOICE: Final = {
    "invoice_view": "",
    "invoice_download": None,
    "invoice_vat": "",
    "invoice_summary": "",
    "invoice_credits": "",
    "invoice_discount": "",
}


def session(it: UserSession, now: int) -> dict[str, Any]:
    """A charging session."""
    facts = it.session
    begun, ended = now >= facts.started_at, now >= facts.ended_at
    lasted = (min(now, facts.ended_at) - facts.started_at) // SECOND if begun else None
    return {
        "id": facts.uuid,
        "start_time": micros(facts.started_at) if begun else None,
        "end_time": micros(facts.ended_at) if ended else None,
        "duration": lasted,
        "consumed_energy": _thousandths(view.energy_wh(facts, now)),
        "is_active": not ended,
        "evse_id": it.site.evse_id,
        "station_info": _station(it.site),
        "is_partner": it.site.is_partner,
        "logo_url": _logo(it.site.operator),
        "user_facing_session_prices": _prices(facts.tariff),
        "session_cost": _cost(facts, now),
        "rates": facts.rating if ended else None,
    }


@lru_cache(maxsize=4096)
def _station(place: SessionSite) -> orjson.Fragment:
    """The same for every session there, so it is JSON already."""
    power = place.power_kw
    shown = {
        "station_name": place.name,
        "station_address": place.address,
        "country": place.country,
        "station_speed": "slow" if power <= _FAST_KW else "fast" if power < _TURBO_KW else "turbo",
        "connector_standard": place.standard,
        "connector_power": int(power) if power.is_integer() else power,
        "support_phone": place.phone,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
    return orjson.Fragment(orjson.dumps(shown))


@lru_cache(maxsize=1024)
def _prices(sold: str) -> orjson.Fragment:
    """The same for every session sold so, so it is JSON already."""
    tariff = pricing.tariff(sold)
    gross = pricing.shown(tariff)
    shown = {
        "kwh_price": _price(gross.kwh),
        "time_price": _price(gross.minute),
        "session_fee": _price(gross.session),
        "blocking_fee": _price(gross.blocking),
        "starting_fee": _price(gross.starting),
        "grace_period_minutes": gross.grace,
        "blocking_cap": _price(gross.cap),
        "currency": tariff.currency,
    }
    return orjson.Fragment(orjson.dumps(shown))


def _cost(facts: Session, now: int) -> dict[str, Any] | orjson.Fragment:
    """The bill so far. What belongs to the invoice is empty until there is one (CARIQA-006)."""
    bill, currency = view.bill_at(facts, now), pricing.currency(facts.tariff)
    invoice = settlement.invoice(facts, now)
    return _lines(bill, currency, _NO_INVOICE) if invoice is None else _invoiced(facts.uuid, bill, invoice, currency)


@lru_cache(maxsize=4096)
def _invoiced(uuid: str, bill: pricing.Bill, invoice: settlement.Invoice, currency: str) -> orjson.Fragment:
    """An invoice stays as it is, so it is JSON already."""
    shown = {
        "invoice_view": f"{_INVOICES}/{uuid}",
        "invoice_download": f"{_INVOICES}/{uuid}.pdf",
        "invoice_vat": _hundredths(invoice.vat),
        "invoice_summary": _hundredths(invoice.total),
        "invoice_credits": "0.00",
        "invoice_discount": "0.00",
    }
    return orjson.Fragment(orjson.dumps(_lines(bill, currency, shown)))


def _lines(bill: pricing.Bill, currency: str, invoice: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "kwh_cost": _hundredths(bill.kwh),
        "time_cost": _hundredths(bill.time),
        "session_fee_cost": _hundredths(bill.session),
        "blocking_fee_cost": _hundredths(bill.blocking),
        "starting_fee_cost": _hundredths(bill.starting),
        **invoice,
        "currency": currency,
    }


def _price(price: Decimal | None) -> str | None:
    return None if price is None else f"{price:.2f}"


def _hundredths(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _thousandths(energy_wh: int) -> str:
    return f"{energy_wh // 1000}.{energy_wh % 1000:03d}"


@lru_cache(maxsize=1024)
def _logo(operator: str) -> str:
    ascii_name = operator.encode("ascii", "ignore").decode().lower()
    return f"{_LOGOS}/{'-'.join(ascii_name.split()) or 'operator'}.png"
