"""What cannot be made is refused in words: nothing of it stays, and there are never more worlds than may be."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.control.making import WORLDS, create, created, delete, names, without_stock
from tests.control.test_reset import counts

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
def test_what_is_no_wish_is_refused(untouched: Sandbox, body: object) -> None:
    """Whatever is misspelt, out of bounds, of another type or contradicts itself is 400, with its name."""
    answer = untouched.client.post(WORLDS, json=body)

    assert_problem(answer, 400)
    if isinstance(body, dict) and "fork" not in body:
        assert next(iter(body)) in answer.json()["detail"]
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize("content", [b"{", b"null", b"\xff", b'{"name": "a"}}', b"[" * 5000], ids=repr)
def test_what_is_no_json_is_refused(untouched: Sandbox, content: bytes) -> None:
    """So is a body that is no JSON, and one that does not say that it is."""
    typed = untouched.client.post(WORLDS, content=content, headers={"Content-Type": "application/json"})
    untyped = untouched.client.post(WORLDS, content=b'{"name": "a"}')

    assert_problem(typed, 400)
    assert_problem(untyped, 400)
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize(
    "scenario", ["atlantis", "../fixtures/town", "/etc/passwd", "a\x00b", "town.yaml", "/a/b.yaml"]
)
def test_a_scenario_that_is_not_there(untouched: Sandbox, scenario: str) -> None:
    """An unknown name or file is 400, with the names there are; nothing that is no scenario is looked into."""
    answer = create(untouched, scenario=scenario)

    assert_problem(answer, 400)
    assert "village" in answer.json()["detail"]
    assert names(untouched) == {"default", "documented"}


def test_a_scenario_that_is_bad(untouched: Sandbox, tmp_path: Path) -> None:
    """Each fault of a file is told with its line, as `check-scenario` would."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\nabout: Bad.\nseed: many\nclock:\n  speed: -1\n", "utf-8")
    detail = create(untouched, scenario=str(bad)).json()["detail"]

    assert f"{bad}:3: seed" in detail
    assert f"{bad}:5: clock.speed" in detail
    assert names(untouched) == {"default", "documented"}


@pytest.mark.parametrize("at", ["9999-01-01T00:00:00.001Z", "9999-12-31T23:59:59Z"])
def test_no_world_begins_after_the_last_year(untouched: Sandbox, at: str) -> None:
    """No clock shows such an instant: 409."""
    answer = create(untouched, clock={"at": at})

    assert_problem(answer, 409)
    assert "9998" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["default", "documented"])
@pytest.mark.parametrize("wanted", [{}, FORKED], ids=["made", "forked"])
def test_a_name_that_is_taken(untouched: Sandbox, name: str, wanted: dict[str, str]) -> None:
    """409, and the world of that name is what it was."""
    before = untouched.world(name)
    answer = create(untouched, name=name, **wanted)

    assert_problem(answer, 409)
    assert untouched.world(name) == before
    assert names(untouched) == {"default", "documented"}


def test_a_fork_of_nobody(untouched: Sandbox) -> None:
    """A world that is not there cannot be forked: 404."""
    for name in ("nowhere", "", "Default", "default\x00", "x" * 63):
        assert_problem(create(untouched, fork=name), 404)


@pytest.fixture
def small(open_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox with room for four worlds, two of which are always there, and for few sessions."""
    without_stock(monkeypatch)
    return open_sandbox(max_worlds=4, max_rows=100)  # type: ignore[return-value]


def test_there_is_room_for_so_many_worlds(small: Sandbox) -> None:
    """The next is 409, made or forked, and says what to do; templates and spares take nobody's room."""
    first, _ = created(small), created(small, fork="documented")
    refused = [create(small), create(small, fork="documented"), create(small, name="a", expires_in="PT1S")]
    gone = delete(small, first["name"])
    again = create(small)

    for answer in refused:
        assert_problem(answer, 409)
        assert "WATTIF_MAX_WORLDS" in answer.json()["detail"]
        assert "4 worlds" in answer.json()["detail"]
    assert (gone.status_code, again.status_code) == (204, 201)
    assert len(names(small)) == 4


def test_a_world_with_too_many_sessions_is_not_forked(small: Sandbox) -> None:
    """More of them than WATTIF_MAX_ROWS are 409, although such a world may be made."""
    village = created(small)
    refused = create(small, fork=village["name"])

    assert_problem(refused, 409)
    assert "WATTIF_MAX_ROWS" in refused.json()["detail"]
    assert create(small, fork="documented").status_code == 201


def test_nothing_of_what_was_refused_is_left(small: Sandbox) -> None:
    """A world that is refused in the end, because of its name or for want of room, has no rows and no keys."""
    created(small, name="a")
    rows = counts(small)
    taken = [create(small, name="a"), create(small, name="a", fork="documented")]
    for n in range(2):
        create(small, name=f"more-{n}")
    full = [create(small), create(small, fork="documented")]
    delete(small, "more-0")
    left = {name: count - rows[name] for name, count in counts(small).items()}

    assert [answer.status_code for answer in (*taken, *full)] == [409] * 4
    assert left["credential"] == 4
    assert small.kept.rows("SELECT state FROM world WHERE state = 'building'") == []


def assert_problem(answer: httpx2.Response, status: int) -> None:
    """The answer is a problem body of that status, with a sentence."""
    body = answer.json()

    assert answer.status_code == status, body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["detail"]
