"""Sessions of users, started and stopped: each by a user with a card and at a charging point of its own."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from . import loads, table
from .connections import Exchange, exchange, request, successes
from .default_world import DEFAULT, World
from .loads import CONNECTIONS, ROUNDS, Load
from .run import Run
from .table import Row

_USERS: Final = 400
_ALL_HAVE_LEFT: Final = "PT5M"
_AROUND: Final = "/api/v1/stations/around/?latitude=50&longitude=10&distance=1000000&only_available=true&page_size=100"
_STANDARD: Final = "IEC_62196_T2"
"""Every car fits it."""
_BILLING: Final = {
    "country": "de",
    "city": "Berlin",
    "line1": "Hauptstraße 1",
    "postal_code": "10115",
    "first_name": "Ada",
    "last_name": "Meyer",
}
"""Enough for a start at any station."""


class Order(NamedTuple):
    """Where a user starts and stops, and the payment method that pays."""

    path: str
    card: str


def rows(run: Run) -> Iterator[Row]:
    """One row: each pair is a start, and a stop after all have started."""
    with run.server("customers") as server:
        world = World(server)
        run.say("users with cards created")
        orders = _orders(world)
        measured = []
        for turn in range(ROUNDS):
            run.say(f"sessions of users started and stopped, {turn + 1} of {ROUNDS}")
            world.advance(_ALL_HAVE_LEFT)
            free = islice(_free(world), len(orders))
            measured.append(_pairs(world, list(zip(orders, free, strict=False))))
        load = loads.middle(measured)
        title = f"sessions of {len(orders)} users started and stopped, in pairs"
        yield table.load_row(title, load, table.at_least(load.per_second, 400, "/s"), shares=(load.share,))


def _orders(world: World) -> list[Order]:
    """New users with billing details and a card."""
    made = _sent(world, [("POST", "/api/v1/users/", {})] * _USERS)
    paths = [f"/api/v1/users/{orjson.loads(reply.body)['id']}" for reply in made.all()]
    _sent(world, [("PUT", f"{path}/billing-details/", _BILLING) for path in paths])
    with world.server.client(world.cariqa_token) as client:
        secrets = [client.get(f"{path}/setup-intents/").json()["setup_intent_client_secret"] for path in paths]
    confirm = f"{DEFAULT}/setup-intents"
    cards = _sent(world, [("POST", f"{confirm}/{secret}/confirm", {"card": "visa"}) for secret in secrets])
    found = [orjson.loads(reply.body) for reply in cards.all()]
    return [Order(f"/api/v1/users/{it['user']}/charging", it["payment_method"]) for it in found]


def _free(world: World) -> Iterator[str]:
    """The EVSE ids of charging points at which a session can start."""
    with world.server.client(world.cariqa_token) as client:
        link: str | None = _AROUND
        while link is not None:
            page = client.get(link).json()
            for station in page["results"]:
                free = {each["evse_id"] for each in station["evses"] if each["status"] == "AVAILABLE"}
                for group in station["price_groups"]:
                    if group["type"] == _STANDARD:
                        yield from sorted(free.intersection(group["evse_ids"]))
            link = page["next"]


def _pairs(world: World, orders: Sequence[tuple[Order, str]]) -> Load:
    """Starts a session for each order at its charging point, and stops it. Raises MeasureFailedError at a refusal."""
    started = _sent(
        world,
        [("POST", f"{it.path}/start/", {"evse_id": evse, "payment_method_id": it.card}) for it, evse in orders],
    )
    # The answers come on many connections, so that a session is found by its charging point.
    sessions = {shown["evse_id"]: shown["id"] for shown in (orjson.loads(reply.body) for reply in started.all())}
    stopped = _sent(world, [("POST", f"{it.path}/stop/{sessions[evse]}/", None) for it, evse in orders])
    pairs = zip(started.all(), stopped.all(), strict=True)
    spent, worked = started.spent + stopped.spent, started.worked + stopped.worked
    return loads.timed([one.took + other.took for one, other in pairs], spent, worked)


def _sent(world: World, calls: Sequence[tuple[str, str, Mapping[str, Any] | None]]) -> Exchange:
    """Sends each call once, on many connections. Raises MeasureFailedError if one is refused."""
    orders = iter([request(method, path, world.cariqa_token, body) for method, path, body in calls])
    sent = exchange(world.server, [orders] * CONNECTIONS)
    successes(sent.all())
    return sent
