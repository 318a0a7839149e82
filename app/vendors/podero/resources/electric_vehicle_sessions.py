"""The charging sessions of an electric vehicle: listed."""

from datetime import date, timedelta
from typing import Annotated, Any, Final, Self
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import DAY, HOUR, SECOND, millis_if_any
from ....domain.devices import ELECTRIC_VEHICLE
from ....domain.models import Session, SmartCharging
from ....domain.smart_charging import so_far
from ....operations.energy_prices import market_for
from ....operations.smart_charging import market_of
from ....store.vehicle_sessions import VehicleRef, owned_id, unplugged_sessions
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..errors import PoderoError
from ..inputs import Limit, Offset, check_order, no_number
from ..members import Member, PoderoMember
from ..pagination import page
from ..vendor import NAME
from .electric_vehicles import known

AWAY: Final = "not_at_home"
"""The only outcome that Podero's documentation names (PODERO-002)."""
_PATH: Final = "/org/{org_id}/users/{user_id}/electric-vehicles/{electric_vehicle_id}/sessions"
_SECONDS_AN_HOUR: Final = HOUR // SECOND
_EPOCH: Final = date(1970, 1, 1)

router = APIRouter(route_class=OperationRoute)


Day = Annotated[date, no_number("date_from_datetime_parsing", "Input should be a valid date or datetime, {error}")]


class ListSessions(BaseModel):
    """The query of a list: inclusive UTC days."""

    model_config = ConfigDict(frozen=True)

    from_: Day = Field(alias="from")
    to: Day
    limit: Limit = 50
    offset: Offset = 0

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        check_order(self.from_.toordinal(), self.to.toordinal())
        return self

    def span(self) -> tuple[int, int]:
        """The beginning of the first day and the end of the last, in microseconds."""
        return (self.from_ - _EPOCH) // timedelta(days=1) * DAY, ((self.to - _EPOCH) // timedelta(days=1) + 1) * DAY


@router.get(_PATH)
async def list_sessions(
    request: Request,
    world: PoderoWorld,
    *,
    org_id: UUID,
    user_id: UUID,
    electric_vehicle_id: UUID,
    query: Annotated[ListSessions, Query()],
) -> Response:
    """The completed sessions of a vehicle, latest plug-in first."""
    ref = VehicleRef(org=str(org_id), owner=str(user_id), uuid=str(electric_vehicle_id))
    found = await world.ask(_completed, ref, query)
    if found is None:
        reason = f"The user {user_id} of the organisation {org_id} has no vehicle {electric_vehicle_id} in this world."
        raise PoderoError(404, "Not Found", reason=reason)
    total, rows = found
    return json_answer(request, page(total, [show(row, row.smart) for row in rows if row.smart is not None]))


def _completed(tx: WorldTransaction, ref: VehicleRef, query: ListSessions) -> tuple[int, list[Session]] | None:
    """A page of the completed sessions of a vehicle with the number of all; None if there is no such vehicle."""
    found = owned_id(tx, ref, NAME, ELECTRIC_VEHICLE)
    if found is None or (found.body is not None and orjson.loads(found.body).get("deleted_at") is not None):
        return None
    since, until = query.span()
    return unplugged_sessions(
        tx, found.vehicle, plugged_from=since, plugged_before=until, offset=query.offset, limit=query.limit
    )


@router.get(f"{_PATH}/current")
async def get_current_session(
    request: Request, world: PoderoWorld, member: PoderoMember, electric_vehicle_id: UUID
) -> Response:
    """The session for which a vehicle is plugged in, as far as it has gone; null if it is not plugged in."""
    return json_answer(request, {"session": await world.ask(_current, member, str(electric_vehicle_id))})


def _current(tx: WorldTransaction, member: Member, vehicle: str) -> dict[str, Any] | None:
    found = known(tx, member, vehicle)
    plugged = found.plugged(tx.now)
    if plugged is None or plugged.smart is None:
        return None
    market = market_for(tx, found.vehicle) if plugged.smart.at_home else market_of(tx)
    begun = so_far(market, plugged, found.vehicle, tx.now)
    return None if begun.smart is None else show_current(begun, begun.smart)


def show_current(it: Session, smart: SmartCharging) -> dict[str, Any]:
    """A session whose vehicle is still plugged in: what is known at its end only is null (PODERO-041)."""
    known_later = ["unplug_time", "inferred_session_end", "final_soc_pct"]
    if not smart.at_home:
        known_later.append("desired_charging_end_time")
    return {**show(it, smart), **dict.fromkeys(known_later)}


def show(it: Session, smart: SmartCharging) -> dict[str, Any]:
    """A completed session as Podero shows it: kWh, kW and EUR as numbers, percentages from 0 to 100."""
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
