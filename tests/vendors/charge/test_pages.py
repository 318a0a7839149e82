"""Following a list's links shows every row once, newest first, also while sessions start and the clock moves."""

from collections.abc import Callable
from itertools import cycle, pairwise

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, RESERVATIONS, SESSIONS, Row, every, ids, page, pages, rows

EMPTY: Row = {"data": [], "next_page_url": None, "previous_page_url": None}


@pytest.mark.parametrize("path", [SESSIONS, RESERVATIONS])
def test_lists_are_newest_first(sandbox: Sandbox, path: str) -> None:
    """No row was created before the one that follows it, and none comes twice."""
    found = every(sandbox, path)

    assert all(newer["created"] >= older["created"] for newer, older in pairwise(found))
    assert len(set(ids(found))) == len(found) > 200


@pytest.mark.parametrize("path", [SESSIONS, RESERVATIONS])
def test_a_page_has_as_many_rows_as_asked_for(sandbox: Sandbox, path: str) -> None:
    """A page holds `limit` rows, 10 unless told, from 1 to 100."""
    expected = {"": 10, "?limit=1": 1, "?limit=2": 2, "?limit=99": 99, "?limit=100": 100}

    bodies = {asked: page(sandbox, path + asked) for asked in expected}

    assert expected == {asked: len(body["data"]) for asked, body in bodies.items()}
    assert all(list(body) == ["data", "next_page_url", "previous_page_url"] for body in bodies.values())


@pytest.mark.parametrize(("path", "limit"), [(SESSIONS, 7), (SESSIONS, 100), (RESERVATIONS, 10)])
def test_pages_are_the_same_there_and_back(sandbox: Sandbox, path: str, limit: int) -> None:
    """From the first page to the last and back again, the pages are the same and hold every row once."""
    there = pages(sandbox, f"{path}?limit={limit}")
    back = [there[-1], *pages(sandbox, there[-1]["previous_page_url"], "previous_page_url")]

    assert there == back[::-1]
    assert rows(there) == every(sandbox, path)


def test_pages_of_one_row_show_every_row(sandbox: Sandbox) -> None:
    """Pages of one row lead through a driver's sessions, there and back."""
    driver = sandbox.world()["sample"]["charge"]["driver"]
    there = pages(sandbox, f"{SESSIONS}?driver={driver}&limit=1")
    back = [there[-1], *pages(sandbox, there[-1]["previous_page_url"], "previous_page_url")]

    assert there == back[::-1]
    assert ids(rows(there)) == [row["id"] for row in every(sandbox) if row["driver"] == driver]


@pytest.mark.parametrize(("path", "count"), [(SESSIONS, 3), (RESERVATIONS, 2)])
def test_charge_004_a_break_hides_no_row(sandbox: Sandbox, path: str, count: int) -> None:
    """In the documented world no page crosses its page break, and still every row is shown once, there and back."""
    for limit in (1, 2, 3, 10):
        there = pages(sandbox, f"{path}?limit={limit}", world="documented")
        back = [there[-1], *pages(sandbox, there[-1]["previous_page_url"], "previous_page_url", world="documented")]
        sides = [{row["created"] >= "2026-04-01" for row in each["data"]} for each in there]
        assert there == back[::-1]
        assert len(rows(there)) == len(set(ids(rows(there)))) == count
        assert all(len(side) == 1 for side in sides)


def test_the_last_page_has_no_next_when_it_is_full(sandbox: Sandbox) -> None:
    """A list that fills its last page exactly ends with it."""
    driver = sandbox.world()["sample"]["charge"]["driver"]
    theirs = every(sandbox, f"{SESSIONS}?driver={driver}")

    body = page(sandbox, f"{SESSIONS}?driver={driver}&limit={len(theirs)}")

    assert body == {"data": theirs, "next_page_url": None, "previous_page_url": None}


def test_a_list_without_rows_leads_nowhere(sandbox: Sandbox) -> None:
    """Before anything happened, the list is one empty page."""
    assert page(sandbox, SESSIONS, at="2020-01-01T00:00:00Z") == EMPTY


def test_charge_027_pages_do_not_shift_while_sessions_are_started(sandbox: Sandbox) -> None:
    """The rows of the first page's instant are each shown once; the links back lead to the new ones."""
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
    """A clock that runs hours from page to page moves no row to another page."""
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
    """Rows that join the list meanwhile may be missed; rows that were there throughout are each shown once."""
    before = every(sandbox, path)

    seen = ids(rows(pages(sandbox, f"{path}&limit=9", meanwhile=lambda: sandbox.advance("PT45M"))))

    assert len(set(seen)) == len(seen)
    assert set(ids(before)) <= set(seen)
    assert ids(before) == [each for each in seen if each in set(ids(before))]


def test_a_page_whose_rows_have_left_the_list_leads_back(sandbox: Sandbox) -> None:
    """When all that lay beyond a link has left the list, its page is empty and its way back leads to what is left."""
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


def test_links_go_on_where_the_list_was_left_in_the_past(sandbox: Sandbox) -> None:
    """A link that was read in the past leads on from the same row now."""
    past = page(sandbox, f"{SESSIONS}?limit=5", at="2026-02-20T08:00:00Z")

    following = page(sandbox, past["next_page_url"])

    assert ids(every(sandbox, SESSIONS, at="2026-02-20T08:00:00Z"))[5:10] == ids(following["data"])


def test_pages_of_the_future_can_be_followed(sandbox: Sandbox) -> None:
    """What is planned can be walked through like what has happened, as long as the instant is repeated."""
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
