"""Wallboxes: listed, retrieved, updated and boosted."""

from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.boosts import REFUSED_AT_ALL, BoostState, boost_state, flows, is_armed
from ....domain.clock import HOUR, millis_if_any
from ....domain.devices import WALLBOX
from ....domain.errors import BoostRefusedError, UnknownObjectError
from ....domain.sessions.power_plan import power, unpacked
from ....operations.device_links import lost_at
from ....operations.wallboxes import boost_charger, end_boosts
from ....store.wallboxes import HomeCharger
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..cues import resolution_url
from ..device_models import TYPES
from ..devices import Device, DeviceInput, closing, opening, stored
from ..home_wallboxes import InstalledWallbox, save_wallbox, wallbox_of, wallboxes_of
from ..inputs import IncludeDeleted, Moment, Whole, body_of
from ..members import Member, PoderoMember
from ..owned_devices import Resolve, Written

router = APIRouter(route_class=OperationRoute)

Shown = dict[str, Any]
Charge = Annotated[int, Field(ge=0, le=100)]
_MODEL: Final = {"device_type": TYPES[WALLBOX]}
_POLICY: Final = (
    "charge_target_min",
    "charge_target_max",
    "is_charge_policy_enabled",
    "minimum_charge_limit",
    "charge_deadline_at",
)
"""What `charge_policy_last_updated_at` tells the last change of."""
_CHANGED: Final = "charge_policy_last_updated_at"


class WallboxInput(DeviceInput):
    """What callers write of a wallbox. What a body leaves out is kept. It steers no session (PODERO-047)."""

    charge_target_min: Charge = 50
    charge_target_max: Charge = 80
    charge_power_max_w: Annotated[Whole, Field(ge=0)] = 7000
    is_charge_policy_enabled: bool = False
    minimum_charge_limit: Charge = 80
    charge_deadline_at: Moment | None = None


_USUAL: Final = {
    name: field.default for name, field in WallboxInput.model_fields.items() if name not in DeviceInput.model_fields
}


@router.get("/org/{org_id}/users/{user_id}/wallboxes")
async def list_wallboxes(
    request: Request, world: PoderoWorld, member: PoderoMember, query: Annotated[IncludeDeleted, Query()]
) -> Response:
    """The wallboxes of a user, those at homes first."""
    return json_answer(request, await world.ask(_list, member, query))


@router.get("/org/{org_id}/users/{user_id}/wallboxes/{wallbox_id}")
async def retrieve_wallbox(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    wallbox_id: UUID,
    query: Annotated[IncludeDeleted, Query()],
) -> Response:
    """One wallbox, with the actions that are pending."""
    resolve = partial(resolution_url, request, WALLBOX)
    return json_answer(request, await world.ask(_one, member, str(wallbox_id), query, resolve))


@router.put("/org/{org_id}/users/{user_id}/wallboxes/{wallbox_id}")
async def update_wallbox(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    wallbox_id: UUID,
    body: Annotated[WallboxInput, Depends(body_of(WallboxInput))],
) -> Response:
    """Changes a wallbox; what the body leaves out is kept."""
    resolve = partial(resolution_url, request, WALLBOX)
    return await answer_change(request, world, _update, member, str(wallbox_id), body, resolve)


@router.post("/org/{org_id}/users/{user_id}/wallboxes/{wallbox_id}/boost")
async def boost_wallbox(request: Request, world: PoderoWorld, member: PoderoMember, *, wallbox_id: UUID) -> Response:
    """Charges at once, or when a car is plugged in next."""
    return await answer_change(request, world, _boost, member, str(wallbox_id))


@router.delete("/org/{org_id}/users/{user_id}/wallboxes/{wallbox_id}/boost")
async def cancel_wallbox_boost(
    request: Request, world: PoderoWorld, member: PoderoMember, *, wallbox_id: UUID
) -> Response:
    """Ends a boost that is live, and forgets one that is armed."""
    return await answer_change(request, world, _cancel_boost, member, str(wallbox_id))


def show(tx: WorldTransaction, wallbox: InstalledWallbox, resolve: Resolve | None = None) -> Shown:
    """A wallbox as Podero shows it, with its pending actions if `resolve` is there."""
    written, document = wallbox.written, wallbox.document
    device = Device(
        id=wallbox.id,
        created_at=wallbox.created_at,
        touched_at=wallbox.created_at if document is None else document.touched_at,
        written=written,
        cloud_lost_at=lost_at(document, tx.now),
        model=None if wallbox.charger is None else _MODEL,
        state_at=wallbox.heard_at(tx.now),
    )
    state = _state(wallbox, device, tx.now)
    mode, connection = state.pop("mode"), state.pop("connection")
    begin = opening(device, wallbox.owner, tx.now)
    usual = (
        _USUAL if wallbox.charger is None else _USUAL | {"charge_power_max_w": round(1000 * wallbox.charger.power_kw)}
    )
    return {
        **{name: begin.pop(name) for name in _BEFORE_MODE},
        "mode": mode,
        "connection": connection,
        **begin,
        **{name: written.get(name, default) for name, default in usual.items()},
        _CHANGED: written.get(_CHANGED),
        **state,
        **closing(device, None if resolve is None else resolve(device), is_detail=resolve is not None),
    }


_BEFORE_MODE: Final = (
    "connection_status",
    "monitoring_status",
    "steering_status",
    "device_model",
    "owner",
    "created_at",
    "updated_at",
)
"""The fields before `mode` and `connection`, as in the documentation."""


def _state(wallbox: InstalledWallbox, device: Device, now: int) -> Shown:
    """What a wallbox does, and how it is connected (PODERO-046)."""
    charger = wallbox.charger
    if charger is None:
        return {
            "mode": "UNKNOWN" if device.is_authenticated else "UNAVAILABLE",
            "connection": "never_connected",
            "is_ocpp_connected": False,
            **dict.fromkeys(("is_plugged_in", "is_charging", "charge_rate_w")),
            "boost_state": BoostState.UNAVAILABLE,
            "boost_for_next_session": False,
        }
    is_heard, there = wallbox.silent_since(now) is None, charger.plugged(now)
    session = None if there is None else there[1]
    is_charging = session is not None and flows(session, now)
    watts = 0
    if session is not None and is_charging:
        watts = round(1000 * power(unpacked(session.plan), (now - session.started_at) / HOUR))
    return {
        "mode": _mode(device, is_heard=is_heard, is_plugged_in=session is not None, is_charging=is_charging),
        "connection": "online" if is_heard else "offline",
        "is_ocpp_connected": is_heard,
        "is_plugged_in": session is not None if is_heard else None,
        "is_charging": is_charging if is_heard else None,
        "charge_rate_w": watts if is_heard else None,
        "boost_state": boost_state(session, now) if is_heard else BoostState.UNAVAILABLE,
        "boost_for_next_session": _is_armed(charger, now),
    }


def _mode(device: Device, *, is_heard: bool, is_plugged_in: bool, is_charging: bool) -> str:
    if not device.is_authenticated:
        return "UNAVAILABLE"
    if not is_heard:
        return "UNKNOWN"
    if is_charging:
        return "CHARGING"
    return "PLUGGED_IN" if is_plugged_in else "READY"


def _is_armed(charger: HomeCharger, now: int) -> bool:
    return any(
        is_armed(each.vehicle.boosts_from, None if each.last is None else each.last.created_at, now)
        for each in charger.vehicles
    )


def _list(tx: WorldTransaction, member: Member, query: IncludeDeleted) -> list[Shown]:
    found = wallboxes_of(tx, member)
    return [show(tx, each) for each in found if query.include_deleted or not _is_deleted(each)]


def _one(tx: WorldTransaction, member: Member, wallbox: str, query: IncludeDeleted, resolve: Resolve) -> Shown:
    found = wallbox_of(tx, member, wallbox)
    if _is_deleted(found) and not query.include_deleted:
        raise UnknownObjectError(WALLBOX, wallbox)
    return show(tx, found, resolve)


def _update(tx: WorldTransaction, member: Member, wallbox: str, body: WallboxInput, resolve: Resolve) -> Shown:
    found = wallbox_of(tx, member, wallbox)
    before = found.written
    return show(tx, save_wallbox(tx, found, _dated(before, stored(body, before), tx.now)), resolve)


def _dated(before: Written, changed: Written, now: int) -> Written:
    """What is written of a wallbox, with when its policy was changed."""
    if all(before.get(name) == changed.get(name) for name in _POLICY):
        return changed
    return {**changed, _CHANGED: millis_if_any(now)}


def _boost(tx: WorldTransaction, member: Member, wallbox: str) -> None:
    found = wallbox_of(tx, member, wallbox)
    if found.charger is None or found.silent_since(tx.now) is not None:
        raise BoostRefusedError(BoostState.UNAVAILABLE, REFUSED_AT_ALL)
    boost_charger(tx, found.charger)


def _cancel_boost(tx: WorldTransaction, member: Member, wallbox: str) -> None:
    found = wallbox_of(tx, member, wallbox)
    if found.charger is not None:
        end_boosts(tx, found.charger)


def _is_deleted(wallbox: InstalledWallbox) -> bool:
    return wallbox.written.get("deleted_at") is not None
