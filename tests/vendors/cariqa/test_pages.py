"""Pages are numbered from 1, linked absolutely, and mended rather than refused where that is possible."""

from itertools import count as counting
from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.users import LATER, Body, every, get, path

NONSENSE: Final = ("", "0", "-1", "abc", "1.5", "1e1", "NaN", "null", "1x", "%00", "9" * 5000, "\0")


def test_every_row_is_on_one_page(sandbox: Sandbox) -> None:
    """Followed by `next` to the end and by `previous` back again, the pages hold every session once."""
    there = _walk(sandbox, f"{path(sandbox)}?page_size=7", "next")
    back = [*_walk(sandbox, there[-1]["previous"], "previous")[::-1], there[-1]]

    assert there == back
    assert every(sandbox) == [session for body in there for session in body["results"]]
    assert {body["count"] for body in there} == {len(every(sandbox))}


def test_cariqa_002_a_page_has_twenty_rows_unless_told(sandbox: Sandbox) -> None:
    """Without a size there are twenty on a page, and the rest on the next."""
    first = sandbox.cariqa().json()
    second = get(sandbox, first["next"]).json()

    assert (len(first["results"]), len(second["results"])) == (20, first["count"] - 20)
    assert second["next"] is None


def test_cariqa_016_links_are_absolute_and_keep_the_rest_of_the_query(sandbox: Sandbox) -> None:
    """A link is the request's own address with another page: sorted, and the first page has no number."""
    address = f"http://localhost:8000{path(sandbox)}"

    body = sandbox.cariqa(page=2, page_size=5, unknown="a b&c", again="").json()
    third = sandbox.cariqa(page_size=5, page=3).json()
    last = sandbox.cariqa(page="last", page_size=9).json()

    assert body["next"] == f"{address}?again=&page=3&page_size=5&unknown=a+b%26c"
    assert body["previous"] == f"{address}?again=&page_size=5&unknown=a+b%26c"
    assert third["previous"] == f"{address}?page=2&page_size=5"
    assert last["previous"] == f"{address}?page=2&page_size=9"
    assert get(sandbox, f"{path(sandbox)}?page=2").json()["previous"] == address


def test_links_lead_to_the_host_that_was_asked(sandbox: Sandbox) -> None:
    """Links use the name for this server that the request used."""
    headers = {"Authorization": f"Bearer {sandbox.world()['credentials']['cariqa']['token']}", "Host": "wattif:9000"}

    answer = sandbox.client.get(path(sandbox), headers=headers)

    assert answer.json()["next"].startswith("http://wattif:9000/api/v1/users/")


def test_cariqa_002_the_last_page_has_a_name(sandbox: Sandbox) -> None:
    """`last` is a page as well."""
    last = sandbox.cariqa(page="last", page_size=7).json()

    everything = every(sandbox)
    begin = (len(everything) - 1) // 7 * 7

    assert last["next"] is None
    assert last["results"] == everything[begin:]


def test_cariqa_002_a_size_that_is_none_is_the_usual_one(sandbox: Sandbox) -> None:
    """Zero, less, or anything that is no number means the default."""
    sizes = [len(sandbox.cariqa(page_size=size).json()["results"]) for size in NONSENSE]

    assert sizes == [20] * len(NONSENSE)


def test_cariqa_002_a_page_holds_a_hundred_at_most(sandbox: Sandbox) -> None:
    """A larger size means the largest; here that is everything."""
    bodies = [sandbox.cariqa(page_size=size, at=LATER).json() for size in ("100", "101", "1000", "9" * 20)]

    assert [bodies[0]] * 4 == bodies
    assert len(bodies[0]["results"]) == bodies[0]["count"] > 20


@pytest.mark.parametrize("at", [None, "2020-01-01T00:00:00Z"])
def test_cariqa_002_a_page_that_is_not_there(sandbox: Sandbox, at: str | None) -> None:
    """Beyond the end, zero, less, or anything that is no number is 404, in an empty list as well."""
    pages = [*(page for page in NONSENSE if page), "3", "99999999999999999999", "Last", "first", " last"]

    answers = [sandbox.cariqa(page=page, at=at) for page in pages]

    assert [answer.status_code for answer in answers] == [404] * len(pages)
    assert all(answer.json() == {"detail": "Invalid page."} for answer in answers)


def test_cariqa_002_an_empty_page_number_is_the_first(sandbox: Sandbox) -> None:
    """`?page=` says nothing, and is answered as if it had not been said."""
    answer = sandbox.cariqa(page="")

    assert answer.status_code == 200
    assert answer.json()["results"] == sandbox.cariqa().json()["results"]


def test_an_empty_list_has_one_page(sandbox: Sandbox) -> None:
    """Before anything happened, the first page is empty, and it is the last."""
    empty: Body = {"count": 0, "next": None, "previous": None, "results": []}

    bodies = [sandbox.cariqa(page=page, at="2020-01-01T00:00:00Z").json() for page in ("1", "last")]

    assert [empty, empty] == bodies


def test_cariqa_002_the_last_of_several_values_counts(sandbox: Sandbox) -> None:
    """A parameter that is given twice has its last value."""
    answer = get(sandbox, f"{path(sandbox)}?page_size=3&page_size=4&page=9&page=2")

    assert answer.json()["results"] == every(sandbox)[4:8]


def test_pages_do_not_move_while_nothing_is_added(sandbox: Sandbox) -> None:
    """The clock alone moves no session to another page until another one begins."""
    before = [session["id"] for session in sandbox.cariqa(page=2, page_size=5).json()["results"]]

    sandbox.advance("PT2H")

    assert before == [session["id"] for session in sandbox.cariqa(page=2, page_size=5).json()["results"]]


def _walk(sandbox: Sandbox, url: str, link: str) -> list[Body]:
    """The page at the URL and all that its links lead to."""
    found: list[Body] = []
    following: str | None = url
    for _ in counting():
        if following is None or len(found) > 100:
            break
        found.append(get(sandbox, following).json())
        following = found[-1][link]
    return found
