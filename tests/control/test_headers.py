"""Every answer that is made in a world names the world and its instant."""

from time import sleep
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox

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


def test_answers_without_a_world_have_no_headers(untouched: Sandbox) -> None:
    """A request whose key opens no world is answered without both headers."""
    answers = [
        untouched.client.get("/v1/charging_sessions"),
        untouched.client.get("/v1/charging_sessions", headers={"Authorization": "Bearer ch_sk_test_unknown"}),
        untouched.client.get("/api/v1/users/user_id/charging-sessions/"),
        untouched.client.get("/nowhere"),
        untouched.client.get("/_sandbox/v1/health"),
    ]

    assert [marks(answer) for answer in answers] == [(None, None)] * len(answers)


def marks(answer: httpx2.Response) -> tuple[Any, Any]:
    """The two headers of an answer."""
    return answer.headers.get(WORLD), answer.headers.get(NOW)


def request_token(sandbox: Sandbox, world: str) -> httpx2.Response:
    keys = sandbox.world(world)["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    return sandbox.client.post("/oauth2/token/", json=asked)
