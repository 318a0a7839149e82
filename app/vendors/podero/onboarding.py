"""Onboarding sessions: what their page offers to link, and what is linked then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import orjson

from ...domain.clock import DAY, millis
from ...domain.errors import UnknownObjectError
from ...domain.models import DELETED, Document, User, Vehicle
from ...operations.device_links import lost_at, save_linked, vehicle_document
from ...operations.devices import register_device
from ...operations.documents import change_document, known_document
from ...operations.electric_vehicles import adopt_vehicle, change_policy, register_vehicle
from ...store import parties
from ...store.linkable_vehicles import linkable_vehicles
from ...store.world_transaction import WorldTransaction
from ...vehicle_models import vehicle_models
from .device_models import KINDS, MODELS, TYPES
from .first_devices import TOLD
from .homes import address_of
from .vendor import NAME

KIND: Final = "onboarding_session"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be linked: a vehicle that is there, or a new device of a model. `key` names it in a form."""

    key: str
    device_type: str
    manufacturer: str
    model: str
    vehicle: Vehicle | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An onboarding session, its user, and what it offers."""

    session: Document
    owner: User
    choices: tuple[Choice, ...]


def expires_at(session: Document) -> int:
    """The end of the day after the one on which a session was created, UTC."""
    return (session.created_at // DAY + 2) * DAY


def expiration_date(session: Document) -> str:
    """The last day on which a session is valid."""
    return millis(expires_at(session) - DAY)[:10]


def offer(tx: WorldTransaction, session_id: str) -> Offer:
    """What a session offers to link. Raises UnknownObjectError if there is no such session or user."""
    session = known_document(tx, NAME, KIND, session_id)
    owner = parties.user(tx, session.owner)
    if owner is None or owner.status == DELETED:
        raise UnknownObjectError(KIND, session_id)
    wanted = orjson.loads(session.body).get("device_type")
    choices: list[Choice] = []
    if wanted in {None, "ev"}:
        choices += [_of_vehicle(each) for each in linkable_vehicles(tx, owner)]
        choices += [
            Choice(f"ev-{n}", "ev", each.make, each.model, year=each.year) for n, each in enumerate(vehicle_models())
        ]
    for name, kind in KINDS.items():
        if wanted in {None, name}:
            choices += [Choice(f"{name}-{n}", name, *each) for n, each in enumerate(MODELS.get(kind, ()))]
    return Offer(session, owner, tuple(choices))


def link(tx: WorldTransaction, offered: Offer, choice: Choice) -> str:
    """Links what was chosen, and returns the id of the device. A session links one device: another is not made."""
    body = orjson.loads(offered.session.body)
    linked: str | None = body.get("object_id")
    if linked is None:
        linked = _linked(tx, offered.owner, choice, body)
        change_document(tx, offered.session, {**body, "object_id": linked})
    return linked


def _of_vehicle(vehicle: Vehicle) -> Choice:
    return Choice(vehicle.uuid, "ev", vehicle.make, vehicle.model, vehicle=vehicle)


def _linked(tx: WorldTransaction, owner: User, choice: Choice, session: Mapping[str, Any]) -> str:
    kind = KINDS[choice.device_type]
    written: dict[str, Any] = {
        "is_authenticated": True,
        "building_id": session.get("building_id"),
        "price_zone": session.get("price_zone_default"),
    }
    if session.get("is_smart_optimization_active_default") is not None:
        written["is_smart_optimization_active"] = session["is_smart_optimization_active_default"]
    if choice.device_type != "ev":
        model = {
            "device_type": TYPES[kind],
            "manufacturer": choice.manufacturer,
            "model": choice.model,
            "year": choice.year,
        }
        body = {**TOLD.get(kind, {}), "device_model": model, **written}
        return register_device(tx, NAME, kind, owner.id, body).id
    vehicle = choice.vehicle
    if vehicle is None:
        vehicle = register_vehicle(tx, owner, address_of(owner), make=choice.manufacturer, model=choice.model)
    elif vehicle.owner is None:
        vehicle = adopt_vehicle(tx, vehicle, owner, address_of(owner))
    if "is_smart_optimization_active" in written:
        change_policy(tx, vehicle, partial(replace, optimises=written["is_smart_optimization_active"]))
    document = vehicle_document(tx, NAME, vehicle)
    kept = {**orjson.loads(document.body), **written, "deleted_at": None}
    document = change_document(tx, document, kept)
    if lost_at(document, tx.now) is not None:
        save_linked(tx, document)
    return vehicle.uuid
