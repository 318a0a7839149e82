"""The links of a world: two sessions of a car, a driver or a user, one after the other, and the law of drives."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from app.domain.clock import instant
from app.domain.drives import distance_km, is_drivable, is_in_time
from tests.domain.examples import ID3, STATION
from tests.laws.random_calls import CALLS, Call, CallRunner
from tests.laws.world_client import WorldClient

WORLD: Final = "/_sandbox/v1/worlds/default"
EVENTS: Final = ("unplug", "vehicle_full", "connector_fault", "station_silent")
EVENT_CALLS: Final = st.tuples(st.sampled_from(EVENTS), st.integers(0, 99), st.integers(0, 99))
CALL_LISTS: Final = st.lists(CALLS | EVENT_CALLS, min_size=4, max_size=20)
Row = dict[str, Any]


class Link(NamedTuple):
    """Two sessions of a vehicle, a driver or a user, one after the other."""

    kind: str
    earlier: Row
    later: Row

    @property
    def key(self) -> tuple[Any, ...]:
        """What the law says something about."""
        left = (self.earlier["id"], self.earlier["unplugged_at"], self.earlier["soc_end"])
        return self.kind, *left, self.later["id"]


def links(exported: Row) -> Iterator[Link]:
    """The links between the sessions of an exported world, planned ones included, except those of magic cars."""
    magic = {car["id"] for car in exported["vehicles"] if car["arrives_with"] is not None}
    of: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in exported["sessions"]:
        for kind in ("vehicle", "driver", "user"):
            if row[kind] is not None and row[kind] not in magic:
                of[kind, row[kind]].append(row)
    for (kind, _), rows in of.items():
        rows.sort(key=lambda row: (instant(row["created_at"]), row["n"]))
        yield from (Link(kind, *pair) for pair in pairwise(rows))


def is_possible(exported: Row, link: Link, started: Collection[str]) -> bool:
    """Whether a link obeys the law. A caller may start a car anywhere, even where its battery does not reach."""
    places = {row["id"]: row for row in exported["stations"]}
    stations = [
        replace(STATION, latitude=places[row["station"]]["latitude"], longitude=places[row["station"]]["longitude"])
        for row in (link.earlier, link.later)
    ]
    is_free = link.later["id"] in started
    km = 0.0 if is_free else distance_km(*stations)
    span = instant(link.later["created_at"]) - instant(link.earlier["unplugged_at"])
    if link.kind != "vehicle":
        return is_free or is_in_time(km, span)
    (battery_wh,) = (car["battery_wh"] for car in exported["vehicles"] if car["id"] == link.later["vehicle"])
    return is_in_time(km, span) and is_drivable(
        replace(ID3, battery_wh=battery_wh),
        left_with=link.earlier["soc_end"],
        arrives_with=link.later["soc_start"],
        km=0.0 if link.earlier["id"] in started else km,
        span=span,
    )


def run(client: WorldClient, runner: CallRunner, call: Call) -> None:
    """Makes a call of a vendor's API, or lets an event happen to a session that calls started, now or later."""
    event, which, minutes = call
    if event not in EVENTS:
        runner.run([call])
    elif runner.started:
        session = runner.started[which % len(runner.started)]
        shown = client.get(f"/v1/charging_sessions/{session}").json()
        thing = shown["charging_station"] if event == "station_silent" else session
        asked = {"event": event, "id": thing, "at": f"+PT{minutes if which % 2 else 0}M"}
        assert client.http.post(f"{WORLD}/simulate", json=asked).status_code in (200, 409)


def exported(client: WorldClient) -> Row:
    """The world, as it is exported."""
    found: Row = client.http.get(f"{WORLD}/export").json()
    return found
