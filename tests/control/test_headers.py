"""Every answer that is made in a world names the world and its instant."""

from time import sleep
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

WORLDS: Final = "/_sandbox/v1/worlds"
WORLD, NOW = "X-Sandbox-World", "X-Sandbox-Now"
NOON: Final = "2026-03-04T12:00:00.000Z"
EARLIER: Final = "2026-03-01T06:30:00.250Z"


@pytest.mark.parametrize("world", ["default", "documented"])
def test_answers_of_every_vendor_have_both_headers(sandbox: Sandbox, world: str) -> None:
    """Successes and refusals have the world's name and its instant."""
    answers = [
        sandbox.charge(world=world),
        sandbox.charge("/v1/reservations", world=world),
        sandbox.charge("/v1/charging_sessions/cs_None", world=world),
        sandbox.charge(world=world, limit=0),
        sandbox.charge(world=world, page="page_forged"),
        sandbox.start(world, vehicle="veh_None"),
        sandbox.start(world),
        sandbox.start(world),
        sandbox.end("cs_None", world),
        sandbox.cariqa(world=world),
        sandbox.cariqa("unknown", world=world),
        sandbox.cariqa(world=world, page=99),
        sandbox.podero(world=world, from_="2026-03-01", to="2026-03-04"),
        sandbox.podero(world=world, from_="2026-03-05", to="2026-03-04"),
        request_token(sandbox, world),
    ]
    now = sandbox.now(world)

    assert [marks(answer) for answer in answers] == [(world, now)] * len(answers)
    assert {answer.status_code for answer in answers} >= {200, 400, 404, 409, 422}


def test_answers_for_another_instant_have_that_instant(untouched: Sandbox) -> None:
    """With X-Sandbox-At the header has the requested instant, and the clock stays."""
    answers = [
        untouched.charge(at=EARLIER),
        untouched.cariqa(at=EARLIER),
        untouched.podero(from_="2026-02-20", to="2026-03-04", at=EARLIER),
    ]

    assert [marks(answer) for answer in answers] == [("default", EARLIER)] * 3
    assert marks(untouched.charge()) == ("default", NOON)


def test_answers_after_an_advance_have_the_new_instant(sandbox: Sandbox) -> None:
    """The header follows the clock."""
    sandbox.advance("PT1H30M")

    assert marks(sandbox.charge()) == ("default", "2026-03-04T13:30:00.000Z")


def test_a_change_has_the_instant_at_which_it_happened(sandbox: Sandbox) -> None:
    """On a running clock a start has the session's creation, an end its end."""
    sandbox.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 60})
    started = sandbox.start()
    sleep(0.02)
    ended = sandbox.end(started.json()["id"])

    assert started.headers[NOW] == started.json()["created"]
    assert ended.headers[NOW] == ended.json()["session_ended"]
    assert started.headers[NOW] < ended.headers[NOW]


@pytest.mark.own_server
def test_answers_of_the_control_api_have_both_headers(sandbox: Sandbox) -> None:
    """Every call of one world has them, refusals of it and new worlds included."""
    client, world = sandbox.client, f"{WORLDS}/default"
    session = sandbox.charge(status="active", limit=1).json()["data"][0]["id"]
    answers = [
        client.get(world),
        client.get(f"{world}/clock"),
        client.get(f"{world}/export"),
        client.get(f"{world}/simulate"),
        client.post(f"{world}/simulate", json={"event": "unplug", "id": session, "at": "+PT1M"}),
        client.patch(f"{world}/clock", json={"speed": 0}),
        client.post(f"{world}/clock/advance", json={"by": "P-1D"}),
        client.post(f"{world}/clock/advance", json={"to": "2026-03-01T00:00:00Z"}),
        client.post(f"{world}/simulate", json={"event": "unplug", "id": "none"}),
        client.post(f"{world}/simulate", content=b"{"),
        client.delete(world),
    ]

    assert [marks(answer) for answer in answers] == [("default", NOON)] * len(answers)
    assert {answer.status_code for answer in answers} == {200, 400, 404, 409}


def test_answer_that_changes_a_clock_has_its_new_instant(sandbox: Sandbox) -> None:
    """An advance has the instant it moves to, and a reset the one it goes back to."""
    moved = sandbox.advance("PT1H30M")
    reset = sandbox.client.post(f"{WORLDS}/default/reset")

    assert marks(moved) == ("default", "2026-03-04T13:30:00.000Z")
    assert marks(reset) == ("default", NOON)


@pytest.mark.own_server
def test_answer_for_a_new_world_has_its_name_and_instant(sandbox: Sandbox) -> None:
    """A created, forked or imported world is the one that the headers name; a deleted one is named once more."""
    at = {"at": "2026-03-09T00:00:00Z", "speed": 0}
    exported = sandbox.client.get(f"{WORLDS}/default/export").content
    json = {"Content-Type": "application/json"}
    answers = [
        sandbox.client.post(WORLDS, json={"name": "made", "clock": at}),
        sandbox.client.post(WORLDS, json={"name": "forked", "fork": "default"}),
        sandbox.client.post(f"{WORLDS}/import?name=imported", content=exported, headers=json),
        sandbox.client.delete(f"{WORLDS}/forked"),
    ]

    assert [marks(answer) for answer in answers] == [
        ("made", "2026-03-09T00:00:00.000Z"),
        ("forked", NOON),
        ("imported", NOON),
        ("forked", NOON),
    ]


def test_every_answer_forbids_guessing_its_type(untouched: Sandbox) -> None:
    """Vendors, control API, pages and files, successes and refusals say `nosniff`."""
    paths = ("/v1/x", "/api/v1/x", "/oauth2/x", f"{WORLDS}/default/export", f"{WORLDS}/x", "/x", "/docs")
    answers = [untouched.charge(), untouched.cariqa(), *(untouched.client.get(path) for path in paths)]

    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}


def test_answers_without_a_world_have_no_headers(untouched: Sandbox) -> None:
    """A request whose key opens no world is answered without both headers."""
    answers = [
        untouched.client.get("/v1/charging_sessions"),
        untouched.client.get("/v1/charging_sessions", headers={"Authorization": "Bearer ch_sk_test_unknown"}),
        untouched.client.get("/api/v1/users/user_id/charging-sessions/"),
        untouched.client.get("/nowhere"),
        untouched.client.get("/_sandbox/v1/health"),
        untouched.client.get(WORLDS),
        untouched.client.get(f"{WORLDS}/nowhere"),
    ]

    assert [marks(answer) for answer in answers] == [(None, None)] * len(answers)


def marks(answer: httpx2.Response) -> tuple[Any, Any]:
    """The two headers of an answer."""
    return answer.headers.get(WORLD), answer.headers.get(NOW)


def request_token(sandbox: Sandbox, world: str) -> httpx2.Response:
    keys = sandbox.world(world)["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    return sandbox.client.post("/oauth2/token/", json=asked)
