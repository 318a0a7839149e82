"""Between rows and entities: a row is an entity's arguments in order, but for a few columns written another way."""

from dataclasses import astuple, fields
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Row

from ..world import entities
from ..world.battery import Point
from ..world.clock import Clock
from .moment import World

_SESSION_NAMES: Final = [field.name for field in fields(entities.Session)][:-1]
_SMART_NAMES: Final = [field.name for field in fields(entities.Smart)]


def world(row: Row[*tuple[Any, ...]]) -> World:
    """From a row of the table `world`."""
    return World(
        n=row.n,
        name=row.name,
        state=row.state,
        scenario=row.scenario,
        fingerprint=row.fingerprint,
        seed=row.seed,
        start=row.start,
        monday=row.monday,
        clock=Clock(row.anchor, row.wall, row.speed),
        first_speed=row.first_speed,
        horizon=row.horizon,
        page_break_at=row.page_break_at,
        next_n=row.next_n,
        sample=row.sample,
    )


def world_values(made: World) -> dict[str, Any]:
    """To a row of the table `world`."""
    return {
        **{field.name: getattr(made, field.name) for field in fields(made) if field.name != "clock"},
        "anchor": made.clock.anchor,
        "wall": made.clock.wall,
        "speed": made.clock.speed,
    }


def vehicle(row: Row[*tuple[Any, ...]]) -> entities.Vehicle:
    """From a row of the table `vehicle` without its world."""
    values = list(row)
    values[_DC] = _curve(values[_DC])
    return entities.Vehicle(*values)


def payment_method(row: Row[*tuple[Any, ...]]) -> entities.PaymentMethod:
    """From a row of the table `payment_method` without its world."""
    return entities.PaymentMethod(row[0], row[1], row[2], entities.Card(row[3]))


def session_values(number: int, session: entities.Session) -> dict[str, Any]:
    """To a row of the table `session`."""
    smart = session.smart
    values = {name: getattr(session, name) for name in _SESSION_NAMES}
    values |= {name: getattr(smart, name) if smart else None for name in _SMART_NAMES}
    values["world"] = number
    return values


def values(number: int, entity: entities.Placed) -> dict[str, Any]:
    """To a row of the table of any other entity."""
    named = dict(zip((field.name for field in fields(entity)), astuple(entity), strict=True))
    if isinstance(entity, entities.Vehicle):
        named["dc"] = orjson.dumps(entity.dc).decode()
    return {"world": number, **named}


_DC: Final = [field.name for field in fields(entities.Vehicle)].index("dc")


@lru_cache(maxsize=4096)
def _curve(text: str) -> tuple[Point, ...]:
    return tuple((soc, power) for soc, power in orjson.loads(text))
