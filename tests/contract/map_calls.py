"""For each of Cariqa's operations on stations, calls that bring about every answer its contract writes.

The good one comes first.
"""

from collections.abc import Callable
from typing import Any, Final

from tests.conftest import Sandbox
from tests.contract.control_calls import LATE, WORLDS, Answers
from tests.control.test_simulate import simulate
from tests.vendors.cariqa.stations import STATIONS, details, read, sample_evse

_EUROPE: Final[dict[str, Any]] = {"latitude": 48.0, "longitude": 8.0, "distance": 1_000_000}


def list_stations_around(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        yield read(sandbox, "around", world=world, page_size=100, **_EUROPE)
    yield read(sandbox, "around", latitude=0, longitude=0)
    sample = details(sandbox, sample_evse(sandbox))["id"]
    simulate(sandbox, "default", "price_change", sample, prices={"kwh": "0.5", "cap": None}, at="+PT1H")
    simulate(sandbox, "default", "maintenance", sample_evse(sandbox))
    sandbox.start()
    yield read(sandbox, "around", page=2, page_size=3, only_available="true", **_EUROPE)
    yield read(sandbox, "around", page="last", page_size=3, connector_types=["CHADEMO"], **_EUROPE)
    yield read(sandbox, "around", at="2026-03-01T12:00:00Z", **_EUROPE)
    yield read(sandbox, "around", at=LATE, **_EUROPE)
    yield read(sandbox, "around", latitude=91, longitude=0)
    yield read(sandbox, "around", page=99, **_EUROPE)
    yield from _without_a_key(sandbox, "around")


def get_station_details(sandbox: Sandbox) -> Answers:
    yield read(sandbox, "details", id=sample_evse(sandbox), type="evse_id")
    station = details(sandbox, sample_evse(sandbox))["id"]
    simulate(sandbox, "default", "price_change", station, prices={"kwh": "0.5"})
    simulate(sandbox, "default", "station_silent", station)
    yield read(sandbox, "details", id=station, type="station_id")
    yield read(sandbox, "details", id=station, type="station_id", at="2026-03-02T12:00:00Z")
    yield read(sandbox, "details", id="DE*CIQ*EELDF6XWZU41P*1", type="evse_id", world="documented")
    yield read(sandbox, "details", id="unknown", type="evse_id")
    yield read(sandbox, "details", id="unknown")
    yield from _without_a_key(sandbox, "details")


def list_partners(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        yield read(sandbox, "partners", world=world)
    yield read(sandbox, "partners", at=LATE)
    yield from _without_a_key(sandbox, "partners")


def get_map_tile(sandbox: Sandbox) -> Answers:
    for z in (0, 1, 5, 9, 12, 13):
        last = 2**z - 1
        middle = sorted({last // 2, min(last, last // 2 + 1)})
        for world in WORLDS:
            yield read(sandbox, "tile", x=middle, y=[last // 3], z=z, world=world)
    yield read(sandbox, "tile", x=8803, y=5374, z=14, max_price="", only_available="false", only_partners="false")
    yield read(sandbox, "tile", x=0, y=0, z=0, max_price=0.5, power_groups=["slow", "turbo"], only_partners="true")
    yield read(sandbox, "tile", x=0, y=0, z=0, at="2026-03-02T12:00:00Z", only_available="true")
    yield read(sandbox, "tile", x=1, y=0, z=0)
    yield read(sandbox, "tile", x=0, y=0, z=0, at=LATE)
    yield from _without_a_key(sandbox, "tile")


def _without_a_key(sandbox: Sandbox, name: str) -> Answers:
    yield sandbox.client.get(f"{STATIONS}/{name}/")
    yield sandbox.client.get(f"{STATIONS}/{name}/", headers={"Authorization": "Bearer unknown"})


MAP_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listStationsAround": list_stations_around,
    "getStationDetails": get_station_details,
    "listPartners": list_partners,
    "getMapTile": get_map_tile,
}
