"""Instants around 1970-01-01T00:00:00Z, where fake timers begin and Wattif counts 0, are instants like others."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world
from tests.vendors.charge.pages import RESERVATIONS, SESSIONS, every, ids, page, pages, rows

EPOCH: Final = "1970-01-01T00:00:00.000Z"
EVE: Final = "1969-12-31T21:00:00.000Z"
NAME: Final = "epoch"

pytestmark = pytest.mark.own_server


@pytest.fixture
def world(sandbox: Sandbox) -> dict[str, Any]:
    """A frozen world whose clock shows three hours before the epoch."""
    return create_world(sandbox, name=NAME, scenario="village", clock={"at": EVE, "speed": 0})


@pytest.mark.usefixtures("world")
def test_lists_have_the_same_sessions_on_both_sides_of_the_epoch(sandbox: Sandbox) -> None:
    """A list, and each filter on `created` alone, shows sessions that were created before 1970."""
    before = ids(every(sandbox, world=NAME))
    after = ids(every(sandbox, world=NAME, at="1970-01-02T00:00:00Z"))
    filtered = ids(every(sandbox, f"{SESSIONS}?created[lt]={EPOCH}", world=NAME, at="1970-01-02T00:00:00Z"))
    later = ids(every(sandbox, f"{SESSIONS}?created[gte]={EPOCH}", world=NAME, at="1970-01-02T00:00:00Z"))

    assert every(sandbox, RESERVATIONS, world=NAME)
    assert before
    assert later
    assert after == later + filtered
    assert filtered[-len(before) :] == before


@pytest.mark.usefixtures("world")
def test_a_page_crosses_the_epoch(sandbox: Sandbox) -> None:
    """No page ends there, and tokens lead across it in both directions."""
    at = "1970-01-02T00:00:00Z"
    found = pages(sandbox, f"{SESSIONS}?limit=7", world=NAME, at=at)
    backwards = pages(sandbox, found[-1]["previous_page_url"], "previous_page_url", world=NAME, at=at)

    assert {len(each["data"]) for each in found[:-1]} == {7}
    assert any(each["data"][0]["created"] >= EPOCH > each["data"][-1]["created"] for each in found)
    assert rows(reversed(backwards)) == rows(found[:-1])


@pytest.mark.usefixtures("world")
def test_the_header_shows_the_epoch(sandbox: Sandbox) -> None:
    """X-Sandbox-At names 1970-01-01T00:00:00Z and the instant before it."""
    for at in (EPOCH, "1969-12-31T23:59:59.999Z"):
        answer = sandbox.charge(world=NAME, at=at, limit=1)

        assert answer.headers["X-Sandbox-Now"] == at
        assert answer.json()["data"][0]["created"] <= at


@pytest.mark.usefixtures("world")
def test_a_clock_advances_to_the_epoch(sandbox: Sandbox) -> None:
    """It is neither behind every clock nor the default, and transitions before it are listed."""
    answer = sandbox.client.post(f"{WORLDS}/{NAME}/clock/advance", json={"to": EPOCH})

    assert answer.status_code == 200
    assert (answer.json()["from"], answer.json()["to"]) == (EVE, EPOCH)
    assert sandbox.now(NAME) == EPOCH
    assert [each["at"] for each in answer.json()["transitions"]] == sorted(
        each["at"] for each in answer.json()["transitions"]
    )
    assert all(EVE < each["at"] <= EPOCH for each in answer.json()["transitions"])


def test_a_session_starts_before_the_epoch_and_ends_after_it(sandbox: Sandbox, world: dict[str, Any]) -> None:
    """`until` finds its end, its money is that of any session, and an event before 1970 lists what follows."""
    started = sandbox.start(NAME).json()
    until = {"until": {"id": started["id"], "status": "completed"}}
    sandbox.client.post(f"{WORLDS}/{NAME}/clock/advance", json=until)
    ended = page(sandbox, f"{SESSIONS}/{started['id']}", world=NAME)
    there = create_world(sandbox, name="fork", fork=NAME)

    assert started["created"] == world["clock"]["now"] == EVE
    assert ended["status"] == "completed"
    assert ended["amount_due"] > 0
    assert there["clock"]["now"] == sandbox.now(NAME)


@pytest.mark.usefixtures("world")
def test_an_event_before_the_epoch_lists_its_transitions(sandbox: Sandbox) -> None:
    """An unplugging in 1969 is reported like one in any other year."""
    started = sandbox.start(NAME).json()
    event = {"event": "unplug", "id": started["id"], "at": "+PT5M"}
    answer = sandbox.client.post(f"{WORLDS}/{NAME}/simulate", json=event)

    assert [each["to"] for each in answer.json()["transitions"]][:1] == ["completed"]


def test_a_world_begins_at_the_epoch(sandbox: Sandbox) -> None:
    """A start of 0 is not the scenario's own start; export, import and reset keep it."""
    made = create_world(sandbox, name=NAME, scenario="empty", seed=0, clock={"at": EPOCH, "speed": 0})
    exported = sandbox.client.get(f"{WORLDS}/{NAME}/export")
    copied = sandbox.client.post(
        f"{WORLDS}/import?name=copy", content=exported.content, headers={"Content-Type": "application/json"}
    )
    reset = sandbox.client.post(f"{WORLDS}/{NAME}/reset")

    assert made["seed"] == 0
    assert {each["clock"]["now"] for each in (made, copied.json(), reset.json())} == {EPOCH}
