"""Two worlds never mix: no id of one is known in the other, and nothing that happens in one is seen in the other."""

from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.schema.tables import WORLD_TABLES
from tests.databases import Databases, Kept, add_twin
from tests.laws.callers import EVER, RESERVATIONS, SESSIONS, UNSHRUNK, Caller, caller, copied
from tests.laws.stories import STORIES, Step, Teller, cast

DEFAULT, DOCUMENTED = "default", "documented"
TWIN: Final = 77
PAIRS: Final = ((DEFAULT, DOCUMENTED), (DOCUMENTED, DEFAULT))
SHIFTED: Final = {"created_at", "started_at", "power_ends_at", "ended_at", "unplugged_at", "confirms_at", "resolves_at"}
NAMED: Final = ("charging_station", "driver", "payment_method", "vehicle")


@pytest.fixture(scope="module")
def both(databases: Databases, made: Kept) -> Iterator[dict[str, Caller]]:
    """Somebody in each of the two worlds of one server."""
    with copied(databases, made) as somebody:
        documented = caller(somebody.client, made, DOCUMENTED)
        yield {DEFAULT: somebody, DOCUMENTED: documented}


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_no_session_is_known_elsewhere(both: dict[str, Caller], here: str, there: str) -> None:
    """A session of one world is 404 in the other, to retrieve and to end."""
    for row in both[there].rows(SESSIONS)[:40]:
        assert both[here].get(f"{SESSIONS}/{row['id']}").status_code == 404
        assert both[here].post(f"{SESSIONS}/{row['id']}/end").status_code == 404


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_nobody_is_known_elsewhere(both: dict[str, Caller], here: str, there: str) -> None:
    """A user or a car of one world is 404 in the other, but for the magic ones that every world has."""
    mine, theirs = ({*each.users, *(f"{car}?{EVER}" for car in each.cars)} for each in (both[here], both[there]))
    strangers = sorted(theirs - mine)

    assert strangers
    assert [both[here].get(path).status_code for path in strangers] == [404] * len(strangers)
    assert [both[there].get(path).status_code for path in strangers] == [200] * len(strangers)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_filters_find_nothing_of_elsewhere(both: dict[str, Caller], here: str, there: str) -> None:
    """Filtering by the driver, car, fleet or station of another world finds nothing."""
    for row in both[there].rows(SESSIONS)[:10]:
        for name in ("driver", "vehicle", "fleet"):
            if row[name] is not None:
                assert both[here].rows(SESSIONS, f"&{name}={row[name]}") == []
    for row in both[there].rows(RESERVATIONS)[:10]:
        for name in ("driver", "vehicle", "charging_station"):
            if row[name] is not None:
                assert both[here].rows(RESERVATIONS, f"&{name}={row[name]}") == []


@pytest.mark.parametrize(("here", "there"), PAIRS)
@pytest.mark.parametrize("name", NAMED)
def test_nothing_starts_with_things_of_elsewhere(both: dict[str, Caller], here: str, there: str, name: str) -> None:
    """A start that names one thing of another world is refused as naming nothing that exists."""
    order = both[here].order() | {name: both[there].order()[name]}
    refused = both[here].post(SESSIONS, order)

    assert refused.status_code == 404
    assert refused.json()["param"] == name


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_a_page_token_opens_no_other_world(both: dict[str, Caller], here: str, there: str) -> None:
    """The token of a page of one world is refused in the other."""
    link = both[there].get(f"{SESSIONS}?limit=1").json()["next_page_url"]

    assert both[there].get(link).status_code == 200
    assert both[here].get(link).status_code == 400


def test_a_key_opens_its_own_world(both: dict[str, Caller]) -> None:
    """Every answer says which world the key has opened, and it is the key's own."""
    said = {
        name: [
            each.get(path).headers["X-Sandbox-World"]
            for path in (SESSIONS, RESERVATIONS, *each.users, *(f"{car}?{EVER}" for car in each.cars))
        ]
        for name, each in both.items()
    }

    assert {name: set(worlds) for name, worlds in said.items()} == {DEFAULT: {DEFAULT}, DOCUMENTED: {DOCUMENTED}}


@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(story=STORIES)
def test_a_twin_is_not_mistaken_for_the_world(
    databases: Databases, made: Kept, twinned: Kept, story: list[Step]
) -> None:
    """Another world with the very same ids, as there is while a world is made anew, changes no answer and no start."""
    with copied(databases, made) as alone, copied(databases, twinned) as beside:
        people = cast(made)

        assert Teller(beside, people).tells(story) == Teller(alone, people).tells(story)
        assert beside.everything() == alone.everything()


@pytest.fixture(scope="module")
def twinned(databases: Databases, made: Kept) -> Kept:
    """The made database, in which a second open world has all rows of `default` too, shifted by some minutes."""
    kept = databases.copy(made)
    shifts = {column: f"{column} - 600000000" for column in SHIFTED}
    for name in {each.name for each in WORLD_TABLES}:
        add_twin(kept, name, TWIN, **shifts)
    add_twin(kept, "world", TWIN, name="'twin'", state="'open'")
    return kept


@pytest.mark.parametrize(("here", "there"), PAIRS)
@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(story=STORIES, ends_with=st.sampled_from(["reset", "pace", "none"]))
def test_what_happens_here_is_not_seen_there(
    databases: Databases, made: Kept, here: str, there: str, *, story: list[Step], ends_with: str
) -> None:
    """Random calls in one world change no byte of any answer in the other."""
    with copied(databases, made) as somebody:
        pair = {name: caller(somebody.client, made, name) for name in (DEFAULT, DOCUMENTED)}
        before = answers(pair[there])
        Teller(pair[here], cast(made, here)).tells(story)
        if ends_with == "reset":
            pair[here].reset()
        elif ends_with == "pace":
            pair[here].pace(3600)

        assert answers(pair[there]) == before


def answers(somebody: Caller) -> list[tuple[bytes, dict[str, str]]]:
    """Bytes and headers of all that a world shows."""
    paths = [
        f"{SESSIONS}?limit=100",
        f"{SESSIONS}?limit=3&status=completed",
        f"{RESERVATIONS}?limit=100",
        *somebody.users,
        *(f"{car}?{EVER}" for car in somebody.cars),
    ]
    shown = [somebody.get(path) for path in paths]
    shown.append(somebody.client.get(f"/_sandbox/v1/worlds/{somebody.world}"))
    return [(each.content, dict(each.headers)) for each in shown]
