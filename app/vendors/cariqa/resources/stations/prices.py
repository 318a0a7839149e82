"""The price groups of a station: the connectors of one kind at one tariff, and what their tariff is when."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from .....domain.clock import DAY, EARLIEST, MINUTE, micros
from .....domain.currencies import decimals
from .....domain.models import Connector
from .....domain.pricing import Tariff, shown, tariff
from .....domain.station_prices import PriceWindow, authorised_amount, price_windows, tariff_at
from .....domain.station_view import StationUse
from ...amounts import amount, number, plain, price

_EVERY_DAY: Final = "ALL"
_DAY_BEGINS, _DAY_ENDS = "00:00", "23:59"
_ALWAYS: Final = ("1970-01-01", "9999-12-31")
"""The first and the last day of prices that have none (CARIQA-044)."""
_HOUR_MINUTES: Final = 60


class _Span(NamedTuple):
    """Days, and a time of each of them, at a station: `YYYY-MM-DD` and `hh:mm`; the ends are inside."""

    date_from: str
    date_to: str
    time_from: str
    time_to: str


class _Item(NamedTuple):
    """A price of a tariff: net, as customers are shown it, and from which minute on up to which amount it is due."""

    net: Decimal
    gross: Decimal
    grace: int | None = None
    cap: Decimal | None = None


def price_groups(use: StationUse, now: int) -> list[dict[str, Any]]:
    """The connectors of a station by plug, power and tariff, in the order of the first of each group (CARIQA-043)."""
    offset = use.station.utc_offset_minutes
    groups: dict[tuple[Any, ...], list[Connector]] = {}
    for each in use.connectors:
        it = each.connector
        groups.setdefault((it.standard, it.power_kw, it.tariff, it.next_tariff, it.next_tariff_at), []).append(it)
    return [_group(connectors, offset, now) for connectors in groups.values()]


def _group(connectors: Sequence[Connector], offset: int, now: int) -> dict[str, Any]:
    first = connectors[0]
    sold = tariff_at(first, now)
    currency = tariff(sold).currency
    held = authorised_amount(sold, first.power_kw)
    return {
        "type": first.standard,
        "power": number(first.power_kw),
        "evse_ids": [each.evse_id for each in connectors],
        "prices": _prices(tuple(price_windows(first, now)), offset),
        "local_datetime": _local_datetime(now, offset),
        "currency": currency,
        "pre_authorization_amount": amount(held, decimals(currency)),
        "is_fallback": False,
    }


@lru_cache(maxsize=4096)
def _prices(windows: Sequence[PriceWindow], offset: int) -> orjson.Fragment:
    """The same for every station with these tariffs, so its JSON is kept."""
    found: dict[str, list[dict[str, Any]]] = {}
    for window in windows:
        sold = tariff(window.tariff)
        spans = list(_spans(window, offset * MINUTE))
        for name, item in _items(sold):
            shown = found.setdefault(name, [])
            shown += [_shown(item, span, sold) for span in spans]
    names = ("time_price", "kwh_price", "blocking_fee", "session_fee", "starting_fee")
    return orjson.Fragment(orjson.dumps({name: {_EVERY_DAY: found[name]} if name in found else None for name in names}))


def _items(sold: Tariff) -> Iterator[tuple[str, _Item]]:
    """The prices that a tariff has, those by time per hour net and per minute gross."""
    gross = shown(sold)
    if sold.hour is not None and gross.minute is not None:
        yield "time_price", _Item(sold.hour, gross.minute)
    if sold.kwh is not None and gross.kwh is not None:
        yield "kwh_price", _Item(sold.kwh, gross.kwh)
    if sold.blocking is not None and gross.blocking is not None:
        yield "blocking_fee", _Item(sold.blocking * _HOUR_MINUTES, gross.blocking, sold.grace, sold.cap)
    if sold.session is not None and gross.session is not None:
        yield "session_fee", _Item(sold.session, gross.session)
    if sold.starting is not None and gross.starting is not None:
        yield "starting_fee", _Item(sold.starting, gross.starting)


def _shown(item: _Item, span: _Span, sold: Tariff) -> dict[str, Any]:
    return {
        "time_from": span.time_from,
        "time_to": span.time_to,
        "date_from": span.date_from,
        "date_to": span.date_to,
        "gross_price": plain(item.net),
        "user_facing_price": price(item.gross, decimals(sold.currency)),
        "grace_period_minutes": item.grace,
        "tax": number(float(sold.vat)),
        "blocking_cap": price(item.cap, decimals(sold.currency)),
    }


def _spans(window: PriceWindow, offset: int) -> Iterator[_Span]:
    """The time of a tariff, to the minute: whole days, before or after which there may be a part of a day."""
    at = window.since if window.until is None else window.until
    if at is None:
        yield _span(None, None)
        return
    at = (at + offset) // MINUTE * MINUTE
    if window.until is None:
        midnight = -(-at // DAY) * DAY
        if at < midnight:
            yield _span(at, midnight)
        yield _span(midnight, None)
    else:
        midnight = at // DAY * DAY
        yield _span(None, midnight)
        if midnight < at:
            yield _span(midnight, at)


def _span(since: int | None, until: int | None) -> _Span:
    """From one minute to that before another, by the clocks of the station."""
    begin = (_ALWAYS[0], _DAY_BEGINS) if since is None else _local(since)
    end = (_ALWAYS[1], _DAY_ENDS) if until is None else _local(until - MINUTE)
    return _Span(begin[0], end[0], begin[1], end[1])


def _local(at: int) -> tuple[str, str]:
    """The day and the minute of an instant."""
    text = micros(at)
    return text[:10], text[11:16]


def _local_datetime(now: int, offset: int) -> str:
    """Now with the offset of the station: `2026-04-01T03:53:58.446000+02:00`."""
    hours, minutes = divmod(abs(offset), _HOUR_MINUTES)
    local = max(now + offset * MINUTE, EARLIEST)
    return f"{micros(local)[:-1]}{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
