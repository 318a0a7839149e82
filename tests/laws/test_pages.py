"""Walking pages both ways loses nothing and repeats nothing, while rows are inserted and while the clock runs."""

from typing import Any, Final, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import instant, millis
from tests.databases import Databases, Kept
from tests.laws.callers import EVER, RESERVATIONS, SESSIONS, UNSHRUNK, Caller, copied

Way = Literal["next_page_url", "previous_page_url"]

EVENTS: Final = st.sampled_from(["start", "end", "advance", "nothing"])
TABLES: Final = {SESSIONS: "session", RESERVATIONS: "reservation"}


@pytest.mark.parametrize("path", TABLES)
@settings(max_examples=3, deadline=None, phases=UNSHRUNK)
@given(limit=st.integers(70, 100), events=st.lists(EVENTS, min_size=3, max_size=9))
def test_walking_there_and_back_meets_every_row_once(
    databases: Databases, made: Kept, path: str, limit: int, events: list[str]
) -> None:
    """On the way to the oldest row all that was there is met once; on the way back all that is there by then."""
    with copied(databases, made) as somebody:
        seen_at_first = [row["id"] for row in somebody.rows(path)]
        there = walk(somebody, f"{path}?limit={limit}", "next_page_url", events)
        back = walk(somebody, there[-1][1], "previous_page_url", events)
        seen_at_last = [row["id"] for row in somebody.rows(path)]

        assert [each for page, _ in there for each in page] == seen_at_first
        assert [each for page, _ in reversed(back) for each in page] == seen_at_last[: -len(there[-1][0])]


@settings(max_examples=4, deadline=None, phases=UNSHRUNK)
@given(ways=st.lists(st.tuples(st.booleans(), EVENTS), min_size=4, max_size=14), limit=st.integers(1, 30))
def test_a_page_begins_where_the_last_one_ended(
    databases: Databases, made: Kept, ways: list[tuple[bool, str]], limit: int
) -> None:
    """Whichever way one turns, a page adjoins the one before in the list as it is by now."""
    with copied(databases, made) as somebody:
        body = somebody.get(f"{SESSIONS}?limit={limit}").json()
        for older, event in ways:
            here = [row["id"] for row in body["data"]]
            happen(somebody, event)
            url = body["next_page_url" if older else "previous_page_url"]
            if url is None:
                continue
            body = somebody.get(url).json()
            there = [row["id"] for row in body["data"]]
            every = [row["id"] for row in somebody.rows(SESSIONS)]
            begin = every.index(here[-1]) + 1 if older else max(0, every.index(here[0]) - limit)
            end = begin + limit if older else every.index(here[0])

            assert there == every[begin:end]


def test_a_list_has_all_that_is_stored(reader: Caller) -> None:
    """All pages together are what the database holds up to now, newest first, and nothing of what is planned."""
    now = instant("2026-03-04T12:00:00Z")
    stored = {
        path: reader.kept.rows(
            f"SELECT id FROM {name} WHERE world = 1{only} AND created_at <= :now ORDER BY created_at DESC, n DESC",  # noqa: S608 - a table's own name
            now=now,
        )
        for path, name, only in ((SESSIONS, "session", " AND channel = 'charge'"), (RESERVATIONS, "reservation", ""))
    }

    assert {path: [(row["id"],) for row in reader.rows(path)] for path in TABLES} == stored


def test_two_starts_in_one_millisecond_are_two_rows(databases: Databases, made: Kept) -> None:
    """Sessions created at the same instant are parted by a page's end like any others."""
    with copied(databases, made) as somebody:
        started = [start(somebody, which) for which in range(4)]
        there = walk(somebody, f"{SESSIONS}?limit=1", "next_page_url", [], pages=5)
        back = walk(somebody, there[-1][1], "previous_page_url", [])

        assert len({created for _, created in started}) == 1
        assert [page for page, _ in there[:4]] == [[each] for each, _ in reversed(started)]
        assert [page for page, _ in back] == [[each] for each, _ in started]


@pytest.mark.parametrize(("status", "limit"), [("completed", 20), ("active", 1), ("failed", 2)])
def test_a_running_clock_loses_no_row_that_matches_throughout(
    databases: Databases, made: Kept, status: str, limit: int
) -> None:
    """While sessions begin and end between two pages, every row that matches all along is met, and none twice."""
    with copied(databases, made) as somebody:
        before = {row["id"] for row in somebody.rows(SESSIONS, f"&status={status}")}
        events = ["advance", "start", "end"]
        pages = walk(somebody, f"{SESSIONS}?limit={limit}&status={status}", "next_page_url", events)
        after = {row["id"] for row in somebody.rows(SESSIONS, f"&status={status}")}
        met = [each for page, _ in pages for each in page]

        assert len(met) == len(set(met))
        assert before & after <= set(met) <= before | after | set(met)


def test_cariqas_numbered_pages_are_the_list(reader: Caller) -> None:
    """On a frozen clock Cariqa's pages, followed either way, hold every session of the user once."""
    for user in reader.users:
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


def test_poderos_offsets_are_the_list(reader: Caller) -> None:
    """Podero's pages of any size hold every session of the car once, under one total."""
    for car in reader.cars:
        whole = reader.get(f"{car}?{EVER}").json()
        span = EVER.removesuffix("&limit=200")
        pages = [
            reader.get(f"{car}?{span}&limit=5&offset={offset}").json() for offset in range(0, whole["total"] + 5, 5)
        ]

        assert [row for page in pages for row in page["items"]] == whole["items"]
        assert {page["total"] for page in pages} == {len(whole["items"])}


def walk(
    somebody: Caller, url: str | None, way: Way, events: list[str], pages: int = 60
) -> list[tuple[list[str], str | None]]:
    """The ids on each page from `url` on, with the link back to its neighbour; something happens between two pages."""
    back: Way = "previous_page_url" if way == "next_page_url" else "next_page_url"
    met: list[tuple[list[str], str | None]] = []
    while url is not None and len(met) < pages:
        body: dict[str, Any] = somebody.get(url).json()
        met.append(([row["id"] for row in body["data"]], body[back]))
        url = body[way]
        if events and url is not None:
            happen(somebody, events[len(met) % len(events)])
    return met


def happen(somebody: Caller, event: str) -> None:
    """Somebody starts a session, ends one, or time goes on."""
    if event == "start":
        start(somebody, 0)
    elif event == "end":
        for row in somebody.rows(SESSIONS, "&status=active")[:1]:
            somebody.post(f"{SESSIONS}/{row['id']}/end")
    elif event == "advance":
        somebody.advance("PT7M30.123S")


def start(somebody: Caller, which: int) -> tuple[str, str]:
    """A session of some car that is free, where it is free; its id and when it was created."""
    order = somebody.order()
    for place, car in candidates(somebody)[which:]:
        station, connector = place
        order |= {"charging_station": station, "connector": connector, "vehicle": car}
        body = somebody.post(SESSIONS, order).json()
        if body["object"] == "charging_session":
            return body["id"], body["created"]
    return "", millis(0)


def candidates(somebody: Caller) -> list[tuple[tuple[str, str], str]]:
    """Places and cars of the sessions of the past, newest first."""
    rows = somebody.get(f"{SESSIONS}?limit=100&status=completed").json()["data"]
    return [((row["charging_station"], row["connector"]), row["vehicle"]) for row in rows]
