"""The heat pumps and inverters of the people of a generated town: some of those whose cars charge at home have them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from ...domain.devices import HEAT_PUMP, INVERTER, LINKED
from ...domain.ids import draw, uuid_text
from ...domain.models import Document, Station, Vehicle
from .device_models import MODELS, TYPES
from .price_zones import zone_of

_VENDOR: Final = "podero"
_TURN: Final = 3
_WITHOUT: Final = {HEAT_PUMP: 1, INVERTER: 2}
"""Which of each three people has none of a kind; the first has one of each."""
TOLD: Final[Mapping[str, dict[str, Any]]] = {
    HEAT_PUMP: {"is_space_heating_enabled": True, "is_hot_water_heating_enabled": True},
    INVERTER: {"solar_power_rating_kw": 8.0},
}
"""What a manufacturer's cloud tells of a device that is linked."""


def town_documents(seed: int, homes: Sequence[tuple[Vehicle, Station]]) -> list[Document]:
    """The devices at homes, each of which has a car."""
    return [
        _device(kind, seed, n, vehicle, home)
        for kind in (HEAT_PUMP, INVERTER)
        for n, (vehicle, home) in enumerate(homes)
        if n % _TURN != _WITHOUT[kind]
    ]


def _device(kind: str, seed: int, n: int, vehicle: Vehicle, home: Station) -> Document:
    models = MODELS[kind]
    manufacturer, model = models[int(draw(seed, f"{kind}/model", n) * len(models))]
    body = {
        "device_model": {"device_type": TYPES[kind], "manufacturer": manufacturer, "model": model, "year": None},
        "is_authenticated": True,
        "is_smart_optimization_active": True,
        "latitude": float(home.latitude),
        "longitude": float(home.longitude),
        "price_zone": zone_of(home.country),
        **(TOLD[HEAT_PUMP] if kind == HEAT_PUMP else _inverter(seed, n)),
    }
    return Document(
        vendor=_VENDOR,
        kind=kind,
        id=uuid_text(seed, kind, n),
        n=n,
        created_at=vehicle.created_at,
        touched_at=vehicle.created_at,
        body=orjson.dumps(body).decode(),
        owner=vehicle.owner,
        first=LINKED,
    )


def _inverter(seed: int, n: int) -> dict[str, Any]:
    """An inverter of 5 to 12 kW, and for two in three a battery."""
    plant: dict[str, Any] = {"solar_power_rating_kw": round(5 + 7 * draw(seed, "inverter/kw", n), 1)}
    if n % _TURN != 1:
        battery = {"battery_capacity_kwh": 10.0, "min_battery_charge": 20, "max_battery_charge": 90}
        plant |= {"is_battery_connected": True, **battery}
    return plant
