"""Days that are planned by an advance are the days that would have been planned at first."""

from collections.abc import Iterator

import pytest

from app.domain.clock import DAY, NEVER, millis
from tests.conftest import made_in, on_sqlite
from tests.databases import Databases, Kept
from tests.laws.planned_days import CROFT, OVERLAP, gaps_of, horizon_of, ids, made_with_coming_days, planned
from tests.laws.random_calls import CallRunner, inventory, overlapping_sessions
from tests.laws.world_client import SESSIONS, client_of, client_of_copy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def croft(databases: Databases) -> Kept:
    """The croft, planned for three days ahead."""
    return made_in(databases, **CROFT)


@pytest.fixture(scope="module")
def planned_early(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The croft, planned for seventeen days ahead."""
    return made_with_coming_days(databases, tmp_path_factory.mktemp("early"), 17)


@pytest.fixture
def late(databases: Databases, croft: Kept) -> Iterator[Kept]:
    """A copy of the croft, of the test's own."""
    copied = databases.copy(croft)
    yield copied
    databases.drop(copied)


@pytest.mark.parametrize("advances", [["P9D"], ["P5D", "PT36H", "P9D"]])
def test_days_planned_late_equal_days_planned_early(
    databases: Databases, late: Kept, planned_early: Kept, advances: list[str]
) -> None:
    """After advances beyond the horizon all rows are as if planned at first."""
    with client_of(late, **CROFT) as client, client_of_copy(databases, planned_early) as early:
        for by in advances:
            assert client.advance(by).json() == early.advance(by).json()
        instants = (None, millis(horizon_of(late) - OVERLAP))

        assert [client.everything(at) for at in instants] == [early.everything(at) for at in instants]
    assert planned(late, horizon_of(late) - OVERLAP) == planned(planned_early, horizon_of(late) - OVERLAP)
    assert ids(planned(late, NEVER)) <= ids(planned(planned_early, NEVER)) or len(advances) > 1


@pytest.mark.parametrize("pieces", [["P20D"], ["P3D", "PT30H", "P12D", "P3D", "PT18H"], ["P1D"] * 20])
def test_one_advance_equals_several(databases: Databases, croft: Kept, pieces: list[str]) -> None:
    """Twenty days in one advance or in pieces lead to the same clock, the same lists and the same rows."""
    seen = []
    for advances in (["P20D"], pieces):
        with client_of_copy(databases, croft, **CROFT) as client:
            for by in advances:
                client.advance(by)
            clock = client.http.get("/_sandbox/v1/worlds/default/clock").json()
            seen.append((clock, client.everything(), planned(client.kept, NEVER), gaps_of(client.kept)))

    assert seen[0] == seen[1]


def test_calls_between_advances_get_the_same_answers(databases: Databases, croft: Kept) -> None:
    """Sessions that are started and ended between advances beyond the horizon are answered alike each time."""
    seen = []
    for _ in range(2):
        with client_of_copy(databases, croft, **CROFT) as client:
            runner, bodies = CallRunner(client, inventory(croft)), []
            for day in range(3):
                bodies += [client.advance("P5DT7H").json()]
                bodies += runner.run([("start", n, 3 * n + day) for n in range(6)] + [("end", day, 0)])
            seen.append((bodies, client.everything()))
            assert overlapping_sessions(client.kept) == []

    assert seen[0] == seen[1]


def test_an_id_of_a_started_session_does_not_depend_on_planned_days(databases: Databases, croft: Kept) -> None:
    """The first session that is started has the same id before any further day is planned, and after many."""
    started = []
    for by in ("PT1H", "P20DT1H"):
        with client_of_copy(databases, croft, **CROFT) as client:
            client.advance(by)
            started.append(client.post(SESSIONS, client.start_body()).json()["id"])

    assert started[0] == started[1]


def test_a_start_without_an_advance_plans_nothing(late: Kept) -> None:
    """While the horizon is far enough away, a restart changes neither the rows nor the horizon."""
    first, horizon = planned(late, horizon_of(late)), horizon_of(late)
    with client_of(late, **CROFT):
        pass

    assert planned(late, horizon_of(late)) == first
    assert horizon_of(late) == horizon


def test_days_planned_late_keep_sessions_started_before(late: Kept, croft: Kept) -> None:
    """A session that was started is the same after the days around it have been planned."""
    with client_of(late, **CROFT) as client:
        client.advance("P10DT3H")
        bodies = CallRunner(client, inventory(croft)).run([("start", n, 3 * n) for n in range(8)])
        started = [body["id"] for body in bodies if body["object"] == "charging_session"]
        at = client.http.get("/_sandbox/v1/worlds/default/clock").json()["now"]
        before = {each: client.get(f"{SESSIONS}/{each}", at).json() for each in started}
        client.advance("P12D")
        after = {each: client.get(f"{SESSIONS}/{each}", at).json() for each in started}

    assert len(started) > 2
    assert after == before


@on_sqlite
def test_a_leap_plans_the_last_366_days_before_its_end(late: Kept) -> None:
    """After a leap of 400 days, the sessions of the last 366 are there, and none of the days before those."""
    horizon = horizon_of(late)
    with client_of(late, **CROFT) as client:
        client.advance("P400D")

    created = [row["created_at"] for row in planned(late, NEVER, since=horizon + OVERLAP)["session"]]
    [gap] = gaps_of(late)
    assert gap[0] == horizon
    assert gap[1] - OVERLAP <= created[0] < gap[1] + OVERLAP
    assert (horizon_of(late) - gap[1]) // DAY == 366 + 1 + 3
    assert created[-1] > horizon_of(late) - 2 * DAY
