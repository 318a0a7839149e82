"""The links of a list lead to every row once, newest first, also while sessions start and the clock moves."""

from collections.abc import Callable
from itertools import cycle, pairwise

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, RESERVATIONS, SESSIONS, Row, every, ids, page, pages, rows

EMPTY: Row = {"data": [], "next_page_url": None, "previous_page_url": None}


@pytest.mark.parametrize("path", [SESSIONS, RESERVATIONS])
def test_lists_are_newest_first(sandbox: Sandbox, path: str) -> None:
    """No row was created before the one that follows it, and no row appears twice."""
    found = every(sandbox, path)

    assert all(newer["created"] >= older["created"] for newer, older in pairwise(found))
    assert len(set(ids(found))) == len(found) > 200


@pytest.mark.parametrize("path", [SESSIONS, RESERVATIONS])
def test_a_page_has_as_many_rows_as_asked_for(sandbox: Sandbox, path: str) -> None:
    """A page has `limit` rows, from 1 to 100; the default is 10."""
    expected = {"": 10, "?limit=1": 1, "?limit=2": 2, "?limit=99": 99, "?limit=100": 100}

    bodies = {asked: page(sandbox, path + asked) for asked in expected}

    assert expected == {asked: len(body["data"]) for asked, body in bodies.items()}
    assert all(list(body) == ["data", "next_page_url", "previous_page_url"] for body in bodies.values())


@pytest.mark.parametrize(("path", "limit"), [(SESSIONS, 7), (SESSIONS, 100), (RESERVATIONS, 10)])
def test_pages_are_the_same_there_and_back(sandbox: Sandbox, path: str, limit: int) -> None:
    """From the first page to the last and back, the pages are the same and have every row once."""
    there = pages(sandbox, f"{path}?limit={limit}")
    back = [there[-1], *pages(sandbox, there[-1]["previous_page_url"], "previous_page_url")]

    assert there == back[::-1]
    assert rows(there) == every(sandbox, path)


def test_pages_of_one_row_show_every_row(sandbox: Sandbox) -> None:
    """Pages of one row have all sessions of a driver, in both directions."""
    driver = sandbox.world()["sample"]["charge"]["driver"]
    there = pages(sandbox, f"{SESSIONS}?driver={driver}&limit=1")
    back = [there[-1], *pages(sandbox, there[-1]["previous_page_url"], "previous_page_url")]

    assert there == back[::-1]
    assert ids(rows(there)) == [row["id"] for row in every(sandbox) if row["driver"] == driver]


@pytest.mark.parametrize(("path", "count"), [(SESSIONS, 4), (RESERVATIONS, 8)])
def test_charge_004_a_break_hides_no_row(sandbox: Sandbox, path: str, count: int) -> None:
    """No page of the world `documented` crosses its page break, and every row is shown once in both directions."""
    for limit in (1, 2, 3, 10):
        there = pages(sandbox, f"{path}?limit={limit}", world="documented")
        back = [there[-1], *pages(sandbox, there[-1]["previous_page_url"], "previous_page_url", world="documented")]
        sides = [{row["created"] >= "2026-04-01" for row in each["data"]} for each in there]
        assert rows(there) == rows(back[::-1])
        assert len(rows(there)) == len(set(ids(rows(there)))) == count
        assert all(len(side) == 1 for side in sides)


def test_the_last_page_has_no_next_when_it_is_full(sandbox: Sandbox) -> None:
    """A list that fills its last page exactly has no page after it."""
    driver = sandbox.world()["sample"]["charge"]["driver"]
    theirs = every(sandbox, f"{SESSIONS}?driver={driver}")

    body = page(sandbox, f"{SESSIONS}?driver={driver}&limit={len(theirs)}")

    assert body == {"data": theirs, "next_page_url": None, "previous_page_url": None}


def test_an_empty_list_has_no_links(sandbox: Sandbox) -> None:
    """Before the first session, the list is one empty page without links."""
    assert page(sandbox, SESSIONS, at="2020-01-01T00:00:00Z") == EMPTY


def test_charge_027_pages_do_not_shift_while_sessions_are_started(sandbox: Sandbox) -> None:
    """The rows that existed at the first page are each shown once; the links back lead to new rows."""
    before = every(sandbox)
    there = pages(sandbox, f"{SESSIONS}?limit=23", meanwhile=_busy(sandbox))
    back = pages(sandbox, there[-1]["previous_page_url"], "previous_page_url", meanwhile=_busy(sandbox))
    new = ids(rows(back[len(there) - 1 :]))

    assert ids(before) == ids(rows(there))
    assert [ids(each["data"]) for each in there[:-1]] == [ids(each["data"]) for each in back[: len(there) - 1]][::-1]
    assert len(new) == len(set(new)) > 10
    assert not set(new) & set(ids(before))
    assert set(ids(every(sandbox))) == {*new, *ids(before)}


def test_charge_027_pages_do_not_shift_while_the_clock_runs(sandbox: Sandbox) -> None:
    """A clock that runs hours between two pages moves no row to another page."""
    before = every(sandbox)
    sandbox.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 400_000})

    there = pages(sandbox, f"{SESSIONS}?limit=23")
    back = pages(sandbox, there[-1]["previous_page_url"], "previous_page_url")

    assert ids(before) == ids(rows(there))[-len(before) :]
    assert len(set(ids(rows(there)))) == len(rows(there))
    assert [ids(each["data"]) for each in there[:-1]] == [ids(each["data"]) for each in back[: len(there) - 1]][::-1]
    assert len(set(ids(rows(back)))) == len(rows(back))


@pytest.mark.parametrize("path", [f"{SESSIONS}?status=completed", f"{RESERVATIONS}?status=completed"])
def test_charge_027_pages_of_a_status_do_not_shift_while_the_clock_is_moved(sandbox: Sandbox, path: str) -> None:
    """Rows that join the list meanwhile may be missing; rows that stay in it are each shown once."""
    before = every(sandbox, path)

    seen = ids(rows(pages(sandbox, f"{path}&limit=9", meanwhile=lambda: sandbox.advance("PT45M"))))

    assert len(set(seen)) == len(seen)
    assert set(ids(before)) <= set(seen)
    assert ids(before) == [each for each in seen if each in set(ids(before))]


def test_a_page_whose_rows_have_left_the_list_leads_back(sandbox: Sandbox) -> None:
    """If all rows beyond a link have left the list, the page is empty and links back to the remaining rows."""
    sandbox.start()
    first = page(sandbox, f"{SESSIONS}?status=active&limit=1")
    sandbox.advance("P1D")

    emptied = page(sandbox, first["next_page_url"])
    left = page(sandbox, f"{SESSIONS}?status=active&limit=1")
    back = pages(sandbox, emptied["previous_page_url"], "previous_page_url")

    assert emptied["data"] == []
    assert emptied["next_page_url"] is None
    assert ids(rows(back)) == ids(every(sandbox, f"{SESSIONS}?status=active"))[::-1]
    assert left["data"] == back[-1]["data"]


def test_links_of_the_past_continue_in_the_present(sandbox: Sandbox) -> None:
    """A link from a page of the past continues after the same row now."""
    past = page(sandbox, f"{SESSIONS}?limit=5", at="2026-02-20T08:00:00Z")

    following = page(sandbox, past["next_page_url"])

    assert ids(every(sandbox, SESSIONS, at="2026-02-20T08:00:00Z"))[5:10] == ids(following["data"])


def test_pages_of_the_future_can_be_followed(sandbox: Sandbox) -> None:
    """Planned sessions are paged like past ones, if the header is sent with each request."""
    there = pages(sandbox, f"{SESSIONS}?limit=50", at=LATER)

    assert rows(there) == every(sandbox, at=LATER)
    assert len(rows(there)) > len(every(sandbox))


def _busy(sandbox: Sandbox) -> Callable[[], None]:
    """Starts and ends a session each time, and moves the clock on."""
    resting = cycle((False, True))

    def meanwhile() -> None:
        if next(resting):
            sandbox.advance("PT50M")
        else:
            started = sandbox.start()
            assert started.status_code == 200, started.text
            sandbox.end(started.json()["id"])
            sandbox.advance("PT2M")

    return meanwhile
