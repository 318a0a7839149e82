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
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WITHOUT_SHRINKING, WorldClient, world_client

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
"""What is done to a file, where, and with what."""
STEPS: Final = st.tuples(
    st.sampled_from(["put", "put", "borrow", "borrow", "drop", "twice", "scale"]),
    st.integers(0, 1 << 20),
    st.integers(0, 1 << 20),
)


class Desk:
    """A server, and the file of a small world in which there is something of every kind."""

    def __init__(self, client: TestClient, kept: Kept) -> None:
        self.client = client
        self.kept = kept
        self.file: dict[str, Any] = json.loads(self.written("documented"))

    def take_in(self, file: bytes, name: str) -> httpx2.Response:
        return self.client.post(f"{WORLDS}/import", params={"name": name}, content=file, headers=JSON)

    def written(self, name: str) -> bytes:
        return self.client.get(f"{WORLDS}/{name}/export").content


@pytest.fixture(scope="module")
def desk(databases: Databases, made: Kept) -> Iterator[Desk]:
    """A desk where each world goes when it has been looked at."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield Desk(client, kept)
    databases.drop(kept)


@settings(max_examples=20, deadline=None, phases=WITHOUT_SHRINKING)
@given(steps=st.lists(STEPS, min_size=1, max_size=3), at=st.sampled_from(INSTANTS))
def test_mutated_file_is_refused_or_makes_a_sound_world(desk: Desk, steps: list[Step], at: str) -> None:
    """No vendor contradicts its contract, what is done next works, and the world can be exported and imported again."""
    answer = desk.take_in(json.dumps(mutated(desk.file, steps)).encode(), "mutated")
    if answer.status_code == httpx2.codes.BAD_REQUEST:
        assert answer.json()["line"] == 1
        return
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    somebody = world_client(desk.client, desk.kept, "mutated")
    try:
        for instant in (None, at):
            look_around(somebody, instant)
        act(somebody, json.loads(desk.written("mutated")))
        look_around(somebody, None)
        assert_copied(desk)
    finally:
        assert desk.client.delete(f"{WORLDS}/mutated").status_code == httpx2.codes.NO_CONTENT


def mutated(whole: dict[str, Any], steps: list[Step]) -> dict[str, Any]:
    """The file after all that is done to it."""
    whole = deepcopy(whole)
    for what, one, other in steps:
        every = list(places(whole))
        *way, last = every[one % len(every)]
        into = at_end_of(whole, way)
        if what == "drop":
            del into[last]
        elif what == "twice" and isinstance(into, list):
            into.append(deepcopy(into[last]))
        elif what == "borrow":
            alike = [place for place in every if place[-1] == last and place[0] == every[one % len(every)][0]]
            into[last] = deepcopy(at_end_of(whole, alike[other % len(alike)]))
        elif what == "scale" and isinstance(into[last], int | float):
            into[last] *= other % 7 - 2
        else:
            into[last] = deepcopy(JUNK[other % len(JUNK)])
    return whole


def places(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON value
    """The steps that lead to every part."""
    if way:
        yield way
    for step in part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ():
        yield from places(part[step], (*way, step))


def at_end_of(part: Any, way: Any) -> Any:  # noqa: ANN401 - any JSON value
    for step in way:
        part = part[step]
    return part


def look_around(somebody: WorldClient, at: str | None) -> None:
    """Every list of every vendor obeys its contract."""
    for status in STATUSES:
        obeys("charge-listChargingSessions", somebody.get(f"{SESSIONS}?status={status}", at))
    for name in ("charge-listChargingSessions", "charge-listReservations"):
        path = SESSIONS if "Sessions" in name else RESERVATIONS
        for row in obeys(name, somebody.get(f"{path}?limit=100", at)).json()["data"]:
            if path == SESSIONS:
                obeys("charge-getChargingSession", somebody.get(f"{path}/{row['id']}", at))
    for user in somebody.user_paths:
        obeys("cariqa-listChargingSessions", somebody.get(user, at))
    for car in somebody.vehicle_paths:
        obeys("podero-listElectricVehicleSessions", somebody.get(f"{car}?{ALL_DAYS}", at))


def act(somebody: WorldClient, file: dict[str, Any]) -> None:
    """Every car goes to some connector, and every session is ended."""
    people = [each["id"] for each in file["drivers"]] * 99
    cards = [each["id"] for each in file["payment_methods"]] * 99
    for car, plug, driver, card in zip(file["vehicles"], file["connectors"], people, cards, strict=False):
        order = {"vehicle": car["id"], "driver": driver, "payment_method": card}
        order |= {"charging_station": plug["station"], "connector": plug["id"]}
        obeys("charge-createChargingSession", somebody.post(SESSIONS, order))
    for row in somebody.rows(SESSIONS, "&status=active"):
        obeys("charge-endChargingSession", somebody.post(f"{SESSIONS}/{row['id']}/end"))
    assert somebody.advance("P3D").status_code in {httpx2.codes.OK, httpx2.codes.CONFLICT}


def assert_copied(desk: Desk) -> None:
    """The world's file makes a world of the same file."""
    file = desk.written("mutated")
    answer = desk.take_in(file, "again")
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    again = desk.written("again")
    desk.client.delete(f"{WORLDS}/again")
    assert without_name(again) == without_name(file)


def without_name(file: bytes) -> dict[str, Any]:
    """What a file says but for the name, and the instant if its clock runs."""
    told: dict[str, Any] = json.loads(file)
    del told["world"]["name"]
    if told["world"]["clock"]["speed"]:
        del told["world"]["clock"]
    return told


def obeys(operation: str, answer: httpx2.Response) -> httpx2.Response:
    assert answer_faults(OPERATIONS[operation], answer) == [], answer.text
    return answer
