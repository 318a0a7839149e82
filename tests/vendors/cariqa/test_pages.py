"""Pages are numbered from 1 and have absolute links; an invalid size is replaced by the default."""

from itertools import count as counting
from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.users import LATER, Body, every, get, path

NONSENSE: Final = ("", "0", "-1", "abc", "1.5", "1e1", "NaN", "null", "1x", "%00", "9" * 5000, "\0")


def test_every_row_is_on_one_page(sandbox: Sandbox) -> None:
    """The pages that `next` links, and `previous` back, have every session once."""
    there = _walk(sandbox, f"{path(sandbox)}?page_size=7", "next")
    back = [*_walk(sandbox, there[-1]["previous"], "previous")[::-1], there[-1]]

    assert there == back
    assert every(sandbox) == [session for body in there for session in body["results"]]
    assert {body["count"] for body in there} == {len(every(sandbox))}


def test_cariqa_002_a_page_has_twenty_rows_by_default(sandbox: Sandbox) -> None:
    """Without a size a page has twenty rows, and the next page has the rest."""
    first = sandbox.cariqa().json()
    second = get(sandbox, first["next"]).json()

    assert (len(first["results"]), len(second["results"])) == (20, first["count"] - 20)
    assert second["next"] is None


def test_cariqa_016_links_are_absolute_and_keep_the_rest_of_the_query(sandbox: Sandbox) -> None:
    """A link is the request's address with another page and a sorted query; the first page has no number."""
    address = f"http://localhost:8000{path(sandbox)}"

    body = sandbox.cariqa(page=2, page_size=5, unknown="a b&c", again="").json()
    third = sandbox.cariqa(page_size=5, page=3).json()
    last = sandbox.cariqa(page="last", page_size=9).json()

    assert body["next"] == f"{address}?again=&page=3&page_size=5&unknown=a+b%26c"
    assert body["previous"] == f"{address}?again=&page_size=5&unknown=a+b%26c"
    assert third["previous"] == f"{address}?page=2&page_size=5"
    assert last["previous"] == f"{address}?page=2&page_size=9"
    assert get(sandbox, f"{path(sandbox)}?page=2").json()["previous"] == address


def test_links_have_the_host_of_the_request(sandbox: Sandbox) -> None:
    """Links begin with the host name that the request was sent to."""
    headers = {"Authorization": f"Bearer {sandbox.world()['credentials']['cariqa']['token']}", "Host": "wattif:9000"}

    answer = sandbox.client.get(path(sandbox), headers=headers)

    assert answer.json()["next"].startswith("http://wattif:9000/api/v1/users/")


def test_cariqa_002_the_last_page_has_a_name(sandbox: Sandbox) -> None:
    """`page=last` gives the last page."""
    last = sandbox.cariqa(page="last", page_size=7).json()

    everything = every(sandbox)
    begin = (len(everything) - 1) // 7 * 7

    assert last["next"] is None
    assert last["results"] == everything[begin:]


def test_cariqa_002_an_invalid_size_is_the_default(sandbox: Sandbox) -> None:
    """Zero, a negative number and a text that is not a number mean the default size."""
    sizes = [len(sandbox.cariqa(page_size=size).json()["results"]) for size in NONSENSE]

    assert sizes == [20] * len(NONSENSE)


def test_cariqa_002_a_page_has_at_most_a_hundred_rows(sandbox: Sandbox) -> None:
    """A larger size means a hundred, here all sessions."""
    bodies = [sandbox.cariqa(page_size=size, at=LATER).json() for size in ("100", "101", "1000", "9" * 20)]

    assert [bodies[0]] * 4 == bodies
    assert len(bodies[0]["results"]) == bodies[0]["count"] > 20


@pytest.mark.parametrize("at", [None, "2020-01-01T00:00:00Z"])
def test_cariqa_002_an_unknown_page_is_not_found(sandbox: Sandbox, at: str | None) -> None:
    """A page after the last, zero, a negative number and other text are 404, in an empty list too."""
    pages = [*(page for page in NONSENSE if page), "3", "99999999999999999999", "Last", "first", " last"]

    answers = [sandbox.cariqa(page=page, at=at) for page in pages]

    assert [answer.status_code for answer in answers] == [404] * len(pages)
    assert all(answer.json() == {"detail": "Invalid page."} for answer in answers)


def test_cariqa_002_an_empty_page_number_is_the_first(sandbox: Sandbox) -> None:
    """`?page=` gives the first page, as without the parameter."""
    answer = sandbox.cariqa(page="")

    assert answer.status_code == 200
    assert answer.json()["results"] == sandbox.cariqa().json()["results"]


def test_an_empty_list_has_one_page(sandbox: Sandbox) -> None:
    """Before the first session, the only page is empty."""
    empty: Body = {"count": 0, "next": None, "previous": None, "results": []}

    bodies = [sandbox.cariqa(page=page, at="2020-01-01T00:00:00Z").json() for page in ("1", "last")]

    assert [empty, empty] == bodies


def test_cariqa_002_the_last_of_several_values_counts(sandbox: Sandbox) -> None:
    """Of a parameter that is given twice the last value counts."""
    answer = get(sandbox, f"{path(sandbox)}?page_size=3&page_size=4&page=9&page=2")

    assert answer.json()["results"] == every(sandbox)[4:8]


def test_pages_do_not_shift_between_two_sessions(sandbox: Sandbox) -> None:
    """The clock moves no session to another page until a further session begins."""
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
