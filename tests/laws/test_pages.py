"""Paging in both directions loses and repeats no row, also while rows are inserted and the clock advances."""

from typing import Any, Final, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import instant, millis
from tests.databases import Databases, Kept
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, WITHOUT_SHRINKING, WorldClient, client_of_copy

pytestmark = pytest.mark.slow

Way = Literal["next_page_url", "previous_page_url"]

EVENTS: Final = st.sampled_from(["start", "end", "advance", "nothing"])
TABLES: Final = {SESSIONS: "session", RESERVATIONS: "reservation"}


@pytest.mark.parametrize("path", TABLES)
@settings(max_examples=3, deadline=None, phases=WITHOUT_SHRINKING)
@given(limit=st.integers(70, 100), events=st.lists(EVENTS, min_size=3, max_size=9))
def test_paging_there_and_back_finds_every_row_once(
    databases: Databases, made: Kept, path: str, limit: int, events: list[str]
) -> None:
    """Next links find each row of the first list once, and previous links each row of the list as it is by then."""
    with client_of_copy(databases, made) as client:
        seen_at_first = [row["id"] for row in client.rows(path)]
        there = follow(client, f"{path}?limit={limit}", "next_page_url", events)
        back = follow(client, there[-1][1], "previous_page_url", events)
        seen_at_last = [row["id"] for row in client.rows(path)]

        assert [each for page, _ in there for each in page] == seen_at_first
        assert [each for page, _ in reversed(back) for each in page] == seen_at_last[: -len(there[-1][0])]


@settings(max_examples=4, deadline=None, phases=WITHOUT_SHRINKING)
@given(ways=st.lists(st.tuples(st.booleans(), EVENTS), min_size=4, max_size=14), limit=st.integers(1, 30))
def test_a_page_begins_where_the_last_one_ended(
    databases: Databases, made: Kept, ways: list[tuple[bool, str]], limit: int
) -> None:
    """In either direction, a page adjoins the one before it in the list as it is now."""
    with client_of_copy(databases, made) as client:
        body = client.get(f"{SESSIONS}?limit={limit}").json()
        for older, event in ways:
            here = [row["id"] for row in body["data"]]
            apply_event(client, event)
            url = body["next_page_url" if older else "previous_page_url"]
            if url is None:
                continue
            body = client.get(url).json()
            there = [row["id"] for row in body["data"]]
            every = [row["id"] for row in client.rows(SESSIONS)]
            begin = every.index(here[-1]) + 1 if older else max(0, every.index(here[0]) - limit)
            end = begin + limit if older else every.index(here[0])

            assert there == every[begin:end]


def test_lists_hold_all_stored_rows(reader: WorldClient) -> None:
    """All pages together are the stored rows up to now, newest first, without planned ones."""
    now = instant("2026-03-04T12:00:00Z")
    stored = {
        path: reader.kept.rows(
            f"SELECT id FROM {name} WHERE world = 1{only} AND created_at <= :now ORDER BY created_at DESC, n DESC",  # noqa: S608 - a table's own name
            now=now,
        )
        for path, name, only in ((SESSIONS, "session", " AND channel = 'charge'"), (RESERVATIONS, "reservation", ""))
    }

    assert {path: [(row["id"],) for row in reader.rows(path)] for path in TABLES} == stored


def test_sessions_of_one_millisecond_are_separate_rows(databases: Databases, made: Kept) -> None:
    """The end of a page can fall between sessions that were created at the same instant."""
    with client_of_copy(databases, made) as client:
        started = [start(client, which) for which in range(4)]
        there = follow(client, f"{SESSIONS}?limit=1", "next_page_url", [], pages=5)
        back = follow(client, there[-1][1], "previous_page_url", [])

        assert len({created for _, created in started}) == 1
        assert [page for page, _ in there[:4]] == [[each] for each, _ in reversed(started)]
        assert [page for page, _ in back] == [[each] for each, _ in started]


@pytest.mark.parametrize(("status", "limit"), [("completed", 20), ("active", 1), ("failed", 2)])
def test_rows_that_match_throughout_are_found_on_a_running_clock(
    databases: Databases, made: Kept, status: str, limit: int
) -> None:
    """While sessions begin and end between pages, every row that matches all the time is found, and no row twice."""
    with client_of_copy(databases, made) as client:
        before = {row["id"] for row in client.rows(SESSIONS, f"&status={status}")}
        events = ["advance", "start", "end"]
        pages = follow(client, f"{SESSIONS}?limit={limit}&status={status}", "next_page_url", events)
        after = {row["id"] for row in client.rows(SESSIONS, f"&status={status}")}
        met = [each for page, _ in pages for each in page]

        assert len(met) == len(set(met))
        assert before & after <= set(met)


def test_cariqa_pages_are_the_whole_list(reader: WorldClient) -> None:
    """On a frozen clock Cariqa's pages hold every session of the user once, in both directions."""
    for user in reader.user_paths:
        whole = [row["id"] for row in reader.get(f"{user}?page_size=100").json()["results"]]
        first = reader.get(f"{user}?page_size=7").json()
        there, body = [first], first
        while body["next"] is not None:
            body = reader.get(body["next"]).json()
            there.append(body)
        back = [body]
        while body["previous"] is not None:
            body = reader.get(body["previous"]).json()
            back.append(body)

        assert [row["id"] for page in there for row in page["results"]] == whole
        assert back[::-1] == there
        assert {page["count"] for page in there} == {len(whole)}


def test_podero_pages_are_the_whole_list(reader: WorldClient) -> None:
    """Podero's pages hold every session of the vehicle once, with the same total on each page."""
    for vehicle in reader.vehicle_paths:
        whole = reader.get(f"{vehicle}?{ALL_DAYS}").json()
        span = ALL_DAYS.removesuffix("&limit=200")
        pages = [
            reader.get(f"{vehicle}?{span}&limit=5&offset={offset}").json() for offset in range(0, whole["total"] + 5, 5)
        ]

        assert [row for page in pages for row in page["items"]] == whole["items"]
        assert {page["total"] for page in pages} == {len(whole["items"])}


def follow(
    client: WorldClient, url: str | None, way: Way, events: list[str], pages: int = 60
) -> list[tuple[list[str], str | None]]:
    """Follows links, with an event between two pages; the ids on each page, and its link in the other direction."""
    back: Way = "previous_page_url" if way == "next_page_url" else "next_page_url"
    met: list[tuple[list[str], str | None]] = []
    while url is not None and len(met) < pages:
        body: dict[str, Any] = client.get(url).json()
        met.append(([row["id"] for row in body["data"]], body[back]))
        url = body[way]
        if events and url is not None:
            apply_event(client, events[len(met) % len(events)])
    return met


def apply_event(client: WorldClient, event: str) -> None:
    """Starts a session, ends one, or advances the clock."""
    if event == "start":
        start(client, 0)
    elif event == "end":
        for row in client.rows(SESSIONS, "&status=active")[:1]:
            client.post(f"{SESSIONS}/{row['id']}/end")
    elif event == "advance":
        client.advance("PT7M30.123S")


def start(client: WorldClient, which: int) -> tuple[str, str]:
    """Starts a session with a free vehicle at a free connector; its id and the instant of its creation."""
    sample = client.start_body()
    for (station, connector), vehicle in candidates(client)[which:]:
        changed = {"charging_station": station, "connector": connector, "vehicle": vehicle}
        body = client.post(SESSIONS, sample | changed).json()
        if body["object"] == "charging_session":
            return body["id"], body["created"]
    return "", millis(0)


def candidates(client: WorldClient) -> list[tuple[tuple[str, str], str]]:
    """Connectors and vehicles of the sessions of the past, newest first."""
    rows = client.get(f"{SESSIONS}?limit=100&status=completed").json()["data"]
    return [((row["charging_station"], row["connector"]), row["vehicle"]) for row in rows]
