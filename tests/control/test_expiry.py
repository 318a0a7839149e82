"""A world with an expiry is removed when that has passed and worlds are listed or created."""

from typing import Final

import pytest

from app.domain.clock import DAY, HOUR, SECOND, instant
from app.wall_clock import wall_now
from tests.conftest import Sandbox
from tests.control.worlds import (
    WORLDS,
    create_world,
    let_real_time_pass,
    look_at_each_vendor,
    names,
    request_token,
    request_world,
)

LASTING: Final = {"default", "documented"}


@pytest.mark.parametrize(
    ("span", "micros"),
    [("PT1S", SECOND), ("PT0.5S", SECOND // 2), ("PT24H", DAY), ("P1DT1H", DAY + HOUR), ("P366D", 366 * DAY)],
)
def test_a_world_shows_when_it_expires(common: Sandbox, span: str, micros: int) -> None:
    """`expires_at` is an instant of real time, the same in the answer and in every later one."""
    before = wall_now()
    shown = create_world(common, expires_in=span, clock={"speed": 3600})["expires_at"]

    assert before + micros - 1_000 <= instant(shown) <= wall_now() + micros


@pytest.mark.parametrize("kind", ["village", "fork", "spare"])
def test_an_expired_world_is_gone(common: Sandbox, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """From then on the list does not have it, calls to it are 404, and its credentials open nothing."""
    wanted = {"fork": {"fork": "documented"}}.get(kind, {"scenario": "village"})
    world, other = create_world(common, expires_in="PT1H", **wanted), create_world(common, expires_in="PT3H", **wanted)
    name = world["name"]

    let_real_time_pass(monkeypatch, HOUR - 60 * SECOND)

    assert {name, other["name"]} <= names(common)
    assert {answer.status_code for answer in look_at_each_vendor(common, world).values()} == {200}

    let_real_time_pass(monkeypatch, HOUR + SECOND)

    assert other["name"] in names(common)
    assert name not in names(common)
    assert common.client.get(f"{WORLDS}/{name}").status_code == 404
    assert [answer.status_code for answer in look_at_each_vendor(common, world).values()] == [401, 403, 401]
    assert {answer.status_code for answer in look_at_each_vendor(common, other).values()} == {200}


def test_creating_a_world_removes_expired_ones(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their names can be used again."""
    before = create_world(common, name="brief", expires_in="PT1H")
    refused = request_world(common, name="brief")
    let_real_time_pass(monkeypatch, 2 * HOUR)
    after = create_world(common, name="brief", fork="documented")

    assert refused.status_code == 409
    assert after["expires_at"] is None
    assert [answer.status_code for answer in look_at_each_vendor(common, before).values()] == [401, 403, 401]
    assert {answer.headers["X-Sandbox-World"] for answer in look_at_each_vendor(common, after).values()} == {"brief"}


def test_an_expired_world_does_not_count_against_the_limit(
    open_sandbox: type[Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full server accepts another world once one has expired."""
    sandbox = open_sandbox(max_worlds=3)  # type: ignore[call-arg]
    create_world(sandbox, expires_in="PT1H")
    refused = request_world(sandbox)
    let_real_time_pass(monkeypatch, 2 * HOUR)

    assert refused.status_code == 409
    assert request_world(sandbox).status_code == 201
    assert len(names(sandbox)) == 3


def test_simulated_time_does_not_expire_a_world(common: Sandbox) -> None:
    """A world whose clock advances ten years stays."""
    name = create_world(common, expires_in="PT1H")["name"]
    common.advance("P10Y", name)

    assert name in names(common)
    assert common.start(name).status_code == 200


def test_a_reset_keeps_the_expiry(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a reset the world expires at the same instant."""
    world = create_world(common, expires_in="PT1H")
    reset = common.client.post(f"{WORLDS}/{world['name']}/reset").json()
    let_real_time_pass(monkeypatch, HOUR + SECOND)

    assert reset["expires_at"] == world["expires_at"]
    assert world["name"] not in names(common)


def test_a_fork_has_its_own_expiry(common: Sandbox) -> None:
    """It does not take over the expiry of the world that was forked."""
    brief = create_world(common, expires_in="PT1H")
    forks = [create_world(common, fork=brief["name"]), create_world(common, fork=brief["name"], expires_in="PT2H")]

    assert forks[0]["expires_at"] is None
    assert forks[1]["expires_at"] > brief["expires_at"]


def test_worlds_without_an_expiry_stay(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """`default`, `documented` and worlds created without `expires_in` do not expire."""
    name = create_world(common)["name"]
    let_real_time_pass(monkeypatch, 300 * 366 * DAY)

    assert {name, *LASTING} <= names(common)
    assert {common.world(each)["expires_at"] for each in (name, *LASTING)} == {None}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/reset"),
        ("GET", "/clock"),
        ("POST", "/clock/advance"),
        ("GET", "/export"),
        ("GET", "/simulate"),
    ],
)
def test_an_expired_world_answers_no_call(
    common: Sandbox, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    """It is 404 from that instant on, although its rows are still there."""
    name = create_world(common, expires_in="PT1H")["name"]
    let_real_time_pass(monkeypatch, 2 * HOUR)
    body = {"by": "PT1M"} if path == "/clock/advance" else None

    assert common.client.request(method, f"{WORLDS}/{name}{path}", json=body).status_code == 404
    assert request_world(common, fork=name).status_code == 404
    assert name not in names(common)


def test_keys_of_an_expired_world_open_nothing(common: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are refused like unknown keys before any clean-up, although they were used just before."""
    world = create_world(common, expires_in="PT1H")
    before = [answer.status_code for answer in look_at_each_vendor(common, world).values()]
    common.opened(world["name"])
    let_real_time_pass(monkeypatch, 2 * HOUR)

    assert before == [200] * 3
    assert [answer.status_code for answer in look_at_each_vendor(common, world).values()] == [401, 403, 401]
    assert common.start(world["name"]).status_code == 401
    assert request_token(common, world).status_code == 401


def test_a_world_that_expires_at_once_is_shown(common: Sandbox) -> None:
    """The answer to its creation is 201 with its keys, and every later one 404."""
    world = create_world(common, expires_in="PT0.001S")

    assert world["credentials"]["charge"]["secret_key"]
    assert common.client.get(f"{WORLDS}/{world['name']}").status_code == 404
