"""Boosts: charging at once, past what the optimiser has planned. All functions are pure."""

from enum import StrEnum
from typing import Final

from .clock import HOUR, NEVER
from .home_charging import is_boosted
from .models import Outcome, Reason, Session
from .sessions.power_plan import still_since

REFUSED_AT_ALL: Final = "internal_error"
"""Why a boost is refused that does not reach the vehicle, because the link to it is lost."""


class BoostState(StrEnum):
    """What a boost is doing, or whether there can be one."""

    AVAILABLE = "available"
    REQUESTED = "requested"
    ONGOING = "ongoing"
    UNAVAILABLE = "unavailable"


class BoostRefusal(StrEnum):
    """Why a vehicle that is plugged in is not boosted."""

    ALREADY_CHARGING = "already_charging"
    FULLY_CHARGED = "fully_charged"
    NO_ACTIVE_SESSION = "no_active_session"


def boost_state(plugged: Session | None, now: int) -> BoostState:
    """The state at an instant, given the session for which the vehicle is plugged in then, if it is."""
    if plugged is None:
        return BoostState.UNAVAILABLE
    boosted = is_boosted(plugged, now)
    if boosted is not None:
        return BoostState.ONGOING if boosted else BoostState.REQUESTED
    is_at_home = plugged.smart is not None and plugged.smart.at_home
    waits = now < plugged.power_ends_at and not flows(plugged, now)
    return BoostState.AVAILABLE if is_at_home and waits else BoostState.UNAVAILABLE


def boost_refusal(plugged: Session, now: int) -> BoostRefusal | None:
    """Why a vehicle that is plugged in for a session is not boosted now; None if it can be."""
    if boost_state(plugged, now) is BoostState.AVAILABLE:
        return None
    if now < plugged.power_ends_at:
        return BoostRefusal.ALREADY_CHARGING
    is_full = plugged.outcome == Outcome.COMPLETED and plugged.reason in {Reason.FULL, Reason.LIMIT}
    return BoostRefusal.FULLY_CHARGED if is_full else BoostRefusal.NO_ACTIVE_SESSION


def is_armed(boosts_from: int, last_plugged_at: int | None, now: int) -> bool:
    """Whether a boost that was armed at `boosts_from` waits for the next plug-in, given when the last one was."""
    if boosts_from == NEVER or now < boosts_from:
        return False
    return last_plugged_at is None or last_plugged_at <= boosts_from


def flows(session: Session, now: int) -> bool:
    """Whether power flows in a session at an instant."""
    if not session.started_at <= now < session.power_ends_at:
        return False
    return still_since(session.plan, (now - session.started_at) / HOUR) is None
