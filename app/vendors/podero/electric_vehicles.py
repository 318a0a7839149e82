"""An electric vehicle as Podero shows it, with the state that the vehicle reports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from ...domain import telemetry
from ...domain.boosts import BoostState, boost_state, is_armed
from ...domain.charge_policy import changed_at, clock_text
from ...domain.clock import millis_if_any
from ...domain.devices import ELECTRIC_VEHICLE
from ...domain.home_charging import goal_of
from ...domain.models import Document, User
from ...domain.telemetry import Whereabouts
from ...operations.device_links import lost_at
from ...operations.electric_vehicles import UNKNOWN, policy_of
from ...store.owned_vehicles import OwnedVehicle, owned_vehicle
from ...store.vehicle_sessions import VehicleRef
from ...store.world_transaction import WorldTransaction
from ...vehicle_models import known_model
from .device_models import TYPES
from .devices import Device, closing, opening
from .owned_devices import Resolve
from .price_zones import zone_of
from .vendor import NAME

_LINKED: Final[Mapping[str, Any]] = {"is_authenticated": True}
"""What is so of each vehicle, unless something else is kept of it (PODERO-034)."""
_PERCENT: Final = 100
_FULL: Final = 0.005
"""How much less than its target a battery may have that counts as full."""
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class _Report:
    """What was heard of a vehicle last: at which instant, and where it was then."""

    at: int
    seen: OwnedVehicle
    around: Whereabouts
    lost_at: int | None


def device_of(tx: WorldTransaction, found: OwnedVehicle) -> Device:
    """The device that a vehicle is."""
    return _device(found, _last_report(tx, found))


def show(
    tx: WorldTransaction,
    found: OwnedVehicle,
    owner: User,
    *,
    resolve: Resolve | None = None,
    is_detail: bool = False,
) -> dict[str, Any]:
    """A vehicle as Podero shows it."""
    report = _last_report(tx, found)
    device = _device(found, report)
    policy, vehicle = policy_of(found.vehicle), found.vehicle
    policy_changed = changed_at(policy, vehicle.created_at)
    daily = policy.daily
    return {
        **opening(device, owner, tx.now),
        "charge_target_min": round(policy.least),
        "charge_target_max": None,
        "is_charge_policy_enabled": policy.enabled,
        "charge_policy_last_updated_at": None if policy_changed is None else millis_if_any(policy_changed),
        "minimum_charge_limit": round(daily.percent),
        "charge_deadline_at": clock_text(daily.minute),
        **_state(tx, found, report),
        **closing(device, None if resolve is None else resolve(device), is_detail=is_detail),
    }


def written_of(document: Document | None) -> dict[str, Any]:
    """What callers wrote of a vehicle."""
    return {} if document is None else dict(orjson.loads(document.body))


def _device(found: OwnedVehicle, report: _Report) -> Device:
    vehicle, document = found.vehicle, found.document
    known = known_model(vehicle.make, vehicle.model)
    model = {
        "device_type": TYPES[ELECTRIC_VEHICLE],
        "manufacturer": vehicle.make,
        "model": vehicle.model,
        "year": None if known is None else known.year,
    }
    written = {
        **_LINKED,
        "is_smart_optimization_active": policy_of(vehicle).optimises,
        "price_zone": zone_of(found.home.country) if found.home is not None else None,
        **written_of(document),
    }
    return Device(
        id=vehicle.uuid,
        created_at=vehicle.created_at,
        touched_at=max(vehicle.touched_at, vehicle.created_at if document is None else document.touched_at),
        written=written,
        cloud_lost_at=report.lost_at,
        model=None if UNKNOWN in {vehicle.make, vehicle.model} else model,
        state_at=report.at,
    )


def _state(tx: WorldTransaction, found: OwnedVehicle, report: _Report) -> dict[str, Any]:
    """The live state. A boost is known at once, the rest as the vehicle has reported it the last time (PODERO-035).

    A vehicle that has lost its link shows what it reported before (PODERO-036).
    """
    at, around, vehicle = report.at, report.around, found.vehicle
    soc, charging = telemetry.state_of_charge(around, at), telemetry.charging(around, at)
    state = boost_state(found.plugged(tx.now), tx.now) if report.lost_at is None else BoostState.UNAVAILABLE
    last_plugged_at = None if found.last is None else found.last.created_at
    return {
        "boost_state": state,
        "boost_for_next_session": is_armed(vehicle.boosts_from, last_plugged_at, tx.now),
        "is_plugged_in": charging.is_plugged_in,
        "is_charging": charging.power_w > 0,
        "charge_rate_w": charging.power_w,
        "battery_level": int(soc * _PERCENT + _ROUNDING),
        "battery_capacity_kwh": vehicle.battery_wh / 1000,
        "is_fully_charged": soc >= _target(report.seen, at) - _FULL,
        "driving_range": telemetry.range_km(vehicle, soc),
    }


def _last_report(tx: WorldTransaction, found: OwnedVehicle) -> _Report:
    """The last report of the battery, which is the same for every vendor."""
    vehicle, lost = found.vehicle, lost_at(found.document, tx.now)
    seen = found if lost is None else _seen_until(tx, found, lost)
    until = tx.now if lost is None else max(lost, vehicle.created_at)
    second = telemetry.drawn_second(tx.world.seed, "battery", vehicle.id)
    around = seen.whereabouts()
    return _Report(telemetry.reported_at(around, until, second), seen, around, lost)


def _seen_until(tx: WorldTransaction, found: OwnedVehicle, lost: int) -> OwnedVehicle:
    """The vehicle around the instant at which its link was lost; where it goes then is not known."""
    vehicle = found.vehicle
    if found.last is not None and lost < found.last.created_at:
        ref = VehicleRef(org=vehicle.org or "", owner=vehicle.owner or "", uuid=vehicle.uuid)
        found = owned_vehicle(replace(tx, now=max(lost, vehicle.created_at)), ref, NAME, ELECTRIC_VEHICLE) or found
    return replace(found, next=None)


def _target(seen: OwnedVehicle, at: int) -> float:
    """The state of charge at which the vehicle counts as full."""
    plugged = seen.plugged(at)
    if plugged is not None and plugged.smart is not None:
        return plugged.smart.target_soc
    policy = policy_of(seen.vehicle)
    if seen.home is None:
        return seen.vehicle.charge_to
    return goal_of(policy, seen.vehicle, seen.home, at).target_soc
