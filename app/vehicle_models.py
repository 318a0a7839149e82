"""The vehicle models of the catalogue, `fixtures/catalogue/cars.yaml`: towns draw from them, and callers name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml

from .data_files import FIXTURES
from .domain.models import Vehicle
from .domain.sessions.power_plan import Point

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class VehicleModel:
    """A model: its battery, its inlet, and the power that it accepts, on direct current as (SoC, kW) points."""

    make: str
    model: str
    year: int
    battery_wh: int
    plug: str
    ac_kw: float
    ac_phases: int
    dc: tuple[Point, ...]


@cache
def vehicle_models() -> Sequence[VehicleModel]:
    """The models in the order of the file."""
    text = (FIXTURES / "catalogue" / "cars.yaml").read_bytes()
    rows: list[dict[str, Any]] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader either way
    return [_vehicle_model(row) for row in rows]


def known_model(make: str, model: str) -> VehicleModel | None:
    """The model of that name, in upper or lower case; None if the catalogue has no such model."""
    return _by_name().get(_name(make, model))


def vehicle_of(model: VehicleModel, *, charge_to: float) -> Vehicle:
    """A vehicle of a model, which is charged to that share of its battery. It has no id, no owner and no home yet."""
    return Vehicle(
        id="",
        uuid="",
        fleet=None,
        make=model.make,
        model=model.model,
        plug=model.plug,
        battery_wh=model.battery_wh,
        ac_kw=model.ac_kw,
        ac_phases=model.ac_phases,
        dc=model.dc,
        charge_to=charge_to,
        org=None,
        owner=None,
        home=None,
    )


@cache
def _by_name() -> dict[str, VehicleModel]:
    return {_name(each.make, each.model): each for each in vehicle_models()}


def _name(make: str, model: str) -> str:
    return f"{make} {model}".casefold()


def _vehicle_model(row: dict[str, Any]) -> VehicleModel:
    curve = tuple((float(soc), float(power)) for soc, power in row["dc"])
    return VehicleModel(**{**row, "ac_kw": float(row["ac_kw"]), "dc": curve})
