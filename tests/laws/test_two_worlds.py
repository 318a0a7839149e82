"""Worlds are separate: ids of one are unknown in the other, and changes in one are invisible in the other."""

from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.writes import WORLD_TABLES
from tests.databases import Databases, Kept, add_twin
from tests.laws.random_calls import CALL_LISTS, Call, CallRunner, inventory
from tests.laws.world_client import (
    ALL_DAYS,
    RESERVATIONS,
    SESSIONS,
    WITHOUT_SHRINKING,
    WorldClient,
    client_of_copy,
    world_client,
)

DEFAULT, DOCUMENTED = "default", "documented"
TWIN: Final = 77
PAIRS: Final = ((DEFAULT, DOCUMENTED), (DOCUMENTED, DEFAULT))
SHIFTED: Final = {"created_at", "started_at", "power_ends_at", "ended_at", "unplugged_at", "confirms_at", "resolves_at"}
NAMED: Final = ("charging_station", "driver", "payment_method", "vehicle")


@pytest.fixture(scope="module")
def both(databases: Databases, made: Kept) -> Iterator[dict[str, WorldClient]]:
    """A client of each of the two worlds of one server."""
    with client_of_copy(databases, made) as client:
        documented = world_client(client.http, made, DOCUMENTED)
        yield {DEFAULT: client, DOCUMENTED: documented}


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_sessions_are_unknown_in_the_other_world(both: dict[str, WorldClient], here: str, there: str) -> None:
    """Retrieving or ending a session of the other world is 404."""
    for row in both[there].rows(SESSIONS)[:40]:
        assert both[here].get(f"{SESSIONS}/{row['id']}").status_code == 404
        assert both[here].post(f"{SESSIONS}/{row['id']}/end").status_code == 404


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_users_and_vehicles_are_unknown_in_the_other_world(both: dict[str, WorldClient], here: str, there: str) -> None:
    """Users and vehicles of the other world are 404, except for the magic ones that every world has."""
    mine, theirs = (
        {*each.user_paths, *(f"{path}?{ALL_DAYS}" for path in each.vehicle_paths)} for each in (both[here], both[there])
    )
    foreign = sorted(theirs - mine)

    assert foreign
    assert [both[here].get(path).status_code for path in foreign] == [404] * len(foreign)
    assert [both[there].get(path).status_code for path in foreign] == [200] * len(foreign)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_filters_find_nothing_by_ids_of_the_other_world(both: dict[str, WorldClient], here: str, there: str) -> None:
    """Filtering by a driver, vehicle, fleet or station of the other world finds nothing."""
    for row in both[there].rows(SESSIONS)[:10]:
        for name in ("driver", "vehicle", "fleet"):
            if row[name] is not None:
                assert both[here].rows(SESSIONS, f"&{name}={row[name]}") == []
    for row in both[there].rows(RESERVATIONS)[:10]:
        for name in ("driver", "vehicle", "charging_station"):
            if row[name] is not None:
                assert both[here].rows(RESERVATIONS, f"&{name}={row[name]}") == []


@pytest.mark.parametrize(("here", "there"), PAIRS)
@pytest.mark.parametrize("name", NAMED)
def test_a_start_with_an_id_of_the_other_world_is_refused(
    both: dict[str, WorldClient], here: str, there: str, name: str
) -> None:
    """A start with one id of the other world is 404 and names the parameter."""
    body = both[here].start_body() | {name: both[there].start_body()[name]}
    refused = both[here].post(SESSIONS, body)

    assert refused.status_code == 404
    assert refused.json()["param"] == name


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_a_page_token_of_the_other_world_is_refused(both: dict[str, WorldClient], here: str, there: str) -> None:
    """A page token is valid in its own world and 400 in the other."""
    link = both[there].get(f"{SESSIONS}?limit=1").json()["next_page_url"]

    assert both[there].get(link).status_code == 200
    assert both[here].get(link).status_code == 400


def test_a_key_opens_its_own_world(both: dict[str, WorldClient]) -> None:
    """The header X-Sandbox-World of every answer names the key's own world."""
    said = {
        name: [
            each.get(path).headers["X-Sandbox-World"]
            for path in (
                SESSIONS,
                RESERVATIONS,
                *each.user_paths,
                *(f"{path}?{ALL_DAYS}" for path in each.vehicle_paths),
            )
        ]
        for name, each in both.items()
    }

    assert {name: set(worlds) for name, worlds in said.items()} == {DEFAULT: {DEFAULT}, DOCUMENTED: {DOCUMENTED}}


@settings(max_examples=2, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS)
def test_a_world_with_the_same_ids_changes_nothing(
    databases: Databases, made: Kept, twinned: Kept, calls: list[Call]
) -> None:
    """A second world with the same ids, which exists while a world is reset, changes no answer and no start."""
    with client_of_copy(databases, made) as alone, client_of_copy(databases, twinned) as beside:
        named = inventory(made)

        assert CallRunner(beside, named).run(calls) == CallRunner(alone, named).run(calls)
        assert beside.everything() == alone.everything()


@pytest.fixture(scope="module")
def twinned(databases: Databases, made: Kept) -> Kept:
    """The made database, in which a second open world has all rows of `default`, shifted by some minutes."""
    kept = databases.copy(made)
    shifts = {column: f"{column} - 600000000" for column in SHIFTED}
    for name in {each.name for each in WORLD_TABLES}:
        add_twin(kept, name, TWIN, **shifts)
    add_twin(kept, "world", TWIN, name="'twin'", state="'open'")
    return kept


@pytest.mark.parametrize(("here", "there"), PAIRS)
@settings(max_examples=2, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS, ends_with=st.sampled_from(["reset", "pace", "none"]))
def test_calls_in_one_world_change_nothing_in_the_other(
    databases: Databases, made: Kept, here: str, there: str, *, calls: list[Call], ends_with: str
) -> None:
    """After random calls in one world, every answer of the other is the same, byte for byte."""
    with client_of_copy(databases, made) as client:
        pair = {name: world_client(client.http, made, name) for name in (DEFAULT, DOCUMENTED)}
        before = answers(pair[there])
        CallRunner(pair[here], inventory(made, here)).run(calls)
        if ends_with == "reset":
            pair[here].reset()
        elif ends_with == "pace":
            pair[here].set_speed(3600)

        assert answers(pair[there]) == before


def answers(client: WorldClient) -> list[tuple[bytes, dict[str, str]]]:
    """Body and headers of every answer that a world gives."""
    paths = [
        f"{SESSIONS}?limit=100",
        f"{SESSIONS}?limit=3&status=completed",
        f"{RESERVATIONS}?limit=100",
        *client.user_paths,
        *(f"{vehicle}?{ALL_DAYS}" for vehicle in client.vehicle_paths),
    ]
    shown = [client.get(path) for path in paths]
    shown.append(client.http.get(f"/_sandbox/v1/worlds/{client.world}"))
    return [(each.content, dict(each.headers)) for each in shown]
