"""No vendor shows an instant that is still to come, except the windows and deadlines that people have asked for."""

import re
from collections.abc import Iterator
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, MILLISECOND, instant, millis
from tests.conftest import Sandbox
from tests.lanes import Length
from tests.laws.world_client import SESSIONS, WorldClient, world_client

NOON: Final = instant("2026-03-04T12:00:00Z")
ASKED_FOR: Final = {
    *("ideal_start", "ideal_end", "earliest_start", "latest_end", "reserved_start", "reserved_end"),
    *("charge_deadline", "desired_charging_start_time", "desired_charging_end_time"),
}
"""Members that tell what is to be, by the wish of a person."""
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z")


def test_instants_of_answers_have_come(reader: WorldClient, length: Length) -> None:
    """At a random instant, each vendor's rows tell only of what has happened."""

    @settings(max_examples=6 if length is Length.SHORT else 20, deadline=None)
    @given(at=st.integers(NOON - 18 * DAY, NOON + 2 * DAY).map(lambda at: at // MILLISECOND * MILLISECOND))
    def check(at: int) -> None:
        assert to_come(reader.everything(millis(at)), at) == []

    check()


def test_instants_around_the_boundaries_of_sessions_have_come(reader: WorldClient) -> None:
    """A millisecond before and at each boundary of a session its vendor tells only of what has happened."""
    later = reader.rows(SESSIONS, at=millis(NOON + 2 * DAY))[::10]
    found = [
        each
        for row in later
        for boundary in ("created", "session_started", "session_ended", "updated")
        for at in (instant(row[boundary] or row["updated"]) - MILLISECOND, instant(row[boundary] or row["updated"]))
        for each in to_come(reader.get(f"{SESSIONS}/{row['id']}", millis(at)).json(), at)
    ]

    assert found == []


def test_documented_instants_have_come(sandbox: Sandbox) -> None:
    """The world of the printed examples tells of nothing that is still to come."""
    client = world_client(sandbox.client, sandbox.kept, "documented")

    assert to_come(client.everything(), instant("2026-04-01T01:53:58.446Z")) == []


def to_come(shown: Any, now: int, name: str = "") -> list[str]:  # noqa: ANN401 - a body of any form
    """The members of a body that hold a later instant."""
    return [f"{member}: {text}" for member, text in _texts(shown, name) if _is_to_come(member, text, now)]


def _is_to_come(member: str, text: str, now: int) -> bool:
    return member not in ASKED_FOR and _INSTANT.fullmatch(text) is not None and instant(text) > now


def _texts(shown: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a body of any form
    """Each text of a body, with the name of the member that holds it."""
    if isinstance(shown, dict):
        for member, value in shown.items():
            yield from _texts(value, member)
    elif isinstance(shown, list):
        for value in shown:
            yield from _texts(value, name)
    elif isinstance(shown, str):
        yield name, shown
