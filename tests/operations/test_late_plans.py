"""A session that is planned late fits between those that the world has, and those that relied on it give way."""

from collections.abc import Iterable
from dataclasses import replace

from app.domain.clock import EARLIEST, HOUR, NEVER
from app.domain.models import Session
from app.domain.sessions.start import started_id
from app.operations.displaced_plans import close_gaps
from app.operations.late_plans import late_plans
from app.store import sessions
from app.store.database.protocol import Database
from tests.domain.examples import MORNING
from tests.operations.planned_world import FAR, OTHER_CAR, Plans, left


def add(plans: Plans, planned: Iterable[Session], since: int = EARLIEST, until: int = NEVER) -> None:
    """Inserts the possible ones of sessions that are planned late, and closes the gaps."""
    listed = list(planned)
    late = late_plans(plans.tx, listed, (since, until))
    sessions.insert_sessions(plans.tx.db, plans.tx.world.n, [each for each in listed if each.id in late.possible])
    close_gaps(plans.tx, late.gaps, (since, until))


def test_sessions_that_follow_are_planned(world: tuple[Database, int]) -> None:
    """Each follows from the one before, be that one of the world or one that is planned with it."""

    def work(plans: Plans) -> None:
        add(plans, [plans.draft(2, 2), plans.draft(3, 4, soc_start=0.7, soc_end=1.0), plans.draft(4, 6, soc_start=0.9)])

    assert left(world, work) == [2, 3, 4]


def test_a_session_that_does_not_follow_is_left_out(world: tuple[Database, int]) -> None:
    """Its vehicle left the session before with less, or it is too far away; a later session may follow nevertheless."""

    def work(plans: Plans) -> None:
        add(plans, [plans.draft(2, 2, soc_start=0.9), plans.draft(3, 4, station=FAR.id), plans.draft(4, 6)])

    assert left(world, work) == [4]


def test_sessions_before_an_unplanned_stretch_lead_on_to_nothing(world: tuple[Database, int]) -> None:
    """A generated visit that began before the stretch that is planned does not count."""

    def work(plans: Plans) -> None:
        add(plans, [plans.draft(2, 50, soc_start=0.9, station=FAR.id)], since=MORNING + HOUR)

    assert left(world, work) == [2]


def test_sessions_that_callers_started_count_before_an_unplanned_stretch(world: tuple[Database, int]) -> None:
    """What follows such a session comes from it, also if days in between are not planned yet."""

    def work(plans: Plans) -> None:
        plans.plan(9, 2, id=started_id(plans.tx.world.seed, 9), soc_start=0.5, soc_end=0.3)
        plans.plan(6, 24)
        plans.plan(7, 28, soc_start=0.25)
        add(plans, [plans.draft(2, 20)], since=MORNING + 10 * HOUR)

    assert left(world, work) == [7]


def test_sessions_that_were_changed_count_before_an_unplanned_stretch(world: tuple[Database, int]) -> None:
    """What follows a session that ended with less than was planned comes from it, as from one that was started."""

    def work(plans: Plans) -> None:
        changed = plans.plan(3, 2, soc_start=0.5, soc_end=0.3)
        sessions.save_session(plans.tx, replace(changed, touched_at=changed.created_at + HOUR))
        add(plans, [plans.draft(2, 20)], since=MORNING + 10 * HOUR)

    assert left(world, work) == [3]


def test_sessions_that_callers_started_count_after_an_unplanned_stretch(world: tuple[Database, int]) -> None:
    """A late session leads on to such a session, also if days in between are not planned yet."""

    def work(plans: Plans) -> None:
        plans.tx = replace(plans.tx, now=MORNING + 40 * HOUR)
        plans.plan(9, 30, id=started_id(plans.tx.world.seed, 9), soc_start=0.5)
        add(plans, [plans.draft(2, 20, soc_end=0.4)], until=MORNING + 25 * HOUR)
        add(plans, [plans.draft(3, 22)], until=MORNING + 25 * HOUR)

    assert left(world, work) == [3]


def test_a_session_without_a_free_connector_is_left_out(world: tuple[Database, int]) -> None:
    """With it go those that need its charge, of the same day and of days that were planned before."""

    def work(plans: Plans) -> None:
        plans.plan(2, 2, vehicle=OTHER_CAR, driver="drv_Other")
        plans.plan(6, 9, soc_start=0.9)
        plans.plan(7, 12, soc_start=0.5)
        add(plans, [plans.draft(3, 2.5, soc_end=1.0), plans.draft(4, 5, soc_start=0.9, soc_end=1.0)])

    assert left(world, work) == [2, 7]


def test_sessions_planned_earlier_give_way(world: tuple[Database, int]) -> None:
    """A planned session to which the new one before it does not lead on is removed."""

    def work(plans: Plans) -> None:
        plans.plan(3, 5, soc_start=0.78)
        plans.plan(4, 8, soc_start=0.4)
        add(plans, [plans.draft(2, 2, soc_end=0.61)])

    assert left(world, work) == [2, 4]


def test_sessions_that_have_begun_stay(world: tuple[Database, int]) -> None:
    """A late session that does not lead on to one that callers have seen is left out, and so is the one before it."""

    def work(plans: Plans) -> None:
        plans.tx = replace(plans.tx, now=MORNING + 20 * HOUR)
        plans.plan(5, 10, soc_start=0.7)
        add(
            plans,
            [
                plans.draft(n, 1 + n, soc_start=0.65 - n / 100, soc_end=end)
                for n, end in ((2, 0.9), (3, 0.65), (4, 0.65))
            ],
        )

    assert left(world, work) == [2, 5]


def test_sessions_that_callers_start_anywhere_are_led_to(world: tuple[Database, int]) -> None:
    """A late session stays before one that a caller started further away than the battery reaches, if there is time."""

    def work(plans: Plans) -> None:
        plans.tx = replace(plans.tx, now=MORNING + 20 * HOUR)
        plans.plan(5, 12, id=started_id(plans.tx.world.seed, 5), station=FAR.id, soc_start=0.5)
        add(plans, [plans.draft(2, 2), plans.draft(3, 8, soc_start=0.7)])

    assert left(world, work) == [2]
