"""The world in Podero's words: kWh, kW and EUR as numbers, percentages from 0 to 100."""

from typing import Any, Final

from ...domain.clock import HOUR, SECOND, millis_if_any
from ...domain.models import Session, SmartCharging

AWAY: Final = "not_at_home"
"""The only outcome that Podero's documentation names (PODERO-002)."""
_SECONDS_AN_HOUR: Final = HOUR // SECOND


def session(it: Session, smart: SmartCharging) -> dict[str, Any]:
    """A session that is over."""
    charged_kwh = smart.charged_wh / 1000
    hours = smart.flowing_s / _SECONDS_AN_HOUR
    return {
        "id": it.uuid,
        "plug_in_time": millis_if_any(it.created_at),
        "unplug_time": millis_if_any(it.unplugged_at) if smart.unplug_seen else None,
        "inferred_session_end": millis_if_any(it.power_ends_at if smart.unplug_seen else it.unplugged_at),
        "desired_charging_start_time": millis_if_any(smart.window_starts_at),
        "desired_charging_end_time": millis_if_any(smart.window_ends_at),
        "charge_deadline": millis_if_any(smart.deadline_at),
        "target_soc_pct": _percent(smart.target_soc),
        "initial_soc_pct": _percent(it.soc_start),
        "final_soc_pct": _percent(it.soc_end),
        "energy_charged_kwh": charged_kwh,
        "avg_charge_power_kw": min(round(charged_kwh / hours, 3) if hours else 0.0, smart.peak_w / 1000),
        "peak_charge_power_kw": smart.peak_w / 1000,
        "actual_cost_eur": smart.cost_e4 / 10_000,
        "expected_savings_eur": smart.expected_savings_e4 / 10_000,
        "actual_savings_eur": smart.actual_savings_e4 / 10_000,
        "is_at_home": smart.at_home,
        "session_outcome": None if smart.at_home else AWAY,
    }


def _percent(soc: float) -> float:
    return round(100 * soc, 1)
