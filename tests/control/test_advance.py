"""A clock advances by a duration or to an instant, forward only; other requests do not move it."""

from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox

ADVANCE: Final = "/_sandbox/v1/worlds/default/clock/advance"
NOON: Final = "2026-03-04T12:00:00.000Z"


@pytest.mark.parametrize(
    ("by", "to"),
    [
        ("PT0S", NOON),
        ("PT1S", "2026-03-04T12:00:01.000Z"),
        ("PT0.001S", "2026-03-04T12:00:00.001Z"),
        ("PT0,5S", "2026-03-04T12:00:00.500Z"),
        ("PT30M", "2026-03-04T12:30:00.000Z"),
        ("PT36H", "2026-03-06T00:00:00.000Z"),
        ("P1D", "2026-03-05T12:00:00.000Z"),
        ("P2W", "2026-03-18T12:00:00.000Z"),
        ("P1M", "2026-04-04T12:00:00.000Z"),
        ("P1Y", "2027-03-04T12:00:00.000Z"),
        ("P10Y", "2036-03-04T12:00:00.000Z"),
        ("P1Y2M10DT2H30M", "2027-05-14T14:30:00.000Z"),
        ("P7970Y", "9996-03-04T12:00:00.000Z"),
    ],
)
def test_a_clock_advances_by_a_duration(sandbox: Sandbox, by: str, to: str) -> None:
    """The clock shows the later instant, and the answer has both instants."""
    answer = advance(sandbox, {"by": by})

    assert answer.status_code == 200
    assert span(answer) == (NOON, to)
    assert sandbox.now() == to


@pytest.mark.parametrize(
    ("to", "shown"),
    [
        (NOON, NOON),
        ("2026-03-04T12:00:00Z", NOON),
        ("2026-03-04t12:00:01z", "2026-03-04T12:00:01.000Z"),
        ("2026-03-04T14:00:00+01:00", "2026-03-04T13:00:00.000Z"),
        ("2026-03-04T10:30:00-02:00", "2026-03-04T12:30:00.000Z"),
        ("2030-01-01T00:00:00.250Z", "2030-01-01T00:00:00.250Z"),
        ("9998-12-31T23:59:59.999Z", "9998-12-31T23:59:59.999Z"),
    ],
)
def test_a_clock_advances_to_an_instant(sandbox: Sandbox, to: str, shown: str) -> None:
    """The clock shows the instant that was given in any UTC offset."""
    answer = advance(sandbox, {"to": to})

    assert answer.status_code == 200
    assert span(answer) == (NOON, shown)
    assert sandbox.now() == shown


@pytest.mark.parametrize("body", [{"to": "2026-03-04T12:00:00.446999Z"}, {"by": "PT0.446999S"}], ids=repr)
def test_an_instant_is_cut_to_the_millisecond(sandbox: Sandbox, body: dict[str, str]) -> None:
    """The contract has whole milliseconds: a session created then is found by the shown instant."""
    advance(sandbox, body)
    started = sandbox.start().json()
    found = sandbox.charge(created=started["created"]).json()["data"]

    assert started["created"] == "2026-03-04T12:00:00.446Z"
    assert [row["id"] for row in found] == [started["id"]]


@pytest.mark.parametrize("to", ["2026-03-04T11:59:59.999Z", "2026-03-04T12:00:00+00:01", "1970-01-01T00:00:00Z"])
def test_an_earlier_instant_is_refused(untouched: Sandbox, to: str) -> None:
    """It is 409; the detail says how to look at the past instead, and the clock stays."""
    answer = advance(untouched, {"to": to})

    assert answer.status_code == 409
    assert "X-Sandbox-At" in answer.json()["detail"]
    assert "reset" in answer.json()["detail"]
    assert untouched.now() == NOON


@pytest.mark.parametrize(
    "body",
    [{"to": "9999-01-01T00:00:00.001Z"}, {"to": "9999-12-31T23:59:59Z"}, {"by": "P99999Y"}, {"by": "PT999999999999S"}],
    ids=repr,
)
def test_an_instant_after_the_year_9998_is_refused(untouched: Sandbox, body: dict[str, str]) -> None:
    """It is 409, and the clock stays."""
    answer = advance(untouched, body)

    assert answer.status_code == 409
    assert "9998" in answer.json()["detail"]
    assert untouched.now() == NOON


def test_every_vendor_answers_at_the_last_instant(sandbox: Sandbox) -> None:
    """At the last instant of a clock every vendor answers, and a session can be started."""
    advance(sandbox, {"to": "9998-12-31T23:59:59.999Z"})

    assert sandbox.charge().status_code == 200
    assert sandbox.cariqa().status_code == 200
    assert sandbox.podero(from_="9998-12-31", to="9998-12-31").json() == {"total": 0, "items": []}
    assert sandbox.start().json()["created"] == "9998-12-31T23:59:59.999Z"


def test_a_running_clock_stops_at_the_last_instant(sandbox: Sandbox) -> None:
    """A fast clock never shows a later instant."""
    advance(sandbox, {"to": "9998-12-31T23:59:59.999Z"})
    sandbox.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 1_000_000})

    assert sandbox.charge().status_code == 200
    assert sandbox.now() <= "9999-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"by": "PT1H", "to": "2026-03-05T00:00:00Z"},
        {"by": None, "to": None},
        {"by": "PT1H", "until": {}},
        {"by": "PT1H", "until": {"id": "cs_1", "status": "completed"}},
        {"by": ""},
        {"by": "P"},
        {"by": "PT"},
        {"by": "1H"},
        {"by": "-PT1H"},
        {"by": "PT-1H"},
        {"by": "PT1.5H30M"},
        {"by": "PT1H "},
        {"by": "P1H"},
        {"by": "p1d"},
        {"by": 3600},
        {"by": ["PT1H"]},
        {"by": True},
        {"by": "PT" + "1" * 64 + "H"},
        {"to": ""},
        {"to": "now"},
        {"to": "2026-03-05"},
        {"to": "2026-03-05T00:00:00"},
        {"to": "2026-02-30T00:00:00Z"},
        {"to": "2026-03-05 00:00:00Z"},
        {"to": 1772668800},
        {"to": {"id": "cs_1"}},
        [],
        "PT1H",
        7,
        None,
    ],
    ids=repr,
)
def test_an_invalid_advance_is_refused(untouched: Sandbox, body: object) -> None:
    """None or several of `by`, `to` and `until`, or a bad duration or instant, is 400; the clock stays."""
    answer = advance(untouched, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400
    assert untouched.now() == NOON


def test_a_running_clock_keeps_running_after_an_advance(sandbox: Sandbox) -> None:
    """The advance starts at the clock's own now."""
    sandbox.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 60})
    moved = advance(sandbox, {"by": "P1D"}).json()

    assert NOON <= moved["from"] < "2026-03-04T13"
    assert "2026-03-05T12:00:00.000Z" <= moved["to"] <= sandbox.now()
    assert sandbox.world()["clock"]["speed"] == 60


def test_an_advance_moves_one_world_only(sandbox: Sandbox) -> None:
    """The other world's clock stays where it is."""
    sandbox.advance("P1D", world="documented")

    assert sandbox.now() == NOON
    assert sandbox.now("documented") == "2026-04-02T01:53:58.446Z"


def advance(sandbox: Sandbox, body: object) -> httpx2.Response:
    return sandbox.client.post(ADVANCE, json=body)


def span(answer: httpx2.Response) -> tuple[str, str]:
    """The instants from which and to which an advance moved."""
    body = answer.json()
    return body["from"], body["to"]
