"""An invoice in words: all that its page and its PDF show, from the functions that vendors' answers come from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from ..domain import currencies, pricing, settlement
from ..domain.clock import HOUR, MINUTE, SECOND, micros
from ..domain.models import Session
from ..domain.sessions import view
from ..store.billed_sessions import BilledSession

NOTE: Final = (
    "Prices include VAT and are shown rounded; each line is computed from the exact net price and rounded once. "
    "This session was simulated by Wattif: no energy was delivered, and no money was charged."
)
_CENTS: Final = 2
_LONGEST: Final = 250
"""The letters of a name that are shown; a scenario may have longer ones, which would not fit on a page."""


class Line(NamedTuple):
    """A line of the bill: its name, how much of what, at which price, and the amount in the invoice's currency."""

    name: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texts of an invoice. Amounts are decimal numbers; `currency` is its code in capitals.

    `parties` and `facts` are pairs of a label and a text; a line break in a text begins a new line.
    """

    number: str
    operator: str
    parties: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    net: str
    vat_rate: str
    vat: str
    total: str
    currency: str


def sheet(billed: BilledSession, now: int) -> Sheet | None:
    """The invoice of a session; None before it is settled."""
    session, station = billed.session, billed.station
    invoice = settlement.invoice(session, now)
    if invoice is None:
        return None
    sold = pricing.tariff(session.tariff)
    digits, offset = currencies.decimals(sold.currency), station.utc_offset_minutes
    return Sheet(
        number=f"INV-{micros(session.settled_at)[:4]}-{session.uuid[:8].upper()}",
        operator=_name(station.operator),
        parties=(
            ("From", "\n".join(map(_name, (station.operator, station.name, station.address)))),
            ("To", _name(billed.customer or "The customer")),
        ),
        facts=(
            ("Date", _instant(session.settled_at, offset)),
            ("Session", billed.shown_id),
            *_times(session, offset),
            ("Energy", _kwh(view.energy_wh(session, now))),
            ("Duration", _duration(view.seconds(session, now))),
            ("EVSE", billed.connector.evse_id),
        ),
        lines=tuple(_lines(session, sold, now, digits)),
        net=_amount(invoice.total - invoice.vat, digits),
        vat_rate=f"{sold.vat.normalize():f}",
        vat=_amount(invoice.vat, digits),
        total=_amount(invoice.total, digits),
        currency=sold.currency.upper(),
    )


def _times(session: Session, offset: int) -> list[tuple[str, str]]:
    """When charging began and ended; a session that ended before power flowed has no such beginning."""
    began = [("Begin", session.started_at)] if session.started_at <= session.ended_at else []
    return [(label, _instant(at, offset)) for label, at in (*began, ("End", session.ended_at))]


def _lines(session: Session, sold: pricing.Tariff, now: int, digits: int) -> list[Line]:
    """The lines that the tariff has a price for; together they are the total."""
    bill, gross = view.bill_at(session, now), pricing.shown(sold)
    grace = f", after {gross.grace} min" if gross.grace else ""
    cap = "" if gross.cap is None else f", at most {_price(gross.cap, digits)}"
    duration = _duration(view.seconds(session, now))
    written = (
        ("Energy", _kwh(view.energy_wh(session, now)), gross.kwh, " per kWh", bill.kwh),
        ("Time", duration, gross.minute, " per min", bill.time),
        ("Session fee", "1", gross.session, "", bill.session),
        ("Starting fee", "1", gross.starting, "", bill.starting),
        (f"Blocking fee{grace}", duration, gross.blocking, f" per started min{cap}", bill.blocking),
    )
    return [
        Line(name, quantity, "" if price is None else f"{_price(price, digits)}{unit}", _amount(minor, digits))
        for name, quantity, price, unit, minor in written
        if price is not None or minor
    ]


def _name(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _amount(minor: int, digits: int) -> str:
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def _price(price: Decimal, digits: int) -> str:
    return f"{price:.{max(_CENTS, digits)}f}"


def _kwh(energy_wh: int) -> str:
    return f"{energy_wh // 1000}.{energy_wh % 1000:03d} kWh"


def _duration(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02d} min {seconds % 60:02d} s"


def _instant(at: int, offset_minutes: int) -> str:
    """An instant in whole seconds: by the clock at the station, and in UTC."""
    hours, minutes = divmod(abs(offset_minutes), HOUR // MINUTE)
    sign = "-" if offset_minutes < 0 else "+"
    there = _clock_time(at + offset_minutes * MINUTE)
    return f"{there} (UTC{sign}{hours:02d}:{minutes:02d})\n{_clock_time(at)} UTC"


def _clock_time(at: int) -> str:
    return micros(at // SECOND * SECOND).rstrip("Z").replace("T", " ")
