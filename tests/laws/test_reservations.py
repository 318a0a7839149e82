"""Reservations that callers make obey the laws: of time, of copies, and of the two databases."""

from contextlib import ExitStack
from typing import Any, Final

from tests.conftest import made_in
from tests.databases import Databases, Kept, PostgresDatabases, SqliteFiles
from tests.laws.test_export_and_import import WORLDS, exported, imported, without_name
from tests.laws.world_client import WorldClient, client_of_copy, world_client

RESERVATIONS: Final = "/v1/reservations"
PLACE: Final = {"latitude": 52.5203, "longitude": 13.4053, "radius": 60}
FAULTY: Final = {"latitude": 52.5201, "longitude": 13.4051, "radius": 5}
HOURS: Final = (
    "2026-03-04T12:01:00Z",
    *(f"2026-03-04T{hour}:{minute}:00Z" for hour in (13, 14, 15) for minute in ("00", "44")),
)


def test_future_comes_as_it_was_shown(databases: Databases, made: Kept) -> None:
    """What is shown of the reservations for a later instant is what is shown when the clock has come to it."""
    with client_of_copy(databases, made) as one:
        paths = _made(one)
        foretold = [[one.get(path, at).content for path in paths] for at in HOURS]

        for at, shown in zip(HOURS, foretold, strict=True):
            moved = one.http.post(f"{WORLDS}/{one.world}/clock/advance", json={"to": at})
            assert moved.status_code == 200
            assert [one.get(path).content for path in paths] == shown
        assert [[one.get(path, at).content for path in paths] for at in HOURS] == foretold


def test_copies_have_the_same_reservations(databases: Databases, made: Kept) -> None:
    """A fork and an import show the same reservations at every instant, and keep the same connectors free."""
    with client_of_copy(databases, made) as one:
        paths = _made(one)
        file = exported(one)
        forked = one.http.post(WORLDS, json={"name": "fork", "fork": one.world})
        assert forked.status_code == 201
        copies = [world_client(one.http, one.kept, "fork"), imported(one, file)]

        for copy in copies:
            assert [copy.get(path, at).content for path in paths for at in HOURS] == [
                one.get(path, at).content for path in paths for at in HOURS
            ]
        assert without_name(exported(copies[1])) == without_name(file)
        for each in (one, *copies):
            each.advance("PT2H50M")
        assert len({each.post("/v1/charging_sessions", _start(one)).text[:60] for each in (one, *copies)}) == 1


def test_both_databases_give_the_same_reservations(
    sqlite_files: SqliteFiles, postgres_databases: PostgresDatabases
) -> None:
    """The same calls get the same bytes on SQLite and PostgreSQL, now and later."""
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(client_of_copy(kind, made_in(kind))) for kind in (sqlite_files, postgres_databases)
        )
        paths = _made(one)

        assert _made(other) == paths
        for at in HOURS:
            assert [other.get(path, at).content for path in paths] == [one.get(path, at).content for path in paths]
        assert other.rows(RESERVATIONS) == one.rows(RESERVATIONS)


def _made(client: WorldClient) -> list[str]:
    """Makes reservations, changes, confirms and cancels some, and lets a session and a fault come between.

    Returns their paths.
    """
    bodies = [
        _order(client, hour, connector_type=types) for hour in (13, 14) for types in (["Type2"], ["CCS", "Type2"])
    ]
    bodies += [_order(client, 14, connector_type=["CCS"], location=FAULTY, latest_end="2026-03-04T20:00:00Z")] * 2
    bodies += [_order(client, 13, payment_method="pm_MagicCardDeclined000000000000000", metadata={"trip": "9"})]
    answers = [client.post(RESERVATIONS, body) for body in bodies]
    assert {answer.status_code for answer in answers} == {200}
    paths = [f"{RESERVATIONS}/{answer.json()['id']}" for answer in answers]
    acts: list[tuple[str, dict[str, Any]]] = [
        (paths[0], {"metadata": {"trip": "1"}, "connector_type": ["Type2", "CCS"]}),
        (f"{paths[1]}/confirm", {}),
        (f"{paths[2]}/cancel", {}),
    ]
    for path, body in acts:
        assert client.post(path, body).status_code == 200
    fault = {"event": "connector_fault", "id": "DE*WTF*EFAULTY*1", "at": "2026-03-04T14:10:00Z", "for": "PT10M"}
    assert client.http.post(f"{WORLDS}/{client.world}/simulate", json=fault).status_code == 200
    return paths


def _order(client: WorldClient, hour: int, **changed: object) -> dict[str, Any]:
    ids = client.start_body()
    named = {name: ids[name] for name in ("driver", "vehicle", "payment_method")}
    window = {"ideal_start": f"2026-03-04T{hour}:00:00Z", "ideal_end": f"2026-03-04T{hour + 1}:00:00Z"}
    return {"connector_type": ["Type2"], "location": PLACE, **named, **window, **changed}


def _start(client: WorldClient) -> dict[str, Any]:
    return client.start_body() | {"charging_station": "chst_MagicStationFaulty00000000000000"}
