"""Smart charging: the day-ahead prices, the window that an optimiser picks, and what the charging cost and saved.

No vendor documents these rules; they are Wattif's own. Prices are whole millionths of a EUR per kWh.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import ceil, cos, pi
from typing import Final

from .clock import DAY, HOUR, MILLISECOND, SECOND
from .energy_contracts import Rates
from .ids import draw
from .models import Session, SmartCharging, Vehicle
from .sessions.power_plan import Plan, Row, cut, energy, flowed, flowing, packed, paused, peak, unpacked
from .sessions.view import as_flowed, energy_wh, whole_wh

_WINTER: Final = (
    *(85, 81, 79, 78, 80, 88, 104, 117, 113, 101, 92, 86),
    *(82, 82, 87, 95, 107, 121, 126, 121, 111, 101, 95, 89),
)
_SUMMER: Final = (78, 73, 70, 68, 69, 74, 84, 86, 68, 42, 22, 9, 2, -3, -2, 8, 26, 58, 98, 128, 131, 113, 98, 87)
"""Typical working days on the day-ahead market, EUR/MWh by hour, UTC."""
_WEEKS_A_YEAR: Final = 52
_WEEKEND: Final = 0.8
_SATURDAY: Final = 5
_SURCHARGE: Final = 165_000
"""Grid fees, taxes and margin on top of the market, net."""
_VAT_PERCENT: Final = 19
READY_BY: Final = 7 * 60
"""The minute of the day, in the place's standard time, by which vehicles are to be ready."""


@dataclass(frozen=True, slots=True)
class Market:
    """The prices of a world. Weeks count from its own first Monday, so that a shifted world keeps its prices.

    `rates` are those of a user's energy contracts, in the order of their instants. Where they say nothing, the prices
    of the market count.
    """

    seed: int
    monday: int
    rates: tuple[Rates, ...] = ()

    def kwh_price(self, hour: int) -> int:
        """The price of a kWh at home in the hour that begins `hour` hours after the world's first Monday.

        Where the price changes within the hour, it is the last one.
        """
        if self.rates:
            return self.price_at(self.monday + (hour + 1) * HOUR - MILLISECOND)
        return _price(self.seed, hour)

    def price_at(self, at: int) -> int:
        """The price of a kWh at home at an instant."""
        for rates in reversed(self.rates):
            if rates.since <= at:
                price = rates.price_at(at)
                if price is not None:
                    return price
                break
        return _price(self.seed, (at - self.monday) // HOUR)

    def change_after(self, at: int) -> int:
        """The next instant at which the price may be another: the end of the hour, or a change of a contract."""
        hour_ends = at + HOUR - (at - self.monday) % HOUR
        if not self.rates:
            return hour_ends
        begins = (each.since for each in self.rates if each.since > at)
        return min(hour_ends, *begins, *(each.change_after(at) for each in self.rates))

    def hour_of(self, at: int) -> int:
        """The number of the hour in which an instant lies, from the world's first Monday."""
        return (at - self.monday) // HOUR


@dataclass(frozen=True, slots=True)
class ChargingGoal:
    """The state of charge that the vehicle's owner asked for, and the deadline."""

    at_home: bool
    target_soc: float
    deadline_at: int
    unplug_seen: bool = True


def cheapest_wait(market: Market, plugged_at: int, deadline_at: int, hours: float) -> int:
    """How long to wait before charging for `hours` without a pause, so that it costs least and ends by the deadline.

    A whole number of milliseconds; charging begins immediately or on a full hour.
    """
    latest = deadline_at - ceil(hours * HOUR)
    first = market.hour_of(plugged_at) + 1
    starts = [plugged_at, *(market.monday + hour * HOUR for hour in range(first, market.hour_of(latest) + 1))]
    best = min((at for at in starts if at <= latest), key=lambda at: _span_price(market, at, hours), default=plugged_at)
    return (best - plugged_at) // MILLISECOND * MILLISECOND


def delayed(plan: Plan, wait: int) -> Plan:
    """The plan when it begins `wait` microseconds later."""
    return paused(plan, 0.0, wait / HOUR)


def summary(
    market: Market, session: Session, vehicle: Vehicle, goal: ChargingGoal, *, at_once: Plan, hoped: Plan | None
) -> SmartCharging:
    """The smart-charging side of a session that is planned to its end.

    `at_once` is the plan without an optimiser. `hoped` is what the optimiser planned before it knew when the vehicle is
    unplugged; None where no optimiser plans.
    """
    plan = flowed(unpacked(session.plan))
    began = session.started_at
    cost = _cost(market, plan, began, session.energy_wh)
    without = _cost(market, at_once, began, session.energy_wh)
    expected = 0
    if hoped is not None:
        planned_wh = whole_wh(hoped[-1][1])
        expected = _cost(market, at_once, began, planned_wh) - _cost(market, hoped, began, planned_wh)
    window = hoped or plan
    battery_side = (session.soc_end - session.soc_start) * vehicle.battery_wh
    efficiency = battery_side / (1000 * plan[-1][1]) if plan[-1][1] else 1.0
    return SmartCharging(
        at_home=goal.at_home,
        unplug_seen=goal.unplug_seen,
        charged_wh=round(battery_side),
        flowing_s=round(flowing(plan) * HOUR / SECOND),
        peak_w=round(1000 * efficiency * peak(plan)),
        target_soc=goal.target_soc,
        deadline_at=goal.deadline_at,
        window_starts_at=began + _millis(next((row[0] for row in window if row[2]), 0.0)),
        window_ends_at=began + _millis(window[-1][0]),
        cost_e4=_e4(cost),
        expected_savings_e4=_e4(expected),
        actual_savings_e4=_e4(without) - _e4(cost) if hoped is not None else 0,
    )


def summary_away(market: Market, session: Session, vehicle: Vehicle, utc_offset_minutes: int) -> SmartCharging:
    """The smart-charging side of a session away from home, which no optimiser plans and which saves nothing."""
    target, ready_at = vehicle.charge_to, deadline(session.created_at, utc_offset_minutes, READY_BY)
    goal = ChargingGoal(at_home=False, target_soc=target, deadline_at=ready_at)
    return summary(market, session, vehicle, goal, at_once=unpacked(session.plan), hoped=None)


def with_new_summary(market: Market, session: Session, vehicle: Vehicle) -> Session:
    """The session with its smart-charging side computed from its new plan; unchanged if it has no such side.

    Energy, hours, peak, cost and savings are those of the new plan. The owner's goal and `unplug_seen` are kept. At
    home, so are the optimiser's window and expected savings, because it did not know of the change. Energy that flowed
    while the station was silent counts in the hour in which the silence ended.
    """
    before = session.smart
    if before is None:
        return session
    plan = unpacked(session.plan)
    goal = ChargingGoal(before.at_home, before.target_soc, before.deadline_at, before.unplug_seen)
    if not before.at_home:
        return session.with_smart(summary(market, session, vehicle, goal, at_once=plan, hoped=None))
    left = summary(market, session, vehicle, goal, at_once=without_pauses(plan), hoped=plan)
    return session.with_smart(
        replace(
            left,
            window_starts_at=before.window_starts_at,
            window_ends_at=before.window_ends_at,
            expected_savings_e4=before.expected_savings_e4,
        )
    )


def repriced(market: Market, session: Session, vehicle: Vehicle, now: int) -> Session:
    """A session at home that has not ended, counted in other prices. What it is expected to save is known at its start.

    That is by the optimiser's window, from which a boost may lead away.
    """
    changed = with_new_summary(market, session, vehicle)
    if changed.smart is None or session.created_at <= now:
        return changed
    at_once, began = without_pauses(unpacked(session.plan)), session.started_at
    hoped = delayed(at_once, max(0, changed.smart.window_starts_at - began))
    cost, least = (_cost(market, plan, began, session.energy_wh) for plan in (at_once, hoped))
    return changed.with_smart(replace(changed.smart, expected_savings_e4=_e4(cost) - _e4(least)))


def consumer_price(net: int) -> int:
    """The price of a kWh with grid fees, taxes and margin, for a price of the market."""
    return (net + _SURCHARGE) * (100 + _VAT_PERCENT) // 100


def so_far(market: Market, session: Session, vehicle: Vehicle, now: int) -> Session:
    """The session as far as `now`, with a smart-charging side of what has flowed, for one that is still to go on.

    Its window, its goal and what the optimiser expects to save are those of the whole session.
    """
    smart = session.smart
    if smart is None or now >= session.unplugged_at:
        return session
    session = as_flowed(session)
    whole, hours = unpacked(session.plan), (now - session.started_at) / HOUR
    plan = cut(whole, hours)
    share = energy(whole, hours) / whole[-1][1] if whole[-1][1] else 0.0
    soc_end = session.soc_start + (session.soc_end - session.soc_start) * share
    begun = replace(session, plan=packed(plan), energy_wh=energy_wh(session, now), soc_end=soc_end)
    goal = ChargingGoal(smart.at_home, smart.target_soc, smart.deadline_at, smart.unplug_seen)
    at_once = without_pauses(plan) if smart.at_home else plan
    known = summary(market, begun, vehicle, goal, at_once=at_once, hoped=plan if smart.at_home else None)
    expected = {name: getattr(smart, name) for name in ("window_starts_at", "window_ends_at", "expected_savings_e4")}
    return begun.with_smart(replace(known, **expected))


def deadline(plugged_at: int, utc_offset_minutes: int, minute_of_day: int) -> int:
    """The next time that the place's standard time, which is fixed all year round, is that minute of the day."""
    offset = utc_offset_minutes * 60 * SECOND
    midnight = (plugged_at + offset) // DAY * DAY - offset
    today = midnight + minute_of_day * 60 * SECOND
    return today if today > plugged_at else today + DAY


def without_pauses(plan: Plan) -> Plan:
    """The plan without the waits in it. The time of a silence is kept, in which energy has flowed unseen."""
    kept: list[Row] = []
    waited = 0.0
    for row, after in pairwise((*plan, plan[-1])):
        if after is row or row[2] or after[1] > row[1]:
            kept.append((row[0] - waited, row[1], row[2], row[3]))
        else:
            waited += after[0] - row[0]
    return tuple(kept)


def _cost(market: Market, plan: Plan, began: int, energy_wh: int) -> int:
    """The cost of the first `energy_wh` of a plan, in 1/1,000,000,000 EUR: Wh times their price, exactly."""
    total, before, at = 0, 0, began
    while before < energy_wh:
        change = market.change_after(at)
        ends = (change - began) / HOUR
        after = min(whole_wh(energy(plan, ends)), energy_wh) if ends < plan[-1][0] else energy_wh
        total += (after - before) * market.price_at(at)
        before, at = after, change
    return total


def _span_price(market: Market, at: int, hours: float) -> float:
    """The price of constant power over a span, in price hours."""
    begin, end = (at - market.monday) / HOUR, (at - market.monday) / HOUR + hours
    return sum(
        market.kwh_price(hour) * (min(end, hour + 1) - max(begin, hour)) for hour in range(int(begin // 1), ceil(end))
    )


def _e4(nano_eur: int) -> int:
    return (nano_eur + 50_000) // 100_000


def _millis(hours: float) -> int:
    return round(hours * HOUR / MILLISECOND) * MILLISECOND


@lru_cache(maxsize=65_536)
def _price(seed: int, hour: int) -> int:
    day, hour_of_day = divmod(hour, 24)
    week, weekday = divmod(day, 7)
    winter = 0.5 + 0.5 * cos(2 * pi * week / _WEEKS_A_YEAR)
    factor = _level(seed, day) * (_WEEKEND if weekday >= _SATURDAY else 1.0)
    market = (winter * _WINTER[hour_of_day] + (1 - winter) * _SUMMER[hour_of_day]) * factor * 1000
    return consumer_price(round(market))


@lru_cache(maxsize=4_096)
def _level(seed: int, day: int) -> float:
    """How dear a day is."""
    return 0.6 + 0.9 * draw(seed, "day-ahead", day)
