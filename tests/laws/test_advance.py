"""Advancing by one span and then by another is advancing by both: a clock only moves, nothing happens on the way."""

from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases import Databases, Kept
from tests.laws.callers import SESSIONS, UNSHRUNK, Caller, copied

WEEK_MS: Final = 7 * 24 * 3_600_000
SPANS: Final = st.integers(0, WEEK_MS) | st.integers(0, 3_600_000)


@settings(max_examples=3, deadline=None, phases=UNSHRUNK)
@given(first=SPANS, second=SPANS)
def test_two_steps_lead_where_one_leads(databases: Databases, made: Kept, first: int, second: int) -> None:
    """After a + b every body of every vendor, and of the control API, is the same as after a and then b."""
    with copied(databases, made) as walker, copied(databases, made) as leaper:
        for somebody, spans in ((walker, (first, second)), (leaper, (first + second,))):
            begin(somebody)
            for span in spans:
                somebody.advance(duration(span))

        assert all_of(walker) == all_of(leaper)


def test_an_advance_says_where_it_led(reader: Caller, databases: Databases, made: Kept) -> None:
    """What a world shows after an advance is what X-Sandbox-At showed of that instant before."""
    with copied(databases, made) as somebody:
        foreseen = reader.everything("2026-03-06T03:04:05.678Z")
        said = somebody.advance("P1DT15H4M5.678S").json()

        assert (said["from"], said["to"]) == ("2026-03-04T12:00:00.000Z", "2026-03-06T03:04:05.678Z")
        assert somebody.everything() == foreseen


def begin(somebody: Caller) -> None:
    """A session of somebody's own, so that there is one whose plan was made through an API."""
    started = somebody.post(SESSIONS, somebody.order())

    assert started.status_code == 200


def duration(span: int) -> str:
    """Milliseconds as an ISO 8601 duration."""
    return f"PT{span // 1000}.{span % 1000:03d}S"


def all_of(somebody: Caller) -> dict[str, Any]:
    """Everything that the vendors show, and the worlds."""
    return somebody.everything() | {"worlds": somebody.client.get("/_sandbox/v1/worlds").json()}
