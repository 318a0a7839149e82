"""Random bodies of Podero's API, mostly valid, for the objects that a world has."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

Body = dict[str, Any]

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIMES: Final = ("00:00", "06:30", "07:00", "23:59")


def some(chance: Random, share: float, **members: Callable[[], Any]) -> Body:
    """Some of the members."""
    return {name: value() for name, value in members.items() if chance.random() < share}


def user(chance: Random) -> Body:
    """The members of a user that are not required."""
    return some(
        chance,
        0.3,
        external_user_id=lambda: chance.choice((None, "ext-1", f"ext-{chance.random()}")),
        first_name=lambda: chance.choice((None, "Peter", "é")),
        last_name=lambda: "Schmidt",
        zip_code=lambda: "10115",
        country_iso2=lambda: chance.choice(("DE", "AT", "DEU")),
        latitude=lambda: chance.choice((None, 52.5, -90, 0)),
        longitude=lambda: chance.choice((13.4, 180, -180)),
    )


def building(chance: Random) -> Body:
    """The body of a building."""
    return {"name": chance.choice(("Main House", "é"))} | some(
        chance,
        0.3,
        property_type=lambda: chance.choice(("Flat", "Detached", None)),
        property_size_m2=lambda: chance.choice((0, 150, None)),
        num_occupants=lambda: 4,
        photovoltaic=lambda: chance.choice((True, False, None)),
    )


def contract(chance: Random, buildings: list[str]) -> Body:
    """The body of an energy contract."""
    hours = [{"price": 0.05 * hour, "timestamp": f"2026-03-05T{hour:02d}:00:00+00:00"} for hour in range(24)]
    return some(
        chance,
        0.5,
        energy_contract_type=lambda: chance.choice(("spot_hourly", "monthly", "yearly", None)),
        energy_prices=lambda: chance.choice(
            ([], [{"price": 0.2, "timestamp": "2023-11-01T00:00:00+00:00"}], hours, [{"price": -0.1}], hours[:3])
        ),
        building_id=lambda: chance.choice([None, *buildings]),
        currency_energy_price=lambda: chance.choice(("EUR", "SEK", None)),
        energy_price_includes_external_components=lambda: chance.choice((True, False, None)),
    )


def device(chance: Random, buildings: list[str]) -> Body:
    """What is written of any device."""
    return some(
        chance,
        0.2,
        is_smart_optimization_active=lambda: chance.random() < 0.5,
        device_model=lambda: chance.choice((None, {"manufacturer": "Tesla", "model": "Model 3", "year": 2023}, {})),
        price_zone=lambda: chance.choice(("AT", "DE_LU", None)),
        deleted_at=lambda: chance.choice(("2026-03-01T00:00:00Z", None, None)),
        building_id=lambda: chance.choice([None, *buildings]),
        optimization_score=lambda: chance.choice((None, 0.5, -3)),
        comment=lambda: chance.choice((None, "", "é" * 300)),
    )


def vehicle(chance: Random, buildings: list[str]) -> Body:
    return device(chance, buildings) | some(
        chance,
        0.3,
        is_charge_policy_enabled=lambda: chance.random() < 0.6,
        charge_deadline_at=lambda: chance.choice(_TIMES),
        minimum_charge_limit=lambda: chance.choice((0, 1, 80, 100)),
        charge_target_min=lambda: chance.choice((0, 50, 100)),
    )


def wallbox(chance: Random, buildings: list[str]) -> Body:
    return device(chance, buildings) | some(chance, 0.3, charge_target_min=lambda: 40, charge_target_max=lambda: 90)


def heat_pump(chance: Random, buildings: list[str]) -> Body:
    return device(chance, buildings) | some(
        chance,
        0.3,
        indoor_target_temperature_offset=lambda: chance.choice((None, -10, 1.5, 10)),
        dhw_standard_temperature=lambda: chance.choice((None, 48.0, 100)),
        is_space_heating_enabled=lambda: chance.random() < 0.5,
        is_space_cooling_enabled=lambda: chance.random() < 0.5,
        is_pool_heating_enabled=lambda: chance.random() < 0.5,
        is_hot_water_heating_enabled=lambda: chance.random() < 0.5,
        optimization_level=lambda: chance.choice(("Low", "Mid", "Max")),
    )


def inverter(chance: Random, buildings: list[str]) -> Body:
    return device(chance, buildings) | some(
        chance,
        0.3,
        solar_power_rating_kw=lambda: chance.choice((None, 0, 10.2)),
        is_battery_connected=lambda: chance.random() < 0.5,
        battery_capacity_kwh=lambda: chance.choice((None, 10.0, 0)),
        min_battery_charge=lambda: chance.choice((0, 20, 95)),
        max_battery_charge=lambda: chance.choice((90, 100, 10)),
    )


def week(chance: Random) -> Body:
    """The body of a charge policy."""
    found: Body = {
        day: some(
            chance,
            0.8,
            charge_percentage=lambda: chance.choice((0, 33.3, 80, 100)),
            charge_deadline=lambda: chance.choice(_TIMES),
        )
        for day in _DAYS
        if chance.random() < 0.5
    }
    return found | some(chance, 0.4, timezone=lambda: chance.choice(("Europe/Berlin", "UTC", "Pacific/Kiritimati")))


DEVICES: Final[dict[str, Callable[[Random, list[str]], Body]]] = {
    "electric-vehicles": vehicle,
    "wallboxes": wallbox,
    "heat-pumps": heat_pump,
    "inverters": inverter,
}
"""The bodies of devices, by the last part of the path of their list."""
