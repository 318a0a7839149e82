"""A changed file is refused with its line, or makes a world that vendors can show at any instant."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.conftest import resumed
from tests.contract.written import Operation, answer_faults, operations
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WITHOUT_SHRINKING, WorldClient, world_client

pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"
JSON: Final = {"Content-Type": "application/json"}
OPERATIONS: Final[dict[str, Operation]] = {str(operation): operation for operation in operations()}
STATUSES: Final = ("active", "completed", "failed", "cancelled")
INSTANTS: Final = ("0001-01-01T00:00:00Z", "2026-03-31T15:30:00.001Z", "2026-04-01T08:00:00Z", "9998-12-31T23:59:59Z")

JUNK: Final[list[Any]] = [
    *(None, True, False, [], {}, "", " ", "x", "\0", "\ud800", "ß" * 300, "None", "eur vat=19 kwh=1", "CCS", "now"),
    *(0, 1, -1, 4, 99, 255, 1 << 31, 1 << 53, 1 << 60, 1 << 63, -(1 << 63), 10**30),
    *(0.0, 0.5, 1.0, -0.5, 1.5, 1e-9, 1e9, 1e300, -1e300, 90.000001),
    *("charge", "cariqa", "home", "completed", "failed", "cancelled", "full", "declined"),
    *("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-03-31T00:00:00.000001Z", "2026-04-01T01:53:58.446Z"),
    *("2026-04-09T00:00:00+02:00", "9998-12-31T00:00:00Z", "9999-12-31T23:59:59.999Z"),
    [[0.0, 0.0, 0.0, 0.0]],
    [[0.0, 0.0, 11.0, 0.0], [2.0, 22.0, 0.0, 0.0]],
    [[0.0, 0.0, 11.0, 1e9], [2.0, 22.0, 0.0, 0.0]],
    [[0, 0, 1e-300, 600], [1, 1, 0, 0]],
]
Step = tuple[str, int, int]
"""What is done to a file, the number of the part, and the number of the value."""
STEPS: Final = st.tuples(
    st.sampled_from(["put", "put", "borrow", "borrow", "drop", "twice", "scale"]),
    st.integers(0, 1 << 20),
    st.integers(0, 1 << 20),
)


class ImportServer:
    """A server, and the export of a small world that has rows of every kind."""

    def __init__(self, client: TestClient, kept: Kept) -> None:
        self.client = client
        self.kept = kept
        self.file: dict[str, Any] = json.loads(self.export("documented"))

    def import_file(self, file: bytes, name: str) -> httpx2.Response:
        return self.client.post(f"{WORLDS}/import", params={"name": name}, content=file, headers=JSON)

    def export(self, name: str) -> bytes:
        return self.client.get(f"{WORLDS}/{name}/export").content


@pytest.fixture(scope="module")
def server(databases: Databases, made: Kept) -> Iterator[ImportServer]:
    """A server that keeps none of the worlds that tests import."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield ImportServer(client, kept)
    databases.drop(kept)


def test_mutated_file_is_refused_or_makes_a_sound_world(server: ImportServer, length: Length) -> None:
    """No vendor contradicts its contract, what is done next works, and the world can be exported and imported again."""

    @settings(max_examples=6 if length is Length.SHORT else 20, deadline=None, phases=WITHOUT_SHRINKING)
    @given(steps=st.lists(STEPS, min_size=1, max_size=3), at=st.sampled_from(INSTANTS))
    def check(steps: list[Step], at: str) -> None:
        assert_refused_or_sound(server, steps, at)

    check()


def assert_refused_or_sound(server: ImportServer, steps: list[Step], at: str) -> None:
    """Imports the file after these steps, and makes calls in its world if there is one."""
    answer = server.import_file(json.dumps(mutated(server.file, steps)).encode(), "mutated")
    if answer.status_code == httpx2.codes.BAD_REQUEST:
        assert answer.json()["line"] == 1
        return
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    world = world_client(server.client, server.kept, "mutated")
    try:
        for instant in (None, at):
            assert_lists_obey(world, instant)
        charge_everywhere(world, json.loads(server.export("mutated")))
        assert_lists_obey(world, None)
        assert_copied(server)
    finally:
        assert server.client.delete(f"{WORLDS}/mutated").status_code == httpx2.codes.NO_CONTENT


def mutated(whole: dict[str, Any], steps: list[Step]) -> dict[str, Any]:
    """The file after these steps."""
    whole = deepcopy(whole)
    for what, one, other in steps:
        every = list(ways_in(whole))
        *way, last = every[one % len(every)]
        into = at_end_of(whole, way)
        if what == "drop":
            del into[last]
        elif what == "twice" and isinstance(into, list):
            into.append(deepcopy(into[last]))
        elif what == "borrow":
            alike = [it for it in every if it[-1] == last and it[0] == every[one % len(every)][0]]
            into[last] = deepcopy(at_end_of(whole, alike[other % len(alike)]))
        elif what == "scale" and isinstance(into[last], int | float):
            into[last] *= other % 7 - 2
        else:
            into[last] = deepcopy(JUNK[other % len(JUNK)])
    return whole


def ways_in(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON value
    """The steps that lead to every part."""
    if way:
        yield way
    for step in part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ():
        yield from ways_in(part[step], (*way, step))


def at_end_of(part: Any, way: Any) -> Any:  # noqa: ANN401 - any JSON value
    for step in way:
        part = part[step]
    return part


def assert_lists_obey(world: WorldClient, at: str | None) -> None:
    """Every list of every vendor obeys its contract."""
    for status in STATUSES:
        checked("charge-listChargingSessions", world.get(f"{SESSIONS}?status={status}", at))
    for name in ("charge-listChargingSessions", "charge-listReservations"):
        path = SESSIONS if "Sessions" in name else RESERVATIONS
        for row in checked(name, world.get(f"{path}?limit=100", at)).json()["data"]:
            if path == SESSIONS:
                checked("charge-getChargingSession", world.get(f"{path}/{row['id']}", at))
    for user in world.user_paths:
        checked("cariqa-listChargingSessions", world.get(user, at))
    for vehicle in world.vehicle_paths:
        checked("podero-listElectricVehicleSessions", world.get(f"{vehicle}?{ALL_DAYS}", at))


def charge_everywhere(world: WorldClient, file: dict[str, Any]) -> None:
    """Starts a session of every vehicle, and ends every session."""
    people = [each["id"] for each in file["drivers"]] * 99
    cards = [each["id"] for each in file["payment_methods"]] * 99
    for vehicle, connector, driver, card in zip(file["vehicles"], file["connectors"], people, cards, strict=False):
        order = {"vehicle": vehicle["id"], "driver": driver, "payment_method": card}
        order |= {"charging_station": connector["station"], "connector": connector["id"]}
        checked("charge-createChargingSession", world.post(SESSIONS, order))
    for row in world.rows(SESSIONS, "&status=active"):
        checked("charge-endChargingSession", world.post(f"{SESSIONS}/{row['id']}/end"))
    assert world.advance("P3D").status_code in {httpx2.codes.OK, httpx2.codes.CONFLICT}


def assert_copied(server: ImportServer) -> None:
    """An import of the world's export has the same export."""
    file = server.export("mutated")
    answer = server.import_file(file, "again")
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    again = server.export("again")
    server.client.delete(f"{WORLDS}/again")
    assert without_name(again) == without_name(file)


def without_name(file: bytes) -> dict[str, Any]:
    """The content of a file without the name, and without the clock if it runs."""
    content: dict[str, Any] = json.loads(file)
    del content["world"]["name"]
    if content["world"]["clock"]["speed"]:
        del content["world"]["clock"]
    return content


def checked(operation: str, answer: httpx2.Response) -> httpx2.Response:
    assert answer_faults(OPERATIONS[operation], answer) == [], answer.text
    return answer
