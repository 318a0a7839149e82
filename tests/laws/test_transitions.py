"""What small advances tell is what one leap tells: all that the facts say, each thing once, in the order of time."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, MILLISECOND, SECOND, instant, millis
from app.domain.models import Reservation
from app.domain.sessions.lifecycle import SessionBoundaries
from app.domain.transitions import Transition
from app.operations.time_travel import MOST_TRANSITIONS, in_order
from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept
from tests.laws.callers import UNSHRUNK, Caller, caller
from tests.laws.narrators import HAPPENINGS
from tests.laws.stories import STORIES, Step, Teller, cast
from tests.served import CHANNELS

WORLDS: Final = "/_sandbox/v1/worlds"
HAPPEN: Final = st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 99), st.integers(0, 2 * 24 * 60))
"""What happens, to whom, and so many minutes later."""
SPANS: Final = st.lists(
    st.integers(0, 90 * SECOND // MILLISECOND) | st.integers(0, DAY // MILLISECOND), min_size=2, max_size=12
)
NUMBERS: Final = count()


@pytest.fixture(scope="module")
def many(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox in which every example has worlds of its own."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)


@settings(max_examples=6, deadline=None, phases=UNSHRUNK)
@given(story=STORIES, happen=st.lists(HAPPEN, max_size=6), spans=SPANS)
def test_small_steps_tell_what_one_leap_tells(
    many: Sandbox, story: list[Step], happen: list[Any], spans: list[int]
) -> None:
    """Of a world in which people have started and ended sessions and things are going to happen, whatever the steps.

    Nothing is told twice and nothing is left out, and a leap over all of it tells the first hundred.
    """
    walker = lived(many, story, happen)
    leaper = forked(many, walker)
    before, expected = instant(many.now(walker.world)), facts(many, walker.world)
    bodies = [walker.advance(f"PT{span // 1000}.{span % 1000:03d}S").json() for span in spans]
    whole = leaper.advance(f"PT{sum(spans) // 1000}.{sum(spans) % 1000:03d}S").json()
    told = [each for body in bodies for each in body["transitions"]]
    after = before + sum(spans) * MILLISECOND
    every = in_order(*expected, before, after)

    assert whole["truncated"] is (len(every) > MOST_TRANSITIONS)
    assert [shown(each) for each in every[:MOST_TRANSITIONS]] == list(map(key, whole["transitions"]))
    if not any(body["truncated"] for body in bodies):
        assert list(map(key, told)) == [shown(each) for each in every]
        assert told[:MOST_TRANSITIONS] == whole["transitions"]


@settings(max_examples=4, deadline=None, phases=UNSHRUNK)
@given(story=STORIES, happen=st.lists(HAPPEN, min_size=1, max_size=6), picked=st.integers(0, 99))
def test_whoever_waits_comes_when_it_is_told(many: Sandbox, story: list[Step], happen: list[Any], picked: int) -> None:
    """Whatever is told of three days can be waited for in a world that is like it, and is so at the instant told."""
    walker = lived(many, story, happen)
    waiter = forked(many, walker)
    told = walker.advance("P3D").json()["transitions"]
    awaited = told[picked % len(told)]
    until = {"id": awaited["id"], "status": awaited["to"]}
    answer = many.client.post(f"{WORLDS}/{waiter.world}/clock/advance", json={"until": until})
    body = answer.json()
    brief = [each for each in told if each["id"] == awaited["id"] and each["from"] == awaited["to"]]

    if answer.status_code == 409:
        # What is over within the millisecond in which it began is never so at any that a clock shows.
        assert brief
        assert instant(brief[0]["at"]) - instant(awaited["at"]) <= MILLISECOND
        return
    assert body["to"] >= awaited["at"]
    assert instant(body["to"]) - instant(awaited["at"]) <= MILLISECOND
    assert [each for each in told if each["at"] < body["to"]] == [
        each for each in body["transitions"] if each["at"] < body["to"]
    ]


def lived(many: Sandbox, story: list[Step], happen: list[Any]) -> Caller:
    """Somebody in a new village, after a story and with some things to come."""
    name = f"lived-{next(NUMBERS)}"
    made = many.client.post(WORLDS, json={"name": name})
    assert made.status_code == 201
    somebody = caller(many.client, many.kept, name)
    teller = Teller(somebody, cast(many.kept, name))
    teller.tells(story)
    shown_ids = [each.name for each in facts(many, name)[0]]
    card, station = teller.cast.people[0][2], teller.cast.connectors[0][0]
    for (event, more), whom, minutes in happen:
        to = {"card_declined": card, "station_silent": station}.get(event, shown_ids[-1 - whom % len(shown_ids)])
        body = {"event": event, "id": to, **{key: value for key, value in more.items() if key == "for"}}
        # Much of it makes no sense, and is refused.
        answer = many.client.post(f"{WORLDS}/{name}/simulate", json={**body, "at": f"+PT{minutes}M"})
        assert answer.status_code in {200, 404, 409}, answer.text
    return somebody


def forked(many: Sandbox, of: Caller) -> Caller:
    """Somebody in a world that is like another one."""
    name = f"{of.world}-fork"
    assert many.client.post(WORLDS, json={"name": name, "fork": of.world}).status_code == 201
    return caller(many.client, many.kept, name)


def facts(many: Sandbox, world: str) -> tuple[list[SessionBoundaries], list[Reservation]]:
    """Every session and every reservation of a world, planned ones too."""
    of = "WHERE world = (SELECT n FROM world WHERE name = :world AND state = 'open') ORDER BY n"
    sessions = many.kept.dicts(f"SELECT *, at_home IS NOT NULL AS has_smart_charging FROM session {of}", world=world)  # noqa: S608 - two parts of one statement
    reservations = many.kept.dicts(f"SELECT * FROM reservation {of}", world=world)  # noqa: S608 - the same
    return (
        [
            SessionBoundaries(
                **{name: row[name] for name in SessionBoundaries._fields if name != "channel"},
                channel=CHANNELS[row["channel"]],
            )
            for row in sessions
        ],
        [Reservation(**{name: value for name, value in row.items() if name != "world"}) for row in reservations],
    )


def key(told: dict[str, Any]) -> tuple[Any, ...]:
    """What is told of a transition."""
    return tuple(told[name] for name in ("at", "kind", "id", "from", "to", "reason"))


def shown(it: Transition) -> tuple[Any, ...]:
    """The same of one that the facts say."""
    return millis(it.at), it.kind, it.id, it.came_from, it.to, it.reason
