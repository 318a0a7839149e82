"""A request that cannot be fulfilled creates nothing, and there are never more worlds than the limit."""

from collections.abc import Callable, Iterator
from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.control.test_reset import counts
from tests.control.worlds import WORLDS, create_world, disable_spares, names, request_delete, request_world

FORKED: Final = {"fork": "documented"}


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "Default"},
        {"name": "-a"},
        {"name": "a_b"},
        {"name": "a b"},
        {"name": "ä"},
        {"name": "a\n"},
        {"name": "a" * 64},
        {"name": 7},
        {"name": None},
        {"scenario": ""},
        {"scenario": 7},
        {"scenario": None},
        {"scenario": "a" * 256},
        {"seed": -1},
        {"seed": 1 << 53},
        {"seed": 1.5},
        {"seed": "1"},
        {"seed": True},
        {"clock": None},
        {"clock": 5},
        {"clock": "now"},
        {"clock": {"now": "2026-03-04T12:00:00Z"}},
        {"clock": {"at": "yesterday"}},
        {"clock": {"at": "2026-03-04T12:00:00"}},
        {"clock": {"at": "2026-03-04"}},
        {"clock": {"at": "2026-02-30T12:00:00Z"}},
        {"clock": {"at": "0999-12-31T23:59:59Z"}},
        {"clock": {"at": 1772625600}},
        {"clock": {"speed": -1}},
        {"clock": {"speed": 1_000_001}},
        {"clock": {"speed": "60"}},
        {"clock": {"speed": True}},
        {"expires_in": ""},
        {"expires_in": "soon"},
        {"expires_in": "PT0S"},
        {"expires_in": "-PT1H"},
        {"expires_in": "P366DT1S"},
        {"expires_in": "P9999Y"},
        {"expires_in": 3600},
        {"expires_in": None},
        {"fork": 7},
        {"fork": None},
        {**FORKED, "scenario": "village"},
        {**FORKED, "seed": 1},
        {**FORKED, "clock": {"at": "now"}},
        {"colour": "red"},
        [],
        [{}],
        "village",
        7,
        True,
    ],
    ids=lambda body: repr(body)[:40],
)
def test_an_invalid_body_is_refused(untouched: Sandbox, body: object) -> None:
    """An unknown, out-of-range, mistyped or contradictory field is 400, with its name."""
    answer = untouched.client.post(WORLDS, json=body)

    assert_problem(answer, 400)
    if isinstance(body, dict) and "fork" not in body:
        assert next(iter(body)) in answer.json()["detail"]
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize("content", [b"{", b"null", b"\xff", b'{"name": "a"}}', b"[" * 5000], ids=repr)
def test_a_body_that_is_not_json_is_refused(untouched: Sandbox, content: bytes) -> None:
    """So is a body without the media type of JSON."""
    typed = untouched.client.post(WORLDS, content=content, headers={"Content-Type": "application/json"})
    untyped = untouched.client.post(WORLDS, content=b'{"name": "a"}')

    assert_problem(typed, 400)
    assert_problem(untyped, 400)
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize(
    "scenario", ["atlantis", "../fixtures/town", "/etc/passwd", "a\x00b", "town.yaml", "/a/b.yaml"]
)
def test_an_unknown_scenario_is_refused(untouched: Sandbox, scenario: str) -> None:
    """It is 400 with the names that exist; files that are not scenarios are not read."""
    answer = request_world(untouched, scenario=scenario)

    assert_problem(answer, 400)
    assert "village" in answer.json()["detail"]
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize("at", ["9999-01-01T00:00:00.001Z", "9999-12-31T23:59:59Z"])
def test_a_start_after_the_year_9998_is_refused(untouched: Sandbox, at: str) -> None:
    """A clock does not reach such an instant: 409."""
    answer = request_world(untouched, clock={"at": at})

    assert_problem(answer, 409)
    assert "9998" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["default", "documented"])
@pytest.mark.parametrize("wanted", [{}, FORKED], ids=["made", "forked"])
def test_a_taken_name_is_refused(untouched: Sandbox, name: str, wanted: dict[str, str]) -> None:
    """It is 409, and the world of that name stays as it was."""
    before = untouched.world(name)
    answer = request_world(untouched, name=name, **wanted)

    assert_problem(answer, 409)
    assert untouched.world(name) == before
    assert names(untouched) == {"default", "documented"}


def test_a_fork_of_an_unknown_world_is_not_found(untouched: Sandbox) -> None:
    """It is 404."""
    for name in ("nowhere", "", "Default", "default\x00", "x" * 63):
        assert_problem(request_world(untouched, fork=name), 404)


@pytest.fixture
def small(open_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox with room for four worlds, two of which are always there, and for few sessions."""
    disable_spares(monkeypatch)
    return open_sandbox(max_worlds=4, max_rows=100)  # type: ignore[return-value]


def test_the_number_of_worlds_is_limited(small: Sandbox) -> None:
    """One more is 409, created or forked, and the detail says what to do; templates and spares do not count."""
    first, _ = create_world(small), create_world(small, fork="documented")
    refused = [
        request_world(small),
        request_world(small, fork="documented"),
        request_world(small, name="a", expires_in="PT1S"),
    ]
    gone = request_delete(small, first["name"])
    again = request_world(small)

    for answer in refused:
        assert_problem(answer, 409)
        assert "WATTIF_MAX_WORLDS" in answer.json()["detail"]
        assert "4 worlds" in answer.json()["detail"]
    assert (gone.status_code, again.status_code) == (204, 201)
    assert len(names(small)) == 4


def test_a_world_with_too_many_sessions_is_not_forked(small: Sandbox) -> None:
    """More sessions than WATTIF_MAX_ROWS are 409, although a scenario may have them."""
    village = create_world(small)
    refused = request_world(small, fork=village["name"])

    assert_problem(refused, 409)
    assert "WATTIF_MAX_ROWS" in refused.json()["detail"]
    assert request_world(small, fork="documented").status_code == 201


def test_a_refused_world_leaves_no_rows(small: Sandbox) -> None:
    """A world that is refused at the end, for its name or the limit, leaves no rows and no credentials."""
    create_world(small, name="a")
    rows = counts(small)
    taken = [request_world(small, name="a"), request_world(small, name="a", fork="documented")]
    for n in range(2):
        request_world(small, name=f"more-{n}")
    full = [request_world(small), request_world(small, fork="documented")]
    request_delete(small, "more-0")
    left = {name: count - rows[name] for name, count in counts(small).items()}

    assert [answer.status_code for answer in (*taken, *full)] == [409] * 4
    assert left["credential"] == 4
    assert small.kept.rows("SELECT state FROM world WHERE state = 'building'") == []


def assert_problem(answer: httpx2.Response, status: int) -> None:
    """The answer is a problem body of that status, with a detail."""
    body = answer.json()

    assert answer.status_code == status, body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["detail"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"seed": 1, "seed": 2}', "'seed' is here for the second time: line 1 column 13"),
        ('{"clock": {"speed": 1,\n "speed": 2}}', "'speed' is here for the second time: line 2 column 2"),
        ('{"name": "\\u006e", "n\\u0061me": "b"}', "'name' is here for the second time"),
        (f'{{"seed": {"9" * 5_000}}}', "line 1 column 10"),
    ],
)
def test_a_name_that_is_there_twice_is_refused(untouched: Sandbox, body: str, place: str) -> None:
    """No value of two is taken; the detail says where the second is."""
    before = names(untouched)
    answer = untouched.client.post(WORLDS, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert place in answer.json()["detail"]
    assert names(untouched) == before


@pytest.mark.own_server
def test_equal_names_of_two_objects_are_taken(sandbox: Sandbox) -> None:
    """A name may be there once in each object, and in a text."""
    body = '{"name": "a", "scenario": "empty", "clock": {"at": "2026-03-04T12:00:00Z", "speed": 0}}'
    answer = sandbox.client.post(WORLDS, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 201
