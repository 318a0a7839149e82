"""The list of worlds can be read page by page; each page says where the next one is."""

import pytest

from tests.conftest import Sandbox

WORLDS = "/_sandbox/v1/worlds"


@pytest.mark.own_server
def test_pages_have_every_world_once(sandbox: Sandbox) -> None:
    """Their worlds are those of the list without a limit, in its order; a deleted world does not shift them."""
    for n in range(5):
        sandbox.client.post(WORLDS, json={"name": f"w{n}", "scenario": "empty"})
    every = [each["name"] for each in sandbox.client.get(WORLDS).json()["worlds"]]
    page = first = sandbox.client.get(WORLDS, params={"limit": 3})
    found = first.json()["worlds"]
    sandbox.client.delete(f"{WORLDS}/{found[-1]['name']}")
    while "next" in page.links:
        page = sandbox.client.get(page.links["next"]["url"])
        found += page.json()["worlds"]

    assert [each["name"] for each in found] == every
    assert len(first.json()["worlds"]) == 3
    assert first.links["next"]["url"].startswith("http://localhost:8000/_sandbox/v1/worlds?limit=3&after=")


def test_list_without_a_limit_is_one_page(untouched: Sandbox) -> None:
    """It has all worlds, and no next page."""
    answer = untouched.client.get(WORLDS)

    assert {each["name"] for each in answer.json()["worlds"]} == {"documented", "default"}
    assert "Link" not in answer.headers


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "limit=", "after=-1", "after=x", "page=2"])
def test_other_queries_are_refused(untouched: Sandbox, query: str) -> None:
    """A limit is from 1 to 1000, and there are no other parameters."""
    answer = untouched.client.get(f"{WORLDS}?{query}")

    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["detail"]
