"""The catalogue, `fixtures/catalogue`: vehicle models, cities, price levels and habits that towns are drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final

import yaml

from ..data_files import FIXTURES
from ..domain.pricing import Tariff
from ..vehicle_models import VehicleModel, vehicle_models

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FAST: Final = frozenset({"dc", "hpc"})
_LEVEL: Final = {"dc": 1, "hpc": 2}
_CENT: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class City:
    city: str
    country: str
    latitude: float
    longitude: float
    postal_code: str
    street: str
    utc_offset_minutes: int
    phone: str | None
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The content of the files; `prices` and `habits` are as their files write them."""

    vehicle_models: Sequence[VehicleModel]
    cities: Sequence[City]
    operators: Mapping[str, Sequence[tuple[str, str]]]
    prices: Mapping[str, Any]
    habits: Mapping[str, Any]


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with Wattif."""
    operators: dict[str, list[tuple[str, str]]] = {}
    for operator in _rows("operators"):
        for country in operator["countries"]:
            operators.setdefault(country, []).append((operator["name"], operator["code"]))
    return Catalogue(
        vehicle_models=vehicle_models(),
        cities=[City(**{**city, "streets": tuple(city["streets"])}) for city in _rows("cities")],
        operators=operators,
        prices=_read("prices"),
        habits=_read("habits"),
    )


def drawn_tariff(rng: Random, prices: Mapping[str, Any], country: str, kind: str) -> Tariff:
    """The tariff of a station of that kind in that country: the price level with a spread, in a usual shape."""
    vat = Decimal(prices["vat"][country])
    local = Decimal(prices["eur_rate"].get(country, "1"))
    fees = Decimal(prices["fee_rate"].get(country, "1"))
    level = Decimal(prices["kwh_gross"][country][_LEVEL.get(kind, 0)]) * local
    shape = drawn(rng, prices["shape_weights"])
    spread = Decimal(round(min(1.4, max(0.6, rng.gauss(1, prices["spread"]["sd"]))), 3))
    blocking = prices["blocking"]["dc" if kind in _FAST else "ac"]
    blocks = shape != "free" and rng.random() < prices["blocking_share"]
    capped = rng.random() >= blocking["no_cap_share"]
    minute = _between(rng, prices["per_minute"]) * fees / 4
    session = _between(rng, prices["session_fee"]) * fees / 2

    def net(gross: Decimal) -> Decimal:
        return (gross * 100 / (100 + vat)).quantize(_CENT)

    return Tariff(
        currency=prices["currency"][country],
        vat=vat,
        kwh=net(level * spread) if shape in ("kwh", "kwh_session", "kwh_minute") else None,
        hour=net(minute * 60) if shape in ("kwh_minute", "minute") else None,
        session=net(session) if shape == "kwh_session" else None,
        blocking=net(Decimal(blocking["per_minute"]) * fees) if blocks else None,
        grace=blocking["grace_minutes"] if blocks else None,
        cap=(Decimal(blocking["cap"]) * fees).quantize(Decimal("0.01")) if blocks and capped else None,
    )


def drawn(rng: Random, weights: Mapping[str, float]) -> str:
    """One of the names, by their weights."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def _between(rng: Random, bounds: Sequence[str]) -> Decimal:
    low, high = (Decimal(bound) for bound in bounds)
    return low + (high - low) * Decimal(round(rng.random(), 4))


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.load(_text(name), Loader=_LOADER)  # noqa: S506 - a safe loader either way
    return rows


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(_text(name), Loader=_LOADER)  # noqa: S506 - a safe loader either way
    return content


def _text(name: str) -> bytes:
    return (FIXTURES / "catalogue" / f"{name}.yaml").read_bytes()
