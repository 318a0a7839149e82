"""Advancing by one span and then by another equals advancing by both: nothing happens except that the clock moves."""

from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases import Databases, Kept
from tests.laws.world_client import SESSIONS, WITHOUT_SHRINKING, WorldClient, client_of_copy

WEEK_MS: Final = 7 * 24 * 3_600_000
SPANS: Final = st.integers(0, WEEK_MS) | st.integers(0, 3_600_000)


@settings(max_examples=3, deadline=None, phases=WITHOUT_SHRINKING)
@given(first=SPANS, second=SPANS)
def test_two_advances_equal_one(databases: Databases, made: Kept, first: int, second: int) -> None:
    """After a + b every body of every vendor, and of the control API, is the same as after a and then b."""
    with client_of_copy(databases, made) as twice, client_of_copy(databases, made) as once:
        for client, spans in ((twice, (first, second)), (once, (first + second,))):
            start_session(client)
            for span in spans:
                client.advance(duration(span))

        assert everything_and_worlds(twice) == everything_and_worlds(once)


def test_an_advance_leads_to_what_sandbox_at_showed(reader: WorldClient, databases: Databases, made: Kept) -> None:
    """A world shows after an advance what X-Sandbox-At showed of that instant before."""
    with client_of_copy(databases, made) as client:
        foreseen = reader.everything("2026-03-06T03:04:05.678Z")
        body = client.advance("P1DT15H4M5.678S").json()

        assert (body["from"], body["to"]) == ("2026-03-04T12:00:00.000Z", "2026-03-06T03:04:05.678Z")
        assert client.everything() == foreseen


def start_session(client: WorldClient) -> None:
    """Starts a session, so that one plan comes from the API and not from the scenario."""
    assert client.post(SESSIONS, client.start_body()).status_code == 200


def duration(span: int) -> str:
    """Milliseconds as an ISO 8601 duration."""
    return f"PT{span // 1000}.{span % 1000:03d}S"


def everything_and_worlds(client: WorldClient) -> dict[str, Any]:
    """Everything that the vendors show, and the list of worlds."""
    return client.everything() | {"worlds": client.http.get("/_sandbox/v1/worlds").json()}
