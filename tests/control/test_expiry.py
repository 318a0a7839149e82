"""A world that was to last for so much real time is removed when that is over, and worlds are listed or made."""

from typing import Final

import pytest

from app.domain.clock import DAY, HOUR, SECOND, instant
from app.wall_clock import wall_now
from tests.conftest import Sandbox
from tests.control.making import WORLDS, create, created, delete, later, looks, names

LASTING: Final = {"default", "documented"}


@pytest.mark.parametrize(
    ("span", "micros"),
    [("PT1S", SECOND), ("PT0.5S", SECOND // 2), ("PT24H", DAY), ("P1DT1H", DAY + HOUR), ("P366D", 366 * DAY)],
)
def test_it_says_until_when_it_lasts(common: Sandbox, span: str, micros: int) -> None:
    """`expires_at` is the instant of real time that lies so much later, in the answer and whenever it is shown."""
    before = wall_now()
    shown = created(common, expires_in=span, clock={"speed": 3600})["expires_at"]

    assert before + micros - 1_000 <= instant(shown) <= wall_now() + micros


@pytest.mark.parametrize("kind", ["village", "fork", "spare"])
def test_it_is_gone_when_its_time_is_over(common: Sandbox, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Not before: then the list shows it no more, nobody finds it, and its keys open nothing."""
    wanted = {"fork": {"fork": "documented"}}.get(kind, {"scenario": "village"})
    world, other = created(common, expires_in="PT1H", **wanted), created(common, expires_in="PT3H", **wanted)
    name = world["name"]

    later(monkeypatch, HOUR - 60 * SECOND)

    assert {name, other["name"]} <= names(common)
    assert {answer.status_code for answer in looks(common, world).values()} == {200}

    later(monkeypatch, HOUR + SECOND)

    assert other["name"] in names(common)
    assert name not in names(common)
    assert common.client.get(f"{WORLDS}/{name}").status_code == 404
    assert [answer.status_code for answer in looks(common, world).values()] == [401, 403, 401]
    assert {answer.status_code for answer in looks(common, other).values()} == {200}


def test_making_a_world_removes_those_whose_time_is_over(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their names are free for whoever makes the next one, and so is their room."""
    before = created(common, name="brief", expires_in="PT1H")
    refused = create(common, name="brief")
    later(monkeypatch, 2 * HOUR)
    after = created(common, name="brief", fork="documented")

    assert refused.status_code == 409
    assert after["expires_at"] is None
    assert [answer.status_code for answer in looks(common, before).values()] == [401, 403, 401]
    assert {answer.headers["X-Sandbox-World"] for answer in looks(common, after).values()} == {"brief"}


def test_it_makes_room(open_sandbox: type[Sandbox], monkeypatch: pytest.MonkeyPatch) -> None:
    """A full server takes another world once the time of one is over."""
    sandbox = open_sandbox(max_worlds=3)  # type: ignore[call-arg]
    created(sandbox, expires_in="PT1H")
    refused = create(sandbox)
    later(monkeypatch, 2 * HOUR)

    assert refused.status_code == 409
    assert create(sandbox).status_code == 201
    assert len(names(sandbox)) == 3


def test_time_in_the_world_does_not_matter(common: Sandbox) -> None:
    """Ten years there are none here: the world lasts."""
    name = created(common, expires_in="PT1H")["name"]
    common.advance("P10Y", name)

    assert name in names(common)
    assert common.start(name).status_code == 200


def test_a_reset_prolongs_nothing(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made anew, it lasts until the same instant."""
    world = created(common, expires_in="PT1H")
    reset = common.client.post(f"{WORLDS}/{world['name']}/reset").json()
    later(monkeypatch, HOUR + SECOND)

    assert reset["expires_at"] == world["expires_at"]
    assert world["name"] not in names(common)


def test_a_fork_lasts_as_long_as_it_is_asked_to(common: Sandbox) -> None:
    """Not as long as the world that it was forked from."""
    brief = created(common, expires_in="PT1H")
    forks = [created(common, fork=brief["name"]), created(common, fork=brief["name"], expires_in="PT2H")]

    assert forks[0]["expires_at"] is None
    assert forks[1]["expires_at"] > brief["expires_at"]


def test_others_last_for_ever(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worlds that are always there, and whatever was made without a word of its end."""
    name = created(common)["name"]
    later(monkeypatch, 300 * 366 * DAY)

    assert {name, *LASTING} <= names(common)
    assert {common.world(each)["expires_at"] for each in (name, *LASTING)} == {None}


def test_whoever_is_quicker_removes_it(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world whose time is over can still be removed by hand, and then is gone once."""
    name = created(common, expires_in="PT1H")["name"]
    later(monkeypatch, 2 * HOUR)

    assert [delete(common, name).status_code for _ in range(2)] == [204, 404]
    assert name not in names(common)
