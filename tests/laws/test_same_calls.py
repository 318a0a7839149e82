"""Same scenario, seed, start and calls: same bodies, in any database, whatever other worlds do, and after a reset."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases import Databases, Kept
from tests.laws.callers import UNSHRUNK, Caller, caller, copied
from tests.laws.stories import STORIES, Step, Teller, cast


def test_two_databases_show_the_same(databases: Databases, made: Kept, made_apart: Kept) -> None:
    """Two worlds that two processes made of one scenario show the same, past and future, but for their keys."""
    with copied(databases, made) as one, copied(databases, made_apart) as other:
        instants = (None, "2026-02-20T07:00:00Z", "2026-03-07T19:20:21.022Z")

        assert [one.everything(at) for at in instants] == [other.everything(at) for at in instants]
        assert without_keys(one) == without_keys(other)
        assert one.keys != other.keys


@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(story=STORIES, elsewhere=STORIES)
def test_the_same_story_is_answered_the_same(
    databases: Databases, made: Kept, made_apart: Kept, story: list[Step], elsewhere: list[Step]
) -> None:
    """A story told to two databases gets the same bodies, although in one of them another world is busy meanwhile."""
    with copied(databases, made) as one, copied(databases, made_apart) as other:
        alone = Teller(one, cast(made)).tells(story)
        teller = Teller(other, cast(made_apart))
        beside = Teller(caller(other.client, made_apart, "documented"), cast(made_apart, "documented"))
        disturbed = []
        for n, step in enumerate(story):
            beside.tells(elsewhere[n : n + 1])
            disturbed += teller.tells([step])

        assert disturbed == alone
        assert other.everything() == one.everything()


@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(before=STORIES, story=STORIES, times=st.integers(1, 2))
def test_a_reset_forgets_what_was_before(
    databases: Databases, made: Kept, made_apart: Kept, *, before: list[Step], story: list[Step], times: int
) -> None:
    """After a reset a story gets the bodies that it gets in a new world, whatever happened before."""
    with copied(databases, made) as used, copied(databases, made_apart) as new:
        Teller(used, cast(made)).tells(before)
        for _ in range(times):
            used.reset()

        assert Teller(used, cast(made)).tells(story) == Teller(new, cast(made)).tells(story)
        assert used.everything() == new.everything()


def without_keys(somebody: Caller) -> dict[str, Any]:
    """The world as the control API shows it, without its keys."""
    shown: dict[str, Any] = somebody.client.get(f"/_sandbox/v1/worlds/{somebody.world}").json()
    return {name: value for name, value in shown.items() if name != "credentials"}
