"""The client moves a world's clock, and makes things happen in it, in Python's own types."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from app.client import ControlClient, RefusedError, UsageError, World
from tests.conftest import on_sqlite

pytestmark = on_sqlite


def test_a_clock_has_instants_in_utc(world: World) -> None:
    """A frozen village shows when it is, and up to when it is planned."""
    clock = world.clock

    assert clock.now.utcoffset() == timedelta(0)
    assert clock.horizon - clock.now > timedelta(days=7)
    assert (clock.speed, clock.goes_on) == (0, False)


def test_speed_is_set(world: World) -> None:
    """The answer is the clock with its new speed."""
    assert world.set_speed(60).speed == 60
    assert world.set_speed(0).speed == 0
    assert world.clock.speed == 0


@pytest.mark.parametrize("by", [timedelta(hours=1, milliseconds=1), "PT1H0.001S"])
def test_a_clock_advances_by_a_duration(world: World, by: timedelta | str) -> None:
    """A timedelta and a text of ISO 8601 move the clock alike."""
    start = world.clock.now
    moved = world.advance(by)

    assert (moved.start, moved.end) == (start, start + timedelta(hours=1, milliseconds=1))
    assert world.clock.now == moved.end


def test_a_clock_advances_to_an_instant(world: World) -> None:
    """A datetime of any zone and a text of RFC 3339 name the same instant."""
    zone = datetime.now(UTC).astimezone().tzinfo
    there = world.clock.now + timedelta(hours=2)

    assert world.advance(to=there.astimezone(zone)).end == there
    assert world.advance(to=there.isoformat()).end == there


def test_an_advance_lists_transitions(world: World) -> None:
    """They lie between both instants in the order of time, and have the ids of each vendor."""
    advance = world.advance(timedelta(hours=6))
    instants = [each.at for each in advance.transitions]

    assert instants
    assert instants == sorted(instants)
    assert advance.start < instants[0] <= instants[-1] <= advance.end
    assert all(each.id in each.ids.values() for each in advance.transitions)
    assert {each.kind for each in advance.transitions} <= {"charging_session", "reservation"}
    assert not advance.truncated
    assert advance.note == ""


def test_an_advance_beyond_the_horizon_has_a_note(world: World) -> None:
    """In a world that does not go on, it says that no sessions are generated any more."""
    assert "No sessions are generated" in world.advance(timedelta(days=60)).note


def test_a_session_is_awaited(world: World) -> None:
    """The clock stops where the session has the status."""
    session = started(world)
    advance = world.advance(until=(session, "settled"))
    last = next(each for each in reversed(advance.transitions) if each.id == session)

    assert (last.to, last.at) == ("settled", advance.end)
    assert last.from_ is not None


def test_a_status_that_never_comes_is_refused(world: World) -> None:
    """The error says what comes instead, and when."""
    session = started(world)
    with pytest.raises(RefusedError, match="will not be failed") as refused:
        world.advance(until=(session, "failed"))

    assert refused.value.status == 409
    assert refused.value.problem["will_be"] == "completed"


def test_an_event_happens(world: World) -> None:
    """It happens at its instant, and the transitions that follow from it are listed."""
    session = started(world)
    now = world.clock.now
    happening = world.simulate("unplug", session, at=timedelta(minutes=10))

    assert happening["at"] == now + timedelta(minutes=10)
    assert (happening["event"], happening["id"]) == ("unplug", session)
    assert "transaction" not in happening
    assert {each.id for each in happening["transitions"]} == {session}
    assert "unplug" in {each["event"] for each in world.events()}


def test_an_event_takes_measures(world: World) -> None:
    """An adjustment has an amount, and makes a transaction; a silence has a duration; prices are an object."""
    session, station = started(world), world.sample["charge"]["charging_station"]
    world.simulate("station_silent", station, at=world.clock.now + timedelta(minutes=5), for_=timedelta(minutes=30))
    world.simulate("price_change", station, prices={"kwh": "0.49"})
    world.advance(until=(session, "settled"))
    adjusted = world.simulate("adjustment", session, amount=-50)

    assert adjusted["transaction"].startswith("txn_")


def test_a_setup_intent_is_confirmed(world: World) -> None:
    """Its user has a new payment method."""
    keys = world.credentials["cariqa"]
    answer = httpx2.get(
        f"{world.urls['cariqa']}/users/{keys['user_id']}/setup-intents/",
        headers={"Authorization": f"Bearer {keys['token']}"},
    )
    secret: str = answer.json()["setup_intent_client_secret"]
    confirmed = world.confirm_setup_intent(secret, "visa", wallet="apple_pay")

    assert confirmed["status"] == "succeeded"
    assert confirmed["user"] == keys["user_id"]
    assert confirmed["payment_method"].startswith("pm_")


def test_a_refused_confirmation_has_the_reason(world: World) -> None:
    """An unknown intent is a 404."""
    with pytest.raises(RefusedError) as refused:
        world.confirm_payment_intent("pi_unknown", "visa")

    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "give one of by, to and until"),
        ({"by": "PT1H", "to": "2026-04-01T00:00:00Z"}, "give one of by, to and until"),
        ({"by": timedelta(seconds=-1)}, "by is -1 day, 23:59:59; a duration is not negative"),
        ({"by": 30}, "by is 30; it takes a timedelta, or a text such as PT8H"),
        ({"to": datetime(2026, 4, 1)}, "to is 2026-04-01 00:00:00, without a time zone"),  # noqa: DTZ001 - the fault
        ({"until": ("cs_1",)}, "it takes an id and a status"),
        ({"until": "settled"}, "until is 'settled'; it takes an id and a status"),
        ({"to": 7}, "to is 7; it takes an aware datetime"),
    ],
)
def test_an_advance_that_means_nothing_is_not_sent(world: World, arguments: dict[str, Any], reason: str) -> None:
    """The error names the argument, and the clock stays."""
    before = world.clock
    with pytest.raises(UsageError, match=reason):
        world.advance(**arguments)

    assert world.clock == before


def test_a_body_that_is_no_json_is_not_sent(client: ControlClient) -> None:
    """A body with a number that JSON lacks, or with an object of Python, is refused by the client."""
    for body in ({"seed": float("nan")}, {"seed": object()}):
        with pytest.raises(UsageError, match="the body of the call is no JSON"):
            client.request("POST", "/worlds", body)


def started(world: World) -> str:
    """The id of a session that was started with the sample ids."""
    order = {name: value for name, value in world.sample["charge"].items() if name not in {"fleet", "account"}}
    answer = httpx2.post(
        f"{world.urls['charge']}/charging_sessions",
        json=order,
        headers={"Authorization": f"Bearer {world.credentials['charge']['secret_key']}"},
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])
