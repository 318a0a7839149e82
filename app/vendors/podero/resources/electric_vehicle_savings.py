"""What the charging of an electric vehicle has saved: the sums of its completed sessions, by period."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain.calendar_periods import period
from ....domain.clock import HOUR, SECOND
from ....store.vehicle_savings import Charged, vehicle_savings
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..members import Member, PoderoMember
from ..statistics import RESOLUTIONS, Range, answered, row, savings
from .electric_vehicles import known

router = APIRouter(route_class=OperationRoute)


@router.get("/org/{org_id}/users/{user_id}/electric-vehicles/{electric_vehicle_id}/savings")
async def list_savings(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    electric_vehicle_id: UUID,
    query: Annotated[Range, Query()],
) -> Response:
    """The savings of a vehicle by period, the oldest first; periods without sessions are left out."""
    found = await world.ask(_savings, member, str(electric_vehicle_id), query)
    data = [_shown(query.resolution, each) for each in found]
    return json_answer(request, answered(world.now, query.asked(request), data))


def _savings(tx: WorldTransaction, member: Member, vehicle: str, query: Range) -> list[Charged]:
    since, until = query.span()
    found = known(tx, member, vehicle).vehicle.id
    return vehicle_savings(tx, found, RESOLUTIONS[query.resolution], plugged_from=since, plugged_before=until)


def _shown(resolution: str, sums: Charged) -> dict[str, Any]:
    """The sums of a period: Wh, W and EUR."""
    hours = sums.flowed_s * SECOND / HOUR
    return row(
        resolution,
        period(RESOLUTIONS[resolution], sums.number),
        savings(sums.savings_e4, sums.cost_e4 + sums.savings_e4),
        {"total": sums.charged_wh},
        electric_vehicle={
            "estimated_consumption_wh": sums.charged_wh,
            "charge_session_count": sums.sessions,
            "average_charge_power_w": round(sums.charged_wh / hours, 1) if hours else 0.0,
        },
    )
