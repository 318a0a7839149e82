"""The charge policy of an electric vehicle: read, and changed."""

from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain.charge_policy import WEEKDAYS, ChargePolicy, DayRule, clock_text, is_timezone, minute_of_day
from ....operations.electric_vehicles import change_policy, policy_of
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..inputs import Input, Text, body_of, given
from ..members import Member, PoderoMember
from .electric_vehicles import ClockTime, known

_PATH: Final = "/org/{org_id}/users/{user_id}/electric-vehicles/{electric_vehicle_id}/charge-policy"

router = APIRouter(route_class=OperationRoute)


def _timezone(name: str) -> str:
    if not is_timezone(name):
        raise PydanticCustomError("timezone", "Input should be the name of a time zone such as Europe/Berlin")
    return name


class DayInput(Input):
    """How far a vehicle is to be charged on a day of the week, and by when."""

    charge_percentage: Annotated[float, Field(ge=0, le=100)] = 0
    charge_deadline: ClockTime = ""


class WeekInput(Input):
    """The body that changes a policy: the days that it has, each with what it changes of the day (PODERO-039)."""

    mon: DayInput = DayInput()
    tue: DayInput = DayInput()
    wed: DayInput = DayInput()
    thu: DayInput = DayInput()
    fri: DayInput = DayInput()
    sat: DayInput = DayInput()
    sun: DayInput = DayInput()
    timezone: Annotated[Text, Field(max_length=100), AfterValidator(_timezone)] = ""


@router.get(_PATH)
async def get_charge_policy(
    request: Request, world: PoderoWorld, member: PoderoMember, electric_vehicle_id: UUID
) -> Response:
    """The policy of a vehicle."""
    return json_answer(request, await world.ask(_shown, member, str(electric_vehicle_id)))


@router.put(_PATH)
async def update_charge_policy(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    electric_vehicle_id: UUID,
    body: Annotated[WeekInput, Depends(body_of(WeekInput))],
) -> Response:
    """Changes the policy of a vehicle, from now on."""
    return await answer_change(request, world, _changed, member, str(electric_vehicle_id), body)


def show(policy: ChargePolicy, member: Member, vehicle: str) -> dict[str, Any]:
    """The weekly policy; where only the daily one is set, each day has it (PODERO-040)."""
    rules = policy.weekly or (policy.daily,) * len(WEEKDAYS)
    week = {
        name: {"charge_percentage": _number(rule.percent), "charge_deadline": clock_text(rule.minute)}
        for name, rule in zip(WEEKDAYS, rules, strict=True)
    }
    return {
        "metadata": {"electric_vehicle_id": vehicle, "user_id": member.user, "error": None},
        "data": {**week, "timezone": policy.timezone},
    }


def _number(percent: float) -> float:
    return int(percent) if percent.is_integer() else percent


def _shown(tx: WorldTransaction, member: Member, vehicle: str) -> dict[str, Any]:
    return show(policy_of(known(tx, member, vehicle).vehicle), member, vehicle)


def _changed(tx: WorldTransaction, member: Member, vehicle: str, body: WeekInput) -> dict[str, Any]:
    found = known(tx, member, vehicle)
    return show(change_policy(tx, found.vehicle, lambda before: _weekly(body, before)), member, vehicle)


def _weekly(body: WeekInput, before: ChargePolicy) -> ChargePolicy:
    said = given(body)
    rules = before.weekly or (before.daily,) * len(WEEKDAYS)
    weekly = tuple([_rule(said.get(name), rule) for name, rule in zip(WEEKDAYS, rules, strict=True)])
    has_days = any(name in said for name in WEEKDAYS)
    return replace(before, weekly=weekly if has_days else before.weekly, timezone=said.get("timezone", before.timezone))


def _rule(day: DayInput | None, before: DayRule) -> DayRule:
    said = {} if day is None else given(day)
    return DayRule(
        percent=float(said.get("charge_percentage", before.percent)),
        minute=minute_of_day(said["charge_deadline"]) if "charge_deadline" in said else before.minute,
    )
