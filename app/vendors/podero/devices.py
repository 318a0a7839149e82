"""What all devices have in common: electric vehicles, wallboxes, heat pumps and inverters.

A device that callers made is a document whose body has what they wrote, under the names of `DeviceInput`. A device is
shown as `{**opening(…), **its own fields, **closing(…)}`, which is the documented order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final

import orjson
from pydantic import Field

from ...domain.clock import millis_if_any
from ...domain.models import Document, User
from ...operations.device_links import lost_at
from .details import inner
from .inputs import Id, Input, Moment, PriceZone, Text
from .members import names_of

AUTHENTICATED: Final = "authenticated"
ERROR: Final = "error"
"""The states of the lifecycle that are known; a caller may write any other."""
_LINK_LOST: Final = "The connection to the manufacturer's cloud has lapsed."
_FIRST_INSTANT: Final = "0001-01-01T00:00:00Z"
_MOST_SCORE: Final = 1_000_000
_REAUTHENTICATE: Final = "reauthenticate"
"""The only code of an action that is documented."""


class DeviceTypeInput(Input):
    """The type of a device: `ev` and "Electric Vehicle", for example."""

    short_name: Annotated[Text, Field(max_length=50)] | None = None
    long_name: Annotated[Text, Field(max_length=100)] | None = None


class DeviceModelInput(Input):
    """The model of a device."""

    device_type: DeviceTypeInput | None = None
    manufacturer: Annotated[Text, Field(max_length=100)] | None = None
    model: Annotated[Text, Field(max_length=100)] | None = None
    year: Annotated[int, Field(ge=1900, le=9999)] | None = None
    cloud_service_id: Id | None = None


class DeviceInput(Input):
    """What callers write of any device. What a body leaves out is kept."""

    is_pause_power_active: bool = False
    is_smart_optimization_active: bool = False
    device_model: DeviceModelInput | None = None
    price_zone: PriceZone | None = None
    deleted_at: Moment | None = None
    lifecycle_state: Annotated[Text, Field(max_length=20)] = AUTHENTICATED
    lifecycle_error: Text | None = None
    building_id: Id | None = None
    pause_power_until: Moment | None = None
    optimization_score: Annotated[float, Field(ge=-_MOST_SCORE, le=_MOST_SCORE)] | None = None
    comment: Annotated[Text, Field(max_length=300)] | None = None
    last_monitoring_executed_at: Moment | None = None
    is_inverter_forced_mode_enabled: bool = False
    is_trading_enabled: bool = False
    actual_steering_state: Annotated[Text, Field(max_length=20)] = "unknown"


@dataclass(frozen=True, slots=True)
class Device:
    """A device at an instant. `written` is what callers wrote of it; `cloud_lost_at` is when its link was lost, if so.

    `model` and `state_at` are what the simulation knows of its model, in the words of `device_model`, and when it last
    heard of its state.
    """

    id: str
    created_at: int
    touched_at: int
    written: Mapping[str, Any]
    cloud_lost_at: int | None = None
    model: Mapping[str, Any] | None = None
    state_at: int | None = None

    @classmethod
    def of(cls, document: Document, now: int, state_at: int | None = None) -> "Device":
        """The device that is a document."""
        return cls(
            id=document.id,
            created_at=document.created_at,
            touched_at=document.touched_at,
            written=orjson.loads(document.body),
            cloud_lost_at=lost_at(document, now),
            state_at=state_at,
        )

    @property
    def is_authenticated(self) -> bool:
        """Whether the manufacturer's cloud lets Podero in: from the onboarding on, until the link is lost."""
        return self.written.get("is_authenticated") is True and self.cloud_lost_at is None

    @property
    def is_deleted(self) -> bool:
        return self.written.get("deleted_at") is not None


def opening(device: Device, owner: User, now: int) -> dict[str, Any]:
    """The fields with which every device begins, in their order."""
    written, is_lost = device.written, device.cloud_lost_at is not None
    status = "error" if is_lost else ("ok" if device.is_authenticated else "unknown")
    is_changed = device.created_at < device.touched_at <= now
    return {
        "connection_status": status,
        "monitoring_status": status,
        "steering_status": status,
        "device_model": _shown_model(device),
        "owner": _shown_owner(owner),
        "created_at": millis_if_any(device.created_at),
        "updated_at": millis_if_any(device.touched_at if is_changed else device.created_at),
        "price_zone": written.get("price_zone"),
        "id": device.id,
        "deleted_at": written.get("deleted_at"),
        "lifecycle_state": ERROR if is_lost else written.get("lifecycle_state", AUTHENTICATED),
        "lifecycle_error": _LINK_LOST if is_lost else written.get("lifecycle_error"),
        "building": written.get("building_id"),
        "pause_power_until": written.get("pause_power_until"),
        "is_pause_power_active": written.get("is_pause_power_active", False),
        "external_device_id": written.get("external_device_id", ""),
        "is_authenticated": device.is_authenticated,
        "is_smart_optimization_active": written.get("is_smart_optimization_active", False),
        "optimization_score": written.get("optimization_score"),
        "current_mode": written.get("current_mode"),
        "comment": written.get("comment"),
        "current_state_last_updated_at": None if device.state_at is None else millis_if_any(device.state_at),
        "last_monitoring_executed_at": written.get("last_monitoring_executed_at"),
        "is_inverter_forced_mode_enabled": written.get("is_inverter_forced_mode_enabled", False),
        "is_inverter_forced_mode_active": False,
        "inverter_forced_mode_since": _FIRST_INSTANT,
        "is_trading_enabled": written.get("is_trading_enabled", False),
        "actual_steering_state": written.get("actual_steering_state", "unknown"),
    }


def closing(device: Device, resolution_url: str | None = None, *, is_detail: bool = False) -> dict[str, Any]:
    """The fields with which every device ends. The `actions` stand in a detail only.

    `resolution_url` is where the pending action of a device without its link is resolved: `cues.resolution_url`.
    """
    shown: dict[str, Any] = {"authorization_url": None, "action_needed": device.cloud_lost_at is not None}
    if is_detail:
        shown["actions"] = [] if device.cloud_lost_at is None or resolution_url is None else [_action(resolution_url)]
    return shown


def stored(body: DeviceInput, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of a device: what was before, and what a body changes of it."""
    return {**before, **body.model_dump(mode="json", exclude_unset=True)}


def _action(url: str) -> dict[str, Any]:
    link = {"url": url, "required_parameters": ["successUrl", "cancelUrl"]}
    return {"code": _REAUTHENTICATE, "resolution_link": link}


def _shown_model(device: Device) -> dict[str, Any] | None:
    written = inner(device.written, "device_model")
    if not written and device.model is None:
        return None
    model = {**(device.model or {}), **written}
    kind = inner(model, "device_type")
    return {
        "device_type": {"short_name": kind.get("short_name"), "long_name": kind.get("long_name")},
        "manufacturer": model.get("manufacturer"),
        "model": model.get("model"),
        "cloud_service_instructions": None,
        "cloud_service_signup_link": None,
        "year": model.get("year"),
        "cloud_service": model.get("cloud_service_id"),
    }


@lru_cache(maxsize=1024)
def _shown_owner(owner: User) -> orjson.Fragment:
    """The same in each device of a user, so its JSON is kept."""
    details = orjson.loads(owner.details)
    first_name, last_name = names_of(owner, details)
    shown = {
        "id": owner.id,
        "email": owner.email,
        "first_name": first_name,
        "last_name": last_name,
        "external_id": details.get("external_user_id"),
    }
    return orjson.Fragment(orjson.dumps(shown))
