"""An advance reports every transition of its span once, in the order of time, and vendors show what it reports."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept
from tests.laws.expected_transitions import as_expected, expected_transitions
from tests.laws.random_calls import CALL_LISTS, Call, CallRunner, inventory
from tests.laws.recorded_runs import EVENTS
from tests.laws.world_client import RESERVATIONS, SESSIONS, WITHOUT_SHRINKING, WorldClient, world_client

WORLDS: Final = "/_sandbox/v1/worlds"
MOST_REPORTED: Final = 100
MILLISECOND: Final = timedelta(milliseconds=1)
EVENTS_TO_COME: Final = st.tuples(st.sampled_from(EVENTS), st.integers(0, 99), st.integers(0, 2 * 24 * 60))
"""An event, a number that chooses to what it happens, and in how many minutes."""
SPANS_MS: Final = st.lists(st.integers(0, 90_000) | st.integers(0, 86_400_000), min_size=2, max_size=12)
NUMBERS: Final = count()


@pytest.fixture(scope="module")
def server(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox in which every example creates worlds of its own."""
    kept = databases.copy(made)
    with resumed(kept) as http:
        yield Sandbox(http, kept)
    databases.drop(kept)


@settings(max_examples=6, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS, events=st.lists(EVENTS_TO_COME, max_size=6), spans=SPANS_MS)
def test_advances_report_every_transition_once(
    server: Sandbox, calls: list[Call], events: list[Any], spans: list[int]
) -> None:
    """Several small advances report what one large one does, and both report what follows from the stored columns.

    A large advance reports the first hundred. The world has had random calls, and events are to come.
    """
    stepping = village_with_history(server, calls, events)
    leaping = fork_of(server, stepping)
    begin = server.now(stepping.world)
    steps = [stepping.advance(duration(span)).json() for span in spans]
    leap = leaping.advance(duration(sum(spans))).json()
    reported = [each for body in steps for each in body["transitions"]]
    expected = expected_transitions(server.kept, leaping.world, begin, leap["to"])

    assert leap["truncated"] is (len(expected) > MOST_REPORTED)
    assert list(map(as_expected, leap["transitions"])) == expected[:MOST_REPORTED]
    if not any(body["truncated"] for body in steps):
        assert list(map(as_expected, reported)) == expected
        assert reported[:MOST_REPORTED] == leap["transitions"]


@settings(max_examples=4, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS, events=st.lists(EVENTS_TO_COME, max_size=6), spans=SPANS_MS)
def test_reported_transitions_lead_from_list_to_list(
    server: Sandbox, calls: list[Call], events: list[Any], spans: list[int]
) -> None:
    """Charge's statuses before an advance, changed by what it reports, are Charge's statuses after it."""
    client = village_with_history(server, calls, events)
    statuses = charge_statuses(client)
    for span in spans:
        body = client.advance(duration(span)).json()
        if body["truncated"]:
            return
        for each in body["transitions"]:
            if each["id"].startswith(("cs_", "res_")) and each["to"] not in {"unplugged", "settled"}:
                assert statuses.get(each["id"]) == each["from"]
                statuses[each["id"]] = each["to"]

        assert charge_statuses(client) == statuses


@settings(max_examples=4, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS, events=st.lists(EVENTS_TO_COME, min_size=1, max_size=6), picked=st.integers(0, 99))
def test_an_advance_until_a_status_ends_at_its_transition(
    server: Sandbox, calls: list[Call], events: list[Any], picked: int
) -> None:
    """In a fork, an advance until a reported status stops at the reported instant and reports the same on the way."""
    client = village_with_history(server, calls, events)
    waiting = fork_of(server, client)
    reported = client.advance("P3D").json()["transitions"]
    awaited = reported[picked % len(reported)]
    until = {"id": awaited["id"], "status": awaited["to"]}
    answer = server.client.post(f"{WORLDS}/{waiting.world}/clock/advance", json={"until": until})
    body = answer.json()
    endings = [each for each in reported if each["id"] == awaited["id"] and each["from"] == awaited["to"]]

    if answer.status_code == 409:
        # A status that ends within the millisecond in which it began is shown at no instant of a clock.
        assert endings
        assert at(endings[0]["at"]) - at(awaited["at"]) <= MILLISECOND
        return
    assert body["to"] >= awaited["at"]
    assert at(body["to"]) - at(awaited["at"]) <= MILLISECOND
    assert [each for each in reported if each["at"] < body["to"]] == [
        each for each in body["transitions"] if each["at"] < body["to"]
    ]


def village_with_history(server: Sandbox, calls: list[Call], events: list[Any]) -> WorldClient:
    """Creates a village, makes the calls there and simulates the events; a client of it."""
    name = f"village-{next(NUMBERS)}"
    assert server.client.post(WORLDS, json={"name": name}).status_code == 201
    client = world_client(server.client, server.kept, name)
    runner = CallRunner(client, inventory(server.kept, name))
    runner.run(calls)
    sessions = session_ids(server, name)
    card, station = runner.inventory.people[0][2], runner.inventory.connectors[0][0]
    for (event, more), which, minutes in events:
        to = {"card_declined": card, "station_silent": station}.get(event, sessions[-1 - which % len(sessions)])
        body = {"event": event, "id": to, **{key: value for key, value in more.items() if key == "for"}}
        answer = server.client.post(f"{WORLDS}/{name}/simulate", json={**body, "at": f"+PT{minutes}M"})
        # Many of the combinations are impossible and refused.
        assert answer.status_code in {200, 404, 409}, answer.text
    return client


def fork_of(server: Sandbox, original: WorldClient) -> WorldClient:
    """Forks a world; a client of the fork."""
    name = f"{original.world}-fork"
    assert server.client.post(WORLDS, json={"name": name, "fork": original.world}).status_code == 201
    return world_client(server.client, server.kept, name)


def session_ids(server: Sandbox, world: str) -> list[str]:
    """The id of every session at its vendor, planned ones included."""
    rows = server.kept.rows(
        "SELECT CASE channel WHEN 'charge' THEN id ELSE uuid END AS shown FROM session"
        " WHERE world = (SELECT n FROM world WHERE name = :world AND state = 'open') ORDER BY n",
        world=world,
    )
    return [row.shown for row in rows]


def charge_statuses(client: WorldClient) -> dict[str, str]:
    """The status of every session and reservation that Charge lists, by id."""
    return {row["id"]: row["status"] for path in (SESSIONS, RESERVATIONS) for row in client.rows(path)}


def duration(span: int) -> str:
    """Milliseconds as an ISO 8601 duration."""
    return f"PT{span // 1000}.{span % 1000:03d}S"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
