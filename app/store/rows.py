"""Between rows and entities: a row is an entity's arguments in order, but for a few columns written another way."""

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, get_args

import orjson

from ..domain import models
from ..domain.clock import Clock
from ..domain.sessions.power_plan import Point
from .database.compiled_statements import Row
from .world_transaction import World


def world(found: Sequence[Any]) -> World:
    """From a row of the table `world`."""
    clock = Clock(*found[_ANCHOR : _ANCHOR + 3])
    return World(*(*found[:_ANCHOR], clock, *found[_ANCHOR + 3 :]))


def world_values(made: World) -> dict[str, Any]:
    """To a row of the table `world`."""
    return {
        **{field.name: getattr(made, field.name) for field in fields(made) if field.name != "clock"},
        "anchor": made.clock.anchor,
        "wall": made.clock.wall,
        "speed": made.clock.speed,
    }


def vehicle(found: Sequence[Any]) -> models.Vehicle:
    """From a row of the table `vehicle` without its world."""
    values = list(found)
    values[_DC] = _curve(values[_DC])
    return models.Vehicle(*values)


def payment_method(found: Sequence[Any]) -> models.PaymentMethod:
    """From a row of the table `payment_method` without its world."""
    values = list(found)
    values[_CARD] = models.Card(values[_CARD])
    return models.PaymentMethod(*values)


def whole_session(found: Sequence[Any]) -> models.Session:
    """From a row of the table `session` without its world, with what Podero sees of it."""
    smart = None if found[_AT_HOME] is None else models.SmartCharging(*found[_AT_HOME:])
    return models.Session(*(*found[:_AT_HOME], smart))


def session(number: int, made: models.Session) -> Row:
    """To a row of the table `session`."""
    return (number, *_SESSION(made), *(_SMART(made.smart) if made.smart else _NO_SMART))


def row(number: int, entity: models.Placed) -> Row:
    """To a row of the table of any other entity."""
    values = _GETTERS[type(entity)](entity)
    if isinstance(entity, models.Vehicle):
        return (number, *values[:_DC], orjson.dumps(entity.dc).decode(), *values[_DC + 1 :])
    return (number, *values)


def _names(kind: type[Any]) -> list[str]:
    return [field.name for field in fields(kind)]


_ANCHOR: Final = _names(World).index("clock")
_SESSION: Final = attrgetter(*_names(models.Session)[:-1])
_AT_HOME: Final = len(_names(models.Session)) - 1
_SMART: Final = attrgetter(*_names(models.SmartCharging))
_NO_SMART: Final = (None,) * len(_names(models.SmartCharging))
_GETTERS: Final = {kind: attrgetter(*_names(kind)) for kind in get_args(models.Placed)}
_DC: Final = _names(models.Vehicle).index("dc")
_CARD: Final = _names(models.PaymentMethod).index("card")


@lru_cache(maxsize=4096)
def _curve(text: str) -> tuple[Point, ...]:
    return tuple((soc, power) for soc, power in orjson.loads(text))
