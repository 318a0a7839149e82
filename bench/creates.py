"""Drivers, vehicles, cards and reservations, created by callers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final

import orjson

from . import loads, table
from .connections import Exchange, exchange, request, successes
from .default_world import World
from .loads import CONNECTIONS, ROUNDS, Load
from .run import Run
from .table import Row

_EACH: Final = 400
"""How many of each are created in a round."""
_AHEAD, _LASTS = timedelta(hours=3), timedelta(minutes=45)
_RADIUS_M: Final = 20_000
_BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "drivers": {"name": "Ada Meyer", "email": "ada@example.com"},
    "vehicles": {"battery_capacity": 82_000, "charging_standard": "CCS", "vin": "YV1XZK5V0S1234567"},
    "payment_methods": {
        "type": "card",
        "card": {"cvc": "123", "exp_month": 12, "exp_year": 2090, "number": "4242424242424242"},
    },
}


def rows(run: Run) -> Iterator[Row]:
    """One row for all four kinds together; each reservation is for a driver and a vehicle of its own."""
    with run.server("creates") as server:
        world = World(server)
        with server.client(world.charge) as client:
            stations = client.get("/v1/charging_stations?limit=100").json()["data"]
        places = [station["location"] | {"radius": _RADIUS_M} for station in stations]
        run.say("drivers, vehicles, cards and reservations created")
        measured = [_round(world, places) for _ in range(ROUNDS)]
        load = loads.middle(measured)
        title = f"drivers, vehicles, cards and reservations created, {_EACH} of each"
        yield table.load_row(title, load, table.at_least(load.per_second, 400, "/s"), shares=(load.share,))


def _round(world: World, places: Sequence[Mapping[str, Any]]) -> Load:
    start = world.now() + _AHEAD
    window = {"ideal_start": _written(start), "ideal_end": _written(start + _LASTS)}
    sent = [_created(world, name, [body] * _EACH) for name, body in _BODIES.items()]
    drivers, vehicles = ([orjson.loads(reply.body)["id"] for reply in each.all()] for each in sent[:2])
    wanted = [
        {"connector_type": ["CCS"], "driver": driver, "vehicle": vehicle, "location": place, **window}
        for driver, vehicle, place in zip(drivers, vehicles, cycle(places), strict=False)
    ]
    sent.append(_created(world, "reservations", wanted))
    took = [reply.took for each in sent for reply in each.all()]
    return loads.timed(took, sum(each.spent for each in sent), sum(each.worked for each in sent))


def _created(world: World, name: str, bodies: Sequence[Mapping[str, Any]]) -> Exchange:
    """Creates an object of each body on many connections. Raises MeasureFailedError if one is refused."""
    orders = iter([request("POST", f"/v1/{name}", world.charge, body) for body in bodies])
    sent = exchange(world.server, [orders] * CONNECTIONS)
    successes(sent.all())
    return sent


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
